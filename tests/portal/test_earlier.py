"""The car's earlier visits on the page: those of this customer, as who brought the car or as its owner then."""

from datetime import timedelta

from server.domain.ids import uuid7
from server.media.files import paper
from tests.portal.door import door
from tests.shop import Shop
from tests.visits import Ids, check_in, ready_visit


async def come_again(shop: Shop, first: Ids, customer_id: str | None = None) -> Ids:
    """The same car comes once more."""
    opened = {"vehicle_id": first.vehicle_id, "customer_id": customer_id or first.customer_id}
    again = Ids(uuid7(), opened["customer_id"], first.vehicle_id, first.phone, first.vin)
    await shop.given("manager", "visit.open", visit_id=again.id, kind="maintenance", payer="customer", **opened)
    return again


async def returned(shop: Shop, visit: Ids | None = None) -> Ids:
    """A visit that is over, of a car that came with 31,234 km; a month ago."""
    visit = visit or await check_in(shop)
    walk = {"odometer_km": 31_234, "energy_pct": 50, "warning_lamps": [], "belongings": [], "old_parts": "leave"}
    rest = {"wash": False, "valuables_reminded": True}
    await shop.given("manager", "visit.record_walkaround", visit_id=visit.id, **walk, **rest)
    await ready_visit(shop, visit)
    await shop.given("manager", "handover.release", visit_id=visit.id, reason="key_drop", note="钥匙箱")
    shop.now += timedelta(days=30)
    return visit


async def an_earlier_visit_says_when_how_far_what_was_done_and_has_its_document(shop, tmp_path):
    first = await returned(shop)
    again = await come_again(shop, first)
    async with door(shop, again.id, tmp_path) as customer:
        [past] = (await customer.data())["earlier"]
        row = await shop.row("visits", first.id)
        assert (past["number"], past["odometer_km"], past["done"]) == (row["number"], 31_234, ["前刹车片"] * 2)
        assert past["href"] is None
        sealed = paper(tmp_path, first.id, "release")
        sealed.parent.mkdir(parents=True)
        sealed.write_bytes(b"%PDF-1.7")
        [past] = (await customer.data())["earlier"]
        answer = await customer.get(f"/{past['href']}")
        assert (answer.status_code, answer.content) == (200, b"%PDF-1.7")
        html = await customer.html()
        assert "31,234 km" in html
        assert past["href"] in html


async def a_visit_that_somebody_else_brought_before_this_owner_bought_the_car_is_hidden(shop, tmp_path):
    first = await returned(shop)
    buyer = await check_in(shop)
    await shop.given(
        "manager", "vehicle.change_owner", vehicle_id=first.vehicle_id, reason="sale",
        owner_id={"from": first.customer_id, "to": buyer.customer_id},
    )  # fmt: skip
    again = await come_again(shop, first, buyer.customer_id)
    async with door(shop, again.id, tmp_path) as customer:
        assert (await customer.data())["earlier"] == []
        assert (await customer.get(f"/earlier/{first.id}.pdf")).status_code == 404


async def an_owner_sees_what_was_done_when_somebody_else_brought_the_car_but_not_that_document(shop, tmp_path):
    owned = await returned(shop)
    driver = await check_in(shop)
    theirs = await returned(shop, await come_again(shop, owned, driver.customer_id))
    again = await come_again(shop, owned)
    for visit_id in (owned.id, theirs.id):
        sealed = paper(tmp_path, visit_id, "release")
        sealed.parent.mkdir(parents=True)
        sealed.write_bytes(b"%PDF-1.7")
    async with door(shop, again.id, tmp_path) as customer:
        newest, oldest = (await customer.data())["earlier"]
        assert (newest["id"], oldest["id"]) == (theirs.id, owned.id)
        assert (newest["href"], oldest["href"]) == (None, f"earlier/{owned.id}.pdf")
        assert (await customer.get(f"/earlier/{theirs.id}.pdf")).status_code == 404


async def a_person_who_only_brought_the_car_sees_the_visits_that_this_person_brought(shop, tmp_path):
    owned = await returned(shop)
    driver = await check_in(shop)
    again = await come_again(shop, owned, driver.customer_id)
    async with door(shop, again.id, tmp_path) as customer:
        assert (await customer.data())["earlier"] == []
        assert (await customer.get(f"/earlier/{owned.id}.pdf")).status_code == 404


async def the_visit_of_another_car_of_the_same_customer_is_not_this_cars_history(shop, tmp_path):
    first = await returned(shop)
    second = await check_in(shop)
    opened = Ids(uuid7(), first.customer_id, second.vehicle_id, first.phone, second.vin)
    await shop.do("manager", "visit.cancel", visit_id=second.id, reason="改天")
    again = await come_again(shop, opened)
    async with door(shop, again.id, tmp_path) as customer:
        assert (await customer.data())["earlier"] == []
        assert (await customer.get(f"/earlier/{first.id}.pdf")).status_code == 404
        assert (await customer.get("/earlier/..%2fsecret.pdf")).status_code == 404
