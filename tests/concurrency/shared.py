"""One customer whom people at two processes change at once: with the group's lock, without it, and without any guard.

Without the lock the unique indexes of feed and journal still refuse the second of two writers, who then runs again.
"""

import asyncio
from dataclasses import dataclass
from unittest.mock import patch

from server.commands.bus import Bus, CommandFailed
from server.domain.ids import uuid7
from server.store import feed
from server.store.database import Database
from server.store.ddl import index_name
from server.store.feed import Dialect
from tests.commands.given import registered
from tests.shop import Shop

WRITERS = 8
POSITIONS = index_name("feed", ("store_id", "position"))
UNGUARDED = (f"DROP INDEX {POSITIONS}", "ALTER TABLE journal DROP CONSTRAINT pk_journal")
UNLOCKED = Dialect(**(feed.POSTGRES._asdict() | {"lock": ""}))


@dataclass
class Shared:
    """Notes that were written, those that the server called applied, and those that are there."""

    written: int
    applied: int
    there: int


async def share(db: Database, url: str, notes: int, *, lock: bool, unique: bool = True) -> Shared:
    """Each writer adds `notes` notes to the same customer, one by one, at one of two processes by turns.

    `unique=False` takes the unique indexes away for good.
    """
    async with db.write() as tx:
        await tx.run(*((statement, ()) for statement in UNGUARDED if not unique))
    shop = await Shop.open(db)
    customer = await registered(shop)
    other = await Database.open(url)
    buses = [Bus(db), Bus(other)]

    async def write(number: int) -> int:
        applied = 0
        for i in range(notes):
            note = {"customer_id": customer, "note_id": uuid7(), "text": f"{number}-{i}"}
            try:
                await buses[(number + i) % 2].run(shop.person("crm"), "customer.add_note", note)
                applied += 1
            except CommandFailed:
                pass
        return applied

    with patch.dict(feed.DIALECTS, {} if lock else {"postgres": UNLOCKED}):
        applied = sum(await asyncio.gather(*(write(number) for number in range(WRITERS))))
    there = len((await shop.row("customers", customer))["notes"])
    await other.close()
    return Shared(WRITERS * notes, applied, there)
