"""Where two documents differ, one entry a value, for the review that a person reads."""

from typing import Any

from msgspec import Struct

from server.documents.document import canonical

_NAMES = ("id", "item_code", "line_id")


class Difference(Struct, frozen=True):
    """One place where the documents say different things; null stands for "not there".

    `path` joins member names and the ids of list entries by `/`, such as `lines/0193…/amount_fen`.
    """

    path: str
    signed: Any
    current: Any


def differences(signed: Any, current: Any) -> list[Difference]:
    """Line by line: entries of lists are matched by their id, so that one added line is one difference."""
    return _compare("", signed, current)


def _compare(path: str, signed: Any, current: Any) -> list[Difference]:
    if canonical(signed) == canonical(current):
        return []
    ours, theirs = members(signed), members(current)
    found: list[Difference] = []
    if type(signed) is type(current) and ours is not None and theirs is not None:
        for name in dict.fromkeys([*ours, *theirs]):
            found += _compare(f"{path}/{name}" if path else name, ours.get(name), theirs.get(name))
    return found or [Difference(path, signed, current)]


def members(value: Any) -> dict[str, Any] | None:
    """The named parts of an object, or of a list whose entries all carry a different id; else null."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        return None
    named = {str(next((entry[name] for name in _NAMES if name in entry), "")): entry for entry in value}
    return named if len(named) == len(value) and "" not in named else None
