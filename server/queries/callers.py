"""Who stands behind a bearer token."""

from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

from server.domain.tokens import token_hash
from server.store.database import Database


class Caller(Struct, frozen=True):
    """A signed-in person, the store, and the tablet the token was given to (none for other programs)."""

    session_id: str
    group_id: str
    store_id: str
    user_id: str
    username: str
    name: str
    role: str
    device_id: str | None


async def caller(db: Database, token: str, now: datetime | None = None) -> Caller | Literal["revoked"] | None:
    """The person behind a token; `revoked` when the tablet was revoked, None when the token opens nothing."""
    async with db.read() as tx:
        [rows] = await tx.run(
            (
                "SELECT s.id, u.group_id, u.store_id, u.id, u.username, u.name, u.role, s.device_id, s.expires_at, "
                "s.revoked_at, u.active, d.revoked_at FROM sessions s JOIN users u ON u.id = s.user_id "
                "LEFT JOIN devices d ON d.group_id = u.group_id AND d.id = s.device_id WHERE s.token_hash = ?",
                (token_hash(token),),
            )
        )
    if not rows:
        return None
    *fields, expires_at, revoked_at, active, device_revoked_at = rows[0]
    if revoked_at is not None or not active or expires_at <= (now or datetime.now(UTC)):
        return None
    return "revoked" if device_revoked_at is not None else Caller(*fields)
