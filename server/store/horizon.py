"""The tombstone horizon: what was gone long ago leaves the stores' feeds, and cookies from before that start anew."""

from datetime import datetime

from server.store import feed
from server.store.database import Database

# Of a row that other stores hold, or left later, the entry says nothing more. The last one keeps the row itself: the
# server still reads it, so it goes to what no tablet holds.
_DROP = (
    "DELETE FROM feed WHERE group_id = ? AND gone AND position <= ? AND store_id <> group_id AND EXISTS (SELECT 1 "
    "FROM feed o WHERE o.group_id = feed.group_id AND o.kind = feed.kind AND o.id = feed.id "
    "AND o.store_id <> feed.store_id AND (NOT o.gone OR o.position > feed.position OR o.store_id = o.group_id))"
)
_ERASED = "DELETE FROM feed WHERE group_id = ? AND gone AND position <= ? AND body = ''"
_KEEP = "UPDATE feed SET store_id = group_id WHERE group_id = ? AND gone AND position <= ? AND store_id <> group_id"
_MARK = "UPDATE groups SET horizon = ? WHERE id = ?"


async def forget_gone(db: Database, group_id: str, before: datetime) -> int:
    """Removes a group's tombstones that were written before this moment; gives the horizon, a position of the feed."""
    async with db.read() as tx:
        past, [(known,)] = await tx.run(
            ("SELECT max(position) FROM journal WHERE group_id = ? AND received_at < ?", (group_id, before)),
            ("SELECT horizon FROM groups WHERE id = ?", (group_id,)),
        )
    horizon, known = past[0][0] or 0, known or 0
    if horizon <= known:
        return known
    async with db.write() as tx:
        await tx.run(feed.head(db.dialect, group_id))
        steps = [(step, (group_id, horizon)) for step in (_ERASED, _DROP, _KEEP)]
        await tx.finish(*steps, (_MARK, (horizon, group_id)))
    return horizon
