"""Who is who: a sure match joins, see test_likely.py for likely ones."""

from server.domain.ids import uuid7
from tests.commands.given import car, registered
from tests.visits import make_vin


async def the_same_phone_and_name_is_the_same_customer(shop):
    known = await registered(shop, email="w@example.cn")
    again = uuid7()
    phones = [{"number": "+86 138 0013 8000"}, {"number": "13900139000"}]
    outcome = await shop.merged(
        "crm", "customer.register", None, customer_id=again, name="王伟 ", phones=phones, address="锦程路1号"
    )
    [joined] = outcome.merged
    assert (joined["field"], joined["yours"], joined["result"]) == ("customer_id", again, known)
    row = await shop.row("customers", known)
    assert [p["number"] for p in row["phones"]] == ["+8613800138000", "+8613900139000"]
    assert (row["email"], row["address"]) == ("w@example.cn", "锦程路1号")
    alias = await shop.row("aliases", again)
    assert (alias["canonical_id"], alias["type"]) == (known, "customers")
    await shop.done("crm", "customer.tag", customer_id=again, add=["VIP"], remove=[])
    assert (await shop.row("customers", known))["tags"] == ["VIP"]


async def a_joined_customer_entered_again_stays_joined(shop):
    known = await registered(shop)
    again = {"customer_id": uuid7(), "name": "王伟", "phones": [{"number": "13800138000"}]}
    await shop.merged("crm", "customer.register", None, **again)
    await shop.done("advisor", "customer.register", **again)
    assert [row["id"] for row in await shop.rows("customers")] == [known]


async def a_joined_customer_who_differs_goes_to_a_review_where_the_typed_value_can_win(shop):
    known = await registered(shop, email="a@example.cn")
    outcome = await shop.merged(
        "crm", "customer.register", "value_conflict", customer_id=uuid7(), name="王伟", email="b@example.cn",
        kind="company", phones=[{"number": "13800138000"}],
    )  # fmt: skip
    aside = {m["field"]: (m["yours"], m["theirs"], m["result"]) for m in outcome.merged}
    assert aside["email"] == ("b@example.cn", "a@example.cn", "a@example.cn")
    assert aside["kind"] == ("company", "person", "person")
    await shop.done("manager", "review.resolve", review_id=outcome.review, seen_rev=1, action="accept_mine")
    row = await shop.row("customers", known)
    assert (row["id"], row["email"], row["kind"]) == (known, "b@example.cn", "company")


async def the_same_vin_is_the_same_car(shop):
    vin = make_vin(shop)
    known, _ = await car(shop, vin=vin)
    again, outcome = await car(shop, "merged", vin=vin.lower(), plate="川A·12345", odometer_km=5_000)
    assert outcome.review is None
    row = await shop.row("vehicles", known)
    assert (row["plate"], row["odometer_km"], row["vin_check"]) == ("川A12345", 5_000, "ok")
    assert (await shop.row("aliases", again))["canonical_id"] == known


async def a_model_or_a_lower_reading_that_differs_under_the_same_vin_is_not_lost(shop):
    vin = make_vin(shop)
    known, _ = await car(shop, vin=vin, odometer_km=30_000)
    _, outcome = await car(shop, "merged", vin=vin, model="迈腾", odometer_km=20_000)
    aside = {m["field"]: (m["yours"], m["result"]) for m in outcome.merged}
    assert aside["model"] == ("迈腾", "帕萨特")
    assert aside["odometer_km"] == (20_000, 30_000)
    review = await shop.row("reviews", outcome.review)
    assert [met | shown for met, shown in zip(outcome.merged, review["merged"], strict=True)] == review["merged"]
    row = await shop.row("vehicles", known)
    assert (row["model"], row["odometer_km"]) == ("帕萨特", 30_000)


async def a_vin_with_another_owner_is_reviewed_and_never_changes_hands_silently(shop):
    vin = make_vin(shop)
    owner, other = await registered(shop, phones=("13800138000",)), await registered(shop, phones=("13800138001",))
    known, _ = await car(shop, vin=vin, owner_id=owner)
    _, outcome = await car(shop, "merged", vin=vin, owner_id=other)
    assert outcome.reason.code == "owner_conflict"
    assert (await shop.row("vehicles", known))["owner_id"] == owner
    await shop.done("manager", "review.resolve", review_id=outcome.review, seen_rev=1, action="accept_mine")
    row = await shop.row("vehicles", known)
    assert (row["id"], row["owner_id"]) == (known, other)


async def a_customer_whom_two_stores_enter_is_on_both_stores_tablets(shop):
    known = await registered(shop)
    fields = {"customer_id": uuid7(), "name": "王伟", "phones": [{"number": "13800138000"}]}
    assert not await shop.rows("customers", store=1)
    await shop.merged("advisor", "customer.register", None, store=1, **fields)
    assert [row["id"] for row in await shop.rows("customers", store=1)] == [known]
    assert (await shop.row("customers", known))["stores"] == shop.stores
