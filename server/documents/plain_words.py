"""A whole document in plain words, section by section: what a customer reads on a phone."""

from collections.abc import Iterator, Mapping
from typing import Any, cast
from zoneinfo import ZoneInfo

from msgspec import Struct

from server.documents import field_words as say
from server.documents.difference_words import line_names
from server.documents.field_words import Known
from server.documents.labels import Words
from server.documents.part_words import PARTS, Entry

_SHOWN = ("concerns", "walkaround", "damages", "findings", "lines", "parts_used", "quality", "settlement", "payments",
          "advice")  # fmt: skip
_HEAD = ("plate", "vin", "odometer_in_km", "odometer_out_km", "promised_at")


class Section(Struct, frozen=True):
    """A part of the document: its name, and what stands in it."""

    title: Words
    lines: list[Words]


def in_sections(document: Any, *, item_names: Mapping[str, Words], time_zone: str) -> list[Section]:
    """What stands in a document but names of persons; photos are counted.

    Of a document that nobody here could build: what can be read.
    """
    known = Known(item_names, line_names(document), ZoneInfo(time_zone))
    head = [words for name in _HEAD if (words := _field(name, document.get(name), known))]
    found = [Section(Words("车辆", "Car"), head)]
    for name in _SHOWN:
        part = document.get(name)
        entries = cast(list[Any], part) if isinstance(part, list) else [part] if part else []
        lines = [words for entry in entries if (words := _entry(name, entry, known))]
        found.append(Section(PARTS[name].noun({}), lines))
    if isinstance(photos := document.get("photos"), list) and photos:
        count = len(cast(list[Any], photos))
        found.append(Section(PARTS["photos"].noun({}), [Words(f"{count} 张", str(count))]))
    return [section for section in found if section.lines]


def _field(name: str, value: Any, known: Known) -> Words | None:
    field = say.HEAD[name]
    if value is None or field.show is None:
        return None
    try:
        shown = field.show(value, known)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return Words(f"{field.name.zh} {shown.zh}{field.unit.zh}", f"{field.name.en} {shown.en}{field.unit.en}")


def _entry(name: str, entry: Entry, known: Known) -> Words | None:
    try:
        return PARTS[name].brief(entry, known)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def item_codes(document: Any) -> Iterator[str]:
    """Every inspection item that a document names, wherever."""
    if isinstance(document, dict):
        members = cast(dict[str, Any], document)
        if isinstance(code := members.get("item_code"), str):
            yield code
        for value in members.values():
            yield from item_codes(value)
    elif isinstance(document, list):
        for value in cast(list[Any], document):
            yield from item_codes(value)
