"""A customer of two stores: each reads the file, and of what happened only its own part."""

from server.domain.ids import uuid7
from tests.graphql.door import Asker
from tests.shop import Shop
from tests.visits import check_in

LEADS = """query($id: UUID!) { customer(id: $id) {
  name visits { id } vehicles { id visits { id } } messages { visitId }
} }"""


async def a_customer_of_two_stores_leads_each_of_them_to_its_own_visits(ask: Asker, shop: Shop):
    here = await check_in(shop)
    there = {"visit_id": uuid7(), "vehicle_id": uuid7(), "customer_id": here.customer_id}
    car = {"make": "大众", "model": "朗逸", "energy": "petrol", "plate": "川A12345", "owner_id": here.customer_id}
    await shop.done("manager", "vehicle.register", store=1, vehicle_id=there["vehicle_id"], **car)
    await shop.done("manager", "visit.open", store=1, kind="repair", payer="customer", **there)
    own = {0: (here.id, here.vehicle_id), 1: (there["visit_id"], there["vehicle_id"])}
    for store, (visit, vehicle) in own.items():
        await ask.sign_in(f"advisor{store}", "advisor", store)
        found = (await ask.data(LEADS, id=here.customer_id))["customer"]
        assert found["visits"] == [{"id": visit}]
        assert {one["id"] for one in found["vehicles"]} >= {vehicle}
        assert {one["id"] for car in found["vehicles"] for one in car["visits"]} == {visit}
        assert {one["visitId"] for one in found["messages"]} == {visit}
    await ask.sign_in("relations", "crm", 1)
    found = (await ask.data(LEADS, id=here.customer_id))["customer"]
    assert {one["id"] for one in found["visits"]} == {here.id, there["visit_id"]}
    assert {one["visitId"] for one in found["messages"]} == {here.id, there["visit_id"]}
