"""Visits (工单) by stage."""

import json

from server.domain.stages import CLOSED
from server.queries.pages import NEWEST, Condition, Page, Window, page_of
from server.queries.sight import Sight
from server.store import feed
from server.store.database import Database


async def visits(db: Database, sight: Sight, stage: str | None, open_only: bool, window: Window) -> Page:
    """Visits, the newest first; of one stage, or only those of cars that have not left."""
    conditions: list[Condition] = []
    if open_only:
        conditions.append((f"t.stage NOT IN ({', '.join('?' * len(CLOSED))})", sorted(CLOSED)))
    if stage is not None:
        conditions.append(("t.stage = ?", (stage,)))
    return await page_of(db, sight, "visits", NEWEST, window, *conditions)


async def revisions(db: Database, group_id: str, visit_id: str) -> dict[tuple[str, str], int]:
    """The `rev` of a visit and of every row that tablets see hanging on it: whatever changes there changes this."""
    which = feed.DIALECTS[db.dialect].ids
    sql = (
        "SELECT kind, id, rev FROM feed WHERE group_id = ? AND store_id <> group_id "
        f"AND (parent_id IN ({which}) OR (kind = 'visits' AND id IN ({which})))"
    )
    ids = json.dumps([visit_id])
    async with db.read() as tx:
        [rows] = await tx.run((sql, (group_id, ids, ids)))
    return {(kind, row_id): rev for kind, row_id, rev in rows}
