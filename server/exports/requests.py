"""Requests in the table: each step is one statement that names the state it starts from, so racing steps are one."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from server.domain.exports import AGAIN_AT_MOST, AGAIN_WITHIN, LASTS, WAITS, ExportKind, ExportState, ends_at, standing
from server.domain.fields import Id
from server.domain.roles import MAY_APPROVE_EXPORT
from server.queries.callers import Caller
from server.store.database import Database
from server.store.transaction import Rows, Statement

SHOWN = 100
"""Requests of a list, the newest."""
MOST_WAITING = 20
"""Requests of one person that wait at the same time."""
_CARD = (
    "SELECT e.id, e.kind, e.store_id, s.name, e.first_day, e.last_day, e.customer_id, e.reason, e.asked_at, "
    "e.asked_by, a.name, a.role, e.decided_at, d.name, e.refusal, e.fetched_at, e.people, e.state "
    "FROM exports e JOIN stores s ON s.id = e.store_id JOIN users a ON a.id = e.asked_by "
    "LEFT JOIN users d ON d.id = e.decided_by WHERE "
)
_NEW = (
    "INSERT INTO exports (id, group_id, store_id, kind, first_day, last_day, customer_id, reason, state, asked_at, "
    "asked_by, tries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, 0)"
)


class Wanted(Struct, frozen=True):
    """What is asked for: days of records (ISO dates, both included), or a customer; of which store, and why."""

    kind: ExportKind
    store_id: Id
    first_day: str | None
    last_day: str | None
    customer_id: Id | None
    reason: str


class Export(Struct, frozen=True):
    """A request as it stands now; `ends_at` says until when it waits, or can be fetched.

    `people` is the number of customers in the file, known once it was fetched.
    """

    id: Id
    kind: ExportKind
    store_id: Id
    store_name: str
    first_day: str | None
    last_day: str | None
    customer_id: Id | None
    reason: str
    asked_at: datetime
    asked_by: Id
    asker_name: str
    asker_role: str
    decided_at: datetime | None
    decider_name: str | None
    refusal: str | None
    fetched_at: datetime | None
    people: int | None
    state: ExportState
    ends_at: datetime | None


def _card(row: tuple[Any, ...], now: datetime) -> Export:
    made = Export(*row, None)
    ends = ends_at(made.state, made.asked_at, made.decided_at)
    return replace(made, state=standing(made.state, ends, now), ends_at=ends)


def _decides(person: Caller) -> tuple[str, list[Any]]:
    """A condition on `exports e`: what somebody else asked for and this person may decide."""
    others = "e.group_id = ? AND e.asked_by <> ?"
    if person.role not in MAY_APPROVE_EXPORT:
        return "1 = 0", []
    if person.role == "admin":
        return others, [person.group_id, person.user_id]
    return f"{others} AND e.store_id = ?", [person.group_id, person.user_id, person.store_id]


async def add(db: Database, person: Caller, export_id: str, wanted: Wanted, now: datetime) -> bool:
    """Writes the request down; False when too many of this person wait already."""
    values = (
        export_id, person.group_id, wanted.store_id, wanted.kind, wanted.first_day, wanted.last_day,
        wanted.customer_id, wanted.reason, now, person.user_id,
    )  # fmt: skip
    waiting = "SELECT count(*) FROM exports WHERE asked_by = ? AND state = 'waiting' AND asked_at > ?"
    async with db.write() as tx:
        [[(many,)]] = await tx.run((waiting, (person.user_id, now - WAITS)))
        if many < MOST_WAITING:
            await tx.finish((_NEW, values))
    return many < MOST_WAITING


async def one(db: Database, person: Caller, export_id: str, now: datetime) -> Export | None:
    """The request, if it is the person's own or one that they decide; None for a stranger."""
    decides, params = _decides(person)
    where = f"e.id = ? AND (e.group_id = ? AND e.asked_by = ? OR {decides})"
    async with db.read() as tx:
        [rows] = await tx.run((_CARD + where, (export_id, person.group_id, person.user_id, *params)))
    return _card(rows[0], now) if rows else None


async def lists(db: Database, person: Caller, now: datetime) -> dict[str, list[Export]]:
    """`mine`, `waiting` for this person's word, and `done`: what became of others that they decide; newest first."""
    decides, params = _decides(person)
    open_now, since = "e.state = 'waiting' AND e.asked_at > ?", now - WAITS
    asked: tuple[tuple[str, list[Any]], ...] = (
        ("e.group_id = ? AND e.asked_by = ?", [person.group_id, person.user_id]),
        (f"{decides} AND {open_now}", [*params, since]),
        (f"{decides} AND NOT ({open_now})", [*params, since]),
    )
    async with db.read() as tx:
        found = await tx.run(*(_newest(*each) for each in asked))
    return {name: _cards(rows, now) for name, rows in zip(("mine", "waiting", "done"), found, strict=True)}


def _newest(where: str, params: list[Any]) -> Statement:
    return f"{_CARD}{where} ORDER BY e.asked_at DESC, e.id DESC LIMIT ?", [*params, SHOWN]


def _cards(rows: Rows, now: datetime) -> list[Export]:
    return [_card(row, now) for row in rows]


async def decide(db: Database, person: Caller, export_id: str, refusal: str | None, now: datetime) -> bool:
    """Allows it, or refuses it with a word why; False when there is nothing that this person may decide now."""
    decides, params = _decides(person)
    sql = (
        "UPDATE exports AS e SET state = ?, refusal = ?, decided_at = ?, decided_by = ? "
        f"WHERE e.id = ? AND e.state = 'waiting' AND e.asked_at > ? AND {decides} RETURNING id"
    )
    state = "approved" if refusal is None else "refused"
    values = (state, refusal, now, person.user_id, export_id, now - WAITS, *params)
    async with db.write() as tx:
        [rows] = await tx.finish((sql, values))
    return bool(rows)


async def fetch(db: Database, person: Caller, export_id: str, people: int, now: datetime) -> bool:
    """Uses the approval up; False when it is not there, not the person's, or somebody was faster."""
    sql = (
        "UPDATE exports SET state = 'fetched', fetched_at = ?, fetched_in = ?, people = ? WHERE id = ? "
        "AND group_id = ? AND asked_by = ? AND state = 'approved' AND decided_at > ? RETURNING id"
    )
    who = (export_id, person.group_id, person.user_id)
    async with db.write() as tx:
        [rows] = await tx.finish((sql, (now, person.session_id, people, *who, now - LASTS)))
    return bool(rows)


async def fetch_again(db: Database, person: Caller, export_id: str, now: datetime) -> bool:
    """Counts one more try of the sign-in whose transfer broke off; False when there is none left."""
    sql = (
        "UPDATE exports SET tries = tries + 1 WHERE id = ? AND group_id = ? AND asked_by = ? AND state = 'fetched' "
        "AND fetched_in = ? AND fetched_at > ? AND tries < ? RETURNING id"
    )
    who = (export_id, person.group_id, person.user_id, person.session_id)
    async with db.write() as tx:
        [rows] = await tx.finish((sql, (*who, now - AGAIN_WITHIN, AGAIN_AT_MOST)))
    return bool(rows)
