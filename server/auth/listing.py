"""Sign-ins and tablets as the screen 登录与设备 shows them, and how they end."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from server.auth.reach import people, tablets
from server.queries.callers import Caller
from server.store.database import Database

_OPEN = "s.revoked_at IS NULL AND s.expires_at > ?"
_SESSIONS = (
    "SELECT s.id, u.id, u.name, u.role, d.id, d.name, s.created_at, s.used_at, s.expires_at, s.address "
    "FROM sessions s JOIN users u ON u.id = s.user_id "
    "LEFT JOIN devices d ON d.group_id = u.group_id AND d.id = s.device_id WHERE "
    f"{_OPEN} AND "
)
_DEVICES = (
    "SELECT d.id, d.name, st.name, d.enrolled_at, u.name, d.pending, d.revoked_at, q.last_seen_at, q.unsent, q.app "
    "FROM devices d JOIN stores st ON st.id = d.home_store_id LEFT JOIN users u ON u.id = d.enrolled_by "
    "LEFT JOIN device_queues q ON q.device_id = d.id WHERE {} ORDER BY d.pending DESC, d.enrolled_at DESC, d.id LIMIT ?"
)
MOST = 500
"""Tablets and sign-ins an answer shows, the newest ones."""


class SessionCard(Struct, frozen=True):
    """One open sign-in; `address` is where it was used last, its end cut off; without a device it is a program."""

    id: str
    user_id: str
    user_name: str
    role: str
    device_id: str | None
    device_name: str | None
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime
    address: str | None
    current: bool


class DeviceCard(Struct, frozen=True):
    """One tablet. `state`: `pending`, `active`, `revoked`; `unsent` as it told last, null when it never did."""

    id: str
    name: str
    store: str
    enrolled_at: datetime
    enrolled_by: str | None
    state: str
    last_seen_at: datetime | None
    unsent: int | None
    app: str | None
    current: bool


async def sessions_of(db: Database, person: Caller, now: datetime, everybody: bool) -> list[SessionCard]:
    """The person's own open sign-ins, or all that they may end; the last used ones first."""
    condition, params = people(person) if everybody else ("u.id = ?", [person.user_id])
    order = " ORDER BY COALESCE(s.used_at, s.created_at) DESC, s.id LIMIT ?"
    async with db.read() as tx:
        [rows] = await tx.run((_SESSIONS + condition + order, (now, *params, MOST)))
    return [SessionCard(*row, current=row[0] == person.session_id) for row in rows]


async def devices_of(db: Database, person: Caller) -> list[DeviceCard]:
    """The tablets that a manager or admin answers for; those that wait for a word come first."""
    condition, params = tablets(person)
    async with db.read() as tx:
        [rows] = await tx.run((_DEVICES.format(condition), (*params, MOST)))
    return [_device(row, person.device_id) for row in rows]


def _device(row: tuple[Any, ...], here: str | None) -> DeviceCard:
    *head, pending, revoked_at, last_seen_at, unsent, app = row
    state = "revoked" if revoked_at is not None else "pending" if pending else "active"
    return DeviceCard(*head, state, last_seen_at, unsent, app, current=row[0] == here)


async def answers_for(db: Database, person: Caller, device_id: str) -> bool:
    """Whether the tablet is one of those that `devices_of` would show."""
    condition, params = tablets(person)
    async with db.read() as tx:
        [rows] = await tx.run((f"SELECT 1 FROM devices d WHERE d.id = ? AND {condition}", (device_id, *params)))
    return bool(rows)


async def end_session(db: Database, person: Caller, session_id: str, now: datetime) -> bool:
    """Ends one sign-in; False when there is no such open one that this person may end."""
    condition, params = people(person)
    whose = f"user_id IN (SELECT u.id FROM users u WHERE {condition})"
    ended = f"UPDATE sessions SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL AND {whose} RETURNING id"
    async with db.write() as tx:
        [rows] = await tx.finish((ended, (now, session_id, *params)))
    return bool(rows)


async def end_others(db: Database, user_id: str, session_id: str | None, now: datetime) -> int:
    """Ends a person's sign-ins but the one that asks, if one does; gives how many."""
    ended = "UPDATE sessions SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ?"
    but, params = (" AND id <> ?", [session_id]) if session_id else ("", [])
    async with db.write() as tx:
        [rows] = await tx.finish((f"{ended}{but} RETURNING id", (now, user_id, now, *params)))
    return len(rows)
