"""The bearer token of a request, and the person behind it."""

from contextlib import suppress

from server.commands.bus import Actor
from server.http.address import Connection, client_network
from server.http.errors import Problem
from server.http.limits import Limit
from server.queries.callers import Caller, caller, note_use
from server.store.database import Unavailable

KEYS = Limit(burst=50, per_second=10, code="rate_limited")
"""How many requests each key of a program may send, at each worker."""
ANY = "*"
"""In `opt={"scope": …}` of a route: a key of whatever scopes may come."""


def bearer(connection: Connection) -> str | None:
    """The token of `Authorization: Bearer …`."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


async def provide_caller(request: Connection) -> Caller:
    """Litestar dependency: the person who calls; raises 401 `unauthorized` or 403 `device_revoked`.

    Another program's key is let in where a route names the scope that it needs, in `opt`, and nowhere else: raises 403
    `forbidden`, and 429 `rate_limited`.
    """
    token = bearer(request)
    found = await caller(request.app.state.db, token) if token else None
    if token is None or found is None:
        raise Problem(401, "unauthorized")
    if found == "revoked":
        raise Problem(403, "device_revoked")
    if found.scopes is not None:
        _refuse_key(request, found, found.scopes)
    await note(request, found, token)
    return found


def _refuse_key(request: Connection, key: Caller, scopes: tuple[str, ...]) -> None:
    """Keys of programs are refused unless the route is one for their scopes, and when they ask too often."""
    KEYS.check(key.session_id)
    scope = getattr(request.scope.get("route_handler"), "opt", {}).get("scope")
    if scope is None:
        raise Problem(403, "forbidden", "Keys of programs open /graphql; this is for people who signed in.")
    if scope != ANY and scope not in scopes:
        raise Problem(403, "forbidden", f"This key lacks the scope {scope}.", scope=scope)


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
        scopes=person.scopes or (),
    )
