"""A person's commands reach what the own store has or had; everything else is as if it were not there."""

import dataclasses

import pytest

from server.domain.ids import uuid7
from tests.commands.given import registered
from tests.visits import check_in, estimated


@pytest.mark.parametrize("role", ["manager", "advisor"])
async def a_visit_of_another_store_is_not_found_in_the_words_for_none_at_all(shop, role):
    theirs = await check_in(shop)
    concern = {"words": "异响", "condition": None, "frequency": None}
    answers = [
        (
            await shop.refused(
                role, "visit.add_concern", "not_found", store=1, visit_id=visit_id, concern_id=uuid7(), **concern
            )
        )
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


async def a_customer_of_another_store_is_not_written_to(shop):
    customer = await registered(shop)
    change = {"name": {"from": "王小姐", "to": "王女士"}}
    why = await shop.refused("advisor", "customer.update", "not_found", store=1, customer_id=customer, changes=change)
    assert why.subject.id == customer


async def the_customer_relations_serve_the_whole_group(shop):
    customer = await registered(shop)
    await shop.done("crm", "customer.add_note", store=1, customer_id=customer, note_id=uuid7(), text="想换车")


async def a_customer_who_comes_to_a_store_is_served_there(shop):
    theirs = await check_in(shop)
    await shop.done(
        "advisor", "appointment.book", store=1, appointment_id=uuid7(), customer_id=theirs.customer_id,
        vehicle_id=theirs.vehicle_id, at="2026-12-01T01:00:00Z", work="保养",
    )  # fmt: skip
    await shop.done(
        "advisor", "customer.add_note", store=1, customer_id=theirs.customer_id, note_id=uuid7(), text="第一次来"
    )


async def the_work_done_before_a_tablet_moved_to_another_store_still_lands(shop):
    tablet = await shop.tablet("advisor")
    visit = await check_in(shop)
    moved = dataclasses.replace(tablet, store_id=shop.stores[1])
    outcome = await shop.send(moved, "visit.add_concern", visit_id=visit.id, concern_id=uuid7(), words="异响")
    assert outcome.outcome == "applied"
