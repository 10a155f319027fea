"""What a customer may send: the few commands of the role `link`, bound to the visit of the link."""

from typing import Any, Literal

import msgspec
from litestar import Response, post
from msgspec import Struct

from server.commands.bus import Actor
from server.commands.envelope import envelope, explain, sent_now
from server.commands.registry import REGISTRY
from server.domain.fields import Id
from server.domain.roles import may
from server.domain.rows.inbox import Cause
from server.http.errors import Problem
from server.portal.answers import GUARDED
from server.portal.digits import refuse_strangers
from server.portal.link import WRITES, Asked, OpenLink, open_link, refuse_other_sites, rows_of
from server.queries.visits import VisitRows
from server.store.journal import Outcome
from server.store.rows import encode

LARGEST = 64 * 2**10
"""Bytes of a command at most."""


class Sent(Struct, frozen=True, forbid_unknown_fields=True):
    """One command; sending it again under the same id gives its first outcome."""

    id: Id
    name: str
    fields: dict[str, Any]


@post("/c/{token:str}/commands", status_code=200, request_max_body_size=LARGEST, include_in_schema=False)
async def command(request: Asked, token: str) -> Response[bytes]:
    """Runs one command, answers with its outcome; 403 for what a customer may not do, 400 for what cannot be read."""
    link = await open_link(request, token, WRITES)
    refuse_other_sites(request)
    rows = await rows_of(request, link)
    refuse_strangers(request, link, rows)
    try:
        sent = msgspec.json.decode(await request.body(), type=Sent)
    except msgspec.ValidationError as error:
        raise _refused(explain(error).cause) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem(400, "invalid", "This is no JSON.") from None
    outcome = await run(request, link, rows, sent)
    return Response(encode(outcome), headers=dict(GUARDED), media_type="application/json")


async def run(request: Asked, link: OpenLink, rows: VisitRows, sent: Sent) -> Outcome:
    """Runs one command of a customer who was let in; raises 403 or 400."""
    if sent.name not in REGISTRY or not may("link", sent.name):
        raise Problem(403, "forbidden", "A customer's link cannot do this.", command=sent.name)
    fields = bound(sent, rows)
    bus = request.app.state.bus
    problem = envelope(sent_now(sent.id, sent.name, fields, None, bus.clock())).problem
    if problem is not None:
        raise _refused(problem)
    actor = Actor(
        group_id=link.group_id, store_id=rows.visit.store_id, door="portal", role="link", visit_id=rows.visit.id
    )
    return await bus.run(actor, sent.name, fields, sent.id)


def _refused(why: Cause) -> Problem:
    """A command that cannot be read: answered with the field, and not put into the store's review inbox."""
    message = str(why.facts.get("message", "A field cannot be read."))
    return Problem(400, "invalid", message, field=why.subject.id, problem=why.facts.get("problem"))


def bound(sent: Sent, rows: VisitRows) -> dict[str, Any]:
    """The command's fields, with what the link decides in their place: visit, customer, car, and how it was said."""
    visit = rows.visit
    known = REGISTRY[sent.name].struct.__struct_fields__
    ours = {"visit_id": visit.id, "customer_id": rows.customer.id, "vehicle_id": rows.vehicle.id}
    fields = sent.fields | {name: value for name, value in ours.items() if name in known}
    if sent.name == "estimate.decide":
        fields |= {"channel": "page"}
        fields.setdefault("decided_by", {"name": rows.customer.name, "role": _role(rows)})
    elif sent.name == "customer.set_consent":
        fields |= {"source": "page"}
    return fields


def _role(rows: VisitRows) -> Literal["owner", "bringer"]:
    """The link is sent to who brought the car, often its owner."""
    return "owner" if rows.vehicle.owner_id == rows.customer.id else "bringer"
