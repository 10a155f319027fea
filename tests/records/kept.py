"""Visits that are over, made from random rows, for the rules that need no database."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from server.documents.document import build, canonical
from server.documents.labels import Words
from server.domain.rows.evidence import Signature
from server.queries.visits import StoreFacts
from server.records.kept import Kept
from tests.documents.rows import filled, structs
from tests.documents.strategies import visits

STORE = StoreFacts("星辰汽车", "Asia/Shanghai", "021-5555", "上海市")
VIN, PLATE = "LDC613P23A1305189", "沪AD12345"
NIGHT = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
"""Half past one on the 22nd in Shanghai."""


def signature(purpose: Any = "handover", *, sealed: bool = True) -> Signature:
    """What somebody drew, and the seal on it."""
    row = {
        "purpose": purpose, "document": {}, "document_hash": "d" * 64, "strokes": {}, "strokes_hash": "e" * 64,
        "signer": {"name": "王小明", "role": "bringer"}, "device_id": None, "state": "accepted", "signed_at": NIGHT,
        "received_at": NIGHT, "sealed_at": NIGHT if sealed else None, "pdf_sha256": "f" * 64 if sealed else None,
    }  # fmt: skip
    return msgspec.convert(filled(row, inspect.type_info(Signature)), Signature)


def kept(rows: dict[str, Any], **changes: Any) -> Kept:
    """The visit of these rows, over; `changes` are to what is kept."""
    visit, vehicle, customer, damages, findings, lines, photos = structs(rows)
    made = build("handover", visit, vehicle, customer, damages, findings, lines, photos)
    document = msgspec.json.decode(canonical(made))
    usual = {
        "contract": None,
        "handover": signature(),
        "store": STORE,
        "item_names": {"QC-01": Words("制动", "Brakes")},
    }
    return Kept(visit=visit, document=document, **usual | changes)


def _typed(value: Any) -> Any:
    """As commands let people type it: no text is empty, no number larger than an odometer shows."""
    match value:
        case dict():
            return {name: _typed(part) for name, part in value.items()}
        case list():
            return [_typed(part) for part in value]
        case bool():
            return value
        case int():
            return value % 10_000_000
        case _:
            return "-" if value == "" else value


@st.composite
def ended(draw: st.DrawFn) -> dict[str, Any]:
    """Rows of a visit with at least one agreed line, some of its values such as a shop would write them."""
    rows = _typed(draw(visits().filter(lambda rows: rows["lines"])))
    rows["visit"]["closed_at"] = rows["visit"]["opened_at"] = "2026-11-21T01:00:00Z"
    if draw(st.booleans()):
        rows["vehicle"] |= {"vin": VIN, "plate": PLATE}
    for line in rows["lines"]:
        line["unit"] = draw(st.sampled_from(["h", "工时", "次"]))
        line["quantity"] = draw(st.sampled_from(["1", "1.5", "0.25"]))
    rows["lines"][0] |= {"decision": "approved", "decided_version": rows["lines"][0]["version"], "dropped": None}
    return rows
