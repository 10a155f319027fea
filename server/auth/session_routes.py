"""`/auth/sessions`, `/auth/rotate`: where somebody is signed in, how that ends, and a fresh token for it."""

import secrets
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post

from server.auth import listing
from server.domain.tokens import token_hash
from server.http import bodies
from server.http.caller import bearer
from server.http.errors import Problem
from server.queries.callers import Caller
from server.store.rows import encode

HttpRequest = Request[Any, Any, Any]
# From the newest token, or from the one before it while nobody used the newest: its answer may have been lost.
_ROTATE = (
    "UPDATE sessions SET token_hash = ?, previous_hash = ?, previous_until = NULL WHERE id = ? "
    "AND (token_hash = ? OR previous_hash = ? AND previous_until IS NULL) RETURNING expires_at"
)


@get("/auth/sessions")
async def list_sessions(request: HttpRequest, person: Caller, everybody: bool = False) -> Response[bytes]:
    """The caller's open sign-ins; with `everybody=true` those of all people whom a manager or admin answers for."""
    app = request.app.state
    found = await listing.sessions_of(app.db, person, app.bus.clock(), everybody)
    return await bodies.write(request, encode({"sessions": found}))


@delete("/auth/sessions/{session_id:uuid}", status_code=204)
async def end_session(request: HttpRequest, person: Caller, session_id: UUID) -> None:
    """Ends a sign-in: its token stops working at once, what is unsent stays on the tablet."""
    app = request.app.state
    if not await listing.end_session(app.db, person, str(session_id), app.bus.clock()):
        raise Problem(404, "not_found")


@delete("/auth/sessions", status_code=200)
async def end_others(request: HttpRequest, person: Caller) -> Response[bytes]:
    """Ends all of the caller's sign-ins but this one; says how many there were."""
    app = request.app.state
    ended = await listing.end_others(app.db, person.user_id, person.session_id, app.bus.clock())
    return await bodies.write(request, msgspec.json.encode({"ended": ended}))


@post("/auth/rotate", status_code=200)
async def rotate(request: HttpRequest, person: Caller) -> Response[bytes]:
    """A fresh token for the same sign-in.

    The one that asked works until the fresh one was used, and 60 seconds more. Raises 409 `token_rotated` for a token
    whose successor is in use.
    """
    token, used = secrets.token_urlsafe(32), token_hash(bearer(request) or "")
    async with request.app.state.db.write() as tx:
        [rows] = await tx.finish((_ROTATE, (token_hash(token), used, person.session_id, used, used)))
    if not rows:
        raise Problem(409, "token_rotated", "A newer token of this sign-in is in use.")
    return await bodies.write(request, encode({"token": token, "expires_at": rows[0][0]}))
