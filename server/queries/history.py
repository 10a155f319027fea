"""What each field of a row held before: who replaced it, when, and from which device."""

import json
from collections import defaultdict
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from server.domain.fields import Id
from server.store import feed
from server.store.database import Database

_WHO = "j.command_id, j.name, j.user_id, j.device_id, j.door, j.issued_at, j.received_at, j.n"


class FieldChange(Struct, frozen=True):
    """One field that one command changed. `issued_at` is the device's clock, `received_at` the server's."""

    field: str
    before: Any
    after: Any
    command_id: Id
    command: str
    user_id: Id | None
    device_id: Id | None
    door: str
    issued_at: datetime
    received_at: datetime


async def history_of(db: Database, group_id: str, ids: list[str], first: int) -> dict[str, list[FieldChange]]:
    """The newest `first` changes of each row, also those made under an id that was merged into it."""
    which = feed.DIALECTS[db.dialect].ids
    wanted = json.dumps(ids)
    async with db.read() as tx:
        [rows] = await tx.run(
            (
                f"SELECT a.canonical_id, n.* FROM (SELECT h.row_id, h.field, h.before, h.after, {_WHO} FROM history h "
                "JOIN journal j ON j.group_id = h.group_id AND j.command_id = h.command_id "
                f"WHERE h.group_id = ? AND (h.row_id IN ({which}) OR h.row_id IN "
                f"(SELECT id FROM aliases WHERE group_id = ? AND canonical_id IN ({which})))) n "
                "LEFT JOIN aliases a ON a.id = n.row_id ORDER BY n.n DESC",
                (group_id, wanted, group_id, wanted),
            )
        )
    found: defaultdict[str, list[FieldChange]] = defaultdict(list)
    for canonical_id, row_id, field, before, after, *rest, _ in rows:
        changes = found[row_id if row_id in ids else canonical_id]
        if len(changes) < first:
            changes.append(FieldChange(field, msgspec.json.decode(before), msgspec.json.decode(after), *rest))
    return found
