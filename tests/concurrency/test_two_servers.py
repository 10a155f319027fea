"""Two servers on one PostgreSQL: what is pushed at one rings at the other, and neither undoes what the other did."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import msgspec
import pytest

from server.domain.ids import uuid7
from server.store.database import Database
from tests.concurrency.dealership import Dealership
from tests.concurrency.shared import share
from tests.concurrency.tablet import Tablet
from tests.running import Running

pytestmark = pytest.mark.parametrize("dialect", ["postgres"], indirect=True)
SOON = 10.0


@asynccontextmanager
async def two_servers(url: str, folder: Path) -> AsyncIterator[list[Running]]:
    """Two processes of one worker each, so that a tablet knows at which it is."""
    both = [Running(folder, customers=None, database_url=url) for _ in range(2)]
    try:
        await asyncio.gather(*(asyncio.to_thread(server.start) for server in both))
        yield both
    finally:
        for server in both:
            server.stop()


class Listener:
    """A tablet that pulls whenever its stream rings, and at no other time."""

    def __init__(self, tablet: Tablet) -> None:
        self.tablet, self.rings, self.pulled = tablet, 0, asyncio.Condition()

    async def follow(self, url: str) -> None:
        """Follows until cancelled."""
        headers = {"Authorization": f"Bearer {self.tablet.line.token}"}
        async with (
            httpx.AsyncClient(timeout=60, headers=headers) as http,
            http.stream("GET", f"{url}/sync/live") as stream,
        ):
            async for line in stream.aiter_lines():
                if line.startswith("event: changed"):
                    await self._pull()

    async def _pull(self) -> None:
        await self.tablet.pull()
        async with self.pulled:
            self.rings += 1
            self.pulled.notify_all()

    async def has(self, ids: set[str]) -> None:
        """Waits until these rows are here."""
        async with asyncio.timeout(SOON), self.pulled:
            await self.pulled.wait_for(lambda: ids <= {row_id for _, row_id in self.tablet.rows})


async def _commit(tablet: Tablet, visit_id: str, times: int, pause: float) -> set[str]:
    """Pushes one note after another; gives their ids."""
    ids = {uuid7() for _ in range(times)}
    for note_id in ids:
        said = {"text": "已拆下前轮", "visible_to_customer": False}
        tablet.type("repair.note", visit_id=visit_id, note_id=note_id, **said)
        await tablet.push(1)
        await asyncio.sleep(pause)
    return ids


async def _cut_off(url: str, times: int, pause: float) -> int:
    """Ends the connections of all doorbells, over and over; gives how many it met."""
    admin, met = await asyncpg.connect(url), 0
    for _ in range(times):
        ended = await admin.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'jieche doorbell' AND datname = current_database()"
        )
        met += len(ended)
        await asyncio.sleep(pause)
    await admin.close()
    return met


async def a_stream_at_the_other_server_rings_also_after_its_listener_was_killed_among_commits(
    db: Database, database_url: str, tmp_path: Path
):
    house = await Dealership.open(db, visits=1)
    visit_id = house.visits[0].id
    async with two_servers(database_url, tmp_path) as (one, other):
        writer, listener = await house.tablet(one.port), Listener(await house.tablet(other.port))
        following = asyncio.create_task(listener.follow(other.url))
        await listener.has({visit_id})
        rung = listener.rings
        await listener.has(await _commit(writer, visit_id, times=1, pause=0))
        assert listener.rings > rung
        committing = asyncio.create_task(_commit(writer, visit_id, times=120, pause=0.02))
        assert await _cut_off(database_url, times=4, pause=0.7) >= 4
        await listener.has(await committing)
        following.cancel()
        await asyncio.wait([following])


async def the_notes_and_tags_of_two_stores_at_two_servers_about_one_customer_are_all_there(
    db: Database, database_url: str, tmp_path: Path
):
    house = await Dealership.open(db, visits=1)
    customer_id = house.visits[0].customer_id
    async with two_servers(database_url, tmp_path) as servers:
        tablets = [await house.tablet(servers[number % 2].port, number % 2) for number in range(8)]
        before = (await _pulled(tablets[0]))["customers", customer_id]
        for number, tablet in enumerate(tablets):
            for i in range(15):
                tablet.type("customer.add_note", customer_id=customer_id, note_id=uuid7(), text=f"{number}-{i}")
                tablet.type("customer.tag", customer_id=customer_id, add=[f"{number}-{i}"], remove=[])
        await asyncio.gather(*(_push_all(tablet) for tablet in tablets))
        assert (await _pulled(tablets[0]))["customers", customer_id] == before + 8 * 15 * 2
    async with db.read() as tx:
        [[(body,), *_]] = await tx.run(("SELECT body FROM feed WHERE id = ?", (customer_id,)))
    row = msgspec.json.decode(body)
    everything = sorted(f"{number}-{i}" for number in range(8) for i in range(15))
    assert sorted(note["text"] for note in row["notes"]) == sorted(row["tags"]) == everything


async def the_lock_is_what_keeps_them_and_unique_indexes_stand_behind_it(db: Database, database_url: str):
    locked = await share(db, database_url, notes=10, lock=True)
    assert locked.there == locked.applied == locked.written
    unlocked = await share(db, database_url, notes=10, lock=False)
    assert unlocked.there == unlocked.applied
    unguarded = await share(db, database_url, notes=10, lock=False, unique=False)
    assert unguarded.there < unguarded.applied


async def _pulled(tablet: Tablet) -> dict[tuple[str, str], int]:
    await tablet.pull()
    return tablet.rows


async def _push_all(tablet: Tablet) -> None:
    while tablet.queue:
        await tablet.push(2)
