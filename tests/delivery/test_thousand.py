"""Workers die again and again while they send; the long form of this is `python -m tests.bench.messages`."""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.delivery.crowd import EVERY, Crowd
from tests.delivery.services import PushService

BROWSERS = 100
KILLS = 3


@pytest.fixture
async def crowd(db, database_url: str, tmp_path: Path) -> AsyncIterator[Crowd]:
    """A hundred browsers at a push service of their own."""
    service = PushService()
    await service.start()
    crowd = await Crowd.gather(db, database_url, service, tmp_path, BROWSERS)
    yield crowd
    crowd.worker.stop()
    await service.stop()


async def a_worker_that_is_killed_again_and_again_loses_nothing_and_nobody_is_shown_anything_twice(crowd):
    await crowd.undisturbed()
    await crowd.live_and_die(KILLS, (4, 16), lease_is_over=True, chance=random.Random(5))
    await crowd.settled()
    result = await crowd.arrived(KILLS)
    gone = BROWSERS // EVERY
    assert result.expected == 2 * (BROWSERS - gone)
    assert (result.lost, result.twice, result.told_too_soon, result.still_active) == (0, 0, 0, 0), result
    assert result.wire == result.expected + result.duplicates
    assert all(state.startswith("sent") for state in result.outbox), result.outbox
    assert "Traceback" not in crowd.worker.log()
