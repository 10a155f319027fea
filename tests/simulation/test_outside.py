"""A few seeds at real processes on PostgreSQL with two workers; the promises that can be seen from outside."""

from pathlib import Path

import pytest

from tests.conftest import Engines
from tests.simulation.outside import OutsideGround
from tests.simulation.storage import Server
from tests.simulation.world import make_world


@pytest.mark.parametrize("seed", [1, 2])
async def the_promises_hold_at_real_processes_that_are_killed(engines: Engines, tmp_path: Path, seed: int):
    storage = Server(engines["postgres"])
    world = await make_world(storage, tmp_path)
    result = await OutsideGround(storage, world, tmp_path).run(seed)
    await storage.drop(world.url)
    if result.broken:
        pytest.fail(f"seed {seed}: {result.broken}\n" + "\n".join(result.trace), pytrace=False)
    assert result.commands > 20
    assert result.faults["crash"] >= 2
