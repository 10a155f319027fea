"""The missed-row probe: many writers commit while one reader pulls as fast as it can, and every row must come by."""

import asyncio
import random
import time
from dataclasses import dataclass, field

from server.commands.bus import Bus
from server.store.database import Database
from tests.shop import Shop
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
    wrote = await asyncio.gather(*(write(random.Random(number)) for number in range(WRITERS)))
    found.seconds = time.monotonic() - began
    over.set()
    await reading
    await pool.close()
    written = {row_id for ids in wrote for row_id in ids}
    found.written, found.missed = len(written), written - seen
    return found
