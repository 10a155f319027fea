"""What a batch loads it finds by its keys: no statement walks through all rows of a dealer group."""

import sqlite3
from pathlib import Path

import pytest

from server.store import feed
from server.store.migrate import migrate

STATEMENTS = (
    feed.by_keys("sqlite", "g", "[]"),
    feed.by_ids("sqlite", "g", "[]"),
    feed.by_parents("sqlite", "g", "[]"),
    feed.known_outcomes("sqlite", "g", "[]"),
    feed.receipts("sqlite", "d", "[]"),
    feed.queues("sqlite", "[]"),
    feed.signed_in("sqlite", "[]"),
    feed.forget_keys("sqlite", "g", "[]"),
)


@pytest.fixture(scope="module")
async def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and no rows."""
    path = tmp_path_factory.mktemp("plans") / "plans.db"
    await migrate(f"sqlite:///{path}")
    return path


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s[0][:60])
def a_statement_searches_by_more_than_the_group(database: Path, statement: feed.Statement):
    sql, params = statement
    with sqlite3.connect(database) as connection:
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", params)]
    searches = [step for step in steps if step.startswith(("SEARCH", "SCAN")) and "json_each" not in step]
    assert searches
    assert not [step for step in searches if step.startswith("SCAN") or step.endswith("(group_id=?)")]
