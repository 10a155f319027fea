"""The outbox as its worker sees it: claim what is due under a lease, then say what became of it."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from server.store.database import Database

LEASE = timedelta(seconds=60)
"""So long a claimed row is its worker's; a worker that died loses it then."""
MOST_ATTEMPTS = 8
"""Of a message; a seal is tried until it is made."""
FIRST_PAUSE, GROWTH, LONGEST_PAUSE = 2.0, 3.0, 3600.0
"""Seconds before the second attempt, by what the pause grows, and where that ends: half an hour for a message."""

# An instant in the outbox may be written with `T` and `Z` or with a blank and an offset; julianday reads both.
_DUE = {
    "sqlite": "julianday({0}) <= julianday(?)",
    "postgres": "{0} <= ?",
}
_COLLAPSE = (
    "UPDATE outbox SET state = 'sent', last_error = 'collapsed', lease_until = NULL "
    "WHERE state = 'waiting' AND dedupe IS NOT NULL AND EXISTS (SELECT 1 FROM outbox newer "
    "WHERE newer.group_id = outbox.group_id AND newer.dedupe = outbox.dedupe "
    "AND newer.state = 'waiting' AND newer.id > outbox.id)"
)
# Most visits have no subscriber: their messages are settled all at once.
_NOBODY_ASKED = (
    "UPDATE outbox SET state = 'sent', last_error = 'not_sent: nobody_subscribed', lease_until = NULL "
    "WHERE state = 'waiting' AND kind = 'message' AND NOT EXISTS (SELECT 1 FROM push_subscriptions s "
    "WHERE s.visit_id = outbox.visit_id AND s.active = ?)"
)
_FREE = "state = 'waiting' AND {due} AND (lease_until IS NULL OR {leased})"
# A visit's messages go out one after the other, as they were promised; one that waits for another try holds up none.
_FIRST = (
    "NOT EXISTS (SELECT 1 FROM outbox earlier WHERE earlier.visit_id = outbox.visit_id "
    "AND earlier.kind = outbox.kind AND earlier.state = 'waiting' AND earlier.id < outbox.id AND {due})"
)


class Promise(Struct, frozen=True, kw_only=True):
    """A claimed row. `late` is one that stands for all that was promised too late to be told one by one."""

    id: str
    group_id: str
    visit_id: str | None
    kind: str
    payload: dict[str, Any]
    attempts: int
    late: bool


class Later(Exception):
    """It could not be sent now, or not to all.

    `error` is a code for people who look, `after` the seconds that were asked for, `delivered` who was told already.
    """

    def __init__(self, error: str, after: float = 0, delivered: Sequence[str] = ()) -> None:
        super().__init__(error)
        self.error, self.after, self.delivered = error, after, list(delivered)


async def claim(db: Database, now: datetime, most: int) -> list[Promise]:
    """Takes up to so many due rows, of a visit the first; of those with the same `dedupe` only the newest goes out."""
    free = _free(db)
    first = _FIRST.format(due=_DUE[db.dialect].format("earlier.due_at"))
    async with db.read() as tx:
        [due] = await tx.run((f"SELECT 1 FROM outbox WHERE {free} LIMIT 1", (now, now)))
    if not due:
        return []
    lock = " FOR UPDATE SKIP LOCKED" if db.dialect == "postgres" else ""
    async with db.write() as tx:
        *_, rows = await tx.run(
            (_COLLAPSE, ()),
            (_NOBODY_ASKED, (True,)),
            (
                "SELECT id, group_id, visit_id, kind, payload, attempts, dedupe FROM outbox "
                f"WHERE {free} AND {first} ORDER BY due_at, id LIMIT {most}{lock}",
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
    row_id, group_id, visit_id, kind, payload, attempts, dedupe = row
    return Promise(
        id=row_id, group_id=group_id, visit_id=visit_id, kind=kind, payload=msgspec.json.decode(payload),
        attempts=attempts + 1, late=bool(dedupe) and dedupe.startswith("late:"),
    )  # fmt: skip


async def sent(db: Database, promise: Promise, note: str | None = None) -> None:
    """It went out, or there is nothing to send; `note` says why not."""
    await _write(db, "state = 'sent', lease_until = NULL, last_error = ?", (note,), promise)


async def failed(db: Database, promise: Promise, problem: Later, now: datetime) -> None:
    """It did not go out: once more later, or for a message never again after so many attempts."""
    if promise.kind == "message" and promise.attempts >= MOST_ATTEMPTS:
        await _write(db, "state = 'dead', lease_until = NULL, last_error = ?", (problem.error,), promise)
        return
    steady = min(FIRST_PAUSE * GROWTH ** min(promise.attempts - 1, MOST_ATTEMPTS), LONGEST_PAUSE)
    pause = steady * random.uniform(0.5, 1.5)
    due = now + timedelta(seconds=max(pause, problem.after))
    payload = promise.payload | ({"delivered": problem.delivered} if problem.delivered else {})
    values = (problem.error, due, msgspec.json.encode(payload).decode())
    await _write(db, "lease_until = NULL, last_error = ?, due_at = ?, payload = ?", values, promise)


async def _write(db: Database, what: str, values: tuple[object, ...], promise: Promise) -> None:
    async with db.write() as tx:
        await tx.finish((f"UPDATE outbox SET {what} WHERE id = ?", (*values, promise.id)))
