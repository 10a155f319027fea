"""Once an hour, visits that were closed 30 days ago leave the tablets."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from server.commands.bus import Actor, Bus
from server.commands.system import SHOWN_FOR
from server.store.database import Database, Unavailable

EVERY = 3600.0


async def sweep(db: Database, bus: Bus) -> int:
    """Sweeps what is due; gives the number of visits that left."""
    before = datetime.now(UTC) - SHOWN_FOR
    async with db.read() as tx:
        [due] = await tx.run(
            (
                "SELECT v.group_id, v.store_id, v.id FROM visits v JOIN feed f ON f.store_id = v.store_id "
                "AND f.kind = 'visits' AND f.id = v.id WHERE v.closed_at < ? AND NOT f.gone",
                (before,),
            )
        )
    for group_id, store_id, visit_id in due:
        server = Actor(group_id=group_id, store_id=store_id, door="server", role="server")
        await bus.run(server, "visit.sweep", {"visit_id": visit_id})
    return len(due)


async def sweep_forever(db: Database, bus: Bus, stop: asyncio.Event) -> None:
    """Sweeps until `stop` is set."""
    while not stop.is_set():
        try:
            await sweep(db, bus)
        except Unavailable as error:
            structlog.get_logger("sweep").warning("sweep put off", error=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)
