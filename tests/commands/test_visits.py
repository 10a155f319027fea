"""Visits: opened, joined, promised, assigned, advised on, cancelled."""

from datetime import timedelta

import pytest

from server.domain.ids import uuid7
from tests.commands.given import registered
from tests.visits import advance_to, check_in, diagnosing, estimated, make_vin, ready_visit, settling

LATER = "2026-11-21T09:00:00Z"


def opening(visit, **fields) -> dict:
    """The fields with which a tablet opens the same car."""
    same = {"vehicle_id": visit.vehicle_id, "customer_id": visit.customer_id, "kind": "repair", "payer": "customer"}
    return {"visit_id": uuid7()} | same | fields


async def an_opened_visit_has_a_number_a_link_and_a_first_step(shop):
    visit = await check_in(shop, role="advisor", local_number="L-7")
    row = await shop.row("visits", visit.id)
    assert (row["number"], row["local_number"], row["stage"], row["moves"]) == (
        "R20261121-0001",
        "L-7",
        "checked_in",
        0,
    )
    assert (row["advisor_id"], row["store_id"]) == (shop.people["advisor"], shop.stores[0])
    [step] = await shop.rows("progress")
    assert (step["kind"], step["stage"], step["visit_id"]) == ("stage", "checked_in", visit.id)
    [message] = await shop.promises()
    assert (message["visit_id"], message["event"], message["dedupe"]) == (visit.id, "stage", None)
    async with shop.db.read() as tx:
        [[link]] = await tx.run(
            ("SELECT visit_id, generation, revoked FROM links WHERE group_id = ?", (shop.group_id,))
        )
    assert (link[0], link[1], bool(link[2])) == (visit.id, 1, False)


async def a_visit_of_a_merged_car_and_customer_names_the_canonical_ones(shop):
    first, second = await check_in(shop), await check_in(shop)
    await shop.done("manager", "visit.cancel", visit_id=first.id, reason="重来")
    await shop.done("manager", "visit.cancel", visit_id=second.id, reason="重来")
    await shop.done("manager", "customer.merge", keep_id=first.customer_id, merge_id=second.customer_id)
    await shop.done("manager", "vehicle.merge", keep_id=first.vehicle_id, merge_id=second.vehicle_id)
    third = opening(second)
    await shop.done("advisor", "visit.open", **third)
    row = await shop.row("visits", third["visit_id"])
    assert (row["customer_id"], row["vehicle_id"]) == (first.customer_id, first.vehicle_id)


async def a_visit_opened_again_is_applied_and_another_under_the_id_is_taken(shop):
    visit = await check_in(shop)
    same = opening(visit, visit_id=visit.id)
    await shop.done("advisor", "visit.open", **same)
    for name, value in (("kind", "warranty"), ("payer", "insurance"), ("local_number", "L-1")):
        why = await shop.refused("advisor", "visit.open", "id_taken", **same | {name: value})
        assert (why.subject.id, why.facts) == (visit.id, {"fields": [name]})
    assert len(await shop.rows("visits")) == 1


async def a_second_tablet_that_opened_the_same_car_joins_the_first_visit(shop):
    visit = await check_in(shop)
    second = opening(visit)
    outcome = await shop.merged("advisor", "visit.open", None, **second)
    assert [(m["field"], m["yours"], m["result"]) for m in outcome.merged] == [
        ("visit_id", second["visit_id"], visit.id)
    ]
    assert (await shop.row("aliases", second["visit_id"]))["canonical_id"] == visit.id
    concern = {"visit_id": second["visit_id"], "concern_id": uuid7(), "words": "刹车吱吱响"}
    await shop.done("advisor", "visit.add_concern", **concern)
    assert [c["words"] for c in (await shop.row("visits", visit.id))["concerns"]] == ["刹车吱吱响"]
    await shop.done("manager", "visit.open", **second)


async def a_joining_tablet_that_wants_other_things_is_reviewed_and_may_win(shop):
    visit = await check_in(shop)
    bringer = await registered(shop, name="李四")
    second = opening(visit, kind="warranty", payer="warranty", customer_id=bringer)
    outcome = await shop.merged("advisor", "visit.open", "visit_joined", **second)
    assert [m["field"] for m in outcome.merged] == ["visit_id", "kind", "payer", "customer_id"]
    row = await shop.row("visits", visit.id)
    assert (row["kind"], row["payer"], row["customer_id"]) == ("repair", "customer", visit.customer_id)
    await shop.done("advisor", "visit.open", **second)
    await shop.done("advisor", "review.resolve", review_id=outcome.review, seen_rev=1, action="accept_mine")
    row = await shop.row("visits", visit.id)
    assert (row["kind"], row["payer"], row["customer_id"]) == ("warranty", "warranty", bringer)


async def a_person_who_won_a_review_after_a_merge_is_the_one_that_was_kept(shop):
    visit = await check_in(shop)
    keep, merge = [await registered(shop, name=name, phones=(f"1380013800{i}",)) for i, name in enumerate("李王")]
    outcome = await shop.merged("advisor", "visit.open", "visit_joined", **opening(visit, customer_id=merge))
    await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merge)
    await shop.done("manager", "review.resolve", review_id=outcome.review, seen_rev=1, action="accept_mine")
    assert (await shop.row("visits", visit.id))["customer_id"] == keep


@pytest.mark.parametrize("stage", ["settling", "ready"])
async def a_car_that_comes_back_before_it_left_gets_a_visit_of_its_own_and_a_review(shop, stage):
    visit = await (settling(shop) if stage == "settling" else ready_visit(shop))
    second, third = opening(visit), opening(visit)
    outcome = await shop.kept("advisor", "visit.open", "second_visit", **second)
    assert (outcome.reason.subject.id, outcome.reason.facts["number"]) == (visit.id, "R20261121-0001")
    assert (await shop.row("visits", second["visit_id"]))["stage"] == "checked_in"
    outcome = await shop.merged("advisor", "visit.open", None, **third)
    assert outcome.merged[0]["result"] == second["visit_id"]


async def a_car_that_left_gets_a_new_visit(shop):
    visit = await check_in(shop)
    await shop.done("advisor", "visit.cancel", visit_id=visit.id, reason="改天再来")
    second = opening(visit, comeback_of=visit.id)
    await shop.done("advisor", "visit.open", **second)
    assert (await shop.row("visits", second["visit_id"]))["comeback_of"] == visit.id


async def a_car_that_stands_open_in_another_store_gets_a_visit_here_and_a_review(shop):
    visit = await check_in(shop)
    second = opening(visit)
    await shop.kept("advisor", "visit.open", "second_visit", store=1, **second)
    row = await shop.row("visits", second["visit_id"], store=1)
    assert (row["store_id"], row["number"]) == (shop.stores[1], "R20261121-0001")
    assert [c["id"] for c in await shop.rows("customers", store=1)] == [visit.customer_id]
    assert [c["id"] for c in await shop.rows("vehicles", store=1)] == [visit.vehicle_id]


async def the_appointment_of_a_joining_tablet_is_over_as_well(shop):
    visit = await check_in(shop)
    appointment = uuid7()
    await shop.done(
        "crm", "appointment.book", appointment_id=appointment, customer_id=visit.customer_id, at=LATER, work="保养"
    )
    await shop.merged("advisor", "visit.open", None, **opening(visit, appointment_id=appointment))
    row = await shop.row("appointments", appointment)
    assert (row["status"], row["visit_id"]) == ("arrived", visit.id)


async def the_numbers_of_a_store_go_on_by_the_day_of_its_own_clock(shop):
    await check_in(shop)
    shop.later(hours=15)
    second = await check_in(shop)
    assert (await shop.row("visits", second.id))["number"] == "R20261122-0001"


async def a_promise_tells_the_customer_and_meets_another_promise(shop):
    visit = await check_in(shop)
    promise = {"visit_id": visit.id, "ready_at": {"from": None, "to": LATER}, "reason": "等配件"}
    await shop.done("advisor", "visit.promise", **promise)
    await shop.done("manager", "visit.promise", **promise)
    assert (await shop.row("visits", visit.id))["ready_at"] == LATER
    [step] = [row for row in await shop.rows("progress") if row["kind"] == "promise"]
    assert (step["ready_at"], step["text"], step["visible_to_customer"]) == (LATER, "等配件", True)
    assert [m["event"] for m in await shop.promises()] == ["stage", "promise"]
    other = promise | {"ready_at": {"from": None, "to": "2026-11-21T10:00:00Z"}}
    outcome = await shop.merged("manager", "visit.promise", "value_conflict", **other)
    await shop.done("manager", "review.resolve", review_id=outcome.review, seen_rev=1, action="accept_mine")
    assert (await shop.row("visits", visit.id))["ready_at"] == "2026-11-21T10:00:00Z"
    assert [m["event"] for m in await shop.promises()] == ["stage", "promise", "promise"]


async def a_technician_gets_the_job_and_the_visit_is_assigned(shop):
    visit = await check_in(shop)
    change = {"from": None, "to": shop.people["technician"]}
    for role in ("advisor", "manager"):
        await shop.done(role, "visit.assign", visit_id=visit.id, technician_id=change)
    row = await shop.row("visits", visit.id)
    assert (row["stage"], row["moves"], row["technician_id"]) == ("assigned", 1, shop.people["technician"])


async def an_assignment_meets_another_assignment(shop):
    visit = await check_in(shop)
    technician, inspector = shop.people["technician"], shop.people["inspector"]
    await shop.done("advisor", "visit.assign", visit_id=visit.id, technician_id={"from": None, "to": technician})
    fields = {"visit_id": visit.id, "technician_id": {"from": None, "to": inspector}}
    outcome = await shop.merged("manager", "visit.assign", "value_conflict", **fields)
    assert (await shop.row("visits", visit.id))["technician_id"] == technician
    await shop.done("manager", "review.resolve", review_id=outcome.review, seen_rev=1, action="accept_mine")
    row = await shop.row("visits", visit.id)
    assert (row["technician_id"], row["stage"], row["moves"]) == (inspector, "assigned", 1)


async def an_assignment_names_somebody_who_works_here(shop):
    visit = await check_in(shop)
    await shop.serve("staff.put", staff_id=shop.people["claims"], name="走了", role="claims", active=False)
    for to, code in ((None, "invalid"), (uuid7(), "not_found"), (shop.people["claims"], "not_found")):
        change = {"from": None, "to": to}
        await shop.refused("advisor", "visit.assign", code, visit_id=visit.id, technician_id=change)


@pytest.mark.parametrize("stage", ["settling", "ready", "handed_over", "cancelled"])
async def a_visit_is_not_assigned_once_the_bill_is_being_made(shop, stage):
    visit = await advance_to(shop, stage)
    change = {"from": None, "to": shop.people["advisor"]}
    why = await shop.refused("advisor", "visit.assign", "wrong_stage", visit_id=visit.id, technician_id=change)
    assert (why.subject.id, why.facts) == (visit.id, {"current": stage})


async def an_advice_is_appended_once(shop):
    visit = await check_in(shop)
    fields = {"visit_id": visit.id, "advice_id": uuid7(), "text": "换机油", "next_km": 40_000, "next_on": "2027-05-01"}
    for role in ("advisor", "manager"):
        await shop.done(role, "visit.advise", **fields)
    [advice] = (await shop.row("visits", visit.id))["advice"]
    assert advice == {"id": fields["advice_id"], "text": "换机油", "next_km": 40_000, "next_on": "2027-05-01"}
    why = await shop.refused("advisor", "visit.advise", "id_taken", **fields | {"next_km": 50_000})
    assert why.facts == {"fields": ["next_km"]}


@pytest.mark.parametrize("stage", ["checked_in", "assigned", "diagnosing", "awaiting_approval", "quality_check"])
async def a_visit_is_cancelled_before_it_is_settled(shop, stage):
    visit = await advance_to(shop, stage)
    for role in ("advisor", "manager"):
        await shop.done(role, "visit.cancel", visit_id=visit.id, reason="改天再来")
    row = await shop.row("visits", visit.id)
    assert (row["stage"], row["cancel_reason"], row["trail"][-2]) == ("cancelled", "改天再来", stage)
    assert row["closed_at"] is not None


@pytest.mark.parametrize("stage", ["settling", "ready", "handed_over"])
async def a_visit_is_not_cancelled_after_settlement(shop, stage):
    visit = await advance_to(shop, stage)
    why = await shop.refused("advisor", "visit.cancel", "wrong_stage", visit_id=visit.id, reason="反悔")
    assert why.facts == {"current": stage, "wanted": "cancelled"}


async def a_cancellation_under_a_joined_id_withdraws_only_that_opening(shop):
    visit = await check_in(shop)
    second = opening(visit)
    await shop.merged("advisor", "visit.open", None, **second)
    outcome = await shop.kept("advisor", "visit.cancel", "visit_joined", visit_id=second["visit_id"], reason="重复")
    assert outcome.reason.subject.id == visit.id
    assert (await shop.row("visits", visit.id))["stage"] == "checked_in"


async def the_messages_of_old_commands_collapse_into_one(shop):
    visit = await check_in(shop)
    tablet = await shop.tablet()
    old = shop.now - timedelta(hours=2)
    times = [f"2026-11-21T1{i}:00:00Z" for i in range(3)]
    steps = zip([None, *times], times, strict=False)
    commands = [
        shop.queued(tablet, "visit.promise", issued_at=old, visit_id=visit.id, ready_at={"from": start, "to": end})
        for start, end in steps
    ]
    answer = await shop.push(tablet, *commands)
    assert [outcome.outcome for outcome in answer.outcomes] == ["applied"] * 3
    assert [m["dedupe"] for m in await shop.promises()] == [None, f"late:{visit.id}"]


async def a_visit_is_never_opened_for_nobody(shop):
    fields = {"visit_id": uuid7(), "kind": "repair", "payer": "customer"}
    customer = await registered(shop)
    await shop.refused("advisor", "visit.open", "not_found", vehicle_id=uuid7(), customer_id=customer, **fields)
    vehicle = uuid7()
    await shop.done(
        "advisor", "vehicle.register", vehicle_id=vehicle, vin=make_vin(shop), make="大众", model="帕萨特", energy="bev"
    )
    await shop.refused("advisor", "visit.open", "not_found", vehicle_id=vehicle, customer_id=uuid7(), **fields)


async def a_visit_that_waits_for_approval_or_works_can_be_promised_again(shop):
    for visit in (await diagnosing(shop), await estimated(shop)):
        await shop.done("advisor", "visit.promise", visit_id=visit.id, ready_at={"from": None, "to": LATER})
