"""Opening and closing a database."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from server.store import sqlite
from server.store.database import Database, Unavailable
from server.store.postgres import numbered


async def a_database_that_is_not_there_says_so(tmp_path: Path):
    with pytest.raises(Unavailable):
        await Database.open("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Unavailable):
        await Database.open(f"sqlite:///{tmp_path}")


async def a_closed_database_leaves_no_thread_behind(database_url: str):
    db = await Database.open(database_url)
    await db.close()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("sqlite")]


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "mysql://here/jieche", "jieche.db"])
async def an_address_that_is_none_is_refused(url: str):
    with pytest.raises(ValueError, match="URL"):
        await Database.open(url)


@pytest.mark.parametrize("dialect", ["postgres"], indirect=True)
async def a_connection_that_the_server_cuts_is_replaced(db: Database):
    with pytest.raises(Unavailable):
        async with db.write() as tx:
            await tx.run(("SELECT pg_terminate_backend(pg_backend_pid())", ()))
    async with db.write() as tx:
        assert await tx.finish(("SELECT 1", ())) == [[(1,)]]


async def a_file_that_another_process_holds_is_unavailable_until_it_lets_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    db = await Database.open(f"sqlite:///{tmp_path}/shared.db")
    with closing(sqlite3.connect(tmp_path / "shared.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            async with db.write() as tx:
                await tx.run(("CREATE TABLE t (id INTEGER)", ()))
    async with db.write() as tx:
        await tx.finish(("CREATE TABLE t (id INTEGER)", ()))
    await db.close()


def a_question_mark_inside_quotes_is_no_placeholder():
    assert numbered("SELECT '?''?', \"a?\" FROM t WHERE a = ? AND b = ?") == (
        "SELECT '?''?', \"a?\" FROM t WHERE a = $1 AND b = $2"
    )
