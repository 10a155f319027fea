"""What each field of a row held before: who replaced it, when, and from which device."""

import json
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from server.domain.fields import Id
from server.queries.names import names_of
from server.queries.sight import Sight
from server.store import feed
from server.store.database import Database

_WHO = "j.command_id, j.name, j.user_id, j.device_id, j.door, j.issued_at, j.received_at"


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


async def history_of(db: Database, sight: Sight, kind: str, ids: list[str], first: int) -> dict[str, list[FieldChange]]:
    """The newest `first` changes of each row of a kind, also those made under other ids of it.

    Fields that the person does not see have no history either.
    """
    unseen = sight.hidden(kind)
    which = feed.DIALECTS[db.dialect].ids
    async with db.read() as tx:
        names = await names_of(tx, db.dialect, sight.group_id, ids)
        [rows] = await tx.run(
            (
                f"SELECT h.row_id, h.field, h.before, h.after, {_WHO} FROM history h "
                "JOIN journal j ON j.group_id = h.group_id AND j.command_id = h.command_id "
                f"WHERE h.group_id = ? AND h.row_id IN ({which}) ORDER BY j.n DESC",
                (sight.group_id, json.dumps(sorted(set[str]().union(*names.values())))),
            )
        )
    found: dict[str, list[FieldChange]] = {row_id: [] for row_id in ids}
    for row_id, field, before, after, *rest in rows:
        change = FieldChange(field, msgspec.json.decode(before), msgspec.json.decode(after), *rest)
        for asked, changes in found.items():
            if field not in unseen and row_id in names[asked] and len(changes) < first:
                changes.append(change)
    return found
