"""The amendment on paper: PDF/A-3b with the amendment and the document that it amends attached, made by typst."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from server.documents.amendment import hash_of
from server.documents.amendment_words import put_right
from server.documents.document import Document, canonical
from server.documents.glyphs import all_printable, characters
from server.documents.labels import PURPOSES, Words
from server.documents.pdf import FONTS, code, compiled
from server.documents.view import local_time, plate_on_paper

_FOLDER = Path(__file__).parent
_WEIGHTS = ("400Regular", "700Bold")
ATTACHED = ("amendment.json", "document.json")


class Around(Struct, frozen=True, kw_only=True):
    """What is printed beside an amendment and is not part of it; `before_at` is when the amended document was made."""

    store_name: str
    made_at: datetime
    before_at: datetime
    time_zone: str
    store_contact: str | None = None
    visit_number: str | None = None
    vehicle: str | None = None
    item_names: Mapping[str, Words] = {}
    check_url: str


def render(amendment: Document, before: Document, around: Around, fonts: Path = FONTS) -> bytes:
    """The PDF of an amendment; `before` is the document that it names. Equal input gives equal bytes."""
    folders = tuple(fonts / weight for weight in _WEIGHTS)
    shown: dict[str, Any] = all_printable(_view(amendment, before, around), characters(folders))
    sources = {name: (_FOLDER / name).read_bytes() for name in ("parts.typ",)}
    sources["main"] = (_FOLDER / "amendment.typ").read_bytes()
    sources |= dict(zip(ATTACHED, (canonical(amendment), canonical(before)), strict=True))
    sources["check.svg"] = code(around.check_url)
    shown |= {"hash": hash_of(amendment), "before_hash": amendment["amends"], "check": around.check_url}
    return compiled(folders, sources, shown, around.made_at)


def _view(amendment: Document, before: Document, around: Around) -> dict[str, Any]:
    zone, amended = ZoneInfo(around.time_zone), amendment["amended"]
    changes = put_right(amendment, item_names=around.item_names, time_zone=around.time_zone)
    return {
        "store": {"name": around.store_name, "contact": around.store_contact},
        "visit_number": around.visit_number,
        "vehicle": around.vehicle,
        "plate": plate_on_paper(amended["plate"]),
        "vin": amended["vin"],
        "customer": amended["customer_name"],
        "reason": amendment["reason"],
        "by": amendment["amended_by"],
        "at": local_time(amendment["amended_at"], zone),
        "before": PURPOSES[before["purpose"]],
        "before_at": local_time(around.before_at, zone),
        "changes": [{"zh": change.zh, "en": change.en} for change in changes],
        "made_at": local_time(around.made_at, zone),
        "time_zone": around.time_zone,
    }
