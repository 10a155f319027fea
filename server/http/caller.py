"""The bearer token of a request, and the person behind it."""

from typing import Any

from litestar.connection import ASGIConnection

from server.commands.bus import Actor
from server.http.errors import Problem
from server.queries.callers import Caller, caller
from server.store.database import Database

Connection = ASGIConnection[Any, Any, Any, Any]


async def signed_in(db: Database, token: str | None) -> Caller:
    """The caller; raises 401 `unauthorized` or 403 `device_revoked`."""
    found = await caller(db, token) if token else None
    if found is None:
        raise Problem(401, "unauthorized")
    if found == "revoked":
        raise Problem(403, "device_revoked")
    return found


def bearer(connection: Connection) -> str | None:
    """The token of `Authorization: Bearer …`."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


async def provide_caller(request: Connection) -> Caller:
    """Litestar dependency: the person who calls."""
    return await signed_in(request.app.state.db, bearer(request))


def actor(person: Caller, door: str) -> Actor:
    """The person as the bus knows them; the role is read again when the command runs."""
    return Actor(
        group_id=person.group_id,
        store_id=person.store_id,
        door=door,
        user_id=person.user_id,
        device_id=person.device_id,
    )
