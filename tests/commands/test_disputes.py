"""Several people change one record offline: different fields all stay, values of one field meet in one review."""

from itertools import permutations
from typing import Any

import pytest

from server.domain.ids import uuid7
from tests.commands.given import car, registered
from tests.shop import Shop
from tests.visits import check_in

NUMBERS = [f"1390013900{i}" for i in range(4)]


async def four_people(shop: Shop) -> list[Any]:
    """Three tablets, and None for the call centre, which has a program of its own."""
    return [await shop.tablet(role) for role in ("advisor", "manager", "crm")] + [None]


async def arrived(shop: Shop, device: Any, command: str, **fields: Any):
    """What became of a command that came from a tablet's queue, or through GraphQL."""
    if device is None:
        return await shop.do("crm", command, **fields)
    return await shop.send(device, command, **fields)


async def the_name_the_phone_the_withdrawal_and_the_address_are_all_there_in_every_order(shop):
    people = await four_people(shop)
    said = {"purpose": "marketing", "channel": "any", "decided_at": shop.now, "source": "tablet"}
    for number, order in enumerate(permutations(range(4))):
        customer = await registered(shop, phones=(f"138{number:02}000000",))
        await shop.given("advisor", "customer.set_consent", customer_id=customer, decision="granted", **said)
        changes: list[tuple[str, dict[str, Any]]] = [
            ("customer.update", {"changes": {"name": {"from": "王伟", "to": "王玮"}}}),
            ("customer.update", {"phones": {"add": [{"number": f"139{number:02}111111"}]}}),
            ("customer.set_consent", {"decision": "withdrawn", **said}),
            ("customer.update", {"changes": {"address": {"from": None, "to": "锦程路9号"}}}),
        ]
        for who in order:
            command, fields = changes[who]
            assert (await arrived(shop, people[who], command, customer_id=customer, **fields)).outcome == "applied"
        row = await shop.row("customers", customer)
        assert (row["name"], row["address"]) == ("王玮", "锦程路9号")
        assert [p["number"] for p in row["phones"]] == [f"+86138{number:02}000000", f"+86139{number:02}111111"]
        assert [c["decision"] for c in row["consents"]] == ["granted", "withdrawn"]
    assert not await shop.rows("reviews")


async def four_primary_phones(shop: Shop, order: tuple[int, ...] = (0, 1, 2, 3)) -> tuple[str, list[Any], Any]:
    """The customer, the four outcomes in this order of arrival, and the people."""
    customer, people = await registered(shop), await four_people(shop)
    outcomes = []
    for who in order:
        shop.later(minutes=1)
        number = NUMBERS[who]
        wanted = {"add": [{"number": number}], "primary": {"from": "13800138000", "to": number}}
        outcomes.append(await arrived(shop, people[who], "customer.update", customer_id=customer, phones=wanted))
    return customer, outcomes, people


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
async def the_primary_phones_of_four_people_stand_in_one_review(shop, order):
    customer, outcomes, people = await four_primary_phones(shop, order)
    assert [o.outcome for o in outcomes] == ["applied", "merged", "merged", "merged"]
    row = await shop.row("customers", customer)
    wanted = [f"+86{NUMBERS[who]}" for who in order]
    assert [p["number"] for p in row["phones"]] == ["+8613800138000", *wanted]
    assert [p["number"] for p in row["phones"] if p["primary"]] == wanted[:1]
    [review] = await shop.rows("reviews")
    assert {o.review for o in outcomes[1:]} == {review["id"]}
    assert [m["yours"] for m in review["merged"]] == wanted[1:]
    assert {m["theirs"] for m in review["merged"]} == set(wanted[:1])
    who = [people[i].user_id if people[i] else shop.people["crm"] for i in order]
    assert [m["by"] for m in review["merged"]] == who[1:]
    assert {m["theirs_by"] for m in review["merged"]} == {who[0]}
    assert len({m["at"] for m in review["merged"]} | {m["theirs_at"] for m in review["merged"]}) == 4


@pytest.mark.parametrize("chosen", range(4))
async def a_person_chooses_any_of_them(shop, chosen):
    customer, outcomes, _ = await four_primary_phones(shop)
    number = f"+86{NUMBERS[chosen]}"
    await shop.done(
        "manager", "review.resolve", review_id=outcomes[1].review, seen_rev=3, action="accept_mine",
        edits={"phones.primary": number},
    )  # fmt: skip
    row = await shop.row("customers", customer)
    assert [p["number"] for p in row["phones"] if p["primary"]] == [number]
    assert len(row["phones"]) == 5
    [review] = await shop.rows("reviews")
    assert (review["state"], review["resolution"]) == ("resolved", "accept_mine")


async def a_value_that_nobody_typed_cannot_be_chosen(shop):
    customer, outcomes, _ = await four_primary_phones(shop)
    for edits, path in (({"phones.primary": "+8613700137000"}, "phones.primary"), ({"name": "李四"}, "name")):
        why = await shop.refused(
            "manager", "review.resolve", "invalid", review_id=outcomes[1].review, seen_rev=3, action="accept_mine",
            edits=edits,
        )  # fmt: skip
        assert (why.subject.id, why.facts["problem"]) == (f"edits.{path}", "not_shown")
    row = await shop.row("customers", customer)
    assert [p["number"] for p in row["phones"] if p["primary"]] == [f"+86{NUMBERS[0]}"]


async def a_review_that_grew_while_somebody_looked_at_it_stays_open(shop):
    _, outcomes, _ = await four_primary_phones(shop)
    resolve = {"review_id": outcomes[1].review, "seen_rev": 2, "action": "accept_mine"}
    await shop.kept("manager", "review.resolve", "stale_review", **resolve)
    assert (await shop.row("reviews", outcomes[1].review))["state"] == "open"


async def a_value_after_the_review_was_resolved_opens_another(shop):
    customer, outcomes, _ = await four_primary_phones(shop)
    resolve = {"review_id": outcomes[1].review, "seen_rev": 3, "action": "accept_theirs"}
    await shop.done("manager", "review.resolve", **resolve)
    wanted = {"primary": {"from": "13800138000", "to": NUMBERS[3]}}
    outcome = await shop.merged("crm", "customer.update", "value_conflict", customer_id=customer, phones=wanted)
    assert outcome.review not in {o.review for o in outcomes}


async def test_different_fields_of_one_row_are_chosen_apart(shop):
    vehicle, _ = await car(shop, plate="川A12345", colour="白")
    await shop.done("manager", "vehicle.update", vehicle_id=vehicle, changes={"colour": {"from": "白", "to": "黑"}})
    reviews = set()
    for role, changes in (
        ("advisor", {"colour": {"from": "白", "to": "红"}, "model": {"from": "捷达", "to": "迈腾"}}),
        ("manager", {"colour": {"from": "白", "to": "蓝"}}),
    ):
        met = await shop.merged(role, "vehicle.update", "value_conflict", vehicle_id=vehicle, changes=changes)
        reviews.add(met.review)
    [review] = reviews
    resolve = {"review_id": review, "seen_rev": 2, "action": "accept_mine", "edits": {"colour": "蓝"}}
    await shop.done("manager", "review.resolve", **resolve)
    row = await shop.row("vehicles", vehicle)
    assert (row["colour"], row["model"]) == ("蓝", "帕萨特")


async def a_store_collects_what_its_own_people_typed(shop):
    customer = await registered(shop)
    reviews = []
    await shop.done("crm", "customer.update", customer_id=customer, changes={"name": {"from": "王伟", "to": "王玮"}})
    for store in (0, 1):
        changes = {"name": {"from": "王伟", "to": f"王维{store}"}}
        met = await shop.do("advisor", "customer.update", store=store, customer_id=customer, changes=changes)
        reviews.append((await shop.row("reviews", met.review, store))["store_id"])
    assert reviews == shop.stores


async def a_joined_customer_has_one_primary_phone(shop):
    known = await registered(shop)
    phones = [{"number": "13800138000"}, {"number": "13900139000", "primary": True}]
    again = {"customer_id": uuid7(), "name": "王伟", "phones": phones}
    await shop.merged("crm", "customer.register", "value_conflict", **again)
    row = await shop.row("customers", known)
    assert [p["primary"] for p in row["phones"]] == [True, False]


async def a_review_keeps_what_else_was_said_with_each_of_its_values(shop):
    visit = await check_in(shop)
    day = "2030-03-05T{}:00:00Z"
    fields = {"visit_id": visit.id, "ready_at": {"from": None, "to": day.format("09")}}
    await shop.done("manager", "visit.promise", **fields)
    for hour, reason in (("10", "等配件"), ("11", "客户要求")):
        late = {"ready_at": {"from": None, "to": day.format(hour)}, "reason": reason}
        await shop.merged("advisor", "visit.promise", "value_conflict", **fields | late)
    [review] = await shop.rows("reviews")
    said = [command["fields"]["reason"] for command in [review["command"], *review["further"]]]
    assert said == ["等配件", "客户要求"]
