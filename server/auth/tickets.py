"""A ticket lets somebody who has proven the password, and may not sign in without a second factor, enrol one.

It opens nothing else: no other route reads it. It ends with its time, with the next password, and once a factor is on.
"""

import hmac
from datetime import UTC, datetime, timedelta

from server.auth.sessions import Account, account_by_id
from server.domain.ids import is_id
from server.store.database import Database

LASTS = timedelta(minutes=15)


def ticket_for(secret: bytes, who: Account, now: datetime) -> tuple[str, datetime]:
    """The ticket, and until when it is good."""
    expires_at = (now + LASTS).replace(microsecond=0)
    body = f"{who.id}.{int(expires_at.timestamp())}"
    return f"{body}.{_mac(secret, body, who)}", expires_at


async def holder(db: Database, secret: bytes, ticket: str, now: datetime) -> Account | None:
    """Whose ticket this is; None when it is none of ours, or over."""
    body, _, mac = ticket.rpartition(".")
    user_id, _, until = body.partition(".")
    if not (is_id(user_id) and until.isascii() and until.isdecimal() and len(until) < 12):
        return None
    if datetime.fromtimestamp(int(until), UTC) <= now:
        return None
    who = await account_by_id(db, user_id)
    if who is None or not who.active or not hmac.compare_digest(mac.encode(), _mac(secret, body, who).encode()):
        return None
    return who


def _mac(secret: bytes, body: str, who: Account) -> str:
    return hmac.digest(secret, f"totp:ticket:{body}:{who.password_hash}".encode(), "sha256").hex()
