"""`/exports/{id}/file`: the file, once, for who asked; each customer in it has a line in the access log before."""

from typing import Any
from uuid import UUID

from litestar import Request, get
from litestar.response import Stream

from server.domain.roles import MAY_ASK_EXPORT
from server.exports import requests
from server.exports.made import make
from server.exports.mark import file_name, mark_of
from server.exports.requests import Export
from server.http.errors import Problem
from server.http.looking import look
from server.queries.callers import Caller
from server.queries.sight import Sight
from server.store.looks import Looks

AT_ONCE = 500
"""Looks of one transaction of the access log."""


@get("/exports/{export_id:uuid}/file")
async def file(request: Request[Any, Any, Any], person: Caller, export_id: UUID, again: bool = False) -> Stream:
    """The file of one's own request, once; `again=true` in the same sign-in when the transfer broke off."""
    state, now = request.app.state, request.app.state.bus.clock()
    export = await requests.one(state.db, person, str(export_id), now)
    if export is None:
        raise Problem(404, "not_found")
    _refuse(person, export, again)
    mark = mark_of(export, now)
    made = await make(state.db, state.settings.data, Sight.of(person), export, mark, now)
    if made is None:
        raise Problem(404, "not_found")
    if again:
        taken = await requests.fetch_again(state.db, person, export.id, now)
    else:
        taken = await requests.fetch(state.db, person, export.id, len(made.customers), now)
    if not taken:
        raise _over(export, "fetched")
    await _note(state.looks, person, export, made.customers)
    headers = {
        "Content-Length": str(made.size),
        "Content-Disposition": f'attachment; filename="{file_name(mark)}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Stream(made.pieces, headers=headers, media_type=made.media_type)


def _refuse(person: Caller, export: Export, again: bool) -> None:
    """Raises 403 for whom it is not, or no longer; 409 `wrong_state` for what cannot be fetched now."""
    lost = person.role not in MAY_ASK_EXPORT[export.kind]
    moved = person.role != "admin" and export.store_id != person.store_id
    if export.asked_by != person.user_id or lost or moved:
        raise Problem(403, "forbidden", "Only who asked for the file fetches it, in the role and store of the request.")
    if export.state != ("fetched" if again else "approved"):
        raise _over(export, export.state)


def _over(export: Export, state: str) -> Problem:
    return Problem(409, "wrong_state", "The file is fetched once, while the approval lasts.", state=state)


async def _note(looks: Looks, person: Caller, export: Export, customers: list[str]) -> None:
    """One look for each customer in the file, with the reason that was given; raises Unavailable."""
    shown = [export.kind, export.id]
    lines = [look(person, "export", customer_id, shown, export.reason) for customer_id in customers]
    for at in range(0, len(lines), AT_ONCE):
        await looks.note(lines[at : at + AT_ONCE])
