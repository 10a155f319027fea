"""`GET /sync/pull`, `/sync/checksum`, `/sync/live`: what is new, whether the copy is whole, and a doorbell."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.params import Parameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from server.http import bodies
from server.http.errors import Problem
from server.http.looking import look_at_store, seen
from server.queries.callers import Caller
from server.queries.given import View
from server.queries.pull import Behind, Cookie, FromTheFuture
from server.queries.pull import checksum as sums
from server.queries.pull import pull as next_page
from server.store.doorbell import Doorbell
from server.store.epoch import renew_epoch
from server.sync.contact import App, Unsent, heard


def _cookie(text: str) -> Cookie:
    try:
        return Cookie.read(text)
    except ValueError:
        raise Problem(400, "invalid", "This is no cookie of ours; pull without one.", field="cookie") from None


@get("/sync/pull")
async def pull(
    request: Request[Any, Any, Any],
    person: Caller,
    cookie: str | None = None,
    limit: Annotated[int, Parameter(ge=1, le=10_000)] = 5_000,
    unsent: Unsent = None,
    app: App = None,
) -> Response[bytes]:
    """The next page of this tablet's rows; `unsent` and `app` are what it tells of itself."""
    state, known = request.app.state, _cookie(cookie) if cookie else None
    try:
        page = await next_page(state.db, person, known, limit)
    except FromTheFuture as restored:
        await renew_epoch(
            state.db, state.settings.data, person.group_id, restored.epoch, why="a cookie from the future"
        )
        page = await next_page(state.db, person, known, limit)
    if "customers" in page.counts:
        left_out = [f"without:{field}" for field in View.of(person).without("customers")]
        summary = [f"{kind}:{count}" for kind, count in sorted(page.counts.items())] + left_out
        await seen(request, look_at_store(person, "sync", person.store_id, summary))
    if person.device_id is not None:
        await heard(state.db, person.device_id, unsent, app)
    return await bodies.write(request, page.json())


@get("/sync/checksum")
async def checksum(request: Request[Any, Any, Any], person: Caller, cookie: str) -> Response[bytes]:
    """Count and sum per kind at the newest cookie; otherwise 409 `behind`."""
    try:
        found = await sums(request.app.state.db, person, _cookie(cookie))
    except Behind:
        raise Problem(409, "behind", "Pull first: the cookie is not the newest.") from None
    return await bodies.write(request, msgspec.json.encode(found))


@get("/sync/live")
async def live(request: Request[Any, Any, Any], person: Caller) -> ServerSentEvent:
    """Rings after each change in the person's store; carries no data."""
    doorbell: Doorbell = request.app.state.doorbell

    async def events() -> AsyncIterator[ServerSentEventMessage]:
        count = 0
        async for rang in doorbell.listen(person.store_id):
            if rang:
                count += 1
                hint = msgspec.json.encode({"cookie_hint": f"{count}"}).decode()
                yield ServerSentEventMessage(event="changed", data=hint)
            else:
                yield ServerSentEventMessage(comment="still here")

    return ServerSentEvent(events(), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
