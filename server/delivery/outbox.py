"""The outbox as its worker sees it: claim what is due under a lease, then say what became of it.

A claim counts up `attempts`, and only who knows that number may write the result: a worker that lost its lease
(it was paused, or another one took over) writes nothing.
"""

import random
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from server.store.database import Database

LEASE = timedelta(seconds=60)
"""So long a claimed row is its worker's; a worker that died loses it then."""
MOST_TRIES = 8
"""Of a message by one channel; a seal is tried until it is made."""
FIRST_PAUSE, GROWTH, LONGEST_PAUSE = 2.0, 3.0, 3600.0
"""Seconds before the second try, by what the pause grows, and where that ends: half an hour for a message."""
PROGRESS = (
    "checked_in", "assigned", "diagnosing", "awaiting_parts", "repairing", "quality_check", "settling", "handed_over",
    "cancelled", "promise", "note", "report", "contract", "document",
    "amendment",
)  # fmt: skip
"""Topics that only a browser is told: where nobody subscribed they are settled all at once."""

# An instant in the outbox may be written with `T` and `Z` or with a blank and an offset; julianday reads both.
_DUE = {
    "sqlite": "julianday({0}) <= julianday(?)",
    "postgres": "{0} <= ?",
}
# What was recorded as a message is not settled here: its row must say so as well.
_COLLAPSE = (
    "UPDATE outbox SET state = 'sent', last_error = 'not_sent: newer', lease_until = NULL "
    "WHERE state = 'waiting' AND dedupe IS NOT NULL AND (lease_until IS NULL OR {leased}) "
    "AND payload NOT LIKE '%\"recorded\"%' AND EXISTS (SELECT 1 FROM outbox newer "
    "WHERE newer.group_id = outbox.group_id AND newer.dedupe = outbox.dedupe "
    "AND newer.state = 'waiting' AND newer.id > outbox.id)"
)
# Most visits have no subscriber: that is settled for all of their progress at once.
_NOBODY_ASKED = (
    "UPDATE outbox SET state = 'sent', last_error = 'not_sent: nobody_subscribed', lease_until = NULL "
    "WHERE state = 'waiting' AND kind = 'message' AND (lease_until IS NULL OR {leased}) "
    "AND topic IN ({topics}) "
    "AND payload NOT LIKE '%\"recorded\"%' AND NOT EXISTS (SELECT 1 FROM push_subscriptions s "
    "WHERE s.visit_id = outbox.visit_id AND s.active = ?)"
)
_FREE = "state = 'waiting' AND {due} AND (lease_until IS NULL OR {leased})"
# A visit's messages go out one after the other, as they were promised; one that waits for another try holds up none.
_FIRST = (
    "NOT EXISTS (SELECT 1 FROM outbox earlier WHERE earlier.visit_id = outbox.visit_id "
    "AND earlier.kind = outbox.kind AND earlier.state = 'waiting' AND earlier.id < outbox.id AND {due})"
)
_COLUMNS = "id, group_id, visit_id, kind, payload, attempts, dedupe, created_at"


Then = Callable[[], Awaitable[None]]


class Promise(Struct, frozen=True, kw_only=True):
    """A claimed row. `late` is one that stands for all that was promised too late to be told one by one."""

    id: str
    group_id: str
    visit_id: str | None
    kind: str
    payload: dict[str, Any]
    attempts: int
    dedupe: str | None
    promised_at: datetime

    @property
    def late(self) -> bool:
        """Whether it stands for all that was promised too late."""
        return (self.dedupe or "").startswith("late:")

    @property
    def message_id(self) -> str:
        """The message that it is about: the first promise's id, also when a person had it sent again."""
        return self.payload.get("message_id") or self.id

    @property
    def last_try(self) -> bool:
        """Whether a message is given up when this try fails as well."""
        return self.payload.get("tries", 0) + 1 >= MOST_TRIES


class Later(Exception):
    """It could not be sent now, or not to all.

    `error` is a code for people who look, `after` the seconds that were asked for, `delivered` who was told already;
    `changes` are further fields of the payload to remember; `then` runs once the pause is written down: a worker that
    dies before that would ask again too soon.
    """

    def __init__(
        self, error: str, after: float = 0, delivered: Sequence[str] = (), then: Then | None = None, **changes: Any
    ) -> None:
        super().__init__(error)
        self.error, self.after, self.delivered, self.changes = error, after, list(delivered), changes
        self.then = then


class PutOff(Exception):
    """It is not time yet: nothing failed. `changes` are fields of the payload to remember."""

    def __init__(self, until: datetime, why: str | None = None, **changes: Any) -> None:
        super().__init__(why)
        self.until, self.why, self.changes = until, why, changes


class GivenUp(Exception):
    """It cannot be sent, and no further try would help; `error` is a code for people who look."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


async def claim(db: Database, now: datetime, most: int, sms: Collection[str] = ()) -> list[Promise]:
    """Takes up to so many due rows, of a visit the first; of those with the same `dedupe` only the newest goes out.

    `sms` are the topics that a text message carries: they have another way to the customer than a browser.
    """
    due = _DUE[db.dialect]
    leased, free = due.format("lease_until"), _free(db)
    first = _FIRST.format(due=due.format("earlier.due_at"))
    async with db.read() as tx:
        [found] = await tx.run((f"SELECT 1 FROM outbox WHERE {free} LIMIT 1", (now, now)))
    if not found:
        return []
    lock = " FOR UPDATE SKIP LOCKED" if db.dialect == "postgres" else ""
    topics = ", ".join(repr(topic) for topic in PROGRESS if topic not in sms) or "''"
    async with db.write() as tx:
        *_, rows = await tx.run(
            (_COLLAPSE.format(leased=leased), (now,)),
            (_NOBODY_ASKED.format(leased=leased, topics=topics), (now, True)),
            (
                f"SELECT {_COLUMNS} FROM outbox WHERE {free} AND {first} ORDER BY due_at, id LIMIT {most}{lock}",
                (now, now, now),
            ),
        )
        lease = "UPDATE outbox SET attempts = attempts + 1, lease_until = ? WHERE id = ?"
        await tx.finish(*((lease, (now + LEASE, row[0])) for row in rows))
    return [_promise(row) for row in rows]


def _free(db: Database) -> str:
    due = _DUE[db.dialect]
    return _FREE.format(due=due.format("due_at"), leased=due.format("lease_until"))


def _promise(row: tuple[Any, ...]) -> Promise:
    row_id, group_id, visit_id, kind, payload, attempts, dedupe, created_at = row
    return Promise(
        id=row_id, group_id=group_id, visit_id=visit_id, kind=kind, payload=msgspec.json.decode(payload),
        attempts=attempts + 1, dedupe=dedupe, promised_at=created_at,
    )  # fmt: skip


async def outdated(db: Database, promise: Promise) -> bool:
    """Whether something newer waits that says the same."""
    if promise.dedupe is None:
        return False
    newer = "SELECT 1 FROM outbox WHERE group_id = ? AND dedupe = ? AND state = 'waiting' AND id > ? LIMIT 1"
    async with db.read() as tx:
        [rows] = await tx.run((newer, (promise.group_id, promise.dedupe, promise.id)))
    return bool(rows)


async def held(db: Database, promise: Promise) -> bool:
    """Whether the row is still this worker's."""
    async with db.read() as tx:
        [rows] = await tx.run(
            ("SELECT 1 FROM outbox WHERE id = ? AND attempts = ? AND state = 'waiting'", (promise.id, promise.attempts))
        )
    return bool(rows)


async def sent(db: Database, promise: Promise, note: str | None = None) -> bool:
    """It went out, or there is nothing to send; `note` says why not. False when the row is another worker's by now."""
    return await _write(db, "state = 'sent', lease_until = NULL, last_error = ?", (note,), promise)


async def buried(db: Database, promise: Promise, error: str) -> bool:
    """It is never sent; a person decides whether to try again."""
    return await _write(db, "state = 'dead', lease_until = NULL, last_error = ?", (error,), promise)


async def put_off(db: Database, promise: Promise, wish: PutOff) -> bool:
    """It comes up again at its time; that counts as no try."""
    payload = msgspec.json.encode(promise.payload | {"tries": 0} | wish.changes).decode()
    what = "lease_until = NULL, last_error = ?, due_at = ?, payload = ?"
    return await _write(db, what, (wish.why, wish.until, payload), promise)


async def failed(db: Database, promise: Promise, problem: Later, now: datetime) -> bool:
    """It did not go out: once more later, or for a message never again after so many tries. True when it is dead."""
    payload = promise.payload | problem.changes
    tries = payload.get("tries", 0) + 1
    if promise.kind == "message" and tries >= MOST_TRIES:
        return await buried(db, promise, problem.error)
    steady = min(FIRST_PAUSE * GROWTH ** min(tries - 1, MOST_TRIES), LONGEST_PAUSE)
    due = now + timedelta(seconds=max(steady * random.uniform(0.5, 1.5), problem.after))
    payload |= {"tries": tries} | ({"delivered": problem.delivered} if problem.delivered else {})
    values = (problem.error, due, msgspec.json.encode(payload).decode())
    await _write(db, "lease_until = NULL, last_error = ?, due_at = ?, payload = ?", values, promise)
    return False


async def _write(db: Database, what: str, values: tuple[object, ...], promise: Promise) -> bool:
    fence = f"UPDATE outbox SET {what} WHERE id = ? AND attempts = ? AND state = 'waiting' RETURNING id"
    async with db.write() as tx:
        [rows] = await tx.finish((fence, (*values, promise.id, promise.attempts)))
    return bool(rows)
