"""The shape of a complete record. `docs/health-record.schema.json` and `docs/warranty-record.schema.json` are made
from these structs; a record that is not complete holds null where something lacks, and its `problems` name it."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from server.domain.fields import Day, DeciderRole, Fen, Grade, Km, Payer, ReleaseReason, Sha256

Filled = Annotated[str, Meta(min_length=1)]
VinText = Annotated[str, Meta(pattern="^[A-HJ-NPR-Z0-9]{17}$")]
CompactDay = Annotated[str, Meta(pattern=r"^\d{8}$", description="YYYYMMDD on the store's clock.")]
Amount = Annotated[str, Meta(pattern=r"^\d{1,6}(\.\d{1,3})?$")]
Moment = Annotated[
    str,
    Meta(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$",
        description="RFC 3339, with the store's offset.",
    ),
]


class _Closed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Neither more nor less than its fields."""


class BasicInfo(_Closed, frozen=True):
    """Elements 1 to 8 of JT/T 1132: company, car, when and how far it came, the bill, and what was wrong."""

    companyname: Filled
    vin: VinText
    vehicleplatenumber: Filled
    repairdate: CompactDay
    repairmileage: Annotated[str, Meta(pattern=r"^\d{1,7}$", description="km")]
    settledate: CompactDay
    costlistcode: Filled
    faultdescription: Filled


class RepairProject(_Closed, frozen=True):
    """Elements 9 and 10: a repair item and its hours."""

    repairproject: Filled
    workinghours: Amount


class VehiclePart(_Closed, frozen=True):
    """Elements 11 to 13: a part's name, code and quantity."""

    partsname: Filled
    partscode: Filled
    partsquantity: Amount


class HealthRecord(_Closed, frozen=True):
    """One repair in the electronic vehicle-health record (汽车维修电子健康档案, JT/T 1132)."""

    basicInfo: BasicInfo
    repairprojectlist: Annotated[list[RepairProject], Meta(min_length=1)]
    vehiclepartslist: list[VehiclePart]


class Inspection(_Closed, frozen=True):
    """One inspected item and what was found."""

    item: Filled
    grade: Grade
    measured: str | None
    dtcs: list[str]
    cause: str | None
    plan: str | None


class WarrantyItem(_Closed, frozen=True):
    """Work that was done, its hours, what it cost, and who pays."""

    name: Filled
    hours: Amount
    amount_fen: Fen
    payer: Payer


class WarrantyPart(_Closed, frozen=True):
    """A part that was replaced; `amount_fen` is null for a part that shares the line of the one before, or has none."""

    name: Filled
    code: Filled
    quantity: Amount
    amount_fen: Fen | None


class ConsumerSignature(_Closed, frozen=True):
    """Who signed, as what, when, and the SHA-256 of the document that the person saw."""

    name: Filled
    role: DeciderRole
    signed_at: Moment
    document_hash: Sha256


class RepairerSeal(_Closed, frozen=True):
    """When the store sealed the PDF, and the SHA-256 of the file."""

    sealed_at: Moment
    pdf_sha256: Sha256


class WarrantyRecord(_Closed, frozen=True):
    """One repair under warranty law (三包, SAMR Order 43), kept for at least six years; money in fen.

    The customer's own page offers the sealed PDF from `copy_from` on. `claim_due_on`: ten days after the car left.
    """

    repairer: Filled
    visit_number: Filled
    vin: VinText
    plate: str | None
    time_in: Moment
    odometer_in_km: Km
    statement: Annotated[list[Filled], Meta(min_length=1)]
    inspection: Annotated[list[Inspection], Meta(min_length=1)]
    items: Annotated[list[WarrantyItem], Meta(min_length=1)]
    parts: list[WarrantyPart]
    material_fen: Fen
    hours: str
    labour_fen: Fen
    other_fen: Fen
    time_out: Moment
    consumer_signature: ConsumerSignature
    reception_signature: ConsumerSignature | None
    repairer_seal: RepairerSeal
    copy_from: Moment
    released: ReleaseReason | None
    claim_due_on: Day


def schema(record: type[Struct], title: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of a complete record."""
    about = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": "A complete record; see docs/records.md.",
    }
    return about | msgspec.json.schema(record)
