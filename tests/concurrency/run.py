"""`python -m tests.concurrency.run probe | control | shared | kill | afternoon [--engine postgres]`: the long runs."""

import argparse
import asyncio
import logging
import random
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from server.store.database import Database
from tests.concurrency import afternoon, killing, probe, shared
from tests.engines import PostgresServer, SQLiteFiles
from tests.running import Running

TABLETS, COMMANDS = 40, 300


def main() -> int:
    """Runs what was asked for; 1 if something was not as it must be."""
    arguments = argparse.ArgumentParser(prog="python -m tests.concurrency.run", description=__doc__)
    arguments.add_argument("what", choices=("probe", "control", "shared", "kill", "afternoon"))
    arguments.add_argument("--engine", choices=("sqlite", "postgres"), default="postgres")
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--batch", type=int, default=COMMANDS, help="commands of a push, in the afternoon")
    given = arguments.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    jobs = {"probe": _probe, "control": _control, "shared": _shared, "kill": _kill, "afternoon": _afternoon}
    return asyncio.run(jobs[given.what](given))


@asynccontextmanager
async def _place(engine: str) -> AsyncIterator[tuple[Database, Running]]:
    """An empty database and a server for it; on PostgreSQL with two workers."""
    with tempfile.TemporaryDirectory(prefix="jieche-concurrency-") as folder:
        source = SQLiteFiles(Path(folder)) if engine == "sqlite" else PostgresServer(durable=True)
        url = await source.migrated()
        db = await Database.open(url)
        server = Running(Path(folder), customers=None, database_url=url, workers=1 if engine == "sqlite" else 2)
        try:
            yield db, server
        finally:
            server.stop()
            await db.close()
            await source.drop(url)
            await source.close()


async def _probe(given: argparse.Namespace) -> int:
    async with _place("postgres") as (db, server):
        found = await probe.probe(db, server.environment["JIECHE_DATABASE_URL"], pushes=40, commands=50)
    print(f"{found.written} rows by {probe.WRITERS} writers in {found.seconds:.1f} s, {found.pulls} pulls brought rows")
    print(f"missed: {len(found.missed)}")
    return 1 if found.missed else 0


async def _control(given: argparse.Namespace) -> int:
    async with _place("postgres") as (_, server):
        found = await probe.control(server.environment["JIECHE_DATABASE_URL"], inserts=2000)
    print(f"{found.written} rows by {probe.WRITERS} writers in {found.seconds:.1f} s, a cursor over an identity column")
    print(f"missed: {len(found.missed)}")
    return 0 if found.missed else 1


async def _shared(given: argparse.Namespace) -> int:
    ways = {
        "with the group's lock": (True, True),
        "by unique indexes alone": (False, True),
        "unguarded": (False, False),
    }
    there: list[bool] = []
    async with _place("postgres") as (db, server):
        for words, (lock, unique) in ways.items():
            url = server.environment["JIECHE_DATABASE_URL"]
            found = await shared.share(db, url, notes=16, lock=lock, unique=unique)
            print(f"{words}: {found.written} notes, {found.applied} were called applied, {found.there} are there")
            there.append(found.there == found.written)
    return 0 if there[0] and not there[-1] else 1


async def _kill(given: argparse.Namespace) -> int:
    async with _place(given.engine) as (db, server):
        result = await killing.kill(server, db, given.kills, random.Random(given.seed))
    print(f"{given.engine}, {result.seconds:.0f} s: {result.whole} whole servers and {result.workers} workers killed")
    print(f"{result.commands} commands, {result.answered} pushes answered, {result.unanswered} cut off")
    print(f"each command once, each told the same again; doctor: {result.breaches or 'whole'}")
    return 1 if result.breaches else 0


async def _afternoon(given: argparse.Namespace) -> int:
    async with _place(given.engine) as (db, server):
        result = await afternoon.spend(server, db, TABLETS, COMMANDS, given.batch)
    print(f"{given.engine}: {result.commands} commands of {TABLETS} tablets, {given.batch} a push; {result.outcomes}")
    empty, passing = sorted(result.until_empty), sorted(result.passing)
    print(f"all queues empty and all copies ({result.rows} rows) equal after {result.until_equal:.1f} s")
    print(f"queues empty: first {empty[0]:.1f} s, middle {statistics.median(empty):.1f} s, last {empty[-1]:.1f} s")
    print(f"{len(passing)} pushes of 10 meanwhile: {statistics.median(passing):.2f} s, at most {passing[-1]:.2f} s")
    print(f"tablets that differ from a new one: {result.different}; doctor: {result.breaches or 'whole'}")
    return 1 if result.different or result.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
