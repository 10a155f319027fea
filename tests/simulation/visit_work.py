"""What people do with a visit, from the walk-around to the signature."""

import hashlib
from typing import Any

import msgspec

from server.documents.document import build, canonical, sha256_hex
from server.store.rows import DECODERS
from tests.simulation.hand import Hand, Typed
from tests.simulation.screen import CLOSED
from tests.simulation.signing import jws
from tests.simulation.tablet import Wire

SAID = ("approved", "approved", "declined")
_SHOWN = {"line_id": "id", "version": "version", "amount_fen": "amount_fen"}


def _visit(hand: Hand, *stages: str) -> Wire | None:
    return hand.screen.one("visits", hand.chance, lambda row: not stages or row["stage"] in stages)


def _open_visit(hand: Hand) -> Wire | None:
    """A visit that goes on, or now and then one that is over."""
    late = hand.chance.random() < 0.2
    return hand.screen.one("visits", hand.chance, lambda row: late or row["stage"] not in CLOSED)


def _line(hand: Hand) -> Wire | None:
    """Mostly a line whose price can still change."""
    late = hand.chance.random() < 0.15
    return hand.screen.one("estimate_lines", hand.chance, lambda row: late or _is_open(hand, row["visit_id"]))


def _is_open(hand: Hand, visit_id: str) -> bool:
    visit = hand.screen.get("visits", visit_id)
    return visit is not None and visit["stage"] not in (*CLOSED, "settling", "ready")


def _lines(hand: Hand, visit: Wire) -> list[Wire]:
    return [line for line in hand.screen.of_visit("estimate_lines", visit["id"]) if line["dropped"] is None]


def open_visit(hand: Hand) -> Typed | None:
    """Often the car that another tablet checks in at the same time."""
    vehicle, customer = hand.screen.one("vehicles", hand.chance), hand.screen.one("customers", hand.chance)
    if vehicle is None or customer is None:
        return None
    return "visit.open", {
        "visit_id": hand.id(), "vehicle_id": vehicle["id"], "customer_id": customer["id"],
        "kind": hand.chance.choice(("maintenance", "repair")), "payer": hand.chance.choice(("customer", "warranty")),
        "local_number": None,
    }  # fmt: skip


def walkaround(hand: Hand) -> Typed | None:
    """A reading; sometimes lower than what is known, sometimes as a correction."""
    visit = _open_visit(hand)
    return visit and ("visit.record_walkaround", {
        "visit_id": visit["id"], "odometer_km": hand.km(), "energy_pct": 40, "warning_lamps": [],
        "belongings": [hand.word()], "old_parts": "take", "wash": True, "valuables_reminded": True,
        "key_tag": hand.maybe(hand.word), "correction": hand.maybe(lambda: {"reason": hand.word()}, 0.15),
    })  # fmt: skip


def concern(hand: Hand) -> Typed | None:
    """The customer's own words."""
    visit = _open_visit(hand)
    return visit and ("visit.add_concern", {"visit_id": visit["id"], "concern_id": hand.id(), "words": hand.word()})


def damage(hand: Hand) -> Typed | None:
    """A pin on the drawing."""
    visit = _open_visit(hand)
    return visit and ("visit.add_damage", {
        "visit_id": visit["id"], "damage_id": hand.id(), "panel": hand.word(), "kind": "scratch", "severity": "light",
        "x": 0.5, "y": 0.25, "photos": [], "known": False,
    })  # fmt: skip


def promise(hand: Hand) -> Typed | None:
    """When the car will be ready."""
    visit = _open_visit(hand)
    if visit is None:
        return None
    ready = hand.change(visit, "ready_at", hand.at(hours=hand.chance.randint(1, 9)))
    return "visit.promise", {"visit_id": visit["id"], "ready_at": ready, "reason": hand.maybe(hand.word)}


def assign(hand: Hand) -> Typed | None:
    """Who does the work."""
    visit = _open_visit(hand)
    people = [person for person in hand.screen.all("staff") if person["role"] in ("technician", "manager")]
    if visit is None or not people:
        return None
    to = hand.chance.choice(people)["id"]
    return "visit.assign", {"visit_id": visit["id"], "technician_id": {"from": visit["technician_id"], "to": to}}


def advise(hand: Hand) -> Typed | None:
    """What to do next time."""
    visit = _open_visit(hand)
    fields = {"advice_id": hand.id(), "text": hand.word(), "next_km": hand.km()}
    return visit and ("visit.advise", {"visit_id": visit["id"], **fields})


def cancel(hand: Hand) -> Typed | None:
    """The customer drives off."""
    visit = _visit(hand)
    return visit and ("visit.cancel", {"visit_id": visit["id"], "reason": hand.word()})


def photo(hand: Hand) -> Typed | None:
    """A photo, whose bytes come or do not come by their own road."""
    visit = _open_visit(hand)
    return visit and ("photo.add", {
        "photo_id": hand.id(), "visit_id": visit["id"], "sha256": hashlib.sha256(hand.chance.randbytes(8)).hexdigest(),
        "media_type": "image/jpeg", "bytes": 4096, "purpose": hand.chance.choice(("walkaround", "after")),
        "taken_at": hand.at(), "caption": hand.word(),
    })  # fmt: skip


def waive(hand: Hand) -> Typed | None:
    """The bytes will not come."""
    row = hand.screen.one("photos", hand.chance)
    if row is None:
        return None
    hand.replacing(row["waived"])
    return "photo.waive", {"photo_id": row["id"], "reason": hand.word()}


def finding(hand: Hand) -> Typed | None:
    """What was found."""
    visit = _open_visit(hand)
    return visit and ("finding.record", {
        "visit_id": visit["id"], "finding_id": hand.id(), "item_code": "BR-01", "grade": "red", "dtcs": ["P0301"],
        "photos": [], "cause": hand.maybe(hand.word), "plan": hand.maybe(hand.word), "budget_fen": hand.maybe(hand.fen),
    })  # fmt: skip


def revise_finding(hand: Hand) -> Typed | None:
    """Seen differently."""
    row = hand.screen.one("findings", hand.chance)
    if row is None:
        return None
    fields: Wire = {"finding_id": row["id"], "seen_version": row["version"]}
    for name in hand.chance.sample(("cause", "plan", "budget_fen"), hand.chance.choice((1, 2))):
        hand.replacing(row[name])
        fields["seen"] = fields.get("seen", {}) | {name: row[name]}
        fields[name] = hand.fen() if name == "budget_fen" else hand.word()
    return "finding.revise", fields


def publish(hand: Hand) -> Typed | None:
    """The report goes to the customer."""
    visit = _open_visit(hand)
    return visit and ("report.publish", {"visit_id": visit["id"], "report_id": hand.id()})


def add_line(hand: Hand) -> Typed | None:
    """Labour or a part."""
    visit = _open_visit(hand)
    return visit and ("estimate.add_line", {
        "visit_id": visit["id"], "line_id": hand.id(), "kind": hand.chance.choice(("labour", "part")),
        "name": hand.word(), "quantity": hand.chance.choice(("1", "2")), "unit": "件", "unit_price_fen": hand.fen(),
        "discount_fen": 0,
    })  # fmt: skip


def revise_line(hand: Hand, line: Wire | None = None) -> Typed | None:
    """Another price."""
    line = line or _line(hand)
    if line is None:
        return None
    hand.replacing(line["dropped"])
    new: Wire = {"unit_price_fen": hand.fen()} if hand.chance.random() < 0.6 else {"name": hand.word()}
    return "estimate.revise_line", {
        "line_id": line["id"], "seen_version": line["version"], "reason": hand.word(), **new
    }  # fmt: skip


def drop_line(hand: Hand) -> Typed | None:
    """No longer wanted."""
    line = _line(hand)
    if line is None:
        return None
    hand.replacing(line["dropped"])
    return "estimate.drop_line", {"line_id": line["id"], "seen_version": line["version"], "reason": hand.word()}


def present(hand: Hand) -> Typed | None:
    """The estimate is put before the customer."""
    visit = _visit(hand, "checked_in", "assigned", "diagnosing", "repairing", "awaiting_approval")
    lines = hand.some(_lines(hand, visit)) if visit else []
    if visit is None or not lines:
        return None
    named = [{"line_id": line["id"], "version": line["version"]} for line in lines]
    return "estimate.present", {"visit_id": visit["id"], "lines": named}


def decide(hand: Hand, visit: Wire | None = None, every: bool = False) -> Typed | None:
    """What the customer says, line by line."""
    late = hand.chance.random() < 0.1
    visit = visit or hand.screen.one("visits", hand.chance, lambda row: late or _is_open(hand, row["id"]))
    lines = _lines(hand, visit) if visit else []
    if visit is None or not lines:
        return None
    decisions = [
        {"decision": hand.chance.choice(SAID)} | {name: line[key] for name, key in _SHOWN.items()}
        for line in (lines if every else hand.some(lines))
    ]
    shown = sorted({d["id"] for line in lines for d in line["decided"]})
    hand.shown = {line["id"]: line["amount_fen"] for line in lines}
    replaces = hand.maybe(lambda: hand.some(shown)) if shown else None
    return "estimate.decide", {
        "visit_id": visit["id"], "decisions": decisions, "decided_by": {"name": hand.word(), "role": "owner"},
        "channel": "tablet", "decided_at": hand.at(), "replaces": replaces,
    }  # fmt: skip


def bargain(hand: Hand) -> Typed | None:
    """The customer decides at once on the price that was just typed."""
    revised = [command.fields for command in hand.screen.pending if command.name == "estimate.revise_line"]
    line = hand.screen.get("estimate_lines", hand.chance.choice(revised)["line_id"]) if revised else _line(hand)
    if line is None:
        return None
    if not revised:
        return revise_line(hand, line)
    hand.shown = {line["id"]: line["amount_fen"]}
    return "estimate.decide", {
        "visit_id": line["visit_id"], "decided_by": {"name": hand.word(), "role": "owner"}, "channel": "tablet",
        "decisions": [{"decision": "approved"} | {name: line[key] for name, key in _SHOWN.items()}],
        "decided_at": hand.at(), "replaces": None,
    }  # fmt: skip


def use_part(hand: Hand) -> Typed | None:
    """A part went in."""
    visit = _open_visit(hand)
    fields = {"usage_id": hand.id(), "code": "P-1", "name": hand.word(), "quantity": "1"}
    return visit and ("repair.use_part", {"visit_id": visit["id"], **fields})


def repair_note(hand: Hand) -> Typed | None:
    """A remark on the work."""
    visit = _open_visit(hand)
    fields = {"note_id": hand.id(), "text": hand.word(), "visible_to_customer": hand.chance.random() < 0.5}
    return visit and ("repair.note", {"visit_id": visit["id"], **fields})


def _approved(hand: Hand, visit: Wire) -> list[Wire]:
    lines = _lines(hand, visit)
    return [line for line in lines if line["decision"] == "approved" and line["decided_version"] == line["version"]]


def issue(hand: Hand, visit: Wire | None = None) -> Typed | None:
    """The bill."""
    visit = visit or _visit(hand, "settling", "ready")
    if visit is None:
        return None
    lines = _approved(hand, visit)
    invoice = hand.maybe(lambda: {"title": "锦程汽车"}, 0.3)
    return "settlement.issue", {
        "visit_id": visit["id"], "settlement_id": hand.id(), "discount_fen": 0,
        "lines": [{"line_id": line["id"], "version": line["version"]} for line in lines],
        "total_fen": sum(line["amount_fen"] for line in lines), "invoice": invoice,
    }  # fmt: skip


def pay(hand: Hand) -> Typed | None:
    """Money changes hands; some receipts are typed in twice."""
    visit = _open_visit(hand)
    fields: Wire = {"payment_id": hand.id(), "method": "wechat", "amount_fen": hand.fen(), "paid_at": hand.at()}
    if visit and visit["payments"] and hand.chance.random() < 0.3:
        before = hand.chance.choice(visit["payments"])
        fields |= {name: before[name] for name in ("method", "amount_fen")} | {"reference": before["reference"]}
        hand.marks.clear()
    return visit and ("settlement.record_payment", {"visit_id": visit["id"], "reference": "R-1", **fields})


def sign(hand: Hand) -> Typed | None:
    """The customer signs exactly what this screen shows; by the time it arrives, the bill may have changed."""
    purpose = hand.chance.choice(("contract", "handover", "handover"))
    stages = ("ready",) if purpose == "handover" and hand.chance.random() < 0.8 else ()
    visit = hand.screen.one(
        "visits", hand.chance, lambda row: (not stages or row["stage"] in stages) and hand.screen.untouched(row)
    )
    if visit is None or hand.device is None:
        return None
    rows = [_decoded(hand, "visits", visit["id"])]
    rows += [_decoded(hand, "vehicles", visit["vehicle_id"]), _decoded(hand, "customers", visit["customer_id"])]
    if None in rows:
        return None
    hanging = [
        [_row(kind, row) for row in hand.screen.base.get(kind, {}).values() if row["visit_id"] == visit["id"]]
        for kind in ("damages", "findings", "estimate_lines", "photos")
    ]
    document = build(purpose, *rows, *hanging)  # type: ignore[arg-type]
    command: Wire = {
        "visit_id": visit["id"], "signature_id": hand.id(), "purpose": purpose, "document": document,
        "strokes": _drawn(hand), "signer": {"name": hand.word(), "role": "owner"}, "signed_at": hand.at(),
    }  # fmt: skip
    command |= {f"{name}_hash": sha256_hex(canonical(command[name])) for name in ("document", "strokes")}
    return "handover.sign", command | {"jws": jws(hand.device, command)}


def _drawn(hand: Hand) -> Wire:
    """A signature as a hand draws it: never twice the same."""
    line = [{"x": 9 * i, "y": hand.chance.randrange(200), "t": 16 * i, "p": 0.5} for i in range(4)]
    return {"width": 600, "height": 200, "lines": [line]}


def _decoded(hand: Hand, kind: str, row_id: str) -> Any:
    row = hand.screen.base.get(kind, {}).get(row_id)
    return row and _row(kind, row)


def _row(kind: str, row: Wire) -> Any:
    return DECODERS[kind].decode(msgspec.json.encode(row))


def release(hand: Hand) -> Typed | None:
    """The keys go into the box."""
    visit = _visit(hand, "ready")
    return visit and ("handover.release", {"visit_id": visit["id"], "reason": "key_drop", "note": hand.word()})


def survey(hand: Hand) -> Typed | None:
    """The customer's answer."""
    visit = _visit(hand, "handed_over")
    scores = {"speed": 4, "quality": 5, "price": 3, "courtesy": 5, "recommend": 9}
    return visit and ("survey.answer", {"visit_id": visit["id"], "survey_id": hand.id(), **scores, "text": hand.word()})


def next_step(hand: Hand) -> Typed | None:
    """What a visit of this stage wants next; two people often do it at the same time."""
    visit = _open_visit(hand)
    if visit is None or visit["stage"] in CLOSED:
        return None
    stage = visit["stage"]
    if stage == "checked_in":
        technician = {"from": visit["technician_id"], "to": hand.user}
        return "visit.assign", {"visit_id": visit["id"], "technician_id": technician}
    if stage == "quality_check":
        return _checked(hand, visit)
    if stage == "settling" and visit["settlement"] is None:
        return issue(hand, visit)
    if stage == "awaiting_approval" and hand.chance.random() < 0.6:
        return decide(hand, visit, every=True)
    to = hand.chance.choice(_MOVES.get(stage, ("repairing",)))
    seen = hand.maybe(lambda: visit["moves"])
    note = hand.word() if stage in ("settling", "ready") else hand.maybe(hand.word, 0.3)
    return "repair.advance", {
        "visit_id": visit["id"], "stage": {"from": stage, "to": to}, "seen_moves": seen, "note": note
    }  # fmt: skip


_MOVES = {
    "assigned": ("diagnosing",),
    "diagnosing": ("repairing",),
    "awaiting_approval": ("repairing", "repairing", "awaiting_parts", "settling"),
    "awaiting_parts": ("repairing",),
    "repairing": ("quality_check", "quality_check", "awaiting_parts"),
    "settling": ("ready", "ready", "ready", "repairing"),
}


def _checked(hand: Hand, visit: Wire) -> Typed:
    if hand.chance.random() < 0.75:
        checks = [{"item_code": "QC-01", "ok": True}]
        km = hand.maybe(lambda: hand.chance.randint(1_000_000, 9_000_000), 0.3)
        return "quality.pass", {
            "visit_id": visit["id"], "checks": checks, "odometer_out_km": km, "note": hand.word()
        }  # fmt: skip
    return "quality.fail", {"visit_id": visit["id"], "reasons": [hand.word()], "note": None}
