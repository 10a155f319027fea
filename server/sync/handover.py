"""The handover's documents: what would be signed now, and the sealed PDF once it is there."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response, get

from server.commands.bus import Actor, Bus
from server.documents.document import canonical
from server.domain.ids import derived
from server.domain.roles import MAY_READ_PAPERS
from server.http.errors import Problem
from server.http.looking import look, reason_of, seen
from server.media.files import paper
from server.queries.callers import Caller
from server.queries.sight import Sight
from server.queries.visits import VisitRows, amendment_named, awaited_photos, document_of, paper_name, visit_rows


@get("/visits/{visit_id:uuid}/document")
async def document(
    request: Request[Any, Any, Any], person: Caller, visit_id: UUID, purpose: Literal["contract", "handover"]
) -> Response[bytes]:
    """The bare document in its canonical bytes (RFC 8785), as it would be signed now."""
    rows = await _visit_for(request, person, visit_id)
    await seen(request, look(person, "document", rows.customer.id, [purpose], reason_of(request)))
    headers = {"Cache-Control": "no-store"}
    return Response(canonical(document_of(rows, purpose)), headers=headers, media_type="application/json")


@get("/visits/{visit_id:uuid}/handover.pdf")
async def handover_pdf(request: Request[Any, Any, Any], person: Caller, visit_id: UUID) -> Response[bytes]:
    """The sealed PDF; 404 `not_sealed_yet` says what it waits for."""
    rows = await _visit_for(request, person, visit_id)
    content = await _sealed_paper(request, person, rows)
    await seen(request, look(person, "document", rows.customer.id, ["handover.pdf"], reason_of(request)))
    return _pdf(content, rows.visit.number)


def _pdf(content: bytes, name: str) -> Response[bytes]:
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'inline; filename="{name}.pdf"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, headers=headers, media_type="application/pdf")


async def _sealed_paper(request: Request[Any, Any, Any], person: Caller, rows: VisitRows) -> bytes:
    """The bytes of a visit's sealed PDF; raises 404 `not_sealed_yet` with what is missing."""
    name = paper_name(rows)
    if name is None:
        raise Problem(404, "not_sealed_yet", "The car is not handed over yet.", why="not_handed_over")
    try:
        return await asyncio.to_thread(paper(request.app.state.settings.data, rows.visit.id, name).read_bytes)
    except FileNotFoundError:
        awaited = awaited_photos(rows)
        why = "waiting_for_photos" if awaited else "being_sealed"
        if not awaited:
            await _request_seal(request.app.state.bus, person, rows, name)
        raise Problem(404, "not_sealed_yet", "The PDF is not sealed yet.", why=why, photos=awaited) from None


async def _request_seal(bus: Bus, person: Caller, rows: VisitRows, name: str) -> None:
    """Promises the seal once more, at most once an hour: it may be a paper from before this server's time."""
    visit = rows.visit
    server = Actor(group_id=person.group_id, store_id=visit.store_id, door="server", role="server")
    once = derived("request_seal", visit.id, name, f"{datetime.now(UTC):%Y%m%d%H}")
    await bus.run(server, "handover.request_seal", {"visit_id": visit.id}, once)


@get("/visits/{visit_id:uuid}/amendments/{name:str}")
async def amendment_pdf(request: Request[Any, Any, Any], person: Caller, visit_id: UUID, name: str) -> Response[bytes]:
    """The sealed PDF of an amendment, as `{amendment_id}.pdf`; 404 `not_sealed_yet` until it is made."""
    rows = await _visit_for(request, person, visit_id)
    amendment = amendment_named(rows, name)
    if amendment is None:
        raise Problem(404, "not_found")
    try:
        path = paper(request.app.state.settings.data, rows.visit.id, amendment.id)
        content = await asyncio.to_thread(path.read_bytes)
    except FileNotFoundError:
        raise Problem(404, "not_sealed_yet", "The PDF is not sealed yet.", why="being_sealed") from None
    await seen(request, look(person, "document", rows.customer.id, ["amendment.pdf"], reason_of(request)))
    return _pdf(content, f"{rows.visit.number}-{amendment.id}")


async def _visit_for(request: Request[Any, Any, Any], person: Caller, visit_id: UUID) -> VisitRows:
    """The visit, for people of its store who read papers; nobody else learns whether there is one."""
    if person.role not in MAY_READ_PAPERS:
        raise Problem(403, "forbidden", "This role opens no papers.", role=person.role)
    rows = await visit_rows(request.app.state.db, person.group_id, str(visit_id))
    if rows is None or not Sight.of(person).may_open("visits", [rows.visit.store_id]):
        raise Problem(404, "not_found")
    return rows
