"""What a tablet has not seen yet: pages of its store's feed, read and concatenated.

Rows are decoded only for a role that does not see all of them (`server/queries/given.py`).
"""

import base64
import hashlib
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from server.queries.callers import Caller
from server.queries.given import View
from server.store.database import Database, Transaction
from server.store.journal import Outcome, outcome_of

KEPT = timedelta(days=30)
"""Tablets keep acknowledged commands so long; a first sync brings no older outcomes."""


class Cookie(Struct, frozen=True, array_like=True):
    """How far a tablet has come: the database's epoch, the scope (its store and view), the position in the feed.

    `began` is set between the pages of a first sync: where the feed stood at page one. What had gone by then was never
    sent, so a page's own low position says nothing about the cookie's age.
    """

    epoch: str
    scope: str
    position: int
    began: int = 0

    @property
    def seen(self) -> int:
        """The position up to which the tablet knows what is gone."""
        return max(self.position, self.began)

    def text(self) -> str:
        """As it travels; opaque to clients."""
        return base64.urlsafe_b64encode(msgspec.msgpack.encode(self)).rstrip(b"=").decode()

    @classmethod
    def read(cls, text: str) -> "Cookie":
        """Raises ValueError for what is no cookie of ours."""
        try:
            return msgspec.msgpack.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=cls)
        except (ValueError, msgspec.DecodeError) as error:
            raise ValueError("cookie") from error


class FromTheFuture(Exception):
    """The cookie lies beyond the feed: this database was restored from a backup, and nobody noticed yet.

    `epoch` is the one that must end.
    """

    def __init__(self, epoch: str) -> None:
        super().__init__("from the future")
        self.epoch = epoch


class Page(Struct, frozen=True):
    """One answer of `/sync/pull`; `rows` and `gone` are JSON texts by kind."""

    cookie: Cookie
    reset: bool
    more: bool
    rows: dict[str, str]
    gone: dict[str, list[str]]
    applied_through: int
    outcomes: list[Outcome]
    counts: dict[str, int]
    """Rows of the page by kind."""

    def json(self) -> bytes:
        """The answer's body, its rows untouched."""
        rows = ",".join(f'"{kind}":[{bodies}]' for kind, bodies in self.rows.items())
        rest = msgspec.json.encode(
            {"gone": self.gone, "applied_through": self.applied_through, "outcomes": self.outcomes}
        ).decode()
        start = msgspec.json.encode({"cookie": self.cookie.text(), "reset": self.reset, "more": self.more}).decode()
        return f'{start[:-1]},"rows":{{{rows}}},{rest[1:]}'.encode()


async def pull(db: Database, person: Caller, cookie: Cookie | None, limit: int, now: datetime | None = None) -> Page:
    """The next page for this person's tablet, of one snapshot.

    A cookie of another epoch or scope, or from before the tombstone horizon, starts anew. Raises FromTheFuture.
    """
    async with db.read() as tx:
        head, queue = await tx.run(
            ("SELECT position, epoch, horizon FROM groups WHERE id = ?", (person.group_id,)),
            ("SELECT next_seq FROM device_queues WHERE device_id = ?", (person.device_id,)),
        )
        position, epoch, horizon = head[0]
        view = View.of(person)
        start = _start(cookie, Cookie(epoch, view.scope, position), horizon or 0)
        rows, gone, last, more, counts = await _rows(tx, db.dialect, view, start, limit)
        end = last if more else position
        since = (now or datetime.now(UTC)) - KEPT if start.began else None
        outcomes = await _outcomes(tx, person, start.position, end, since)
    reset = cookie is not None and start is not cookie
    applied = queue[0][0] - 1 if queue else 0
    here = Cookie(epoch, view.scope, end, start.began if more else 0)
    return Page(here, reset, more, rows, gone, applied, outcomes, counts)


def _start(cookie: Cookie | None, head: Cookie, horizon: int) -> Cookie:
    """Where the page starts: at the cookie, or anew from nothing."""
    if cookie is None or (cookie.epoch, cookie.scope) != (head.epoch, head.scope) or cookie.seen < horizon:
        return Cookie(head.epoch, head.scope, 0, head.position)
    if cookie.seen > head.position:
        raise FromTheFuture(head.epoch)
    return cookie


async def _rows(
    tx: Transaction, dialect: str, view: View, start: Cookie, limit: int
) -> tuple[dict[str, str], dict[str, list[str]], int, bool, dict[str, int]]:
    """Bodies joined by kind, ids that are gone, the page's last position, whether there is more, rows by kind."""
    joined = "group_concat(CASE WHEN NOT gone THEN body END, ',')"
    ids = "group_concat(CASE WHEN gone THEN id END, ',')"
    if dialect == "postgres":
        joined, ids = (
            part.replace("group_concat", "string_agg").replace("END,", "END::text,") for part in (joined, ids)
        )
    told = f"store_id = ? AND (NOT gone OR position > ?){_except(view)}"
    which = (view.store_id, start.began, *view.withheld)
    page, top = await tx.run(
        (
            f"SELECT kind, {joined}, {ids}, max(position), count(*) FROM "
            "(SELECT kind, id, gone, body, position FROM feed "
            f"WHERE {told} AND position > ? ORDER BY position LIMIT ?) AS page GROUP BY kind",
            (*which, start.position, limit),
        ),
        (f"SELECT max(position) FROM feed WHERE {told}", which),
    )
    rows = {kind: bodies for kind, bodies, *_ in page if bodies}
    gone = {kind: left.split(",") for kind, _, left, *_ in page if left}
    last = max((row[3] for row in page), default=start.position)
    counts = {kind: count - len(gone.get(kind, ())) for kind, *_, count in page if kind in rows}
    for kind in [kind for kind in rows if view.trims(kind)]:
        rows[kind], counts[kind] = view.trimmed(kind, rows[kind])
        if not counts[kind]:
            del rows[kind], counts[kind]
    return rows, gone, last, (top[0][0] or 0) > last, counts


def _except(view: View) -> str:
    return f" AND kind NOT IN ({', '.join('?' for _ in view.withheld)})" if view.withheld else ""


async def _outcomes(tx: Transaction, person: Caller, start: int, end: int, since: datetime | None) -> list[Outcome]:
    """The device's own outcomes of the window (start, end], first ones and those repeated under another number."""
    if person.device_id is None:
        return []
    columns = "j.outcome, j.reason, j.merged, j.review_id"
    recent, after = ("AND j.received_at > ? ", (since,)) if since else ("", ())
    ran, again = await tx.run(
        (
            f"SELECT j.command_id, j.seq, {columns} FROM journal j WHERE j.device_id = ? AND j.position > ? "
            f"AND j.position <= ? {recent}ORDER BY j.position",
            (person.device_id, start, end, *after),
        ),
        (
            f"SELECT r.command_id, r.seq, {columns} FROM receipts r JOIN journal j ON j.group_id = ? "
            "AND j.command_id = r.command_id WHERE r.device_id = ? AND r.position > ? AND r.position <= ? "
            "ORDER BY r.position",
            (person.group_id, person.device_id, start, end),
        ),
    )
    return [outcome_of(row) for row in [*ran, *again]]


class Behind(Exception):
    """The cookie is not the newest: pull first."""


async def checksum(db: Database, person: Caller, cookie: Cookie) -> dict[str, dict[str, Any]]:
    """Per kind the count of rows and, in hex, the sum modulo 2^64 of the first 8 bytes of each SHA-256("id:rev")."""
    view = View.of(person)
    body = "CASE WHEN kind = 'reviews' THEN body END" if view.trims("reviews") else "NULL"
    async with db.read() as tx:
        head, top, rows = await tx.run(
            ("SELECT epoch, position FROM groups WHERE id = ?", (person.group_id,)),
            ("SELECT max(position) FROM feed WHERE store_id = ?", (person.store_id,)),
            (
                f"SELECT kind, id, rev, {body} FROM feed WHERE store_id = ? AND NOT gone{_except(view)}",
                (person.store_id, *view.withheld),
            ),
        )
    newest = (top[0][0] or 0) <= cookie.position <= head[0][1]
    if (cookie.epoch, cookie.scope) != (head[0][0], view.scope) or not newest:
        raise Behind
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for kind, row_id, rev, body in rows:
        if not view.gives(kind, body):
            continue
        total = sums[kind]
        total[0] += 1
        total[1] += int.from_bytes(hashlib.sha256(f"{row_id}:{rev}".encode()).digest()[:8], "big")
    return {kind: {"count": count, "sum": f"{total % 2**64:016x}"} for kind, (count, total) in sums.items()}
