"""`POST /sync/push`: a tablet's queue of commands, run once each, in order."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, post
from msgspec import Meta, Struct

from server import VERSION
from server.commands.bus import Bus, Forked, Gap, Submission
from server.commands.envelope import envelope, explain
from server.domain.fields import Id, Instant
from server.domain.rows.inbox import SentCommand
from server.http import bodies
from server.http.caller import actor
from server.http.errors import Problem
from server.queries.callers import Caller
from server.store.rows import encode

MOST = 500
"""Commands a push."""
SIZE = 2 * 2**20
ALONE = 8 * 2**20
"""Bytes a push, and those of one command alone."""


Sequence = Annotated[int, Meta(ge=1, le=2**53 - 1)]


class Pushed(Struct, frozen=True, forbid_unknown_fields=True):
    """One command of the queue."""

    seq: Sequence
    id: Id
    name: str
    issued_at: Instant
    fields: dict[str, Any]
    user: Id | None = None
    lane: str | None = None


class Push(Struct, frozen=True, forbid_unknown_fields=True):
    """The envelope, protocol version 1."""

    protocol: int
    app: str
    commands: list[Pushed]


@post("/sync/push", status_code=200, request_max_body_size=ALONE)
async def push(request: Request[Any, Any, Any], person: Caller) -> Response[bytes]:
    """Runs the commands and answers their outcomes."""
    if person.device_id is None:
        raise Problem(400, "no_device", "Sign in with a device to push: its numbers order the queue.")
    queue = _read(request, await request.body())
    bus: Bus = request.app.state.bus
    envelopes = [envelope(_sent(person, pushed), pushed.seq) for pushed in queue.commands]
    try:
        answer = await bus.submit(Submission(actor(person, "tablet"), envelopes, queue=True))
    except Gap as gap:
        raise Problem(409, "gap", "Commands are missing before these.", next_seq=gap.next_seq) from None
    except Forked:
        raise Problem(409, "forked_device", "This number was used for another command: enrol anew.") from None
    body = {
        "outcomes": answer.outcomes, "next_seq": answer.next_seq, "failed": answer.failed,
        "server_time": datetime.now(UTC),
    }  # fmt: skip
    return await bodies.write(request, encode(body))


def _sent(person: Caller, pushed: Pushed) -> SentCommand:
    return SentCommand(
        id=pushed.id, name=pushed.name, fields=pushed.fields, issued_at=pushed.issued_at,
        user_id=pushed.user or person.user_id, device_id=person.device_id, lane=pushed.lane,
    )  # fmt: skip


def _read(request: Request[Any, Any, Any], body: bytes) -> Push:
    """The envelope; raises 400 with the field, 413, 426 or 503, and nothing ran."""
    try:
        queue: Push = bodies.read(request, body, Push)
    except msgspec.ValidationError as error:
        why = explain(error).cause
        raise Problem(400, "invalid", str(error), field=why.subject.id, problem=why.facts["problem"]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem(400, "invalid", "The body is no JSON or MessagePack.", field="") from None
    if queue.protocol != 1:
        raise Problem(400, "invalid", "This server speaks protocol 1.", field="protocol")
    if len(queue.commands) > MOST or (len(body) > SIZE and len(queue.commands) > 1):
        raise Problem(413, "too_large", f"At most {MOST} commands or {SIZE} bytes a push.", commands=MOST, bytes=SIZE)
    check_app(queue.app, request.app.state.settings.oldest_app)
    return queue


def check_app(app: str, oldest: str) -> None:
    """Raises 426 for an app that is older than the oldest one taken, 503 for one that is newer than this server."""
    try:
        version = _version(app)
    except ValueError:
        raise Problem(400, "invalid", "`app` is a version such as 2026.11.0.", field="app") from None
    if version < _version(oldest):
        raise Problem(426, "app_too_old", "Update the app; the queue stays.", oldest=oldest)
    if version > _version(VERSION):
        raise Problem(503, "server_older", "The app is newer than this server; the queue stays.", server=VERSION)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
