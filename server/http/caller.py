"""The bearer token of a request, and the person behind it."""

from contextlib import suppress

from server.commands.bus import Actor
from server.http.address import Connection, client_network
from server.http.errors import Problem
from server.queries.callers import Caller, caller, note_use
from server.store.database import Unavailable


def bearer(connection: Connection) -> str | None:
    """The token of `Authorization: Bearer …`."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


async def provide_caller(request: Connection) -> Caller:
    """Litestar dependency: the person who calls; raises 401 `unauthorized` or 403 `device_revoked`."""
    token = bearer(request)
    found = await caller(request.app.state.db, token) if token else None
    if token is None or found is None:
        raise Problem(401, "unauthorized")
    if found == "revoked":
        raise Problem(403, "device_revoked")
    await note(request, found, token)
    return found


async def note(connection: Connection, person: Caller, token: str) -> None:
    """Writes down now and then that a session is in use; who calls does not wait for a database that is down."""
    if person.noteworthy:
        with suppress(Unavailable):
            await note_use(connection.app.state.db, person, token, client_network(connection))


def actor(person: Caller, door: str) -> Actor:
    """The person as the bus knows them; the role is read again when the command runs."""
    return Actor(
        group_id=person.group_id,
        store_id=person.store_id,
        door=door,
        user_id=person.user_id,
        device_id=person.device_id,
    )
