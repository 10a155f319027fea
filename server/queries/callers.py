"""Who stands behind a bearer token."""

from datetime import UTC, datetime, timedelta
from typing import Literal

from msgspec import Struct

from server.domain.access_keys import PREFIX, is_key
from server.domain.scopes import INTEGRATION
from server.domain.tokens import token_hash
from server.store.database import Database


class Caller(Struct, frozen=True):
    """A signed-in person, the store, and the tablet the token was given to (none for other programs).

    Or another program's key: role `integration`, its own id for session and person, its shown part for a username.
    """

    session_id: str
    group_id: str
    store_id: str
    user_id: str
    username: str
    name: str
    role: str
    device_id: str | None
    noteworthy: bool = False
    """Whether the session's last use is to be written down again (`note_use`)."""
    scopes: tuple[str, ...] | None = None
    """What a key may (`server.domain.scopes`); None for people."""


NOTED_EVERY = timedelta(minutes=10)
OVERLAP = timedelta(seconds=60)
"""So long the token before a rotation still works once the new one was used: for requests under way."""
KEY_OVERLAP = timedelta(hours=24)
"""So long the key before a rotation works at the most, while nobody uses the new one."""


async def caller(db: Database, token: str, now: datetime | None = None) -> Caller | Literal["revoked"] | None:
    """The person or key behind a token; `revoked` when the tablet was revoked, None when the token opens nothing."""
    if token.startswith(PREFIX):
        return await _key(db, token, now or datetime.now(UTC)) if is_key(token) else None
    async with db.read() as tx:
        [rows] = await tx.run(
            (
                "SELECT s.id, u.group_id, u.store_id, u.id, u.username, u.name, u.role, s.device_id, s.expires_at, "
                "s.revoked_at, u.active, d.revoked_at, s.used_at, s.token_hash, s.previous_hash, s.previous_until "
                "FROM sessions s JOIN users u ON u.id = s.user_id "
                "LEFT JOIN devices d ON d.group_id = u.group_id AND d.id = s.device_id "
                "WHERE s.token_hash = ? OR s.previous_hash = ?",
                (hashed := token_hash(token), hashed),
            )
        )
    if not rows:
        return None
    now = now or datetime.now(UTC)
    *fields, expires_at, revoked_at, active, device_revoked_at, used_at, newest, previous, previous_until = rows[0]
    is_newest = hashed == newest
    if revoked_at is not None or not active or expires_at <= now:
        return None
    if not is_newest and previous_until is not None and previous_until <= now:
        return None
    if device_revoked_at is not None:
        return "revoked"
    began = is_newest and previous is not None and previous_until is None
    return Caller(*fields, noteworthy=began or used_at is None or used_at <= now - NOTED_EVERY)


async def _key(db: Database, text: str, now: datetime) -> Caller | None:
    """The program behind a key that is neither revoked nor too old."""
    async with db.read() as tx:
        [rows] = await tx.run(
            (
                "SELECT id, group_id, store_id, name, prefix, scopes, expires_at, revoked_at, used_at, key_hash, "
                "previous_hash, previous_until, rotated_at FROM api_keys WHERE key_hash = ? OR previous_hash = ?",
                (hashed := token_hash(text), hashed),
            )
        )
    if not rows:
        return None
    key_id, group_id, store_id, name, prefix, scopes, *rest = rows[0]
    expires_at, revoked_at, used_at, newest, previous, previous_until, rotated_at = rest
    is_newest = hashed == newest
    if revoked_at is not None or expires_at <= now:
        return None
    if not is_newest and (previous_until or rotated_at + KEY_OVERLAP) <= now:
        return None
    began = is_newest and previous is not None and previous_until is None
    return Caller(
        session_id=key_id, group_id=group_id, store_id=store_id, user_id=key_id, username=prefix, name=name,
        role=INTEGRATION, device_id=None, scopes=tuple(scopes.split()),
        noteworthy=began or used_at is None or used_at <= now - NOTED_EVERY,
    )  # fmt: skip


async def note_use(db: Database, person: Caller, token: str, network: str, now: datetime | None = None) -> None:
    """Writes down that it was used, and from where; the first use of a rotated token ends the one before."""
    now = now or datetime.now(UTC)
    table, column = ("sessions", "token_hash") if person.scopes is None else ("api_keys", "key_hash")
    async with db.write() as tx:
        await tx.finish(
            (
                f"UPDATE {table} SET used_at = ?, address = ?, previous_until = CASE WHEN {column} = ? "
                "AND previous_hash IS NOT NULL AND previous_until IS NULL THEN ? ELSE previous_until END WHERE id = ?",
                (now, cut(network), token_hash(token), now + OVERLAP, person.session_id),
            )
        )


def cut(address: str) -> str:
    """An address without what tells one household from the next: `198.51.100.x`, `2001:db8:1::x`."""
    if ":" in address:
        return f"{':'.join(address.split('/')[0].split(':')[:3])}::x".replace(":::", "::")
    return f"{address.rpartition('.')[0]}.x" if "." in address else ""
