"""`/auth/devices`: the tablets that a manager answers for; taking one in, and taking its trust away."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from server.auth.listing import answers_for, devices_of
from server.auth.reach import MANAGERS
from server.commands.bus import Actor
from server.http import bodies
from server.http.errors import Problem
from server.queries.callers import Caller
from server.store.rows import encode

HttpRequest = Request[Any, Any, Any]


@get("/auth/devices")
async def list_devices(request: HttpRequest, person: Caller) -> Response[bytes]:
    """Tablets with who enrolled them, their last contact and what they had not sent then. For managers and admins."""
    _refuse_others(person)
    return await bodies.write(request, encode({"devices": await devices_of(request.app.state.db, person)}))


@post("/auth/devices/{device_id:uuid}/approve", status_code=204)
async def approve(request: HttpRequest, person: Caller, device_id: UUID) -> None:
    """A tablet that waits is one of ours: people may sign in on it. For managers and admins."""
    await _run(request, person, "device.approve", str(device_id))


@post("/auth/devices/{device_id:uuid}/revoke", status_code=204)
async def revoke(request: HttpRequest, person: Caller, device_id: UUID) -> None:
    """A tablet is lost: its tokens stop working at once. For managers and admins."""
    await _run(request, person, "device.revoke", str(device_id))


async def _run(request: HttpRequest, person: Caller, command: str, device_id: str) -> None:
    _refuse_others(person)
    if not await answers_for(request.app.state.db, person, device_id):
        raise Problem(404, "not_found")
    server = Actor(
        group_id=person.group_id, store_id=person.store_id, door="server", role="server", user_id=person.user_id
    )
    outcome = await request.app.state.bus.run(server, command, {"device_id": device_id})
    if outcome.outcome == "rejected":
        raise Problem(404, "not_found")


def _refuse_others(person: Caller) -> None:
    if person.role not in MANAGERS:
        raise Problem(403, "forbidden", "Only managers and admins look after tablets.")
