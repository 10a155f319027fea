"""Keys of other programs (接口密钥): made, listed, rotated, revoked. Of a key only its SHA-256 is kept."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from server.auth.reach import keys
from server.commands.bus import Actor, Bus
from server.domain.access_keys import BITS, key_text, shown
from server.domain.ids import uuid7
from server.domain.scopes import INTEGRATION, SCOPES
from server.domain.tokens import token_hash
from server.queries.callers import KEY_OVERLAP, Caller
from server.store.database import Database

USUAL_DAYS, MOST_DAYS = 365, 730
"""A key lasts so long when nobody says otherwise, and at the most."""
MOST = 500
"""Keys an answer shows, the newest ones."""

_ADD = (
    "INSERT INTO api_keys (id, group_id, store_id, name, purpose, scopes, prefix, key_hash, created_at, created_by, "
    "expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_LIST = (
    "SELECT k.id, k.name, k.purpose, k.scopes, k.prefix, st.id, st.name, k.created_at, made.name, k.expires_at, "
    "k.rotated_at, k.used_at, k.address, k.revoked_at, gone.name, k.revoked_why, k.previous_hash, k.previous_until "
    "FROM api_keys k JOIN stores st ON st.id = k.store_id LEFT JOIN users made ON made.id = k.created_by "
    "LEFT JOIN users gone ON gone.id = k.revoked_by WHERE {} ORDER BY k.created_at DESC, k.id LIMIT ?"
)
# The key that works now goes on; one that was made and never used gives way, its answer may have been lost.
_RENEW = (
    "UPDATE api_keys AS k SET previous_hash = CASE WHEN k.expires_at <= ? THEN NULL WHEN k.previous_hash IS NOT NULL "
    "AND k.previous_until IS NULL AND k.rotated_at > ? THEN k.previous_hash ELSE k.key_hash END, "
    "previous_until = NULL, key_hash = ?, prefix = ?, rotated_at = ?, rotated_by = ?, expires_at = ? "
    "WHERE k.id = ? AND k.revoked_at IS NULL AND {} RETURNING id"
)
_ROTATE = (
    "UPDATE api_keys SET previous_hash = ?, previous_until = NULL, key_hash = ?, prefix = ?, rotated_at = ?, "
    "rotated_by = ? WHERE id = ? AND revoked_at IS NULL AND (key_hash = ? OR previous_hash = ? "
    "AND previous_until IS NULL) RETURNING expires_at"
)
_REVOKE = (
    "UPDATE api_keys AS k SET revoked_at = ?, revoked_by = ?, revoked_why = ? "
    "WHERE k.id = ? AND k.revoked_at IS NULL AND {} RETURNING group_id, store_id, name"
)


class Wish(Struct, frozen=True):
    """A key as somebody wants it; `days` is how long it lasts."""

    group_id: str
    store_id: str
    name: str
    scopes: tuple[str, ...]
    days: int = USUAL_DAYS
    purpose: str | None = None
    by: str | None = None


class KeyCard(Struct, frozen=True, kw_only=True):
    """A key as lists show it. `state`: `active`, `expired`, `revoked`; `prefix` is how its text begins.

    `old_until`: so long the key before the last rotation still works. Without `created_by` or `revoked_by` it was done
    at the server's own command line; `address` is where it was used last, its end cut off.
    """

    id: str
    name: str
    purpose: str | None
    scopes: list[str]
    prefix: str
    store_id: str
    store: str
    created_at: datetime
    created_by: str | None
    expires_at: datetime
    rotated_at: datetime | None
    used_at: datetime | None
    address: str | None
    revoked_at: datetime | None
    revoked_by: str | None
    revoked_why: str | None
    old_until: datetime | None
    state: str


class Made(Struct, frozen=True):
    """A key that was made: its text, which is told this once and never again."""

    id: str
    key: str
    expires_at: datetime


def unknown(scopes: list[str]) -> list[str]:
    """The names among these that are no scopes."""
    return [scope for scope in scopes if scope not in SCOPES]


async def add_key(db: Database, bus: Bus, wish: Wish) -> Made:
    """Makes a key and the staff row under whose name it writes."""
    text, key_id, now = key_text(secrets.randbits(BITS)), uuid7(), bus.clock()
    expires_at = now + timedelta(days=wish.days)
    await _staff(bus, wish.group_id, wish.store_id, wish.by, {"staff_id": key_id, "name": wish.name})
    async with db.write() as tx:
        await tx.finish(
            (
                _ADD,
                (
                    key_id, wish.group_id, wish.store_id, wish.name, wish.purpose, " ".join(wish.scopes), shown(text),
                    token_hash(text), now, wish.by, expires_at,
                ),
            )
        )  # fmt: skip
    return Made(key_id, text, expires_at)


async def keys_of(db: Database, now: datetime, person: Caller | None = None) -> list[KeyCard]:
    """The keys that a manager or admin answers for, without a person all of them; the newest first."""
    condition, params = keys(person) if person else ("1 = 1", [])
    async with db.read() as tx:
        [rows] = await tx.run((_LIST.format(condition), (*params, MOST)))
    return [_card(row, now) for row in rows]


async def renew_key(db: Database, person: Caller, key_id: str, days: int, now: datetime) -> Made | None:
    """A fresh key in the place of one, for so many days from now; None when there is no such key of theirs."""
    text, expires_at = key_text(secrets.randbits(BITS)), now + timedelta(days=days)
    condition, params = keys(person)
    values = (now, now - KEY_OVERLAP, token_hash(text), shown(text), now, person.user_id, expires_at, key_id, *params)
    async with db.write() as tx:
        [rows] = await tx.finish((_RENEW.format(condition), values))
    return Made(key_id, text, expires_at) if rows else None


async def rotate_key(db: Database, key: Caller, used: str, now: datetime) -> Made | None:
    """A fresh key that lasts as long as the one that asks with its text `used`; None when its successor is in use."""
    text, hashed = key_text(secrets.randbits(BITS)), token_hash(used)
    values = (hashed, token_hash(text), shown(text), now, key.user_id, key.user_id, hashed, hashed)
    async with db.write() as tx:
        [rows] = await tx.finish((_ROTATE, values))
    return Made(key.user_id, text, rows[0][0]) if rows else None


async def revoke_key(db: Database, bus: Bus, key_id: str, why: str | None = None, person: Caller | None = None) -> bool:
    """A key stops working at once; False when there is no such one that this person answers for."""
    condition, params = keys(person) if person else ("1 = 1", [])
    by = person.user_id if person else None
    async with db.write() as tx:
        [rows] = await tx.finish((_REVOKE.format(condition), (bus.clock(), by, why, key_id, *params)))
    for group_id, store_id, name in rows:
        await _staff(bus, group_id, store_id, by, {"staff_id": key_id, "name": name, "active": False})
    return bool(rows)


async def _staff(bus: Bus, group_id: str, store_id: str, by: str | None, fields: dict[str, Any]) -> None:
    server = Actor(group_id=group_id, store_id=store_id, door="server", role="server", user_id=by)
    outcome = await bus.run(server, "staff.put", fields | {"role": INTEGRATION})
    if outcome.outcome != "applied":
        raise ValueError(f"no staff row: {outcome.reason}")


def _card(row: tuple[Any, ...], now: datetime) -> KeyCard:
    *head, previous, previous_until = row
    names = KeyCard.__struct_fields__[: len(head)]
    said = dict(zip(names, head, strict=True))
    until = previous_until or (said["rotated_at"] and said["rotated_at"] + KEY_OVERLAP)
    alive = previous is not None and until is not None and until > now
    state = "revoked" if said["revoked_at"] else "expired" if said["expires_at"] <= now else "active"
    told = said | {"scopes": said["scopes"].split(), "old_until": until if alive and state == "active" else None}
    return KeyCard(**told, state=state)
