"""The staff's door to a customer's archive: for a customer who asks at the counter."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, get
from litestar.response import Stream

from server.archive.facts import customer_by_id
from server.archive.packed import pack
from server.archive.zipped import length, sent
from server.domain.roles import MAY_EXPORT
from server.domain.rows.customers import Customer
from server.http.errors import Problem
from server.http.looking import look, reason_of, seen
from server.queries.callers import Caller

NAME = "archive.zip"


@get("/customers/{customer_id:uuid}/archive.zip")
async def archive(request: Request[Any, Any, Any], person: Caller, customer_id: UUID) -> Stream:
    """Everything about one customer, for a manager; written into the access log before the first byte."""
    if person.role not in MAY_EXPORT:
        raise Problem(403, "forbidden", "A manager exports a customer's archive.", role=person.role)
    found = await customer_by_id(request.app.state.db, person.group_id, str(customer_id))
    if found is None:
        raise Problem(404, "not_found")
    await seen(request, look(person, "document", found.id, [NAME], reason_of(request)))
    return await answered(request, person.group_id, found, {"Cache-Control": "no-store"})


async def answered(
    request: Request[Any, Any, Any], group_id: str, customer: Customer, headers: dict[str, str]
) -> Stream:
    """The archive as it is streamed: its length is known, so a browser shows how far it is."""
    state, now = request.app.state, datetime.now(UTC)
    items = await pack(state.db, state.settings.data, group_id, customer, now)
    headers = headers | {
        "Content-Length": str(length(items)),
        "Content-Disposition": f'attachment; filename="jieche-{now:%Y%m%d}.zip"',
        "X-Content-Type-Options": "nosniff",
    }
    return Stream(sent(items, now), headers=headers, media_type="application/zip")


routes = [archive]
