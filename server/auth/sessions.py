"""Sign-ins: the account, the tablet, the token (256 bits, of which only the SHA-256 is stored), and the answer."""

import secrets
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from server.domain.ids import uuid7
from server.domain.tokens import token_hash
from server.queries.callers import cut
from server.store.database import Database

_QUEUE = (
    "INSERT INTO device_queues (device_id, group_id, store_id, next_seq, attempts, app, last_seen_at) "
    "VALUES (?, ?, ?, 1, '{}', NULL, ?) ON CONFLICT (device_id) DO NOTHING"
)
_SESSION = (
    "INSERT INTO sessions (id, token_hash, user_id, device_id, created_at, expires_at, used_at, address) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_DEVICE = "SELECT name, group_id, public_key, revoked_at, pending FROM devices WHERE id = ?"
_ACCOUNT = "SELECT id, group_id, store_id, password_hash, active, role, username FROM users WHERE "
_WHO = (
    "SELECT u.id, u.username, u.name, u.role, s.id, s.name, s.name_en, s.time_zone, s.phone, s.labour_rate_fen "
    "FROM users u JOIN stores s ON s.id = u.store_id WHERE u.id = ?"
)


class Account(Struct, frozen=True):
    """An account as a sign-in needs it."""

    id: str
    group_id: str
    store_id: str
    password_hash: str
    active: bool
    role: str
    username: str


class User(Struct, frozen=True):
    """Who signed in."""

    id: str
    username: str
    name: str
    role: str


class Store(Struct, frozen=True):
    """Where they work; `labour_rate_fen` is the price of an hour."""

    id: str
    name: str
    name_en: str
    time_zone: str
    phone: str
    labour_rate_fen: int


class Named(Struct, frozen=True):
    """The tablet that the token was given to."""

    id: str
    name: str


class SignedIn(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to a sign-in; `/auth/me` leaves the token out."""

    token: str | None = None
    expires_at: datetime
    user: User
    store: Store
    device: Named | None


class Known(Struct, frozen=True):
    """A tablet that enrolled before, in whichever group."""

    name: str
    group_id: str
    public_key: dict[str, Any]
    revoked: bool
    pending: bool


async def account(db: Database, username: str) -> Account | None:
    """The account with this username."""
    return await _account(db, "username = ?", username)


async def account_by_id(db: Database, user_id: str) -> Account | None:
    """The account with this id."""
    return await _account(db, "id = ?", user_id)


async def _account(db: Database, condition: str, value: str) -> Account | None:
    async with db.read() as tx:
        [rows] = await tx.run((_ACCOUNT + condition, (value,)))
    return Account(*rows[0]) if rows else None


async def known_device(db: Database, device_id: str) -> Known | None:
    """The tablet with this id."""
    async with db.read() as tx:
        [rows] = await tx.run((_DEVICE, (device_id,)))
    if not rows:
        return None
    name, group_id, key, revoked_at, pending = rows[0]
    key = msgspec.json.decode(key) if isinstance(key, str) else key
    return Known(name, group_id, key, revoked_at is not None, bool(pending))


async def open_session(
    db: Database, who: Account, device: Named | None, now: datetime, days: int, network: str
) -> SignedIn:
    """Makes a token that works for so many days, and the tablet's queue if it has none."""
    token = secrets.token_urlsafe(32)
    expires_at = now + timedelta(days=days)
    device_id = device and device.id
    queue = [(_QUEUE, (device_id, who.group_id, who.store_id, now))] if device_id else []
    session = (_SESSION, (uuid7(), token_hash(token), who.id, device_id, now, expires_at, now, cut(network)))
    async with db.write() as tx:
        [rows, *_] = await tx.finish((_WHO, (who.id,)), *queue, session)
    return _signed_in(rows[0], expires_at, device, token)


async def session(db: Database, session_id: str) -> SignedIn:
    """What a sign-in that is still open answers."""
    async with db.read() as tx:
        [[(user_id, expires_at, device_id, device_name)]] = await tx.run(
            (
                "SELECT s.user_id, s.expires_at, d.id, d.name FROM sessions s "
                "LEFT JOIN devices d ON d.id = s.device_id WHERE s.id = ?",
                (session_id,),
            )
        )
        [rows] = await tx.run((_WHO, (user_id,)))
    return _signed_in(rows[0], expires_at, Named(device_id, device_name) if device_id else None)


async def close_session(db: Database, session_id: str, now: datetime) -> None:
    """The token stops working."""
    async with db.write() as tx:
        await tx.finish(("UPDATE sessions SET revoked_at = ? WHERE id = ?", (now, session_id)))


def _signed_in(row: tuple[Any, ...], expires_at: datetime, device: Named | None, token: str | None = None) -> SignedIn:
    return SignedIn(token=token, expires_at=expires_at, user=User(*row[:4]), store=Store(*row[4:]), device=device)
