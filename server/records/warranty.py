"""The record of a repair under warranty law (三包, SAMR Order 43): what a repairer keeps for at least six years."""

from datetime import datetime, timedelta
from typing import Any

from server.documents.agreed import agreed, cost, hours, total_hours
from server.documents.document import Document
from server.documents.labels import Words
from server.domain.rows.evidence import Signature
from server.domain.vin import normalise
from server.records.done import Lack, fits, is_amount, malformed, missing, parts
from server.records.kept import Kept

Record = dict[str, Any]

CLAIM_DAYS = 10
"""A claim is filed with the manufacturer at the latest so many days after the repair."""

REQUIRED = {
    "repairer": Words("修理者名称", "The repairer"),
    "vin": Words("车架号", "The VIN"),
    "time_in": Words("送修时间", "The time in"),
    "odometer_in_km": Words("行驶里程", "The odometer"),
    "statement": Words("消费者质量问题陈述", "The consumer's statement"),
    "inspection": Words("检查结果", "The inspection result"),
    "items": Words("修理项目", "The repair item"),
    "time_out": Words("交车时间", "The time out"),
    "consumer_signature": Words("消费者签名", "The consumer's signature"),
}


def warranty(kept: Kept) -> Record | None:
    """The record, with null for what is not known; None when the visit is no repair under warranty.

    It covers the agreed lines that the warranty pays, or all of them when none is marked so on a warranty visit.
    """
    document = kept.document
    lines = agreed(document)
    paid = [line for line in lines if line["payer"] == "warranty"]
    if not lines or not (paid or "warranty" in (document["kind"], document["payer"])):
        return None
    covered = paid or lines
    return _head(kept) | _work(document, covered) | _end(kept)


def _head(kept: Kept) -> Record:
    document = kept.document
    return {
        "repairer": kept.store.name or None,
        "visit_number": kept.visit.number,
        "vin": document["vin"],
        "plate": document["plate"],
        "time_in": _moment(kept, kept.visit.opened_at),
        "odometer_in_km": document["odometer_in_km"],
        "statement": [concern["words"] for concern in document["concerns"]],
        "inspection": [_inspected(kept, found) for found in document["findings"] if found["grade"] != "not_checked"],
    }


def _inspected(kept: Kept, found: Document) -> Record:
    measure, code = found["measure"], found["item_code"]
    return {
        "item": kept.item_names[code].zh if code in kept.item_names else code,
        "grade": found["grade"],
        "measured": measure and f"{measure['value']} {measure['unit']}",
        "dtcs": found["dtcs"],
        "cause": found["cause"],
        "plan": found["plan"],
    }


def _work(document: Document, covered: list[Document]) -> Record:
    ids = {line["id"] for line in covered}
    return {
        "items": [
            {"name": line["name"], "hours": hours(line), "amount_fen": line["amount_fen"], "payer": line["payer"]}
            for line in covered
            if line["kind"] == "labour"
        ],
        "parts": [
            {"name": part.name, "code": part.code, "quantity": part.quantity, "amount_fen": part.amount_fen}
            for part in parts(document)
            if part.line is None or part.line["id"] in ids
        ],
        "material_fen": cost(covered, "part"),
        "hours": total_hours(covered),
        "labour_fen": cost(covered, "labour"),
        "other_fen": cost(covered, "other"),
    }


def _end(kept: Kept) -> Record:
    visit, signed = kept.visit, kept.handover
    seal = signed and signed.sealed_at and signed.pdf_sha256
    sealed_at = signed and signed.sealed_at and _moment(kept, signed.sealed_at)
    left = visit.closed_at
    return {
        "time_out": left and _moment(kept, left),
        "consumer_signature": signed and _signature(kept, signed),
        "reception_signature": kept.contract and _signature(kept, kept.contract),
        "repairer_seal": {"sealed_at": sealed_at, "pdf_sha256": seal} if seal else None,
        "copy_from": sealed_at,
        "released": visit.release and visit.release.reason,
        "claim_due_on": left and (kept.local(left).date() + timedelta(days=CLAIM_DAYS)).isoformat(),
    }


def _signature(kept: Kept, signature: Signature) -> Record:
    return {
        "name": signature.signer.name,
        "role": signature.signer.role,
        "signed_at": _moment(kept, signature.signed_at),
        "document_hash": signature.document_hash,
    }


def _moment(kept: Kept, moment: datetime) -> str:
    return kept.local(moment).isoformat(timespec="seconds")


def lacks(record: Record) -> list[Lack]:
    """What the record lacks; of a car that was released without a signature only that, its paper being sealed so."""
    found = [missing(name, words) for name, words in REQUIRED.items() if record[name] in (None, "", [])]
    if record["vin"] and not fits(normalise, record["vin"]):
        found.append(malformed("vin", REQUIRED["vin"], record["vin"]))
    for item in record["items"]:
        if item["hours"] is None:
            found.append(Lack("hours", f"“{item['name']}”缺少工时", f"“{item['name']}”: the hours are missing"))
        elif not is_amount(item["hours"]):
            found.append(malformed("hours", Words("工时", "The hours"), item["hours"]))
    for part in record["parts"]:
        if not part["code"]:
            found.append(
                Lack("parts", f"“{part['name']}”缺少零部件编号", f"“{part['name']}”: the part number is missing")
            )
        if not is_amount(part["quantity"]):
            found.append(malformed("parts", Words("零部件数量", "The part's quantity"), part["quantity"]))
    if record["consumer_signature"] and not record["repairer_seal"]:
        found.append(Lack("repairer_seal", "门店还没有盖章", "The store has not sealed it yet"))
        found.append(Lack("copy_from", "消费者还没有拿到副本", "The consumer has no copy yet"))
    return found
