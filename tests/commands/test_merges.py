"""Merging two records of the same customer or car, and its exact inverse."""

from typing import Any

import pytest

from server.domain.ids import uuid7
from tests.commands.examples import examples
from tests.commands.given import car, registered
from tests.visits import check_in, make_vin

PARTIES = ("customers", "vehicles", "visits", "appointments")


async def parties(shop) -> dict[str, Any]:
    """Customers, cars, visits and appointments of both stores, but for their `rev`."""
    return {
        f"{store}:{kind}:{row['id']}": {name: value for name, value in row.items() if name != "rev"}
        for store in (0, 1)
        for kind in PARTIES
        for row in await shop.rows(kind, store)
    }


async def rich_customer(shop, name, number, store=0) -> str:
    """A customer with something of everything: notes, tags, consent, a car, an appointment."""
    customer = uuid7()
    phones = [{"number": number, "primary": True}]
    fields = {"customer_id": customer, "name": name, "phones": phones, "email": f"{number}@example.cn"}
    await shop.done("crm", "customer.register", store=store, **fields)
    await shop.done("crm", "customer.add_note", customer_id=customer, note_id=uuid7(), text=name)
    await shop.done("crm", "customer.tag", customer_id=customer, add=["VIP", name], remove=[])
    await shop.done(
        "crm", "customer.set_consent", customer_id=customer, purpose="marketing", channel="sms", decision="granted",
        decided_at=shop.now, source="phone",
    )  # fmt: skip
    vehicle, _ = await car(shop, store=store, vin=make_vin(shop), owner_id=customer)
    await shop.done(
        "crm", "appointment.book", store=store, appointment_id=uuid7(), customer_id=customer, vehicle_id=vehicle,
        at=shop.now, work="保养",
    )  # fmt: skip
    return customer


async def a_merged_customer_is_another_name_for_the_one_that_was_kept(shop):
    keep, merge = await rich_customer(shop, "王伟", "13800138000"), await rich_customer(shop, "王小姐", "13800138001")
    for role in ("manager", "crm"):
        await shop.done(role, "customer.merge", keep_id=keep, merge_id=merge, reason="同一个人")
    row = await shop.row("customers", keep)
    assert [p["number"] for p in row["phones"]] == ["+8613800138000", "+8613800138001"]
    assert [p["primary"] for p in row["phones"]] == [True, False]
    assert (row["name"], row["tags"]) == ("王伟", ["VIP", "王伟", "王小姐"])
    assert ([n["text"] for n in row["notes"]], len(row["consents"])) == (["王伟", "王小姐"], 2)
    rows = await shop.fresh()
    assert merge not in rows["customers"]
    assert rows["aliases"][merge]["canonical_id"] == keep
    assert {v["owner_id"] for v in rows["vehicles"].values()} == {keep}
    assert {a["customer_id"] for a in rows["appointments"].values()} == {keep}
    await shop.done("crm", "customer.tag", customer_id=merge, add=["新"], remove=[])
    assert "新" in (await shop.row("customers", keep))["tags"]


async def an_unmerge_is_the_exact_inverse(shop):
    keep = await rich_customer(shop, "王伟", "13800138000")
    merge = await rich_customer(shop, "王小姐", "13800138001", store=1)
    before = await parties(shop)
    for _ in range(2):
        await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merge)
        assert await parties(shop) != before
        for role in ("manager", "crm"):
            await shop.done(role, "customer.unmerge", merge_id=merge)
        assert await parties(shop) == before
        assert not await shop.rows("aliases")
    await shop.done("manager", "customer.merge", keep_id=merge, merge_id=keep)
    await shop.done("manager", "customer.unmerge", merge_id=keep)
    assert await parties(shop) == before


async def an_unmerge_of_cars_is_the_exact_inverse(shop):
    visit = await check_in(shop)
    await shop.done("manager", "visit.cancel", visit_id=visit.id, reason="改天")
    second, _ = await car(shop, store=1, plate="川A12345", colour="白", model_year=2020, odometer_km=44_000)
    before = await parties(shop)
    for keep, merge in ((visit.vehicle_id, second), (second, visit.vehicle_id)):
        await shop.done("manager", "vehicle.merge", keep_id=keep, merge_id=merge)
        row = await shop.row("vehicles", keep)
        assert (row["vin"], row["plate"], row["colour"], row["odometer_km"]) == (visit.vin, "川A12345", "白", 44_000)
        assert (row["vin_check"], row["stores"]) == ("ok", row["stores"])
        assert {v["vehicle_id"] for v in await shop.rows("visits")} == {keep}
        await shop.done("manager", "vehicle.unmerge", merge_id=merge)
        assert await parties(shop) == before


async def an_edit_after_the_merge_stays_with_the_record_that_was_kept(shop):
    keep = await registered(shop, name="王伟", phones=("13800138000",))
    merge = await registered(shop, name="王小姐", phones=("13800138001",), email="x@example.cn", address="锦程路1号")
    await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merge)
    changes = {"email": {"from": "x@example.cn", "to": "y@example.cn"}, "name": {"from": "王伟", "to": "王玮"}}
    await shop.done("crm", "customer.update", customer_id=merge, changes=changes)
    note = {"note_id": uuid7(), "text": "合并之后"}
    await shop.done("crm", "customer.add_note", customer_id=merge, **note)
    await shop.done("crm", "customer.tag", customer_id=keep, add=["新"], remove=[])
    await shop.done("manager", "customer.unmerge", merge_id=merge)
    kept, back = await shop.row("customers", keep), await shop.row("customers", merge)
    assert (kept["name"], kept["email"], kept["address"], kept["tags"]) == ("王玮", "y@example.cn", None, ["新"])
    assert [n["text"] for n in kept["notes"]] == ["合并之后"]
    assert [p["number"] for p in kept["phones"]] == ["+8613800138000"]
    assert (back["name"], back["email"], back["address"], back["notes"]) == ("王小姐", "x@example.cn", "锦程路1号", [])


async def a_visit_since_the_merge_stays_and_one_before_it_returns(shop):
    first, second = await check_in(shop), await check_in(shop)
    await shop.done("manager", "customer.merge", keep_id=first.customer_id, merge_id=second.customer_id)
    later = examples()["visit.open"] | {
        "visit_id": uuid7(), "customer_id": second.customer_id, "comeback_of": None, "appointment_id": None,
        "vehicle_id": (await car(shop, vin=make_vin(shop)))[0],
    }  # fmt: skip
    await shop.done("advisor", "visit.open", **later)
    await shop.done("manager", "customer.unmerge", merge_id=second.customer_id)
    owners = {row["id"]: row["customer_id"] for row in await shop.rows("visits")}
    assert owners == {
        first.id: first.customer_id, second.id: second.customer_id, later["visit_id"]: first.customer_id,
    }  # fmt: skip


async def a_customer_stays_where_a_visit_since_the_merge_needs_it(shop):
    keep = await registered(shop, name="王伟", phones=("13800138000",))
    merge = uuid7()
    phones = [{"number": "13800138001"}]
    await shop.done("crm", "customer.register", store=1, customer_id=merge, name="王小姐", phones=phones)
    await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merge)
    vehicle, _ = await car(shop, store=1, vin=make_vin(shop))
    visit = {"visit_id": uuid7(), "vehicle_id": vehicle, "customer_id": merge, "kind": "repair", "payer": "customer"}
    await shop.done("advisor", "visit.open", store=1, **visit)
    await shop.done("manager", "customer.unmerge", merge_id=merge)
    assert (await shop.row("visits", visit["visit_id"], store=1))["customer_id"] == keep
    assert {row["id"] for row in await shop.rows("customers", store=1)} == {keep, merge}


async def a_customer_who_left_a_store_with_an_unmerge_comes_back_with_the_next_visit(shop):
    keep, merge = await registered(shop, name="王伟", phones=("13800138000",)), uuid7()
    phones = [{"number": "13800138001"}]
    await shop.done("crm", "customer.register", store=1, customer_id=merge, name="王小姐", phones=phones)
    await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merge)
    await shop.done("manager", "customer.unmerge", merge_id=merge)
    assert [row["id"] for row in await shop.rows("customers", store=1)] == [merge]
    vehicle, _ = await car(shop, store=1, vin=make_vin(shop))
    visit = {"visit_id": uuid7(), "vehicle_id": vehicle, "customer_id": keep, "kind": "repair", "payer": "customer"}
    await shop.done("advisor", "visit.open", store=1, **visit)
    assert {row["id"] for row in await shop.rows("customers", store=1)} == {keep, merge}


@pytest.mark.parametrize("last_first", [True, False])
async def a_chain_of_merges_comes_apart_in_any_order(shop, last_first):
    customers = [await rich_customer(shop, name, f"1380013800{i}") for i, name in enumerate(("王伟", "王小姐", "李四"))]
    before = await parties(shop)
    first, second, third = customers
    await shop.done("manager", "customer.merge", keep_id=second, merge_id=third)
    await shop.done("manager", "customer.merge", keep_id=first, merge_id=second)
    await shop.done("crm", "customer.tag", customer_id=third, add=["三合一"], remove=[])
    assert "三合一" in (await shop.row("customers", first))["tags"]
    await shop.done("crm", "customer.tag", customer_id=third, add=[], remove=["三合一"])
    for merge_id in (second, third) if last_first else (third, second):
        await shop.done("manager", "customer.unmerge", merge_id=merge_id)
    assert await parties(shop) == before


async def the_proposal_follows_the_merge(shop):
    keep, merge = await registered(shop, name="王伟"), await registered(shop, name="王小姐")
    states = []
    for command, fields in (
        ("customer.merge", {"keep_id": keep, "merge_id": merge}),
        ("customer.unmerge", {"merge_id": merge}),
        ("customer.merge", {"keep_id": merge, "merge_id": keep}),
    ):
        await shop.done("manager", command, **fields)
        states += [row["state"] for row in await shop.rows("merge_proposals")]
    assert states == ["merged", "open", "merged"]


async def a_merge_needs_two_records_that_are_there(shop):
    keep = await registered(shop)
    await shop.refused("manager", "customer.merge", "invalid", keep_id=keep, merge_id=keep)
    await shop.refused("manager", "customer.merge", "not_found", keep_id=keep, merge_id=uuid7())
    await shop.refused("manager", "vehicle.merge", "not_found", keep_id=keep, merge_id=keep)
    await shop.refused("manager", "customer.unmerge", "not_found", merge_id=keep)


async def a_merge_that_another_person_made_the_other_way_round_is_applied(shop):
    keep, merge = await registered(shop, name="王伟"), await registered(shop, name="王小姐")
    await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merge)
    await shop.done("crm", "customer.merge", keep_id=merge, merge_id=keep)
    assert [row["id"] for row in await shop.rows("customers")] == [keep]


async def a_customer_registered_again_after_a_merge_joins_the_one_that_was_kept(shop):
    keep = await registered(shop, name="王伟", phones=("13800138000",))
    merge = await registered(shop, name="王小姐", phones=("13800138001",))
    await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merge)
    fields = {"customer_id": uuid7(), "name": "王伟", "phones": [{"number": "13800138001"}]}
    outcome = await shop.merged("crm", "customer.register", None, **fields)
    assert outcome.merged[0]["result"] == keep
