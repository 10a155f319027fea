"""What a person plans reaches what the own store has or had, all else is as if not there; facts land from anywhere."""

import dataclasses

import pytest

from server.domain.ids import uuid7
from tests.visits import check_in, estimated


@pytest.mark.parametrize("role", ["manager", "advisor"])
async def a_visit_of_another_store_is_not_found_in_the_words_for_none_at_all(shop, role):
    theirs = await check_in(shop)
    answers = [
        await shop.refused(role, "visit.cancel", "not_found", store=1, visit_id=visit_id, reason="改天再来")
        for visit_id in (theirs.id, uuid7())
    ]
    kinds = {(answer.code, answer.subject.type, tuple(answer.facts)) for answer in answers}
    assert kinds == {("not_found", "visits", ())}


async def a_line_of_another_stores_visit_is_not_found(shop):
    theirs = await estimated(shop)
    line = theirs.lines[0]
    why = await shop.refused(
        "advisor",
        "estimate.revise_line",
        "not_found",
        store=1,
        line_id=line,
        seen_version=1,
        name="换机油",
        reason="改了",
    )
    assert (why.subject.type, why.subject.id) == ("estimate_lines", line)


async def a_fact_lands_from_every_store(shop):
    """Tablets are heard in any order: one may write about a row before the command that brought it there is heard."""
    theirs = await check_in(shop)
    note = {"customer_id": theirs.customer_id, "note_id": uuid7(), "text": "想换车"}
    await shop.done("advisor", "customer.add_note", store=1, **note)
    await shop.done("advisor", "visit.add_concern", store=1, visit_id=theirs.id, concern_id=uuid7(), words="异响")


async def the_work_done_before_a_tablet_moved_to_another_store_still_lands(shop):
    tablet = await shop.tablet("advisor")
    visit = await check_in(shop)
    moved = dataclasses.replace(tablet, store_id=shop.stores[1])
    outcome = await shop.send(moved, "visit.cancel", visit_id=visit.id, reason="改天再来")
    assert outcome.outcome == "applied"
