"""The doors of a request: it is asked for, listed, allowed or refused."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from msgspec import Struct

from server.domain.exports import LONGEST_REASON, SHORTEST_REASON, ExportKind
from server.domain.fields import Id
from server.domain.ids import uuid7
from server.domain.roles import MAY_ASK_EXPORT
from server.exports import requests
from server.exports.requests import Export, Wanted
from server.http import bodies
from server.http.errors import Problem
from server.queries.callers import Caller
from server.queries.rows import rows_by_id
from server.queries.sight import Sight
from server.queries.stores import stores_by_id
from server.records.routes import days
from server.store.rows import encode

HttpRequest = Request[Any, Any, Any]


class AskExport(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """`from` and `to` (YYYY-MM-DD) for records, `customer_id` for an archive; an admin may name another `store`."""

    kind: ExportKind
    reason: str
    from_: str = ""
    to: str = ""
    store: Id | None = None
    customer_id: Id | None = None


class RefuseExport(Struct, frozen=True, forbid_unknown_fields=True):
    """Why it is refused, for the person who asked."""

    reason: str


@post("/exports", status_code=201)
async def ask(request: HttpRequest, person: Caller, body: bytes) -> Response[bytes]:
    """Asks for a file; raises 400 with the field, 403 for a role that may not, 409 `too_many` that wait."""
    asked = bodies.asked(request, body, AskExport)
    state, now, export_id = request.app.state, request.app.state.bus.clock(), uuid7()
    wanted = await _wanted(state.db, person, asked)
    if not await requests.add(state.db, person, export_id, wanted, now):
        many = "So many of your requests wait already; one must be answered first."
        raise Problem(409, "too_many", many, most=requests.MOST_WAITING)
    return await bodies.write(request, encode(await _seen(request, person, export_id)), 201)


async def _wanted(db: Any, person: Caller, asked: AskExport) -> Wanted:
    if person.role not in MAY_ASK_EXPORT[asked.kind]:
        raise Problem(403, "forbidden", "Your role does not ask for such a file.", role=person.role)
    reason = _reason(asked.reason)
    store = (await stores_by_id(db, person.group_id)).get(asked.store or person.store_id)
    if store is None or (store.id != person.store_id and person.role != "admin"):
        raise Problem(404, "not_found")
    first = last = customer_id = None
    if asked.kind in ("records-health", "records-warranty"):
        first, last = (day.isoformat() for day in days(asked.from_, asked.to))
    if asked.kind == "customer-archive":
        found = await rows_by_id(db, Sight.of(person), "customers", [asked.customer_id] if asked.customer_id else [])
        if not found:
            raise Problem(404, "not_found")
        [customer_id] = (row.id for row in found.values())
    return Wanted(asked.kind, store.id, first, last, customer_id, reason)


def _reason(text: str) -> str:
    """A reason as it is kept; raises 400."""
    said = " ".join(text.replace("\0", "").split())
    if not SHORTEST_REASON <= len(said) <= LONGEST_REASON:
        words = f"Say why in {SHORTEST_REASON} to {LONGEST_REASON} characters."
        raise Problem(400, "invalid", words, field="reason", problem="length")
    return said


@get("/exports")
async def shown(request: HttpRequest, person: Caller) -> Response[bytes]:
    """`{mine, waiting, done}`: one's own requests, those that wait for one's word, and what became of the others."""
    state = request.app.state
    return await bodies.write(request, encode(await requests.lists(state.db, person, state.bus.clock())))


@post("/exports/{export_id:uuid}/approve", status_code=200)
async def approve(request: HttpRequest, person: Caller, export_id: UUID) -> Response[bytes]:
    """Allows it for 24 hours; never one's own (403 `own_export`), only while it waits (409 `wrong_state`)."""
    return await _decided(request, person, str(export_id), None)


@post("/exports/{export_id:uuid}/refuse", status_code=200)
async def refuse(request: HttpRequest, person: Caller, export_id: UUID, body: bytes) -> Response[bytes]:
    """Refuses it with a word why; the same answers as `approve`."""
    refusal = bodies.asked(request, body, RefuseExport).reason
    return await _decided(request, person, str(export_id), _reason(refusal))


async def _decided(request: HttpRequest, person: Caller, export_id: str, refusal: str | None) -> Response[bytes]:
    state = request.app.state
    decided = await requests.decide(state.db, person, export_id, refusal, state.bus.clock())
    export = await _seen(request, person, export_id)
    if not decided and export.asked_by == person.user_id:
        raise Problem(403, "own_export", "Somebody else decides about what you asked for.")
    if not decided:
        raise Problem(409, "wrong_state", "It does not wait for an answer any more.", state=export.state)
    return await bodies.write(request, encode(export))


async def _seen(request: HttpRequest, person: Caller, export_id: str) -> Export:
    """The request as this person sees it; raises 404, also for one that is somebody else's."""
    state = request.app.state
    found = await requests.one(state.db, person, export_id, state.bus.clock())
    if found is None:
        raise Problem(404, "not_found")
    return found
