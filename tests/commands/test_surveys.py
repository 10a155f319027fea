"""The survey after the visit."""

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
