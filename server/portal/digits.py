"""The last four digits of the customer's phone: what a forwarded link asks for before it shows more than the car."""

import unicodedata
from datetime import UTC, datetime, timedelta

from litestar.datastructures import Cookie

from server.domain.tokens import customer_pass, is_pass, knows_digits, last_digits
from server.http.errors import Problem
from server.portal.link import Asked, OpenLink, secret_of
from server.queries.visits import VisitRows
from server.store.database import Database

COOKIE = "jieche_door"
TRIES = 5
"""So many wrong digits are heard, then the link waits."""
WAIT = timedelta(minutes=15)
"""The first wait; each further one is twice as long, up to LONGEST: 10,000 digits are soon tried otherwise."""
LONGEST = timedelta(days=1)

_COUNT = f"""
INSERT INTO guesses (visit_id, generation, wrong, until) VALUES (?, ?, 1, ?)
ON CONFLICT (visit_id) DO UPDATE SET generation = excluded.generation, until = excluded.until,
  wrong = CASE WHEN guesses.generation = excluded.generation THEN guesses.wrong + 1 ELSE 1 END
WHERE guesses.generation <> excluded.generation OR guesses.wrong % {TRIES} <> 0 OR guesses.until <= excluded.until
RETURNING wrong"""


def needs_digits(rows: VisitRows) -> bool:
    """Whether the customer has a phone whose digits can be asked for."""
    return bool(last_digits(phone.number for phone in rows.customer.phones))


def is_open(request: Asked, link: OpenLink, rows: VisitRows) -> bool:
    """Whether whoever asks has named the digits on this device, or none are needed."""
    given = request.cookies.get(COOKIE, "")
    return is_pass(secret_of(request), given, link.visit_id, link.generation) or not needs_digits(rows)


def refuse_strangers(request: Asked, link: OpenLink, rows: VisitRows) -> None:
    """Raises 403 `digits_needed`."""
    if not is_open(request, link, rows):
        raise Problem(403, "digits_needed", "Open the page and enter the last 4 digits of the phone first.")


async def unlock(request: Asked, link: OpenLink, rows: VisitRows, given: str) -> Cookie:
    """The pass for the right digits; raises 400 `invalid`, 403 `wrong_digits`, or 429 with the seconds to wait."""
    digits = unicodedata.normalize("NFKC", given).strip()
    if len(digits) != 4 or not (digits.isascii() and digits.isdecimal()):
        raise Problem(400, "invalid", "Four digits are needed.", field="digits")
    db, now = request.app.state.db, datetime.now(UTC)
    await _count(db, link, now)
    if not knows_digits(digits, (phone.number for phone in rows.customer.phones)):
        raise Problem(403, "wrong_digits", "These are not the last 4 digits of the customer's phone.")
    async with db.write() as tx:
        await tx.run(("DELETE FROM guesses WHERE visit_id = ?", (link.visit_id,)))
    return _cookie(request, link, now)


async def _count(db: Database, link: OpenLink, now: datetime) -> None:
    """Counts a try before it is looked at, so that tries at the same moment are not heard beyond the limit."""
    async with db.write() as tx:
        [counted] = await tx.run((_COUNT, (link.visit_id, link.generation, now)))
        if not counted:
            [[[until]]] = await tx.run(("SELECT until FROM guesses WHERE visit_id = ?", (link.visit_id,)))
            raise Problem(429, "too_many_requests", retry_after=max(1, round((until - now).total_seconds())))
        if (wrong := counted[0][0]) % TRIES == 0:
            wait = min(LONGEST, WAIT * 2 ** min(wrong // TRIES - 1, 16))
            await tx.run(("UPDATE guesses SET until = ? WHERE visit_id = ?", (now + wait, link.visit_id)))


def _cookie(request: Asked, link: OpenLink, now: datetime) -> Cookie:
    """Sent along for this link alone, unreadable to scripts, for as long as the link lives."""
    return Cookie(
        key=COOKIE, value=customer_pass(secret_of(request), link.visit_id, link.generation),
        path=request.url.path.removesuffix("/unlock"), max_age=int((link.expires_at - now).total_seconds()),
        httponly=True, samesite="lax", secure=is_https(request),
    )  # fmt: skip


def is_https(request: Asked) -> bool:
    """Whether customers reach the product over https, also where a proxy takes it off."""
    return request.url.scheme == "https" or request.app.state.settings.public_url.startswith("https:")
