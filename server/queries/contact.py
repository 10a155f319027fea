"""What the contact rules need to know of a customer, and what was promised to them and not told yet."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from server.domain.rows.contacts import Complaint, Message
from server.queries.rows import belonging_to
from server.queries.sight import Sight
from server.store import feed
from server.store.database import Database, Rows
from server.store.rows import DECODERS

_NAMES = "SELECT ? AS id UNION SELECT a.id FROM aliases a WHERE a.group_id = ? AND a.canonical_id = ?"
"""A customer's id and those of records that were merged into it."""
_NOT_SENT = "not_sent: "


async def open_complaints(db: Database, group_id: str, customer_id: str) -> list[Complaint]:
    """The customer's open complaints, in every store of the group, the oldest first."""
    sql = (
        "SELECT DISTINCT f.id, f.body FROM complaints c JOIN feed f ON f.group_id = c.group_id "
        "AND f.kind = 'complaints' AND f.id = c.id "
        f"WHERE c.group_id = ? AND c.state = 'open' AND c.customer_id IN ({_names(db)}) ORDER BY f.id"
    )
    async with db.read() as tx:
        [rows] = await tx.run((sql, (group_id, customer_id, group_id, customer_id)))
    return [DECODERS["complaints"].decode(body) for _, body in rows]


async def latest_visit(db: Database, group_id: str, customer_id: str) -> str | None:
    """The visit whose page the customer knows best: the newest."""
    sql = (
        f"SELECT v.id FROM visits v WHERE v.group_id = ? AND v.customer_id IN ({_names(db)}) "
        "ORDER BY v.opened_at DESC, v.id DESC LIMIT 1"
    )
    async with db.read() as tx:
        [rows] = await tx.run((sql, (group_id, customer_id, group_id, customer_id)))
    return rows[0][0] if rows else None


def _names(db: Database) -> str:
    return _NAMES.replace("SELECT ?", "SELECT ?::uuid", 1) if db.dialect == "postgres" else _NAMES


_PROMISED = (
    "SELECT o.id, {owner}, o.visit_id, o.payload, o.state, o.last_error, o.created_at, {customer}, {store} "
    "FROM outbox o LEFT JOIN visits v ON v.group_id = o.group_id AND v.id = o.visit_id {join}"
    "WHERE o.group_id = ? AND o.kind = 'message' AND {which} "
    "AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.group_id = o.group_id AND m.id = o.id) ORDER BY o.id"
)


async def promised_to_visits(db: Database, group_id: str, visit_ids: Iterable[str]) -> dict[str, list[Message]]:
    """What the outbox holds for these visits and no row of `messages` tells of: it waits, or nobody could be told."""
    ids = feed.DIALECTS[db.dialect].ids
    sql = _PROMISED.format(
        owner="o.visit_id", customer="v.customer_id", store="v.store_id", join="", which=f"o.visit_id IN ({ids})"
    )
    async with db.read() as tx:
        [rows] = await tx.run((sql, (group_id, json.dumps(sorted(set(visit_ids))))))
    return _grouped(rows)


async def promised_to_customers(db: Database, group_id: str, customer_ids: Iterable[str]) -> dict[str, list[Message]]:
    """The same for customers: about their visits, and about their appointments."""
    ids = feed.DIALECTS[db.dialect].ids
    about = "(o.payload::json->>'appointment_id')::uuid" if db.dialect == "postgres" else (
        "json_extract(o.payload, '$.appointment_id')"
    )  # fmt: skip
    asked = json.dumps(sorted(set(customer_ids)))
    visits = _PROMISED.format(
        owner="v.customer_id", customer="v.customer_id", store="v.store_id", join="", which=f"v.customer_id IN ({ids})"
    )
    booked = _PROMISED.format(
        owner="b.customer_id", customer="b.customer_id", store="b.store_id",
        join=f"JOIN appointments b ON b.group_id = o.group_id AND b.id = {about} ",
        which=f"o.visit_id IS NULL AND b.customer_id IN ({ids})",
    )  # fmt: skip
    async with db.read() as tx:
        first, second = await tx.run((visits, (group_id, asked)), (booked, (group_id, asked)))
    return _grouped(first + second)


async def messages_of(
    db: Database, sight: Sight, kind: str, owners: Iterable[str], first: int
) -> dict[str, list[Message]]:
    """The newest `first` messages about each of these visits, or to each of these customers (`kind`)."""
    if sight.reach("messages") == "none":
        return {}
    asked = list(owners)
    column = "visit_id" if kind == "visits" else "customer_id"
    written = await belonging_to(db, sight, "messages", column, "promised_at", asked, first)
    promised = await (promised_to_visits if kind == "visits" else promised_to_customers)(db, sight.group_id, asked)
    both = {
        owner: [
            *written.get(owner, []),
            *(one for one in promised.get(owner, []) if sight.may_open("messages", [one.store_id])),
        ]
        for owner in asked
    }
    return {
        owner: sorted(found, key=lambda one: (one.promised_at, one.id), reverse=True)[:first]
        for owner, found in both.items()
    }


def _grouped(rows: Rows) -> dict[str, list[Message]]:
    found: defaultdict[str, list[Message]] = defaultdict(list)
    for owner, *row in _told_by_themselves(rows):
        found[owner].append(_message(*row))
    return found


def _told_by_themselves(rows: Rows) -> Iterable[tuple[Any, ...]]:
    """Without promises to send again what has its row already."""
    for row_id, owner, visit_id, payload, state, error, at, customer_id, store_id in rows:
        said = msgspec.json.decode(payload)
        if owner is not None and not said.get("message_id"):
            yield owner, row_id, visit_id, said, state, error or "", at, customer_id, store_id


def _message(
    row_id: str, visit_id: str | None, said: dict[str, Any], state: str, error: str, at: datetime, customer_id: str,
    store_id: str,
) -> Message:  # fmt: skip
    why = error.removeprefix(_NOT_SENT) if error.startswith(_NOT_SENT) else None
    became = {"waiting": "waiting", "dead": "failed"}.get(state, "not_sent" if why else "sent")
    return msgspec.convert(
        {
            "id": row_id, "rev": 0, "store_id": store_id, "customer_id": customer_id, "visit_id": visit_id,
            "appointment_id": said.get("appointment_id"), "event": said["event"], "stage": said.get("stage"),
            "state": became, "channel": None, "why": why, "attempts": [], "promised_at": at,
        },
        Message,
    )  # fmt: skip
