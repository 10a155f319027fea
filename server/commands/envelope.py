"""Commands as people sent them, and as the bus takes them: decoded and validated before any lock is taken."""

import re
from datetime import datetime
from typing import Any, cast

import msgspec
from msgspec import Struct

from server.commands.registry import REGISTRY, Command, Spec
from server.domain.ids import IDS_IN_JSON
from server.domain.reasons import Reason, Rejected, invalid
from server.domain.rows.inbox import Cause, SentCommand
from server.store.rows import encode

_PATH = re.compile(r" - at `\$\.?(.*)`$")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_MISSING = re.compile(r"Object missing required field `(.*)`")


class Envelope(Struct, frozen=True):
    """One command on its way: `command` is None when `problem` says why it cannot be read."""

    sent: SentCommand
    seq: int | None
    spec: Spec | None
    command: Command | None
    problem: Cause | None
    ids: frozenset[str]


def envelope(sent: SentCommand, seq: int | None = None, internal: bool = False) -> Envelope:
    """Reads a command's fields; a bad name or field becomes its `problem`, never an exception."""
    encoded, null = encode(sent.fields), None
    if b"\\u0000" in encoded or "\0" in f"{sent.name}{sent.lane}":
        null, sent = _null_path(sent.fields), _storable(sent)
    ids = frozenset(match.decode() for match in IDS_IN_JSON.findall(encoded))
    spec = REGISTRY.get(sent.name)
    if spec is None or (spec.internal and not internal):
        problem = Rejected(Reason.UNKNOWN_COMMAND, "command", sent.name).cause
        return Envelope(sent, seq, None, None, problem, ids)
    if null is not None:
        return Envelope(sent, seq, spec, None, invalid(null, "null_character").cause, ids)
    try:
        return Envelope(sent, seq, spec, msgspec.convert(sent.fields, spec.struct), None, ids)
    except msgspec.ValidationError as error:
        return Envelope(sent, seq, spec, None, explain(error).cause, ids)


def explain(error: msgspec.ValidationError) -> Rejected:
    """A validation error as `invalid` with the path of the field."""
    text = str(error)
    found = _PATH.search(text)
    path = found.group(1) if found else ""
    words = _PATH.sub("", text)
    for pattern, problem in ((_UNKNOWN, "unknown_field"), (_MISSING, "missing")):
        if named := pattern.match(words):
            return invalid(".".join(filter(None, (path, named.group(1)))), problem, message=words)
    return invalid(path, "wrong_value", message=words)


def _null_path(value: Any, path: str = "") -> str | None:
    """Where a text with U+0000 stands, which PostgreSQL cannot store; None when there is none."""
    if isinstance(value, str):
        return path if "\0" in value else None
    parts: list[tuple[Any, str]] = []
    if isinstance(value, dict):
        named = cast(dict[str, Any], value)
        parts = [(name, path) for name in named] + [(named[name], f"{path}.{name}".lstrip(".")) for name in named]
    elif isinstance(value, list):
        parts = [(inner, f"{path}[{index}]") for index, inner in enumerate(cast(list[Any], value))]
    return next((found for inner, at in parts if (found := _null_path(inner, at)) is not None), None)


def _storable(sent: SentCommand) -> SentCommand:
    """The command with every U+0000 shown as ␀, so that it can stand in the journal and the inbox."""
    return msgspec.structs.replace(
        sent, name=_shown(sent.name), lane=_shown(sent.lane), fields=cast(dict[str, Any], _shown(sent.fields))
    )


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        return {_shown(name): _shown(inner) for name, inner in cast(dict[str, Any], value).items()}
    if isinstance(value, list):
        return [_shown(inner) for inner in cast(list[Any], value)]
    return value.replace("\0", "␀") if isinstance(value, str) else value


def sent_now(command_id: str, name: str, fields: dict[str, Any], user_id: str | None, now: datetime) -> SentCommand:
    """A command that did not come from a tablet's queue."""
    return SentCommand(
        id=command_id, name=name, fields=fields, issued_at=now, user_id=user_id, device_id=None, lane=None
    )
