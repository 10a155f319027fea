"""`python -m tests.bench.messages`: 1,000 browsers told by workers that are killed, beside the encryption alone.

First one worker tells every browser once, undisturbed: that is the rate. Then everybody is told three times more while
the worker is killed twenty times; dead workers' leases end by themselves. The push service is npm's web-push-testing,
which checks each signature and decrypts each message on the same machine.
"""

import argparse
import asyncio
import random
import shutil
import tempfile
import time
from pathlib import Path

from server.delivery.push import _encrypted
from server.domain.rows.internal import PushSubscription
from server.store.database import Database
from tests.delivery.crowd import Crowd
from tests.delivery.services import PushService
from tests.engines import PostgresServer, SQLiteFiles

BROWSERS, KILLS, ROUNDS = 1_000, 20, 3
MESSAGE = b'{"title":"' + b"x" * 400 + b'"}'


async def main(engines: list[str], browsers: int, kills: int) -> None:
    """Prints some lines for each engine."""
    folder = Path(tempfile.mkdtemp(prefix="jieche-messages-"))
    made = {"sqlite": SQLiteFiles(folder), "postgres": PostgresServer(durable=True)}
    try:
        for name in engines:
            (folder / name).mkdir()
            await _run(name, await made[name].migrated(), folder / name, browsers, kills)
    finally:
        for engine in made.values():
            await engine.close()
        shutil.rmtree(folder)


async def _run(name: str, url: str, folder: Path, browsers: int, kills: int) -> None:
    db, service = await Database.open(url), PushService()
    await service.start()
    crowd = await Crowd.gather(db, url, service, folder, browsers)
    try:
        print(f"{name}: {len(crowd.browsers):,} browsers of {len(crowd.visits)} visits")
        alone = encryptions(crowd)
        print(f"  encryption alone        {alone:8,.0f} messages/s, one core")
        rate = await crowd.undisturbed()
        print(f"  told by one worker      {rate:8,.0f} messages/s, {rate / alone:.0%} of that")
        await disturbed(crowd, kills)
    finally:
        crowd.worker.stop()
        await service.stop()
        await db.close()


def encryptions(crowd: Crowd, seconds: float = 3) -> float:
    """Messages a second that one core encrypts (RFC 8291), nothing else."""
    browsers = [
        PushSubscription(id="", rev=1, visit_id="", endpoint=b.push["endpoint"], active=True, **b.push["keys"])
        for b in crowd.browsers
    ]
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        _encrypted(browsers[count % len(browsers)], MESSAGE)
        count += 1
    return count / (time.perf_counter() - start)


async def disturbed(crowd: Crowd, kills: int) -> None:
    """Everybody is told some times more while workers die."""
    chance, start, before = random.Random(20), time.perf_counter(), len(crowd.browsers) * 19 // 20
    died = 0
    for part in range(ROUNDS):
        share = kills // ROUNDS + (part < kills % ROUNDS)
        await crowd.live_and_die(share, (20, 120), lease_is_over=False, chance=chance)
        died += share
        if part < ROUNDS - 1:
            await asyncio.to_thread(crowd.worker.stop)
    await crowd.settled()
    await asyncio.to_thread(crowd.worker.stop)
    result = await crowd.arrived(died)
    print(
        f"  {died} × kill -9           {time.perf_counter() - start:8.0f} s for {result.expected - before:,} messages"
    )
    print(f"  expected {result.expected:,}, lost {result.lost}, shown twice {result.twice}")
    print(f"  on the wire {result.wire:,} were taken, {result.duplicates} of them a second time")
    print(f"  browsers that are gone and still active: {result.still_active}")
    print(f"  told before the back-off was over: {result.told_too_soon}")
    print(f"  outbox: {dict(result.outbox)}", flush=True)


def _settings() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--engine", choices=("sqlite", "postgres"), action="append")
    asked.add_argument("--browsers", type=int, default=BROWSERS)
    asked.add_argument("--kills", type=int, default=KILLS)
    return asked.parse_args()


if __name__ == "__main__":
    wanted = _settings()
    asyncio.run(main(wanted.engine or ["sqlite", "postgres"], wanted.browsers, wanted.kills))
