"""The scalars: a UUID, an instant and a day are checked here; of any other value the command itself decides."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NewType

import msgspec
import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from server.domain.fields import Instant as AnyInstant
from server.domain.ids import UUID_PATTERN

UUID = NewType("UUID", str)
Instant = NewType("Instant", str)
Day = NewType("Day", str)
Fen = NewType("Fen", int)
VIN = NewType("VIN", str)
Plate = NewType("Plate", str)
Phone = NewType("Phone", str)

_UUID = re.compile(UUID_PATTERN)
_MOST = 2**53


def _wrong(what: str) -> GraphQLError:
    return GraphQLError(f"{what}.", extensions={"code": "invalid_value"})


def _uuid(value: Any) -> str:
    if isinstance(value, str) and _UUID.match(value.lower()):
        return value.lower()
    raise _wrong("A UUID is written in hexadecimal digits, 8-4-4-4-12")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise _wrong("A text is expected")


def _fen(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST:
        return value
    raise _wrong("Fen are a whole number below 2^53")


def _as(kind: Any, what: str) -> Callable[[Any], str]:
    """Checks a text that stands for a value, and leaves it as it was sent."""

    def parse(value: Any) -> str:
        try:
            msgspec.convert(_text(value), kind)
        except msgspec.ValidationError:
            raise _wrong(what) from None
        return value

    return parse


def _instant(value: datetime | str) -> str:
    return value if isinstance(value, str) else value.isoformat().replace("+00:00", "Z")


def _day(value: date | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


def _scalar(
    name: str, says: str, parse: Callable[[Any], Any], write: Callable[[Any], Any] | None = None
) -> ScalarDefinition:
    return strawberry.scalar(name=name, description=says, parse_value=parse, serialize=write or (lambda value: value))


SCALARS: dict[object, ScalarDefinition] = {
    UUID: _scalar("UUID", "A UUID (RFC 9562) in lower case; new things get a version 7, made by the caller.", _uuid),
    Instant: _scalar(
        "DateTime", "An instant, RFC 3339 with an offset; the server writes UTC.",
        _as(AnyInstant, "A DateTime is RFC 3339 with an offset, such as 2026-11-21T01:02:03Z"), _instant,
    ),
    Day: _scalar("Date", "A day, RFC 3339 full-date.", _as(date, "A Date is a day such as 2026-11-21"), _day),
    Fen: _scalar("Fen", "Money in fen (分), a hundredth of a yuan, as a whole number below 2^53.", _fen),
    VIN: _scalar("VIN", "A vehicle identification number (ISO 3779).", _text),
    Plate: _scalar("Plate", "A licence plate without separators, such as 川A12345.", _text),
    Phone: _scalar("Phone", "A phone number; the server writes E.164.", _text),
}  # fmt: skip
BY_NAME: dict[str, object] = {"UUID": UUID, "Fen": Fen, "VIN": VIN, "Plate": Plate, "Phone": Phone}
"""The names that `domain/fields.py` gives to its types."""

__all__ = ["BY_NAME", "JSON", "SCALARS", "UUID", "VIN", "Day", "Fen", "Instant", "Phone", "Plate"]
