"""After the visit: the survey, and the calls that the shop makes."""

from server.domain.ids import uuid7
from tests.commands.examples import examples
from tests.visits import advance_to, check_in


async def an_answer_is_stored_once(shop):
    visit = await advance_to(shop, "handed_over")
    fields = examples()["survey.answer"] | {"visit_id": visit.id}
    for actor in (shop.link(visit.id), shop.person("crm")):
        assert (await shop.run(actor, "survey.answer", **fields)).outcome == "applied"
    survey = (await shop.row("visits", visit.id))["survey"]
    assert (survey["id"], survey["speed"], survey["recommend"], survey["text"]) == (fields["survey_id"], 5, 9, "很好")
    for name, value in (("speed", 1), ("text", None)):
        why = await shop.refused("crm", "survey.answer", "id_taken", **fields | {name: value})
        assert why.facts == {"fields": [name]}


async def a_second_answer_never_replaces_the_first_silently(shop):
    visit = await advance_to(shop, "handed_over")
    first = examples()["survey.answer"] | {"visit_id": visit.id}
    await shop.done("crm", "survey.answer", **first)
    second = first | {"survey_id": uuid7(), "speed": 1}
    outcome = await shop.merged("crm", "survey.answer", "value_conflict", **second)
    assert (await shop.row("visits", visit.id))["survey"]["id"] == first["survey_id"]
    await shop.done("crm", "review.resolve", review_id=outcome.review, seen_rev=1, action="accept_mine")
    survey = (await shop.row("visits", visit.id))["survey"]
    assert (survey["id"], survey["speed"]) == (second["survey_id"], 1)


async def an_answer_stays_on_its_scale(shop):
    visit = await check_in(shop)
    for name, value in (("speed", 0), ("courtesy", 6), ("recommend", 11), ("price", "good")):
        fields = examples()["survey.answer"] | {"visit_id": visit.id, name: value}
        assert (await shop.refused("crm", "survey.answer", "invalid", **fields)).subject.id == name


async def a_link_answers_for_its_own_visit_only(shop):
    mine, other = await check_in(shop), await check_in(shop)
    fields = examples()["survey.answer"] | {"visit_id": other.id}
    assert (await shop.run(shop.link(mine.id), "survey.answer", **fields)).reason.code == "not_found"


async def a_call_is_recorded_after_the_handover_and_before_it(shop):
    for stage in ("handed_over", "repairing"):
        visit = await advance_to(shop, stage)
        call = examples()["survey.record_call"] | {"visit_id": visit.id}
        for role in ("crm", "manager"):
            await shop.done(role, "survey.record_call", **call)
        [row] = (await shop.row("visits", visit.id))["calls"]
        assert (row["id"], row["reached"], row["text"]) == (call["call_id"], True, call["text"])
        assert row["by"] == shop.people["crm"]


async def the_calls_of_two_people_both_stay(shop):
    visit = await advance_to(shop, "handed_over")
    first = {"visit_id": visit.id, "call_id": uuid7(), "reached": False, "at": shop.now}
    second = {"visit_id": visit.id, "call_id": uuid7(), "reached": True, "text": "很满意", "at": shop.now}
    await shop.done("crm", "survey.record_call", **first)
    await shop.done("advisor", "survey.record_call", **second)
    calls = (await shop.row("visits", visit.id))["calls"]
    assert [(call["reached"], call["text"]) for call in calls] == [(False, None), (True, "很满意")]


async def test_another_call_under_the_same_id_is_refused(shop):
    visit = await advance_to(shop, "handed_over")
    call = {"visit_id": visit.id, "call_id": uuid7(), "reached": False, "at": shop.now}
    await shop.done("crm", "survey.record_call", **call)
    why = await shop.refused("crm", "survey.record_call", "id_taken", **call | {"reached": True})
    assert why.facts == {"fields": ["reached"]}
