"""The journal (指令日志) for people: who did what, through which door, and what became of it."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from server.domain.fields import Id
from server.domain.rows.inbox import Cause
from server.queries.names import names_of
from server.queries.pages import Condition, Order, Page, Window, paged, select
from server.queries.rows import any_of
from server.queries.sight import Sight
from server.store.database import Database

NEWEST_FIRST = Order(("n",), tuple[int], descending=True)
_COLUMNS = (
    "command_id", "name", "user_id", "device_id", "door", "issued_at", "received_at", "fields", "outcome", "reason",
    "merged", "review_id", "n",
)  # fmt: skip


class JournalEntry(Struct, frozen=True):
    """One command that ran; its id is the command's. `door` is the way it came in, `fields` what was sent."""

    id: Id
    name: str
    user_id: Id | None
    device_id: Id | None
    door: str
    issued_at: datetime
    received_at: datetime
    fields: dict[str, Any]
    outcome: str
    reason: Cause | None
    merged: list[dict[str, Any]]
    review: Id | None


async def journal(db: Database, sight: Sight, subject_id: str | None, window: Window) -> Page:
    """The commands, the newest first: with `subject_id` those that name it, under whichever of its ids.

    Who does not read every store's reads what the people of the own one did, and what names a row within reach.
    """
    columns = ", ".join(f"t.{name}" for name in _COLUMNS)
    async with db.read() as tx:
        conditions = [] if subject_id or sight.reach("journal") == "group" else [_by_people_of(sight.store_id)]
        if subject_id is not None:
            names = await names_of(tx, db.dialect, sight.group_id, [subject_id])
            known = await any_of(tx, db.dialect, sight, subject_id)
            conditions.append(_naming(sorted(names[subject_id]) if known is not None else []))
        [rows] = await tx.run(select(f"{columns} FROM journal t", sight.group_id, NEWEST_FIRST, window, conditions))
    return paged(rows, NEWEST_FIRST, window, _entry)


def _by_people_of(store_id: str) -> Condition:
    return "t.user_id IN (SELECT s.id FROM staff s WHERE s.group_id = t.group_id AND s.store_id = ?)", (store_id,)


def _naming(ids: list[str]) -> Condition:
    if not ids:
        return "1 = 0", ()
    return f"({' OR '.join(['t.fields LIKE ?'] * len(ids))})", [f'%"{row_id}"%' for row_id in ids]


def _entry(row: tuple[Any, ...]) -> JournalEntry:
    *before, fields, outcome, reason, merged, review, _ = row
    return JournalEntry(
        *before,
        fields=msgspec.json.decode(fields),
        outcome=outcome,
        reason=msgspec.json.decode(reason, type=Cause) if reason else None,
        merged=msgspec.json.decode(merged),
        review=review,
    )
