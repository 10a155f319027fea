"""`kill -9` during pushes: the server dies at random moments while tablets push, and is brought back."""

import asyncio
import os
import random
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from server.doctor import examine
from server.domain.ids import uuid7
from server.store.database import Database
from tests.concurrency.dealership import Dealership
from tests.concurrency.line import Lost
from tests.concurrency.tablet import Tablet
from tests.running import Running

CLIENTS = 6
MOST = 20
AFTER_A_START = (0.2, 1.2)
"""Seconds between a start and the next kill."""
BACK_SECONDS = 20


@dataclass
class Killed:
    """What a run came to; `unanswered` counts pushes that were sent and got no answer."""

    whole: int = 0
    workers: int = 0
    answered: int = 0
    unanswered: int = 0
    commands: int = 0
    seconds: float = 0
    breaches: list[str] = field(default_factory=list)


async def kill(server: Running, db: Database, kills: int, chance: random.Random) -> Killed:
    """Kills by turns the whole server and one worker; afterwards looks at every command that was ever issued."""
    house = await Dealership.open(db, visits=12)
    tablets = [await house.tablet(server.port, number % 2) for number in range(CLIENTS)]
    customers = [visit.customer_id for visit in house.visits]
    before = await _revisions(db)
    result, over, began = Killed(), asyncio.Event(), time.monotonic()
    await asyncio.to_thread(server.start)
    pushing = [asyncio.create_task(_push(tablet, customers, over, result)) for tablet in tablets]
    for number in range(kills):
        await asyncio.sleep(chance.uniform(*AFTER_A_START))
        if number % 2:
            result.whole += 1
            await asyncio.to_thread(server.stop, signal.SIGKILL)
            await asyncio.to_thread(server.start)
        else:
            result.workers += 1
            os.kill(chance.choice(workers_of(server)), signal.SIGKILL)
            await _all_back(server)
    over.set()
    await asyncio.gather(*pushing)
    await _told_again(tablets)
    await asyncio.to_thread(server.stop)
    result.commands = sum(len(tablet.issued) for tablet in tablets)
    await _each_once(db, tablets, before)
    result.breaches = await examine(db, server.folder)
    result.seconds = time.monotonic() - began
    return result


def workers_of(server: Running) -> list[int]:
    """The process ids of the workers (Linux)."""
    assert server.process is not None
    pid = server.process.pid
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def _all_back(server: Running) -> None:
    """The server starts a worker that died again, by itself."""
    async with asyncio.timeout(BACK_SECONDS):
        while len(workers_of(server)) < server.workers or not await asyncio.to_thread(server.is_ready):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def _push(tablet: Tablet, customers: list[str], over: asyncio.Event, result: Killed) -> None:
    """Types and pushes; what got no answer is sent again as it was."""
    chance = random.Random(tablet.device_id)
    while not over.is_set():
        for _ in range(chance.randint(1, MOST)):
            note = {"customer_id": chance.choice(customers), "note_id": uuid7()}
            tablet.type("customer.add_note", text=f"{len(tablet.issued)}", **note)
        while tablet.queue:
            try:
                await tablet.push(MOST)
                result.answered += 1
            except Lost as lost:
                result.unanswered += lost.sent
            await asyncio.sleep(chance.uniform(0, 0.1))


async def _told_again(tablets: list[Tablet]) -> None:
    """Every command, sent again, is answered as it was the first time."""
    for tablet in tablets:
        for first in range(0, len(tablet.issued), 500):
            for told in await tablet.send(tablet.issued[first : first + 500]):
                assert tablet.told[told.id] == told
        assert {told.outcome for told in tablet.told.values()} == {"applied"}


async def _each_once(db: Database, tablets: list[Tablet], before: dict[str, int]) -> None:
    """The journal holds each command once, and the customers each note once, by one revision each."""
    async with db.read() as tx:
        journal, rows = await tx.run(
            ("SELECT command_id FROM journal WHERE name = 'customer.add_note'", ()),
            ("SELECT DISTINCT body FROM feed WHERE kind = 'customers'", ()),
        )
    issued = sorted(command["id"] for tablet in tablets for command in tablet.issued)
    assert sorted(command_id for (command_id,) in journal) == issued
    customers = [msgspec.json.decode(body) for (body,) in rows]
    assert all(row["rev"] == before[row["id"]] + len(row["notes"]) for row in customers)
    written = sorted(note["id"] for row in customers for note in row["notes"])
    assert written == sorted(command["fields"]["note_id"] for tablet in tablets for command in tablet.issued)


async def _revisions(db: Database) -> dict[str, int]:
    async with db.read() as tx:
        [rows] = await tx.run(("SELECT id, rev FROM feed WHERE kind = 'customers'", ()))
    return dict(rows)
