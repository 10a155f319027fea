"""Complaints: opened by people and by low surveys, taken step by step to the call back."""

from datetime import datetime, timedelta

import pytest

from server.commands.bus import Bus
from server.domain.ids import uuid7
from server.domain.terms import Terms
from tests.commands.examples import examples
from tests.commands.given import registered
from tests.visits import advance_to, check_in

STEPS = ("confirm", "analyse", "agree", "handle", "call_back")
LOW = {"speed": 4, "quality": 2, "price": 3, "courtesy": 5, "recommend": 5, "text": "修完还有异响"}


async def opened(shop, role="crm", **fields) -> dict:
    """The fields of a complaint that is open."""
    fields = {
        "complaint_id": uuid7(), "customer_id": await registered(shop), "text": "等了两个小时", "about": "waiting",
    } | fields  # fmt: skip
    await shop.done(role, "complaint.open", **fields)
    return fields


async def surveyed(shop, role="crm", **answer) -> tuple:
    """A visit that has ended, and the id of the survey that its customer answered low."""
    visit = await advance_to(shop, "handed_over")
    survey_id = uuid7()
    await shop.done(role, "survey.answer", visit_id=visit.id, survey_id=survey_id, **LOW | answer)
    return visit, survey_id


def step(complaint_id: str, kind: str, at, text: str = "已处理") -> dict:
    """The fields of a step."""
    return {"complaint_id": complaint_id, "step_id": uuid7(), "kind": kind, "text": text, "at": at}


def due(row: dict) -> timedelta:
    """How long there was to answer."""
    return datetime.fromisoformat(row["due_at"]) - datetime.fromisoformat(row["opened_at"])


async def a_complaint_is_opened_once_and_is_the_openers_until_tomorrow(shop):
    fields = await opened(shop)
    await shop.done("manager", "complaint.open", **fields)
    [row] = await shop.rows("complaints")
    assert (row["owner_id"], row["opened_by"], row["state"], row["source"]) == (
        shop.people["crm"], shop.people["crm"], "open", "counter",
    )  # fmt: skip
    assert (due(row), row["rev"], row["steps"], row["closed_at"]) == (timedelta(hours=24), 1, [], None)
    for name, value in (("text", "别的"), ("about", "price"), ("source", "call")):
        why = await shop.refused("crm", "complaint.open", "id_taken", **fields | {name: value})
        assert why.facts == {"fields": [name]}


async def a_complaint_about_a_visit_belongs_to_its_store_and_names_whom_it_was_given(shop):
    visit = await check_in(shop)
    later = shop.now + timedelta(hours=3)
    fields = await opened(
        shop, visit_id=visit.id, customer_id=visit.customer_id, owner_id=shop.people["manager"], due_at=later,
        source="call",
    )  # fmt: skip
    row = await shop.row("complaints", fields["complaint_id"])
    assert (row["visit_id"], row["owner_id"], due(row)) == (visit.id, shop.people["manager"], timedelta(hours=3))
    await shop.refused("crm", "complaint.open", "not_found", **fields | {"complaint_id": uuid7(), "owner_id": uuid7()})


async def a_customer_who_complains_at_another_store_is_on_its_tablets(shop):
    customer = await registered(shop)
    fields = {"complaint_id": uuid7(), "customer_id": customer, "text": "没人接电话", "about": "attitude"}
    await shop.done("crm", "complaint.open", store=1, **fields)
    assert [row["id"] for row in await shop.rows("customers", store=1)] == [customer]
    assert not await shop.rows("complaints")


async def the_five_steps_end_with_the_call_back_that_closes(shop):
    complaint = (await opened(shop))["complaint_id"]
    for number, kind in enumerate(STEPS, 1):
        role = "advisor" if number % 2 else "manager"
        sent = step(complaint, kind, shop.now, f"第{number}步")
        await shop.done(role, "complaint.step", **sent)
        await shop.done(role, "complaint.step", **sent)
        row = await shop.row("complaints", complaint)
        assert row["state"] == ("closed" if kind == "call_back" else "open")
        assert (row["steps"][-1]["kind"], row["steps"][-1]["by"]) == (kind, shop.people[role])
        shop.later(minutes=10)
    assert [one["text"] for one in row["steps"]] == [f"第{n}步" for n in range(1, 6)]
    assert row["closed_at"] is not None


async def a_step_says_the_same_for_ever(shop):
    complaint = (await opened(shop))["complaint_id"]
    sent = step(complaint, "analyse", shop.now)
    await shop.done("advisor", "complaint.step", **sent)
    why = await shop.refused("advisor", "complaint.step", "id_taken", **sent | {"text": "别的"})
    assert why.facts == {"fields": ["text"]}


async def the_steps_out_of_order_are_facts_and_none_is_asked_for_first(shop):
    complaint = (await opened(shop))["complaint_id"]
    for kind in ("handle", "confirm", "handle", "call_back"):
        await shop.done("advisor", "complaint.step", **step(complaint, kind, shop.now))
    row = await shop.row("complaints", complaint)
    assert ([one["kind"] for one in row["steps"]], row["state"]) == (
        ["handle", "confirm", "handle", "call_back"], "closed",
    )  # fmt: skip


async def a_step_for_a_closed_complaint_is_kept_and_looked_at(shop):
    complaint = (await opened(shop))["complaint_id"]
    await shop.done("advisor", "complaint.step", **step(complaint, "call_back", shop.now))
    closed_at = (await shop.row("complaints", complaint))["closed_at"]
    shop.later(minutes=5)
    for kind in ("analyse", "call_back"):
        await shop.kept("advisor", "complaint.step", "complaint_closed", **step(complaint, kind, shop.now))
    row = await shop.row("complaints", complaint)
    assert (len(row["steps"]), row["state"], row["closed_at"]) == (3, "closed", closed_at)


async def test_two_tablets_that_went_on_without_a_network_lose_nothing(shop):
    complaint = (await opened(shop))["complaint_id"]
    tablets = [await shop.tablet("advisor"), await shop.tablet("manager")]
    queues = [
        [shop.queued(tablet, "complaint.step", **step(complaint, kind, shop.now)) for kind in kinds]
        for tablet, kinds in zip(tablets, (("confirm", "analyse"), ("confirm", "agree", "handle")), strict=True)
    ]
    for tablet, queue in zip(tablets, queues, strict=True):
        answer = await shop.push(tablet, *queue)
        assert [outcome.outcome for outcome in answer.outcomes] == ["applied"] * len(queue)
    await shop.followed()
    row = await shop.row("complaints", complaint)
    assert [one["kind"] for one in row["steps"]] == ["confirm", "analyse", "confirm", "agree", "handle"]
    assert {one["by"] for one in row["steps"]} == {shop.people["advisor"], shop.people["manager"]}


async def a_complaint_is_given_to_somebody_else_and_two_wishes_meet(shop):
    complaint = (await opened(shop))["complaint_id"]
    crm, advisor, manager = (shop.people[role] for role in ("crm", "advisor", "manager"))
    to_advisor = {"complaint_id": complaint, "owner_id": {"from": crm, "to": advisor}}
    await shop.done("manager", "complaint.assign", **to_advisor)
    outcome = await shop.merged(
        "crm", "complaint.assign", "value_conflict", complaint_id=complaint, owner_id={"from": crm, "to": manager}
    )
    assert (await shop.row("complaints", complaint))["owner_id"] == advisor
    await shop.done("manager", "review.resolve", review_id=outcome.review, seen_rev=1, action="accept_mine")
    assert (await shop.row("complaints", complaint))["owner_id"] == manager


async def a_complaint_is_always_somebodys_and_always_due(shop):
    fields = await opened(shop)
    complaint, crm = fields["complaint_id"], shop.people["crm"]
    row = await shop.row("complaints", complaint)
    for name, now in (("owner_id", crm), ("due_at", row["due_at"])):
        change = {name: {"from": now, "to": None}}
        why = await shop.refused("crm", "complaint.assign", "invalid", complaint_id=complaint, **change)
        assert why.subject.id == f"{name}.to"
    why = await shop.refused(
        "crm", "complaint.assign", "not_found", complaint_id=complaint, owner_id={"from": crm, "to": uuid7()}
    )
    assert why.subject.type == "staff"


async def a_person_who_left_gets_no_complaint(shop):
    complaint = (await opened(shop))["complaint_id"]
    gone = shop.people["advisor"]
    await shop.serve("staff.put", staff_id=gone, name="advisor", role="advisor", active=False)
    change = {"from": shop.people["crm"], "to": gone}
    await shop.refused("crm", "complaint.assign", "not_found", complaint_id=complaint, owner_id=change)


async def a_low_survey_opens_one_complaint_that_its_advisor_answers_for(shop):
    visit = await advance_to(shop, "handed_over")
    fields = {"visit_id": visit.id, "survey_id": uuid7()} | LOW
    for actor in (shop.link(visit.id), shop.person("crm")):
        assert (await shop.run(actor, "survey.answer", **fields)).outcome == "applied"
    [row] = await shop.rows("complaints")
    assert (row["id"], row["visit_id"], row["customer_id"]) == (fields["survey_id"], visit.id, visit.customer_id)
    assert (row["source"], row["about"], row["text"], row["state"]) == ("survey", "quality", "修完还有异响", "open")
    assert row["owner_id"] == (await shop.row("visits", visit.id))["advisor_id"] == shop.people["manager"]
    assert (due(row), row["opened_by"]) == (timedelta(hours=24), None)
    await shop.refused("crm", "survey.answer", "id_taken", **fields | {"speed": 1})
    assert len(await shop.rows("complaints")) == 1


@pytest.mark.parametrize(
    ("answer", "about"),
    [
        ({"recommend": 7, "quality": 3}, None),
        ({"recommend": 6, "quality": 3}, "quality"),
        ({"recommend": 6, "quality": 5, "price": 5, "speed": 5}, "other"),
        ({"recommend": 10, "quality": 5, "price": 2}, "price"),
        ({"recommend": 10, "quality": 5, "price": 5, "speed": 1, "courtesy": 1}, "waiting"),
        ({"recommend": 10, "quality": 5, "price": 5, "courtesy": 2}, "attitude"),
    ],
)
async def a_survey_is_low_by_any_star_or_by_the_recommendation(shop, answer, about):
    await surveyed(shop, **answer)
    assert [row["about"] for row in await shop.rows("complaints")] == ([about] if about else [])


async def a_low_survey_without_words_is_a_complaint_all_the_same(shop):
    _, survey_id = await surveyed(shop, text=None)
    assert (await shop.row("complaints", survey_id))["text"] == ""


async def the_settings_say_what_is_low_and_how_long_there_is(shop):
    shop.bus.terms = Bus(shop.db, terms=Terms(low_recommend=3, low_stars=1, complaint_hours=4)).terms
    await surveyed(shop)
    assert not await shop.rows("complaints")
    _, survey_id = await surveyed(shop, recommend=3)
    assert due(await shop.row("complaints", survey_id)) == timedelta(hours=4)


async def a_manager_answers_for_the_car_of_an_advisor_who_left(shop):
    visit = await check_in(shop, role="advisor")
    await shop.serve("staff.put", staff_id=shop.people["advisor"], name="advisor", role="advisor", active=False)
    survey_id = uuid7()
    await shop.done("crm", "survey.answer", visit_id=visit.id, survey_id=survey_id, **LOW)
    assert (await shop.row("complaints", survey_id))["owner_id"] == shop.people["manager"]


async def a_complaint_that_nobody_can_answer_for_is_nobodys_and_is_still_there(shop):
    visit = await check_in(shop, role="advisor")
    for role in ("advisor", "manager"):
        await shop.serve("staff.put", staff_id=shop.people[role], name=role, role=role, active=False)
    await shop.done("crm", "survey.answer", visit_id=visit.id, survey_id=uuid7(), **LOW)
    [row] = await shop.rows("complaints")
    assert (row["owner_id"], row["state"]) == (None, "open")


async def a_second_survey_opens_nothing_until_a_person_has_chosen_it(shop):
    visit, _ = await surveyed(shop, recommend=10, quality=5)
    again = {"visit_id": visit.id, "survey_id": uuid7()} | LOW | {"recommend": 0}
    outcome = await shop.merged("crm", "survey.answer", "value_conflict", **again)
    assert not await shop.rows("complaints")
    await shop.done("manager", "review.resolve", review_id=outcome.review, seen_rev=1, action="accept_mine")
    assert [row["id"] for row in await shop.rows("complaints")] == [again["survey_id"]]


async def the_complaints_of_a_merged_customer_come_along_and_go_back(shop):
    keep, merged = await registered(shop), await registered(shop, name="李雷", phones=("13800138009",))
    complaint = uuid7()
    about = {"customer_id": merged, "text": "等了两个小时", "about": "waiting"}
    await shop.done("crm", "complaint.open", complaint_id=complaint, **about)
    await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merged)
    assert (await shop.row("complaints", complaint))["customer_id"] == keep
    await shop.done("manager", "customer.unmerge", merge_id=merged)
    assert (await shop.row("complaints", complaint))["customer_id"] == merged


@pytest.mark.parametrize("command", ["complaint.open", "complaint.step", "complaint.assign"])
async def a_customers_link_has_nothing_to_do_with_complaints(shop, command):
    visit = await check_in(shop)
    outcome = await shop.run(shop.link(visit.id), command, **examples()[command])
    assert (outcome.outcome, outcome.reason.code) == ("rejected", "forbidden")
