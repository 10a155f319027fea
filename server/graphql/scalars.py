"""The scalars: what each takes is checked here, by the rules of the domain, and goes on as it was sent."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NewType

import msgspec
import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from server.domain import phone, plate, vin
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
FIXES = {
    "vin_length": "A VIN has 17 characters",
    "vin_letters": "A VIN has letters and digits, and no I, O or Q, which read like 1 and 0",
    "vin_implausible": "This VIN only fills the field: leave it out while it is not known",
    "plate_format": "A plate is written such as 川A12345 or 川AD12345: leave it out while there is none",
    "phone_format": "A phone number is written such as 13812341234, 028-85551234 or, from abroad, +4930901820",
}
"""What to do about a text that is not what it should be, by the code of the domain's rule."""


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


def _read(normalise: Callable[[str], str]) -> Callable[[Any], str]:
    """Checks a text by a rule of the domain, and leaves it as it was typed: the command writes its normal form."""

    def parse(value: Any) -> str:
        try:
            normalise(_text(value))
        except ValueError as error:
            raise _wrong(FIXES[str(error)]) from None
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
    VIN: _scalar(
        "VIN", "A vehicle identification number (车架号, ISO 3779): 17 letters and digits without I, O and Q. "
        "Spaces, dashes and small letters are taken; the server writes none.", _read(vin.normalise),
    ),
    Plate: _scalar(
        "Plate", "A licence plate of mainland China (车牌, GA 36), such as 川A12345 or 川AD12345. "
        "Spaces, dashes, a dot and small letters are taken; the server writes none.", _read(plate.normalise),
    ),
    Phone: _scalar(
        "Phone", "A phone number: a mainland one as people write it, one from abroad with its +. "
        "The server writes E.164, such as +8613812341234.", _read(phone.normalise),
    ),
}  # fmt: skip
BY_NAME: dict[str, object] = {"UUID": UUID, "Fen": Fen, "VIN": VIN, "Plate": Plate, "Phone": Phone}
"""The names that `domain/fields.py` gives to its types."""

__all__ = ["BY_NAME", "JSON", "SCALARS", "UUID", "VIN", "Day", "Fen", "Instant", "Phone", "Plate"]
