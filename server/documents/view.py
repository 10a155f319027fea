"""The document as words on paper: values in both languages, money as ¥1,234.50, times on the store's clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from server.documents import labels
from server.documents.agreed import agreed, is_agreed, sums
from server.documents.document import Document
from server.documents.labels import Words
from server.documents.strokes import ink
from server.documents.testimony import testimony
from server.documents.wording import WORDINGS
from server.domain import plate as plates
from server.domain.rows.evidence import Signature
from server.domain.rows.visits import Release


class Extras(Struct, frozen=True, kw_only=True):
    """What is printed beside the signed document, and is not part of it.

    `item_names` are names of inspection items by code; `photos` the bytes and `waived` the reasons by SHA-256;
    `device_key` is the public JWK that the signature can be checked with; `check_url` leads to the page that does.
    `issuer` vouches for the owner of the seal's key; null: nobody but the key itself.
    """

    store_name: str
    made_at: datetime
    time_zone: str = "Asia/Shanghai"
    store_contact: str | None = None
    visit_number: str | None = None
    vehicle: str | None = None
    time_in: datetime | None = None
    time_out: datetime | None = None
    device_name: str | None = None
    device_key: Mapping[str, Any] | None = None
    check_url: str | None = None
    item_names: Mapping[str, Words] = {}
    photos: Mapping[str, bytes] = {}
    waived: Mapping[str, str] = {}
    signature: Signature | None = None
    release: Release | None = None
    issuer: str | None = None


def view(document: Document, extras: Extras) -> dict[str, Any]:
    """What the template lays out: only texts, flags and numbers between 0 and 1."""
    zone = ZoneInfo(extras.time_zone)
    is_contract, version = document["purpose"] == "contract", document["wording_version"]
    return {
        "purpose": document["purpose"],
        "store": {"name": extras.store_name, "contact": extras.store_contact},
        "visit_number": extras.visit_number,
        "vehicle": extras.vehicle,
        "made_at": local_time(extras.made_at, zone),
        "time_zone": extras.time_zone,
        "plate": plate_on_paper(document["plate"]),
        "vin": document["vin"],
        "customer": document["customer_name"],
        "kind": labels.KINDS[document["kind"]],
        "payer": labels.PAYERS[document["payer"]],
        "concerns": [
            {"words": c["words"], "when": " · ".join(filter(None, (c["condition"], c["frequency"])))}
            for c in document["concerns"]
        ],
        "lines": [_line(line) for line in document["lines"]],
        "agreed": _money(sum(line["amount_fen"] for line in document["lines"] if is_contract or is_agreed(line))),
        **(_contract(document, zone) if is_contract else _handover(document, extras, zone)),
        "photos": [_photo(photo, extras, zone) for photo in document["photos"]],
        "wording": {"version": version, "clauses": [one._asdict() for one in WORDINGS[version][document["purpose"]]]},
        "signature": extras.signature and _signature(extras.signature, extras, zone),
        "release": extras.release and _release(extras.release, zone),
        "issuer": extras.issuer,
    }


def _contract(document: Document, zone: ZoneInfo) -> dict[str, Any]:
    seen = document["walkaround"]
    return {
        "promised_at": local_time(document["promised_at"], zone),
        "walkaround": seen and {
            "odometer": _km(seen["odometer_km"]),
            "energy": _share(seen["energy_pct"] / 100),
            "energy_pct": f"{seen['energy_pct']}%",
            "warning_lamps": "、".join(labels.lamp(lamp) for lamp in seen["warning_lamps"]),
            "belongings": "、".join(seen["belongings"]),
            "old_parts": labels.OLD_PARTS[seen["old_parts"]],
            "wash": labels.YES if seen["wash"] else labels.NO,
            "valuables": labels.YES if seen["valuables_reminded"] else labels.NO,
        },
        "damages": [
            {
                "panel": labels.panel(d["panel"]), "kind": labels.DAMAGES[d["kind"]],
                "x": _share(d["x"]), "y": _share(d["y"]), "severity": labels.SEVERITIES[d["severity"]],
                "known": d["known"], "photos": len(d["photos"]),
            }
            for d in document["damages"]
        ],
    }  # fmt: skip


def _handover(document: Document, extras: Extras, zone: ZoneInfo) -> dict[str, Any]:
    quality = document["quality"]
    return {
        "time_in": local_time(extras.time_in, zone),
        "time_out": local_time(extras.time_out, zone),
        "sums": sums(agreed(document)),
        "odometer_in": _km(document["odometer_in_km"]),
        "odometer_out": _km(document["odometer_out_km"]),
        "findings": {
            grade: [_finding(f, extras) for f in document["findings"] if f["grade"] == grade] for grade in labels.GRADES
        },
        "grades": labels.GRADES,
        "parts": [{"name": p["name"], "code": p["code"], "quantity": p["quantity"]} for p in document["parts_used"]],
        "quality": quality and {
            "passed": quality["passed"],
            "road_test": quality["road_test_km"] and f"{quality['road_test_km']} km",
            "checks": [{"name": _item(c["item_code"], extras), "ok": c["ok"]} for c in quality["checks"]],
        },
        "settlement": document["settlement"] and _settlement(document),
        "payments": [
            {
                "method": labels.METHODS[p["method"]], "refund": p["refund_of"] is not None,
                "amount": _money(_received(p)), "reference": p["reference"], "at": local_time(p["paid_at"], zone),
            }
            for p in document["payments"]
        ],
        "advice": [
            {"text": a["text"], "due": " / ".join(filter(None, (_km(a["next_km"]), a["next_on"])))}
            for a in document["advice"]
        ],
    }  # fmt: skip


def _settlement(document: Document) -> dict[str, Any]:
    bill = document["settlement"]
    paid = sum(_received(p) for p in document["payments"] if p["method"] != "on_account")
    return {
        "discount": bill["discount_fen"] and _money(-bill["discount_fen"]),
        "total": _money(bill["total_fen"]),
        "paid": _money(paid),
        "open": bill["total_fen"] != paid and _money(bill["total_fen"] - paid),
        "invoice": bill["invoice"],
    }


def _received(payment: Document) -> int:
    return payment["amount_fen"] if payment["refund_of"] is None else -payment["amount_fen"]


def _line(line: Document) -> dict[str, Any]:
    kind = labels.PART_KINDS[line["part_kind"]] if line["part_kind"] else labels.LINE_KINDS[line["kind"]]
    return {
        "name": line["name"], "code": line["code"], "kind": kind,
        "payer": None if line["payer"] == "customer" else labels.PAYERS[line["payer"]],
        "quantity": f"{line['quantity']} {line['unit']}",
        "unit_price": _money(line["unit_price_fen"]),
        "discount": line["discount_fen"] and _money(-line["discount_fen"]),
        "amount": _money(line["amount_fen"]),
        "decision": labels.DECISIONS[line.get("decision")],
        "agreed": "decision" not in line or is_agreed(line),
        "dropped": line.get("dropped"),
    }  # fmt: skip


def _finding(finding: Document, extras: Extras) -> dict[str, Any]:
    measure = finding["measure"]
    return {
        "item": _item(finding["item_code"], extras),
        "measure": measure and f"{measure['value']} {measure['unit']}",
        "dtcs": " ".join(finding["dtcs"]),
        "cause": finding["cause"],
        "plan": finding["plan"],
        "budget": finding["budget_fen"] is not None and _money(finding["budget_fen"]),
    }


def _item(code: str, extras: Extras) -> Words:
    return extras.item_names.get(code) or Words(code, "")


def _photo(photo: Document, extras: Extras, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "fingerprint": photo["sha256"][:8],
        "purpose": labels.PHOTOS[photo["purpose"]],
        "caption": photo["caption"],
        "at": local_time(photo["taken_at"], zone),
        "waived": extras.waived.get(photo["sha256"]),
    }


def _signature(signature: Signature, extras: Extras, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "ink": ink(signature.strokes),
        "name": signature.signer.name,
        "role": labels.ROLES[signature.signer.role],
        "at": local_time(signature.signed_at, zone),
        "device": " · ".join(filter(None, (extras.device_name, signature.device_id))),
        "evidence": [[*about, what] for about, what in testimony(signature.evidence, lambda at: local_time(at, zone))],
    }


def _release(release: Release, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "reason": labels.RELEASES[release.reason],
        "witness": release.witness,
        "note": release.note,
        "at": local_time(release.at, zone),
    }


def plate_on_paper(plate: str | None) -> dict[str, str] | None:
    """A plate as it is drawn: its kind, and what stands before and after the dot."""
    if plate is None:
        return None
    try:
        kind = plates.kind(plate)
    except ValueError:
        return {"kind": "unknown", "area": "", "serial": plate}
    return {"kind": kind, "area": plate[:2], "serial": plate[2:]}


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _money(fen: int) -> str:
    yuan, rest = divmod(abs(fen), 100)
    return f"{'−' if fen < 0 else ''}¥{yuan:,}.{rest:02d}"


def _km(km: int | None) -> str | None:
    return None if km is None else f"{km:,} km"


def local_time(moment: datetime | str | None, zone: ZoneInfo) -> str | None:
    """An instant on the store's clock."""
    if moment is None:
        return None
    stated = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    try:
        return f"{stated.astimezone(zone):%Y-%m-%d %H:%M}"
    except OverflowError:
        return stated.isoformat()
