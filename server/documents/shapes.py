"""The shape of a signed document, version 1: every field is always there, and there is no other.

`docs/document.schema.json` is made from these structs; `document.py` builds what they describe. A changed field is a
new version, with structs of its own.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from server.domain.fields import (
    Corrected,
    DamageKind,
    Day,
    Decision,
    Grade,
    Id,
    LineKind,
    Measure,
    OldParts,
    PartKind,
    Payer,
    PaymentMethod,
    PhotoPurpose,
    Severity,
    Sha256,
    Share,
    VisitKind,
)  # fmt: skip

WrittenInstant = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
"""UTC to the millisecond."""


class _Closed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Neither more nor less than its fields."""


class Concern(_Closed, frozen=True):
    """The customer's own words (客户原话)."""

    id: Id
    words: str
    condition: str | None
    frequency: str | None


class Photo(_Closed, frozen=True):
    """A photo, by the SHA-256 of its bytes."""

    id: Id
    sha256: Sha256
    purpose: PhotoPurpose
    subject_id: Id | None
    taken_at: WrittenInstant
    caption: str | None


class Walkaround(_Closed, frozen=True):
    """What was read and agreed at the car (环检); lists are sorted by UTF-16 code units."""

    odometer_km: int
    energy_pct: int
    warning_lamps: list[str]
    belongings: list[str]
    old_parts: OldParts
    wash: bool
    valuables_reminded: bool


class Damage(_Closed, frozen=True):
    """A pin on the car drawing; x and y are shares of its width and height."""

    id: Id
    panel: str
    kind: DamageKind
    severity: Severity
    x: Share
    y: Share
    known: bool
    photos: list[Sha256]


class Line(_Closed, frozen=True):
    """One version of an estimate line; money in fen, quantity as typed."""

    id: Id
    version: int
    kind: LineKind
    code: str | None
    name: str
    quantity: str
    unit: str
    unit_price_fen: int
    discount_fen: int
    amount_fen: int
    part_kind: PartKind | None
    payer: Payer
    finding_id: Id | None


class DecidedLine(Line, frozen=True):
    """A line with what the customer said to this version (null: nothing), and why it was dropped."""

    decision: Decision | None
    dropped: str | None


class Finding(_Closed, frozen=True):
    """One inspection item's result (诊断项)."""

    id: Id
    version: int
    item_code: str
    grade: Grade
    measure: Measure | None
    dtcs: list[str]
    cause: str | None
    plan: str | None
    budget_fen: int | None
    photos: list[Sha256]


class PartUsed(_Closed, frozen=True):
    """A part that went into the car."""

    id: Id
    line_id: Id | None
    code: str
    name: str
    quantity: str


class Check(_Closed, frozen=True):
    """One item of the quality check."""

    item_code: str
    ok: bool


class Quality(_Closed, frozen=True):
    """The last quality check (质检)."""

    passed: bool
    checks: list[Check]
    road_test_km: str | None


class Advice(_Closed, frozen=True):
    """What to do next, and when."""

    id: Id
    text: str
    next_km: int | None
    next_on: Day | None


class BilledLine(_Closed, frozen=True):
    """The version of a line that the bill covers."""

    line_id: Id
    version: int


class Invoice(_Closed, frozen=True):
    """Who the invoice (发票) is made out to."""

    title: str
    tax_number: str | None


class Settlement(_Closed, frozen=True):
    """The bill (结算), in fen."""

    id: Id
    lines: list[BilledLine]
    discount_fen: int
    total_fen: int
    invoice: Invoice | None


class Payment(_Closed, frozen=True):
    """Money that changed hands; `refund_of` makes it money given back."""

    id: Id
    method: PaymentMethod
    amount_fen: int
    reference: str | None
    refund_of: Id | None
    paid_at: WrittenInstant


class _Head(_Closed, frozen=True):
    document_version: Literal[1]
    wording_version: str
    vin: str | None
    plate: str | None
    customer_name: str
    kind: VisitKind
    payer: Payer
    concerns: list[Concern]
    photos: list[Photo]


class Contract(_Head, frozen=True, tag_field="purpose", tag="contract"):
    """The contract (委托书) that is signed when the car comes in."""

    walkaround: Walkaround | None
    damages: list[Damage]
    lines: list[Line]
    promised_at: WrittenInstant | None


class Handover(_Head, frozen=True, tag_field="purpose", tag="handover"):
    """The handover document (交车确认单) that is signed when the car leaves."""

    odometer_in_km: int | None
    odometer_out_km: int | None
    findings: list[Finding]
    lines: list[DecidedLine]
    parts_used: list[PartUsed]
    quality: Quality | None
    advice: list[Advice]
    settlement: Settlement | None
    payments: list[Payment]


class Amendment(_Closed, frozen=True, tag_field="purpose", tag="amendment"):
    """A correction made after the car left (更正单); `amends` is the SHA-256 of the document before it."""

    document_version: Literal[1]
    visit_id: Id
    amends: Sha256
    reason: str
    corrections: list[Corrected]
    amended_at: WrittenInstant
    amended_by: str | None
    amended: Handover


Paper = Contract | Handover | Amendment


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of all documents."""
    title = "Jieche signed document, version 1"
    words = "Canonical JSON (RFC 8785); lists are sorted by id. See docs/document.md."
    about = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, "description": words}
    return about | msgspec.json.schema(Paper)
