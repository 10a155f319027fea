"""Likely matches: both records stay, and a merge proposal says what speaks for their being one."""

import pytest

from server.commands.bus import Bus
from server.domain.ids import uuid7
from tests.commands.counting import Counted
from tests.commands.given import car, registered
from tests.visits import make_vin

NAMES = [
    ("王伟", "王玮", "sound"),
    ("章三", "张三", "sound"),
    ("李小龙", "李晓龙", "sound"),
    ("王明", "王小明", "similar"),
    ("Wang Wei", "wang wei", "same"),
    ("John Smith", "Jon Smith", "similar"),
    ("王伟", "Wang Wei", "sound"),
]


async def entered(shop, *customers: tuple[str, str, str]) -> list[dict]:
    """The proposals after these (id, name, number) were registered in this order."""
    for customer_id, name, number in customers:
        fields = {"customer_id": customer_id, "name": name, "phones": [{"number": number}]}
        await shop.done("advisor", "customer.register", **fields)
    return await shop.rows("merge_proposals")


@pytest.mark.parametrize("last_first", [False, True])
@pytest.mark.parametrize(("name", "other", "names"), NAMES)
async def the_same_phone_under_a_similar_name_opens_a_proposal_in_any_order(shop, name, other, names, last_first):
    first, second = uuid7(), uuid7()
    people = [(first, name, "13800138000"), (second, other, "13800138000")]
    [proposal] = await entered(shop, *(people[::-1] if last_first else people))
    assert (proposal["keep_id"], proposal["merge_id"], proposal["state"]) == (first, second, "open")
    [why] = proposal["evidence"]
    assert (why["code"], why["subject"]) == ("identity_match", {"type": "customers", "id": first})
    facts = why["facts"]
    assert (facts["match"], facts["names"], facts["numbers"]) == ("phone", names, ["+8613800138000"])
    assert (facts["keep"]["name"], facts["merge"]["name"]) == (name, other)
    assert len(await shop.rows("customers")) == 2


async def the_same_phone_under_a_quite_different_name_is_a_weaker_hint(shop):
    [proposal] = await entered(shop, (uuid7(), "王伟", "13800138000"), (uuid7(), "刘芳", "13800138000"))
    assert proposal["evidence"][0]["facts"]["names"] == "different"
    assert proposal["evidence"][0]["facts"]["merge"] == {"name": "刘芳", "pinyin": "liu fang"}


@pytest.mark.parametrize("last_first", [False, True])
@pytest.mark.parametrize("number", ["13800138001", "13800183000", "13800318000", "18300138000", "13900138000"])
@pytest.mark.parametrize("other", ["王伟", "王玮"])
async def a_phone_one_slip_away_under_a_similar_name_opens_a_proposal(shop, number, other, last_first):
    first, second = uuid7(), uuid7()
    people = [(first, "王伟", "13800138000"), (second, other, number)]
    [proposal] = await entered(shop, *(people[::-1] if last_first else people))
    assert (proposal["keep_id"], proposal["merge_id"]) == (first, second)
    facts = proposal["evidence"][0]["facts"]
    assert facts["match"] == "near_phone"
    assert (facts["keep"]["number"], facts["merge"]["number"]) == ("+8613800138000", f"+86{number}")


async def a_phone_one_slip_away_under_another_name_is_nobody_known(shop):
    assert not await entered(
        shop, (uuid7(), "王伟", "13800138000"), (uuid7(), "刘芳", "13800138001"), (uuid7(), "王伟", "13800138999")
    )


@pytest.mark.parametrize(
    "change",
    [
        {"changes": {"name": {"from": "刘芳", "to": "王玮"}}},
        {"phones": {"add": [{"number": "13800138000"}]}},
        {"phones": {"add": [{"number": "13700137001"}]}, "changes": {"name": {"from": "刘芳", "to": "王维"}}},
    ],
)
async def a_customer_who_was_changed_is_compared_anew(shop, change):
    await registered(shop, "王伟", ("13800138000", "13700137000"))
    customer = await registered(shop, "刘芳", ("13800138001",))
    assert not await shop.rows("merge_proposals")
    await shop.done("crm", "customer.update", customer_id=customer, **change)
    [proposal] = await shop.rows("merge_proposals")
    assert proposal["merge_id"] == customer


async def a_joined_customers_second_phone_is_compared_too(shop):
    other = await registered(shop, "刘芳", ("13700137000",))
    known = await registered(shop, "王伟", ("13800138000",))
    phones = [{"number": "13800138000"}, {"number": "13700137000"}]
    await shop.merged("crm", "customer.register", None, customer_id=uuid7(), name="王伟", phones=phones)
    [proposal] = await shop.rows("merge_proposals")
    assert (proposal["keep_id"], proposal["merge_id"]) == (other, known)


async def a_value_that_wins_in_a_review_is_compared_too(shop):
    await registered(shop, "王伟", ("13800138000",))
    customer = await registered(shop, "刘芳", ("13800138001",))
    changes = {"name": {"from": "谁", "to": "王玮"}}
    met = await shop.merged("crm", "customer.update", "value_conflict", customer_id=customer, changes=changes)
    assert not await shop.rows("merge_proposals")
    await shop.done("manager", "review.resolve", review_id=met.review, seen_rev=1, action="accept_mine")
    assert len(await shop.rows("merge_proposals")) == 1


async def the_evidence_is_what_speaks_for_the_pair_now(shop):
    await registered(shop, "王伟")
    second = await registered(shop, "刘芳")
    for name, names in (("王玮", "sound"), ("王大伟", "similar")):
        seen = (await shop.row("customers", second))["name"]
        changes = {"name": {"from": seen, "to": name}}
        await shop.done("crm", "customer.update", customer_id=second, changes=changes)
        [proposal] = await shop.rows("merge_proposals")
        facts = proposal["evidence"][0]["facts"]
        assert (facts["names"], facts["merge"]["name"]) == (names, name)


async def dismissed(shop, role="advisor", **fields):
    """What became of it when somebody said that the records of the only proposal are not one."""
    [proposal] = await shop.rows("merge_proposals")
    said = {"review_id": proposal["id"], "seen_rev": proposal["rev"], "action": "discard", "reason": "家人"}
    return await shop.do(role, "review.resolve", **said | fields)


async def the_people_who_share_a_phone_are_told_apart_for_good(shop):
    first, second = await registered(shop, "王伟"), await registered(shop, "刘芳")
    assert (await dismissed(shop)).outcome == "applied"
    for number in ("13900139000", "13900139001"):
        await shop.done("crm", "customer.update", customer_id=first, phones={"add": [{"number": number}]})
    [proposal] = await shop.rows("merge_proposals")
    assert (proposal["state"], proposal["rev"]) == ("dismissed", 2)
    changes = {"name": {"from": "刘芳", "to": "王玮"}}
    await shop.done("crm", "customer.update", customer_id=second, changes=changes)
    [proposal] = await shop.rows("merge_proposals")
    assert (proposal["state"], proposal["evidence"][0]["facts"]["names"]) == ("open", "sound")


@pytest.mark.parametrize(
    ("fields", "outcome", "code"),
    [
        ({"seen_rev": 7}, "kept", "stale_review"),
        ({"action": "retry"}, "rejected", "not_resolvable"),
        ({"reason": None}, "rejected", "invalid"),
        ({"role": "technician"}, "rejected", "forbidden"),
    ],
)
async def a_proposal_is_dismissed_by_who_may_with_a_reason_and_as_it_stands(shop, fields, outcome, code):
    await entered(shop, (uuid7(), "王伟", "13800138000"), (uuid7(), "刘芳", "13800138000"))
    result = await dismissed(shop, **fields)
    assert (result.outcome, result.reason.code) == (outcome, code)
    [proposal] = await shop.rows("merge_proposals")
    assert (proposal["state"], proposal["rev"]) == ("open", 1)


async def a_pair_that_was_merged_is_no_longer_to_be_told_apart(shop):
    first, second = await registered(shop, "王伟"), await registered(shop, "刘芳")
    await shop.done("manager", "customer.merge", keep_id=first, merge_id=second)
    result = await dismissed(shop)
    assert (result.reason.code, result.reason.facts) == ("already_resolved", {"action": "merged"})


@pytest.mark.parametrize("last_first", [False, True])
@pytest.mark.parametrize(
    ("vin", "other", "vins"),
    [
        (None, None, "unknown"),
        ("LDC613P23A1305189", None, "unknown"),
        ("LDC613P23A1305189", "LSVAA49J132047371", "different"),
        ("LDC613P23A1305189", "LDC613P23A1305188", "near"),
        ("LDC613P23A1305189", "LDC631P23A1305189", "near"),
    ],
)
async def the_same_plate_opens_a_proposal_that_says_how_the_vins_compare(shop, vin, other, vins, last_first):
    ids = [uuid7(), uuid7()]
    cars = list(zip(ids, (vin, other), strict=True))
    for vehicle_id, number in cars[::-1] if last_first else cars:
        await car(shop, vehicle_id=vehicle_id, plate="川A12345", vin=number)
    [proposal] = await shop.rows("merge_proposals")
    assert [proposal["keep_id"], proposal["merge_id"], proposal["type"]] == [*ids, "vehicles"]
    [why] = proposal["evidence"]
    assert (why["facts"]["match"], why["facts"]["vins"]) == ("plate", vins)
    assert (why["facts"]["keep"]["vin"], why["facts"]["merge"]["vin"]) == (vin, other)
    assert len(await shop.rows("vehicles")) == 2


async def a_vin_typed_later_that_another_car_has_opens_a_proposal(shop):
    vin = make_vin(shop)
    first, _ = await car(shop, vin=vin)
    second, _ = await car(shop, plate="川A12345")
    for _ in range(2):
        await shop.done("advisor", "vehicle.update", vehicle_id=second, changes={"vin": {"from": None, "to": vin}})
        [proposal] = await shop.rows("merge_proposals")
        assert (proposal["keep_id"], proposal["merge_id"], proposal["rev"]) == (first, second, 1)
        assert proposal["evidence"][0]["facts"]["match"] == "vin"


async def a_plate_typed_later_that_another_car_has_opens_a_proposal(shop):
    first, _ = await car(shop, plate="川A12345", vin=make_vin(shop))
    second, _ = await car(shop, vin=make_vin(shop))
    await shop.done(
        "advisor", "vehicle.update", vehicle_id=second, changes={"plate": {"from": None, "to": "川A·12345"}}
    )
    [proposal] = await shop.rows("merge_proposals")
    assert {proposal["keep_id"], proposal["merge_id"]} == {first, second}


async def the_look_up_costs_one_statement_however_many_customers_change(shop):
    tablet = await shop.tablet()
    customers = [await registered(shop, "刘芳", (f"138{i * 1111:08}",)) for i in range(9)]
    counts = []
    for size, area in ((1, 137), (9, 152)):
        queue = [
            shop.queued(
                tablet, "customer.update", customer_id=customer, phones={"add": [{"number": f"{area}{i * 1111:08}"}]}
            )
            for i, customer in enumerate(customers[:size])
        ]
        counted = Counted(shop.db)
        answer = await shop.push(tablet, *queue, bus=Bus(counted, clock=lambda: shop.now))
        assert {o.outcome for o in answer.outcomes} == {"applied"}
        counts.append(counted.statements)
    assert counts[0] == counts[1]
