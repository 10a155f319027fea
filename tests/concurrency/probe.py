"""The missed-row probe: many writers commit while one reader pulls as fast as it can, and every row must come by."""

import asyncio
import random
import time
from dataclasses import dataclass, field

import asyncpg

from server.commands.bus import Bus
from server.domain.ids import uuid7
from server.store.database import Database
from tests.shop import Shop, Tablet
from tests.visits import check_in

WRITERS = 16
PAGE = 500
HELD = 0.004
"""Seconds for which a writer of the control holds its transaction open, at most."""


@dataclass
class Found:
    """What a reader saw of what was written; `pulls` counts those that brought rows."""

    written: int = 0
    missed: set[str] = field(default_factory=set)
    pulls: int = 0
    seconds: float = 0


async def probe(db: Database, url: str, pushes: int, commands: int) -> Found:
    """Sixteen tablets, each through a bus and a connection of its own, push `commands` rows `pushes` times."""
    shop = await Shop.open(db)
    visit = (await check_in(shop)).id
    databases = [await Database.open(url) for _ in range(WRITERS)]
    reader = await shop.tablet()
    await shop.pull(reader)
    found, over, began = Found(), asyncio.Event(), time.monotonic()
    reading = asyncio.create_task(_read(shop, reader, over, found))
    writing = [_write(shop, await shop.tablet(), Bus(one), visit, pushes, commands) for one in databases]
    wrote = await asyncio.gather(*writing)
    found.seconds = time.monotonic() - began
    over.set()
    await reading
    written = {row_id for ids in wrote for row_id in ids}
    found.written, found.missed = len(written), written - reader.rows["damages"].keys()
    assert reader.resets == 0
    for one in databases:
        await one.close()
    return found


async def _write(shop: Shop, tablet: Tablet, bus: Bus, visit: str, pushes: int, commands: int) -> list[str]:
    ids: list[str] = []
    said = {"panel": "hood", "kind": "dent", "severity": "light", "x": 0.5, "y": 0.5, "photos": [], "known": False}
    for _ in range(pushes):
        new = [uuid7() for _ in range(commands)]
        queue = [shop.queued(tablet, "visit.add_damage", visit_id=visit, damage_id=one, **said) for one in new]
        answer = await shop.push(tablet, *queue, bus=bus)
        assert {outcome.outcome for outcome in answer.outcomes} == {"applied"}
        ids += new
    return ids


async def _read(shop: Shop, reader: Tablet, over: asyncio.Event, found: Found) -> None:
    """Pulls without a pause; once more when all is written."""
    last = False
    while not last:
        last = over.is_set()
        more = True
        while more:
            page = await shop.next_page(reader, PAGE)
            found.pulls += bool(page["rows"])
            more = page["more"]


async def control(url: str, inserts: int) -> Found:
    """The same shape over a table whose cursor is an identity column, as systems without our lock have it."""
    pool = await asyncpg.create_pool(url, min_size=WRITERS + 1, max_size=WRITERS + 1)
    await pool.execute("CREATE TABLE control (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, row_id text)")
    found, over, seen, began = Found(), asyncio.Event(), set[str](), time.monotonic()

    async def write(chance: random.Random) -> list[str]:
        ids = [uuid7() for _ in range(inserts // WRITERS)]
        async with pool.acquire() as connection:
            for row_id in ids:
                async with connection.transaction():
                    await connection.execute("INSERT INTO control (row_id) VALUES ($1)", row_id)
                    await asyncio.sleep(chance.uniform(0, HELD))
        return ids

    async def read() -> None:
        cursor, last = 0, False
        while not last:
            last = over.is_set()
            rows = await pool.fetch("SELECT id, row_id FROM control WHERE id > $1 ORDER BY id", cursor)
            seen.update(row["row_id"] for row in rows)
            cursor = rows[-1]["id"] if rows else cursor
            found.pulls += bool(rows)

    reading = asyncio.create_task(read())
    wrote = await asyncio.gather(*(write(random.Random(number)) for number in range(WRITERS)))
    found.seconds = time.monotonic() - began
    over.set()
    await reading
    await pool.close()
    written = {row_id for ids in wrote for row_id in ids}
    found.written, found.missed = len(written), written - seen
    return found
