"""Visits at any stage, for tests."""

from dataclasses import dataclass, field
from typing import Any

from server.domain.ids import uuid7
from server.domain.vin import check
from tests.shop import Shop


@dataclass
class Ids:
    """The ids that a test's visit is made of."""

    id: str
    customer_id: str
    vehicle_id: str
    phone: str
    vin: str
    lines: list[str] = field(default_factory=list)


def make_vin(shop: Shop) -> str:
    """A VIN whose check digit fits."""
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
    while True:
        start = "LSV" + "".join(shop.rng.choice(letters) for _ in range(5))
        end = "".join(shop.rng.choice(letters) for _ in range(8))
        for digit in "0123456789X":
            if check(start + digit + end) == "ok":
                return start + digit + end


def make_phone(shop: Shop) -> str:
    """A mainland mobile in E.164."""
    return "+8613" + "".join(shop.rng.choice("0123456789") for _ in range(9))


async def check_in(shop: Shop, role: str = "manager", **fields: Any) -> Ids:
    """A new customer with a new car, checked in; `fields` are those of `visit.open`."""
    ids = Ids(uuid7(), uuid7(), uuid7(), make_phone(shop), make_vin(shop))
    await shop.given(
        role, "customer.register", customer_id=ids.customer_id, name="王小明", phones=[{"number": ids.phone}]
    )
    await shop.given(
        role, "vehicle.register", vehicle_id=ids.vehicle_id, vin=ids.vin, make="大众", model="帕萨特", energy="petrol",
        owner_id=ids.customer_id, odometer_km=30_000,
    )  # fmt: skip
    opened = {"vehicle_id": ids.vehicle_id, "customer_id": ids.customer_id, "kind": "repair", "payer": "customer"}
    await shop.given(role, "visit.open", visit_id=ids.id, **opened | fields)
    return ids


async def diagnosing(shop: Shop, visit: Ids | None = None) -> Ids:
    """A visit (this one, if given) on which the technician has begun."""
    visit = visit or await check_in(shop)
    technician = {"from": None, "to": shop.people["technician"]}
    await shop.given("manager", "visit.assign", visit_id=visit.id, technician_id=technician)
    await move(shop, visit, "assigned", "diagnosing")
    return visit


async def move(shop: Shop, visit: Ids, start: str, end: str, **fields) -> None:
    """A move that must be applied."""
    await shop.given("manager", "repair.advance", visit_id=visit.id, stage={"from": start, "to": end}, **fields)


async def estimated(shop: Shop, visit: Ids | None = None) -> Ids:
    """A visit whose estimate of three lines lies before the customer: 180.00, 760.00 and 99.00."""
    visit = await diagnosing(shop, visit)
    for kind, quantity, price in (("labour", "1.5", 12_000), ("part", "2", 38_000), ("part", "1", 9_900)):
        visit.lines.append(uuid7())
        await shop.given(
            "manager", "estimate.add_line", visit_id=visit.id, line_id=visit.lines[-1], kind=kind, name="前刹车片",
            quantity=quantity, unit="h", unit_price_fen=price,
        )  # fmt: skip
    lines = [{"line_id": line, "version": 1} for line in visit.lines]
    await shop.given("manager", "estimate.present", visit_id=visit.id, lines=lines)
    return visit


async def decide(shop: Shop, visit: Ids, *decisions: str, version: int = 1, role: str = "manager", **fields):
    """The customer's decisions on the lines, in order."""
    said = [
        {"line_id": line, "version": version, "decision": decision}
        for line, decision in zip(visit.lines, decisions, strict=False)
    ]
    return await shop.do(
        role, "estimate.decide", visit_id=visit.id, decisions=said, decided_by={"name": "王小明", "role": "bringer"},
        channel="tablet", decided_at=shop.now, **fields,
    )  # fmt: skip


async def settling(shop: Shop, visit: Ids | None = None) -> Ids:
    """A visit that passed its quality check; the first two lines are approved, the third declined."""
    visit = await estimated(shop, visit)
    await decide(shop, visit, "approved", "approved", "declined")
    await move(shop, visit, "awaiting_approval", "repairing")
    await move(shop, visit, "repairing", "quality_check")
    await shop.given("inspector", "quality.pass", visit_id=visit.id, checks=[{"item_code": "QC-01", "ok": True}])
    return visit


async def bill(
    shop: Shop, visit: Ids, total_fen: int = 94_000, discount_fen: int = 0, lines: int = 2, version: int = 1
):
    """The bill over the first lines."""
    billed = [{"line_id": line, "version": version} for line in visit.lines[:lines]]
    return await shop.do(
        "manager", "settlement.issue", visit_id=visit.id, settlement_id=uuid7(), lines=billed,
        discount_fen=discount_fen, total_fen=total_fen,
    )  # fmt: skip


async def ready_visit(shop: Shop, visit: Ids | None = None) -> Ids:
    """A visit that only waits for the customer's signature."""
    visit = await settling(shop, visit)
    assert (await bill(shop, visit)).outcome == "applied"
    await move(shop, visit, "settling", "ready")
    return visit


async def advance_to(shop: Shop, stage: str) -> Ids:
    """A visit that has just come to this stage."""
    if stage in ("checked_in", "cancelled"):
        visit = await check_in(shop)
        if stage == "cancelled":
            await shop.given("manager", "visit.cancel", visit_id=visit.id, reason="改天再来")
    elif stage == "assigned":
        visit = await check_in(shop)
        technician = {"from": None, "to": shop.people["technician"]}
        await shop.given("manager", "visit.assign", visit_id=visit.id, technician_id=technician)
    elif stage in ("awaiting_approval", "awaiting_parts", "repairing", "quality_check"):
        visit = await estimated(shop)
        if stage != "awaiting_approval":
            await decide(shop, visit, "approved", "approved", "declined")
            await move(shop, visit, "awaiting_approval", "repairing" if stage == "quality_check" else stage)
        if stage == "quality_check":
            await move(shop, visit, "repairing", "quality_check")
    elif stage == "handed_over":
        visit = await ready_visit(shop)
        await shop.given("manager", "handover.release", visit_id=visit.id, reason="key_drop", note="钥匙投递")
    else:
        visit = await {"diagnosing": diagnosing, "settling": settling, "ready": ready_visit}[stage](shop)
    row = await shop.row("visits", visit.id)
    assert row["stage"] == stage, row["stage"]
    return visit
