"""The journal (指令日志) for people: who did what, through which door, and what became of it."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from server.domain.fields import Id
from server.domain.rows.inbox import Cause
from server.queries.names import names_of
from server.queries.pages import Condition, Order, Page, Window, paged, select
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


async def journal(db: Database, group_id: str, subject_id: str | None, window: Window) -> Page:
    """The group's commands, the newest first; with `subject_id` those that name it, under whichever of its ids."""
    columns = ", ".join(f"t.{name}" for name in _COLUMNS)
    async with db.read() as tx:
        conditions: list[Condition] = []
        if subject_id is not None:
            names = await names_of(tx, db.dialect, group_id, [subject_id])
            conditions.append(_naming(sorted(names[subject_id])))
        [rows] = await tx.run(select(f"{columns} FROM journal t", group_id, NEWEST_FIRST, window, conditions))
    return paged(rows, NEWEST_FIRST, window, _entry)


def _naming(ids: list[str]) -> Condition:
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
