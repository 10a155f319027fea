"""Random dealerships over years: visits of every kind, people who come back or do not, and what hangs on them."""

import random
from datetime import timedelta
from typing import Any

from server.domain.ids import uuid7
from tests.shop import START, Shop
from tests.visits import Ids, check_in, ready_visit

YEARS = 9
KINDS = ("maintenance", "repair", "warranty", "recall", "other")


async def closed(shop: Shop, rng: random.Random, **fields: Any) -> Ids:
    """A visit that ended, with work or without."""
    visit = await check_in(shop, kind=rng.choice(KINDS), payer=rng.choice(("customer", "warranty")), **fields)
    if rng.random() < 0.3:
        await ready_visit(shop, visit)
        gone = {"reason": "key_drop", "note": "钥匙箱"}
        await shop.given("manager", "handover.release", visit_id=visit.id, **gone)
    else:
        await shop.given("manager", "visit.cancel", visit_id=visit.id, reason="改主意")
    return visit


async def grow(shop: Shop, seed: int, count: int = 16) -> list[Ids]:
    """Years of a small dealership; the clock stands at the end of them."""
    rng = random.Random(seed)
    days = sorted(rng.randrange(366 * YEARS) for _ in range(count))
    visits = [await closed(shop, rng) for _ in range(3)]
    for day in days:
        shop.now = START + timedelta(days=day)
        step = rng.choice((_visits, _visits, _again, _booking, _complaint, _merge, _stored, _open))
        await step(shop, rng, visits)
    shop.now = START + timedelta(days=366 * YEARS)
    return visits


async def _visits(shop: Shop, rng: random.Random, visits: list[Ids]) -> None:
    visits.append(await closed(shop, rng))


async def _again(shop: Shop, rng: random.Random, visits: list[Ids]) -> None:
    """The same car comes back, sometimes because of the last repair."""
    if not visits:
        return
    last = rng.choice(visits)
    again = Ids(uuid7(), last.customer_id, last.vehicle_id, last.phone, last.vin)
    fields = {"comeback_of": last.id} if rng.random() < 0.5 else {}
    outcome = await shop.bus.run(
        shop.person("manager"), "visit.open",
        {"visit_id": again.id, "vehicle_id": again.vehicle_id, "customer_id": again.customer_id, "kind": "repair",
         "payer": "customer", **fields},
    )  # fmt: skip
    if outcome.outcome == "applied":
        await shop.bus.run(shop.person("manager"), "visit.cancel", {"visit_id": again.id, "reason": "改主意"})
        visits.append(again)


async def _booking(shop: Shop, rng: random.Random, visits: list[Ids]) -> None:
    if visits:
        fields = {"customer_id": rng.choice(visits).customer_id, "at": shop.now + timedelta(days=3), "work": "保养"}
        await shop.do("manager", "appointment.book", appointment_id=uuid7(), **fields)


async def _complaint(shop: Shop, rng: random.Random, visits: list[Ids]) -> None:
    if visits:
        visit = rng.choice(visits)
        await shop.do(
            "manager", "complaint.open", complaint_id=uuid7(), customer_id=visit.customer_id, visit_id=visit.id,
            about="price", source="call", text="太贵了",
        )  # fmt: skip


async def _merge(shop: Shop, rng: random.Random, visits: list[Ids]) -> None:
    if len(visits) > 1:
        keep, merge = rng.sample(visits, 2)
        if keep.customer_id != merge.customer_id:
            await shop.do("manager", "customer.merge", keep_id=keep.customer_id, merge_id=merge.customer_id)
        if rng.random() < 0.4:
            await shop.do("manager", "customer.unmerge", merge_id=merge.customer_id)


async def _stored(shop: Shop, rng: random.Random, visits: list[Ids]) -> None:
    if visits:
        wish = {"customer_id": rng.choice(visits).customer_id, "reason": "客户要求", "restricted_at": shop.now}
        await shop.do("crm", "customer.restrict", **wish)


async def _open(shop: Shop, rng: random.Random, visits: list[Ids]) -> None:
    """A car that never leaves."""
    if rng.random() < 0.3:
        await check_in(shop)
