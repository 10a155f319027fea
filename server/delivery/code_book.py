"""The codes that were sent: kept as MACs under the server's key, few at a time, for a short while, with few tries."""

import hmac
import secrets
from datetime import datetime, timedelta

from server.domain.ids import uuid7
from server.domain.phone import tail
from server.http.errors import Problem
from server.store import feed
from server.store.database import Database

LASTS = timedelta(minutes=10)
TRIES = 5
PAUSE = timedelta(minutes=1)
"""Between two codes for a visit or a phone."""
HOUR, AN_HOUR = timedelta(hours=1), 5
"""So many codes an hour for a visit or a phone: text messages cost money, and a phone is no toy."""
FORGOTTEN = timedelta(days=1)

_RECENT = "SELECT sent_at FROM signing_codes WHERE (visit_id = ? OR phone_mac = ?) AND sent_at > ? ORDER BY sent_at"
_PUT = (
    "INSERT INTO signing_codes (id, group_id, visit_id, phone_mac, phone_tail, mac, tries, sent_at) "
    "VALUES (?, ?, ?, ?, ?, ?, 0, ?)"
)
_TRY = (
    "UPDATE signing_codes SET tries = tries + 1 WHERE id = ? AND visit_id = ? AND group_id = ? AND tries < ? "
    "AND sent_at > ? RETURNING mac, tries, phone_tail"
)
_KNOWN = "SELECT tries FROM signing_codes WHERE id = ? AND visit_id = ? AND group_id = ?"


async def issue(
    db: Database, secret: bytes, group_id: str, visit_id: str, phone: str, now: datetime
) -> tuple[str, str]:
    """A new code's id and its six digits; raises 429 `too_many_requests` with the seconds to wait."""
    code_id, digits, whose = uuid7(), f"{secrets.randbelow(10**6):06}", _mac(secret, "phone", phone)
    async with db.write() as tx:
        _, _, recent = await tx.run(
            feed.head(db.dialect, group_id),  # two requests at once are counted one after the other
            ("DELETE FROM signing_codes WHERE sent_at < ?", (now - FORGOTTEN,)),
            (_RECENT, (visit_id, whose, now - HOUR)),
        )
        _refuse_haste([at for (at,) in recent], now)
        mac = _mac(secret, "code", code_id, digits)
        await tx.finish((_PUT, (code_id, group_id, visit_id, whose, tail(phone), mac, now)))
    return code_id, digits


def _refuse_haste(recent: list[datetime], now: datetime) -> None:
    if not recent:
        return
    free = recent[-1] + PAUSE if len(recent) < AN_HOUR else max(recent[-1] + PAUSE, recent[-AN_HOUR] + HOUR)
    if free > now:
        raise Problem(429, "too_many_requests", retry_after=max(1, round((free - now).total_seconds())))


async def forget(db: Database, code_id: str) -> None:
    """The code did not go out."""
    async with db.write() as tx:
        await tx.finish(("DELETE FROM signing_codes WHERE id = ?", (code_id,)))


async def tried(
    db: Database, secret: bytes, group_id: str, visit_id: str, code_id: str, digits: str, now: datetime
) -> str:
    """The last four digits of the phone, for the right code.

    A try is counted before it is looked at. Raises 403 `wrong_code` with `tries_left`, 410 `code_used_up` or
    `code_expired`, 404.
    """
    place = (code_id, visit_id, group_id)
    async with db.write() as tx:
        counted, known = await tx.finish((_TRY, (*place, TRIES, now - LASTS)), (_KNOWN, place))
    if not known:
        raise Problem(404, "not_found")
    if not counted:
        used_up = known[0][0] >= TRIES
        raise Problem(410, "code_used_up" if used_up else "code_expired", "This code is over: send a new one.")
    mac, tries, phone_tail = counted[0]
    if not hmac.compare_digest(mac, _mac(secret, "code", code_id, digits)):
        raise Problem(403, "wrong_code", "These are not the digits that were sent.", tries_left=TRIES - tries)
    return phone_tail


def _mac(secret: bytes, *words: str) -> str:
    return hmac.digest(secret, "\x1f".join(("signing", *words)).encode(), "sha256").hex()
