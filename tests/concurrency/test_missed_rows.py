"""No row is missed while sixteen writers commit; an identity column as cursor misses some in the same probe."""

import pytest

from server.store.database import Database
from tests.concurrency.probe import WRITERS, control, probe

pytestmark = pytest.mark.parametrize("dialect", ["postgres"], indirect=True)


async def the_tightest_reader_sees_every_row_that_sixteen_writers_commit(db: Database, database_url: str):
    found = await probe(db, database_url, pushes=12, commands=10)
    assert (found.written, found.missed) == (WRITERS * 120, set())
    assert found.pulls > 10


async def a_cursor_over_an_identity_column_misses_rows_in_the_same_probe(bare_url: str):
    found = await control(bare_url, inserts=1600)
    assert found.written == 1600
    assert found.missed
