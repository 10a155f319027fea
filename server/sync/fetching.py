"""`POST /customers/fetch`: a customer of another store of the group, asked for by what they tell, with a reason."""

from collections.abc import Callable
from typing import Annotated, Any

from litestar import Request, post
from msgspec import Meta, Struct

from server.commands.bus import Actor
from server.domain import phone, plate, vin
from server.domain.ids import uuid7
from server.domain.roles import may
from server.http import bodies
from server.http.errors import Problem
from server.http.limits import Limit
from server.http.looking import look, seen
from server.queries.callers import Caller
from server.queries.known import Told, known_by

PACE = Limit(burst=20, per_second=20 / 3600)
"""A counter serves so many strangers an hour; who tries numbers one after another stands out."""
READ: dict[Told, Callable[[str], str]] = {"phone": phone.normalise, "plate": plate.normalise, "vin": vin.normalise}


class FetchAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """What the customer told, whole; and why the file is needed: the customer will read it."""

    by: Told
    value: Annotated[str, Meta(min_length=1, max_length=40)]
    reason: Annotated[str, Meta(min_length=5, max_length=200, pattern=r"\S")]


@post("/customers/fetch", status_code=200)
async def fetch(request: Request[Any, Any, Any], person: Caller) -> dict[str, list[str]]:
    """Brings the file and the cars to the store of who asks: they are there with the next pull.

    Answers `{"customers": [ids]}`. Raises 400 `invalid` with the field, 403, 404 `not_found`, 429.
    """
    if not may(person.role, "customer.register"):
        raise Problem(403, "forbidden", "This role receives no customers.", role=person.role)
    asked = bodies.asked(request, await request.body(), FetchAsked)
    try:
        value = READ[asked.by](asked.value)
    except ValueError as error:
        raise Problem(
            400, "invalid", "Give it whole, as the customer tells it.", field="value", problem=str(error)
        ) from None
    PACE.check(person.user_id)
    app = request.app.state
    found = await known_by(app.db, person.group_id, asked.by, value)
    if not found:
        raise Problem(404, "not_found")
    reason = asked.reason.strip()
    server = Actor(
        group_id=person.group_id, store_id=person.store_id, door="server", role="server", user_id=person.user_id
    )
    for one in found:
        await seen(request, look(person, "fetch", one.customer_id, [asked.by], reason))
        fields = {"customer_id": one.customer_id, "vehicle_ids": one.vehicle_ids, "reason": reason}
        await app.bus.run(server, "customer.fetch", fields, uuid7())
    return {"customers": [one.customer_id for one in found]}
