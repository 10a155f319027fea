"""What the simulator found once, told in the fewest steps."""

import pytest

from server.domain.ids import uuid7
from server.store.database import Database
from tests.shop import Shop
from tests.visits import check_in


@pytest.fixture
async def shop(db: Database) -> Shop:
    """A small dealership on each engine."""
    return await Shop.open(db)


async def a_customer_who_left_a_store_and_comes_back_is_there_again(shop: Shop):
    visit, other = await check_in(shop), uuid7()
    registered = {"customer_id": other, "name": "李娜", "phones": [{"number": "+8613900000001"}]}
    await shop.do("manager", "customer.register", store=1, **registered)
    await shop.done("manager", "customer.merge", keep_id=visit.customer_id, merge_id=other)
    assert visit.customer_id in (await shop.fresh(1))["customers"]

    await shop.done("manager", "customer.unmerge", merge_id=other)
    assert visit.customer_id not in (await shop.fresh(1))["customers"]

    opened = {"vehicle_id": visit.vehicle_id, "customer_id": visit.customer_id, "kind": "repair", "payer": "customer"}
    await shop.do("manager", "visit.open", store=1, visit_id=uuid7(), **opened)
    assert visit.customer_id in (await shop.fresh(1))["customers"]


async def a_customer_who_comes_out_of_two_merges_stays_where_an_appointment_since_needs_it(shop: Shop):
    first, second, third = [uuid7() for _ in range(3)]
    for store, customer, name in ((1, first, "李娜"), (0, second, "张伟"), (0, third, "陈静")):
        registered = {"customer_id": customer, "name": name, "phones": [{"number": f"+86139000000{len(name)}{store}"}]}
        await shop.do("manager", "customer.register", store=store, **registered)
    await shop.done("manager", "customer.merge", keep_id=second, merge_id=first)
    booked = {"appointment_id": uuid7(), "customer_id": first, "at": shop.now, "work": "保养"}
    await shop.do("manager", "appointment.book", store=1, **booked)
    await shop.done("manager", "customer.merge", keep_id=third, merge_id=second)

    await shop.done("manager", "customer.unmerge", merge_id=first)
    await shop.done("manager", "customer.unmerge", merge_id=second)

    fresh = await shop.fresh(1)
    assert fresh["appointments"][booked["appointment_id"]]["customer_id"] in fresh["customers"]
