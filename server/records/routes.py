"""The doors to the records: of one visit, and of a period."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.params import Parameter

from server.domain.roles import MAY_READ_RECORDS
from server.http.bodies import write
from server.http.errors import Problem
from server.http.looking import look, look_at_store, reason_of, seen
from server.queries.callers import Caller
from server.queries.pages import BadCursor, Window
from server.queries.rows import rows_by_id
from server.queries.sight import Sight
from server.queries.stores import Store, stores_by_id
from server.records.batch import (
    MOST,
    MOST_DAYS,
    USUAL,
    FiledPage,
    Kind,
    Period,
    filed,
    filed_page,
    without_record,
)
from server.records.kept import kept_visit

_ENDINGS: dict[str, Kind] = {"health-record.json": "health", "warranty-record.json": "warranty"}


@get(["/visits/{visit_id:uuid}/health-record.json", "/visits/{visit_id:uuid}/warranty-record.json"])
async def visit_record(request: Request[Any, Any, Any], person: Caller, visit_id: UUID) -> Response[bytes]:
    """A visit's record and what it lacks; 404 `no_record` says why there is none."""
    _refuse_others(person)
    db = request.app.state.db
    theirs = await rows_by_id(db, Sight.of(person), "visits", [str(visit_id)])
    kept = await kept_visit(db, person.group_id, str(visit_id)) if theirs else None
    if kept is None:
        raise Problem(404, "not_found", "There is no visit here under this id whose car was handed over.")
    found = filed(_ENDINGS[request.url.path.rsplit("/", 1)[-1]], kept)
    if found is None:
        raise Problem(404, "no_record", "The visit needs no such record: nothing was repaired, or not under warranty.")
    ending = request.url.path.rsplit("/", 1)[-1]
    await seen(request, look(person, "document", kept.visit.customer_id, [ending], reason_of(request)))
    return await write(request, msgspec.json.encode(found))


@get("/records/{kind:str}")
async def period_records(
    request: Request[Any, Any, Any], person: Caller, kind: Kind,
    from_: Annotated[str, Parameter(query="from")] = "", to: str = "",
    store: UUID | None = None, limit: Annotated[int, Parameter(ge=1, le=MOST)] = USUAL, after: str | None = None,
) -> Response[bytes]:  # fmt: skip
    """How many records of the cars that left a store on these days are complete, and what the others lack: one page.

    The records themselves leave the house by an export that somebody approved (docs/exports.md).
    """
    _refuse_others(person)
    db = request.app.state.db
    chosen = (await stores_by_id(db, person.group_id)).get(str(store) if store else person.store_id)
    if chosen is None or not Sight.of(person).may_open("visits", [chosen.id]):
        raise Problem(404, "not_found")
    first, last = days(from_, to)
    try:
        period = Period(chosen.id, chosen.time_zone, first, last)
        page = await filed_page(db, person.group_id, kind, period, Window(limit, after))
    except BadCursor:
        raise _invalid("after", "No list gave this cursor.") from None
    summary = [f"{kind}:{len(page.filed)}"]
    await seen(request, look_at_store(person, "document", chosen.id, summary, reason_of(request)))
    return await write(request, msgspec.json.encode(_answer(kind, chosen, first, last, page)))


def _answer(kind: Kind, store: Store, first: date, last: date, page: FiledPage) -> dict[str, Any]:
    return {
        "kind": kind, "from": first, "to": last, "store": {"id": store.id, "name": store.name},
        "complete": sum(not one.problems for one in page.filed),
        "incomplete": [without_record(one) for one in page.filed if one.problems],
        "skipped": page.skipped,
        "after": page.after,
    }  # fmt: skip


def days(first: str, last: str) -> tuple[date, date]:
    """Both days of a period; raises 400 with the field that is wrong."""
    both = _day("from", first), _day("to", last)
    if both[1] < both[0]:
        raise _invalid("to", "The last day is before the first.")
    if (both[1] - both[0]).days >= MOST_DAYS:
        raise _invalid("to", f"A period has {MOST_DAYS} days at the most.")
    return both


def _day(field: str, text: str) -> date:
    try:
        day = msgspec.convert(text, date)
    except msgspec.ValidationError:
        raise _invalid(field, "A day is written YYYY-MM-DD.") from None
    if not 1900 < day.year < 9999:
        raise _invalid(field, "No car came in that year.")
    return day


def _invalid(field: str, message: str) -> Problem:
    return Problem(400, "invalid", "A field cannot be read.", fields=[{"field": field, "message": message}])


def _refuse_others(person: Caller) -> None:
    if person.role not in MAY_READ_RECORDS:
        raise Problem(403, "forbidden", "Managers, claims clerks and admins read the records.")
