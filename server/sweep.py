"""Once an hour, what was closed 30 days ago leaves the tablets, and old tombstones leave the feed."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import structlog

from server.commands.bus import Actor, Bus
from server.commands.sweeps import SHOWN_FOR
from server.store.database import Database, Unavailable
from server.store.horizon import forget_gone

EVERY = 3600.0
REMEMBERED = timedelta(days=90)
"""A tablet that was away for longer starts anew: what left its store is told for so long."""

_SHOWN = "EXISTS (SELECT 1 FROM feed f WHERE f.group_id = t.group_id AND f.kind = ? AND f.id = t.id AND NOT f.gone)"
_SETTLED = (
    "t.state <> 'open' AND NOT EXISTS (SELECT 1 FROM history h JOIN journal j ON j.group_id = h.group_id "
    "AND j.command_id = h.command_id WHERE h.group_id = t.group_id AND h.row_id = t.id AND j.received_at >= ?)"
)
_FIRST_STORE = "(SELECT s.id FROM stores s WHERE s.group_id = t.group_id ORDER BY s.id LIMIT 1)"
_DUE = {
    "visit": ("visits", "t.store_id", "t.closed_at < ?"),
    "review": ("reviews", "t.store_id", "t.state = 'resolved' AND t.resolved_at < ?"),
    "proposal": ("merge_proposals", _FIRST_STORE, _SETTLED),
    "message": ("messages", "t.store_id", "t.visit_id IS NULL AND t.promised_at < ?"),
    "complaint": ("complaints", "t.store_id", "t.closed_at < ?"),
}
"""By noun: the table, a store at whose name the server acts, and what is due."""


async def sweep(db: Database, bus: Bus) -> int:
    """Sweeps what is due; gives the number of rows that left by themselves."""
    swept = 0
    for noun, (table, store, condition) in _DUE.items():
        before = bus.clock() - SHOWN_FOR
        due_sql = f'SELECT t.group_id, {store}, t.id FROM "{table}" t WHERE {condition} AND {_SHOWN}'
        async with db.read() as tx:
            [due] = await tx.run((due_sql, (before, table)))
        for group_id, store_id, row_id in due:
            server = Actor(group_id=group_id, store_id=store_id, door="server", role="server")
            await bus.run(server, f"{noun}.sweep", {f"{noun}_id": row_id})
        swept += len(due)
    async with db.read() as tx:
        [groups] = await tx.run(("SELECT id FROM groups", ()))
    for (group_id,) in groups:
        await forget_gone(db, group_id, bus.clock() - REMEMBERED)
    async with db.write() as tx:
        await tx.finish(("DELETE FROM attempts WHERE at < ?", (bus.clock() - timedelta(days=1),)))
    return swept


async def sweep_forever(db: Database, bus: Bus, stop: asyncio.Event) -> None:
    """Sweeps until `stop` is set."""
    while not stop.is_set():
        try:
            await sweep(db, bus)
        except Unavailable as error:
            structlog.get_logger("sweep").warning("sweep put off", error=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)
