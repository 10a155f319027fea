"""The product with routes beside it that ask the same questions without GraphQL: what `tests.bench.graphql` compares.

Each signs its caller in, reads the same rows in the same statements, notes the same looks, and answers whole rows.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get, post

from server.app import from_environment
from server.domain.ids import uuid7
from server.http.caller import actor
from server.http.looking import look
from server.queries import customers, workshop
from server.queries.callers import Caller
from server.queries.pages import Window
from server.queries.rows import hanging_on, rows_by_id
from server.queries.sight import Sight

HANGING = ("damages", "findings", "estimate_lines", "progress", "photos", "signatures")


def _answer(rows: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(rows), media_type="application/json")


async def _noted(request: Request[Any, Any, Any], person: Caller, ids: Iterable[str]) -> None:
    await request.app.state.looks.note([look(person, "graphql", row_id, ["name"]) for row_id in sorted(set(ids))])


@get("/plain/visit/{visit_id:str}")
async def visit_page(request: Request[Any, Any, Any], person: Caller, visit_id: str) -> Response[bytes]:
    """A visit with what hangs on it."""
    db, sight = request.app.state.db, Sight.of(person)
    visit = (await rows_by_id(db, sight, "visits", [visit_id]))[visit_id]
    owner = await rows_by_id(db, sight, "customers", [visit.customer_id])
    car = await rows_by_id(db, sight, "vehicles", [visit.vehicle_id])
    hanging = [await hanging_on(db, sight, kind, [visit_id]) for kind in HANGING]
    people = {visit.advisor_id, visit.technician_id, *(row.by for row in hanging[3].get(visit_id, []))} - {None}
    staff = await rows_by_id(db, sight, "staff", people)
    await _noted(request, person, owner)
    return _answer([visit, owner, car, hanging, staff])


@get("/plain/customers")
async def customer_search(request: Request[Any, Any, Any], person: Caller, search: str) -> Response[bytes]:
    """The first twenty customers that a text finds."""
    page = await customers.customers(request.app.state.db, Sight.of(person), search, Window(20))
    await _noted(request, person, [row.id for row in page.rows])
    return _answer(page)


@get("/plain/today")
async def today(request: Request[Any, Any, Any], person: Caller) -> Response[bytes]:
    """The cars that have not left, with their customers and estimates."""
    db, sight = request.app.state.db, Sight.of(person)
    page = await workshop.visits(db, sight, None, True, Window(50))
    cars = await rows_by_id(db, sight, "vehicles", [row.vehicle_id for row in page.rows])
    owners = await rows_by_id(db, sight, "customers", [row.customer_id for row in page.rows])
    lines = await hanging_on(db, sight, "estimate_lines", [row.id for row in page.rows])
    await _noted(request, person, owners)
    return _answer([page, cars, owners, lines])


@post("/plain/note")
async def note(request: Request[Any, Any, Any], person: Caller, data: dict[str, Any]) -> Response[bytes]:
    """Writes a note."""
    return _answer(await request.app.state.bus.run(actor(person, "graphql"), "repair.note", data, uuid7()))


@get("/plain/nothing")
async def nothing(person: Caller) -> Response[bytes]:
    """Signs its caller in, and that is all."""
    return _answer({"name": person.name})


def app() -> Litestar:
    """What the server process runs."""
    house = from_environment()
    for route in (visit_page, customer_search, today, note, nothing):
        house.register(route)
    return house
