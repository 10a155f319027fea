"""The whole demo, told to a real server: everything in it is something that could have happened."""

from collections import Counter

import pytest

from server.auth.accounts import add_user
from server.demo import dealership
from server.demo.load import is_empty, load
from tests.shop import Shop


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def a_demo_dealership_is_accepted_command_by_command_and_stands_as_told(db):
    assert await is_empty(db)
    loaded = await load(db, add_user, customers=120)
    assert loaded.problems == []
    assert (loaded.customers, loaded.vehicles) == (120, 144)
    shop = Shop(db)
    house = dealership()
    shop.group_id, shop.stores = house["group"]["id"], [store["id"] for store in house["stores"]]
    rows = await shop.fresh()
    assert Counter(visit["stage"] for visit in rows["visits"].values() if visit["closed_at"] is None) == {
        "checked_in": 2, "assigned": 1, "diagnosing": 1, "awaiting_approval": 2, "awaiting_parts": 1, "repairing": 3,
        "quality_check": 1, "settling": 1, "ready": 2,
    }  # fmt: skip
    assert Counter(booked["status"] for booked in rows["appointments"].values()) == {"booked": 18, "arrived": 4}
    assert "reviews" not in rows
    assert "merge_proposals" not in rows
