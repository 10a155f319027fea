"""Who looked at a customer's file: the access log, read for the people who answer for it and for the customer."""

import json
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from server.domain.fields import Id
from server.queries.names import names_of
from server.store import feed
from server.store.database import Database


class SeenBy(Struct, frozen=True):
    """One look at a customer's file; `user_id` is null when it was through the customer's own link.

    `fields` are those that were shown, under the names of the door (`phones`, `handover.pdf`).
    """

    at: datetime
    user_id: Id | None
    device_id: Id | None
    role: str
    door: str
    reason: str | None
    fields: list[str]


class Pulled(Struct, frozen=True):
    """The tablets of a store that has the customer's file brought their copy up to date: how often on a day (UTC)."""

    store_id: Id
    day: str
    times: int


async def looks_at(db: Database, group_id: str, customer_ids: list[str], first: int) -> dict[str, list[SeenBy]]:
    """The newest `first` looks at each customer, also at records that were merged into it."""
    which = feed.DIALECTS[db.dialect].ids
    columns = "subject_id, at, user_id, device_id, role, door, reason, fields"
    async with db.read() as tx:
        names = await names_of(tx, db.dialect, group_id, customer_ids)
        [rows] = await tx.run(
            (
                f"SELECT {columns} FROM (SELECT {columns}, n, row_number() OVER (PARTITION BY subject_id ORDER BY n "
                "DESC) AS nth FROM access_log WHERE group_id = ? AND subject_type = 'customers' "
                f"AND subject_id IN ({which})) AS ranked WHERE nth <= ? ORDER BY n DESC",
                (group_id, json.dumps(sorted(set[str]().union(*names.values()))), first),
            )
        )
    found: dict[str, list[SeenBy]] = {customer_id: [] for customer_id in customer_ids}
    for subject_id, *look, fields in rows:
        seen = SeenBy(*look, msgspec.json.decode(fields))
        for asked, looks in found.items():
            if subject_id in names[asked] and len(looks) < first:
                looks.append(seen)
    return found


async def pulls_of(db: Database, group_id: str, store_ids: list[str], first: int) -> list[Pulled]:
    """How often these stores' tablets pulled customers' rows: the newest `first` lines, one a store and day."""
    which = feed.DIALECTS[db.dialect].ids
    day = "substr(at, 1, 10)" if db.dialect == "sqlite" else "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    async with db.read() as tx:
        [rows] = await tx.run(
            (
                f"SELECT subject_id, {day} AS day, count(*) FROM access_log WHERE group_id = ? "
                f"AND subject_type = 'stores' AND door = 'sync' AND subject_id IN ({which}) GROUP BY subject_id, day "
                "ORDER BY day DESC, subject_id LIMIT ?",
                (group_id, json.dumps(sorted(store_ids)), first),
            )
        )
    return [_pulled(row) for row in rows]


def _pulled(row: tuple[Any, ...]) -> Pulled:
    return Pulled(row[0], row[1], row[2])
