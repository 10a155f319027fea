"""The document that a customer signs, built from rows alone.

Its twin web/src/handover/document.ts builds the same bytes offline. It holds only what commands of the visit carry,
and VIN, plate and the customer's name. Lists are sorted by id (UUIDv7), sets of words by their UTF-16 code units (as
RFC 8785 sorts names), so that the order of arrival leaves no trace.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, Protocol, TypeVar

import rfc8785

from server.documents.wording import WORDING_VERSION, WORDINGS
from server.domain.estimates import decision_of
from server.domain.fields import Measure, SignaturePurpose
from server.domain.rows.customers import Customer
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.evidence import Photo
from server.domain.rows.findings import Damage, Finding
from server.domain.rows.vehicles import Vehicle
from server.domain.rows.visits import Quality, Settlement, Visit, Walkaround

DOCUMENT_VERSION = 1
RECEPTION_PHOTOS = frozenset({"walkaround", "damage", "dashboard", "vin"})
"""What a contract shows: photos of the state in which the car came."""

Document = dict[str, Any]


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


Row = TypeVar("Row", bound=_HasId)


def build(
    purpose: SignaturePurpose, visit: Visit, vehicle: Vehicle, customer: Customer,
    damages: Iterable[Damage], findings: Iterable[Finding], lines: Iterable[EstimateLine], photos: Iterable[Photo],
    *, like: Document | None = None,
) -> Document:  # fmt: skip
    """The document as it would be signed now; rows are those of this visit alone.

    `like` is a signed document to compare with: its wording version is used if this server knows it.
    """
    head: Document = {
        "document_version": DOCUMENT_VERSION,
        "wording_version": _wording_like(like),
        "purpose": purpose,
        "vin": vehicle.vin,
        "plate": vehicle.plate,
        "customer_name": customer.name,
        "kind": visit.kind,
        "payer": visit.payer,
        "concerns": [
            {"id": c.id, "words": c.words, "condition": c.condition, "frequency": c.frequency}
            for c in _by_id(visit.concerns)
        ],
    }
    if purpose == "contract":
        return head | _contract(visit, damages, lines, photos)
    return head | _handover(visit, findings, lines, photos)


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes of a JSON value; raises ValueError for what JSON numbers or UTF-8 cannot hold."""
    try:
        return rfc8785.dumps(value)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def sha256_hex(data: bytes) -> str:
    """SHA-256 as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def instant(moment: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.mmmZ`; what is finer than a millisecond is cut off."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _contract(
    visit: Visit, damages: Iterable[Damage], lines: Iterable[EstimateLine], photos: Iterable[Photo]
) -> Document:
    presented = {(p.line_id, p.version) for p in visit.presented}
    agreed = [line for line in lines if line.dropped is None and (line.id, line.version) in presented]
    return {
        "walkaround": visit.walkaround and _walkaround(visit.walkaround),
        "damages": [
            {
                "id": d.id, "panel": d.panel, "kind": d.kind, "severity": d.severity, "x": d.x, "y": d.y,
                "known": d.known, "photos": words(d.photos),
            }
            for d in _by_id(damages)
        ],
        "lines": [_line(line) for line in _by_id(agreed)],
        "promised_at": visit.ready_at and instant(visit.ready_at),
        "photos": [_photo(p) for p in _by_id(photos) if p.purpose in RECEPTION_PHOTOS],
    }  # fmt: skip


def _handover(
    visit: Visit, findings: Iterable[Finding], lines: Iterable[EstimateLine], photos: Iterable[Photo]
) -> Document:
    return {
        "odometer_in_km": visit.walkaround and visit.walkaround.odometer_km,
        "odometer_out_km": visit.quality and visit.quality.odometer_out_km,
        "findings": [_finding(f) for f in _by_id(findings)],
        "lines": [
            _line(line) | {"decision": decision_of(line), "dropped": line.dropped} for line in _by_id(lines)
        ],
        "parts_used": [
            {"id": p.id, "line_id": p.line_id, "code": p.code, "name": p.name, "quantity": p.quantity}
            for p in _by_id(visit.parts_used)
        ],
        "quality": visit.quality and _quality(visit.quality),
        "advice": [
            {"id": a.id, "text": a.text, "next_km": a.next_km, "next_on": _day(a.next_on)}
            for a in _by_id(visit.advice)
        ],
        "settlement": visit.settlement and _settlement(visit.settlement),
        "payments": [
            {
                "id": p.id, "method": p.method, "amount_fen": p.amount_fen, "reference": p.reference,
                "refund_of": p.refund_of, "paid_at": instant(p.paid_at),
            }
            for p in _by_id(visit.payments)
        ],
        "photos": [_photo(p) for p in _by_id(photos)],
    }  # fmt: skip


def _walkaround(seen: Walkaround) -> Document:
    return {
        "odometer_km": seen.odometer_km,
        "energy_pct": seen.energy_pct,
        "warning_lamps": words(seen.warning_lamps),
        "belongings": words(seen.belongings),
        "old_parts": seen.old_parts,
        "wash": seen.wash,
        "valuables_reminded": seen.valuables_reminded,
    }


def _line(line: EstimateLine) -> Document:
    return {
        "id": line.id,
        "version": line.version,
        "kind": line.kind,
        "code": line.code,
        "name": line.name,
        "quantity": line.quantity,
        "unit": line.unit,
        "unit_price_fen": line.unit_price_fen,
        "discount_fen": line.discount_fen,
        "amount_fen": line.amount_fen,
        "part_kind": line.part_kind,
        "payer": line.payer,
        "finding_id": line.finding_id,
    }


def _finding(finding: Finding) -> Document:
    return {
        "id": finding.id,
        "version": finding.version,
        "item_code": finding.item_code,
        "grade": finding.grade,
        "measure": _measure(finding.measure),
        "dtcs": words(finding.dtcs),
        "cause": finding.cause,
        "plan": finding.plan,
        "budget_fen": finding.budget_fen,
        "photos": words(finding.photos),
    }


def _quality(quality: Quality) -> Document:
    return {
        "passed": quality.passed,
        "checks": sorted(
            ({"item_code": c.item_code, "ok": c.ok} for c in quality.checks),
            key=lambda check: (_utf16(check["item_code"]), check["ok"]),
        ),
        "road_test_km": quality.road_test_km,
    }


def _settlement(bill: Settlement) -> Document:
    return {
        "id": bill.id,
        "lines": sorted(
            ({"line_id": line.line_id, "version": line.version} for line in bill.lines),
            key=lambda line: (line["line_id"], line["version"]),
        ),
        "discount_fen": bill.discount_fen,
        "total_fen": bill.total_fen,
        "invoice": bill.invoice and {"title": bill.invoice.title, "tax_number": bill.invoice.tax_number},
    }


def _photo(photo: Photo) -> Document:
    return {
        "id": photo.id,
        "sha256": photo.sha256,
        "purpose": photo.purpose,
        "subject_id": photo.subject_id,
        "taken_at": instant(photo.taken_at),
        "caption": photo.caption,
    }


def _measure(measure: Measure | None) -> Document | None:
    return measure and {"value": measure.value, "unit": measure.unit}


def _day(day: date | None) -> str | None:
    return day and day.isoformat()


def _by_id(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row.id)


def words(some: Iterable[str]) -> list[str]:
    """A set of words in the order in which a document holds them."""
    return sorted(some, key=_utf16)


def _utf16(word: str) -> bytes:
    return word.encode("utf-16-be")


def _wording_like(like: Document | None) -> str:
    wanted = (like or {}).get("wording_version")
    return wanted if isinstance(wanted, str) and wanted in WORDINGS else WORDING_VERSION
