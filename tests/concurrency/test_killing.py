"""`kill -9` while tablets push: what was told is there, once. `python -m tests.concurrency.run kill` does more."""

import asyncio
import random
from pathlib import Path

from server.store.database import Database
from tests.concurrency.killing import Killed, kill
from tests.conftest import Engines
from tests.running import Running

KILLS = 10
WORKERS = {"sqlite": 1, "postgres": 2}


async def _killed(url: str, dialect: str, folder: Path) -> Killed:
    db = await Database.open(url)
    server = Running(folder, customers=None, database_url=url, workers=WORKERS[dialect])
    try:
        result = await kill(server, db, KILLS, random.Random(dialect))
        assert "are whole" in await asyncio.to_thread(server.run, "doctor")
        return result
    finally:
        server.stop()
        await db.close()


async def a_server_that_is_killed_ten_times_keeps_what_it_told_and_does_nothing_twice(
    engines: Engines, tmp_path_factory
):
    """Both engines at the same time: most of it is waiting for a server to start."""
    urls = {dialect: await engines[dialect].migrated() for dialect in WORKERS}
    runs = [_killed(url, dialect, tmp_path_factory.mktemp(dialect)) for dialect, url in urls.items()]
    results = await asyncio.gather(*runs, return_exceptions=True)
    for url, dialect in zip(urls.values(), urls, strict=True):
        await engines[dialect].drop(url)
    for result in results:
        if isinstance(result, BaseException):
            raise result
        assert (result.whole, result.workers, result.breaches) == (KILLS // 2, KILLS // 2, [])
        assert result.unanswered > 0
