"""Tablets that come back together empty their queues and end equal; `run afternoon` takes the time."""

from pathlib import Path

import pytest

from server.store.database import Database
from tests.concurrency.afternoon import spend
from tests.running import Running

TABLETS, COMMANDS, BATCH = 8, 60, 25


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"], indirect=True)
async def test_tablets_that_come_back_at_once_empty_their_queues_and_end_equal(
    db: Database, database_url: str, dialect: str, tmp_path: Path
):
    server = Running(tmp_path, customers=None, database_url=database_url, workers=2 if dialect == "postgres" else 1)
    result = await spend(server, db, TABLETS, COMMANDS, BATCH)
    assert (len(result.until_empty), result.commands) == (TABLETS, TABLETS * COMMANDS)
    assert (result.different, result.breaches) == (0, [])
    assert sum(result.outcomes.values()) == result.commands
    assert result.outcomes["merged"] > 0
    assert set(result.outcomes) <= {"applied", "merged", "kept"}
