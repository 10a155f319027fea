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
