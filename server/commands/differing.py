"""A signature over a document that no longer says what stands here: what differs, as values and in words."""

from collections.abc import Iterator
from typing import Any, cast

from server.documents.difference_words import in_words
from server.documents.differences import differences
from server.documents.labels import Words
from server.domain.ids import derived
from server.domain.reasons import Reason, cause
from server.domain.rows.catalogue import InspectionItem
from server.domain.rows.inbox import Cause
from server.domain.rows.visits import Visit
from server.store.work import NotLoaded, Work

MOST_ITEMS = 1000
"""Inspection items looked up by name; a template has far fewer, and a foreign document may name anything."""


def differing(work: Work, visit: Visit, signed: dict[str, Any], current: dict[str, Any]) -> Cause:
    """The cause with `differences` and `words`: tablets show the words as they are, also offline."""
    found = differences(signed, current)
    codes = sorted({*_codes(signed), *_codes(current)})[:MOST_ITEMS]
    words = in_words(
        found, signed, current, item_names=_item_names(work, codes), time_zone=work.zones[visit.store_id]
    )  # fmt: skip
    return cause(Reason.DOCUMENT_DIFFERS, "visits", visit.id, differences=found, words=words)


def _codes(document: Any) -> Iterator[str]:
    """Every inspection item that a document names, wherever."""
    if isinstance(document, dict):
        members = cast(dict[str, Any], document)
        if isinstance(code := members.get("item_code"), str):
            yield code
        for value in members.values():
            yield from _codes(value)
    elif isinstance(document, list):
        for value in cast(list[Any], document):
            yield from _codes(value)


def _item_names(work: Work, codes: list[str]) -> dict[str, Words]:
    ids = {derived("inspection", code): code for code in codes}
    if missing := set(ids) - work.loaded_ids:
        raise NotLoaded(ids=missing)
    items = {code: work.find(InspectionItem, item_id) for item_id, code in ids.items()}
    return {code: Words(item.name, item.name_en) for code, item in items.items() if item is not None}
