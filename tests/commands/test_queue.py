"""A tablet's queue: numbers without gaps, each command once, the same outcome for ever."""

import asyncio

import pytest

from server.commands.bus import Bus, Forked, Gap
from server.domain.ids import uuid7
from server.store.database import Database
from tests.commands.examples import examples
from tests.commands.given import notes, registered


@pytest.fixture
async def second_bus(shop, database_url):
    """The bus of another process: its own connections to the same database."""
    db = await Database.open(database_url)
    yield Bus(db, clock=lambda: shop.now)
    await db.close()


async def a_push_sent_again_answers_the_same_and_runs_nothing(shop):
    tablet, customer = await shop.tablet(), await registered(shop)
    queue = notes(shop, tablet, customer, 5)
    first = await shop.push(tablet, *queue)
    position = await shop.position()
    for part in (queue, queue[:2], queue[3:]):
        again = await shop.push(tablet, *part)
        assert again.next_seq == 6
        assert again.outcomes == [o for o in first.outcomes if o.seq in {seq for seq, _ in part}]
    assert await shop.position() == position
    assert len((await shop.row("customers", customer))["notes"]) == 5


async def a_push_sent_three_times_in_halves_over_two_connections_has_one_effect(shop, second_bus):
    tablet, customer = await shop.tablet(), await registered(shop)
    queue = notes(shop, tablet, customer, 20)
    parts = [queue, queue[:10], queue, queue[10:], queue]
    buses = [shop.bus, second_bus, second_bus, shop.bus, shop.bus]
    answers = await asyncio.gather(
        *(shop.push(tablet, *part, bus=bus) for part, bus in zip(parts, buses, strict=True)), return_exceptions=True
    )
    outcomes = {}
    for part, answer in zip(parts, answers, strict=True):
        if isinstance(answer, Gap):
            assert part[0][0] > answer.next_seq
            continue
        assert [outcome.id for outcome in answer.outcomes] == [sent.id for _, sent in part]
        for outcome in answer.outcomes:
            assert outcomes.setdefault(outcome.id, outcome) == outcome
    assert len(outcomes) == 20
    texts = [note["text"] for note in (await shop.row("customers", customer))["notes"]]
    assert texts == [f"第{i}条" for i in range(20)]
    await shop.followed()


async def a_gap_runs_nothing(shop):
    tablet, customer = await shop.tablet(), await registered(shop)
    queue = notes(shop, tablet, customer, 4)
    for part in (queue[1:], [queue[0], queue[2]]):
        position = await shop.position()
        with pytest.raises(Gap) as gap:
            await shop.push(tablet, *part)
        assert (gap.value.next_seq, await shop.position()) == (1, position)


async def a_number_used_for_another_command_is_a_fork_and_runs_nothing(shop):
    tablet, customer = await shop.tablet(), await registered(shop)
    queue = notes(shop, tablet, customer, 2)
    await shop.push(tablet, *queue)
    tablet.seq = 0
    restored = notes(shop, tablet, customer, 3)
    position = await shop.position()
    for part in (restored, restored[:1], [queue[0], restored[1]]):
        with pytest.raises(Forked):
            await shop.push(tablet, *part)
    assert await shop.position() == position


async def a_number_used_for_a_command_that_ran_elsewhere_is_a_fork_as_well(shop):
    tablet, other, customer = await shop.tablet(), await shop.tablet(), await registered(shop)
    [(_, own)] = notes(shop, tablet, customer, 1)
    [(_, foreign)] = notes(shop, other, customer, 1)
    await shop.push(tablet, (1, own))
    await shop.push(other, (1, foreign))
    with pytest.raises(Forked):
        await shop.push(tablet, (1, foreign))


async def a_forked_tablet_enrols_anew_and_sends_its_queue_under_new_numbers(shop):
    tablet, customer = await shop.tablet(), await registered(shop)
    ran = notes(shop, tablet, customer, 3)
    first = await shop.push(tablet, *ran)
    new = await shop.tablet()
    fresh = notes(shop, new, customer, 1)
    queue = [(i + 1, sent) for i, (_, sent) in enumerate([*ran[1:], *fresh])]
    answer = await shop.push(new, *queue)
    assert [(o.seq, o.id) for o in answer.outcomes] == [(seq, sent.id) for seq, sent in queue]
    assert [o.outcome for o in answer.outcomes] == [first.outcomes[1].outcome, first.outcomes[2].outcome, "applied"]
    assert answer.next_seq == 4
    assert (await shop.push(new, *queue)).outcomes == answer.outcomes
    await shop.pull(new)
    assert {o.id: o.seq for o in new.told.values()} == {sent.id: seq for seq, sent in queue}
    assert new.applied_through == 3
    assert len((await shop.row("customers", customer))["notes"]) == 4


async def a_command_queued_twice_under_two_numbers_has_one_effect(shop):
    tablet, customer = await shop.tablet(), await registered(shop)
    [(_, sent)] = notes(shop, tablet, customer, 1)
    twice = [(1, sent), (2, sent)]
    for _ in range(2):
        answer = await shop.push(tablet, *twice)
        assert [(o.seq, o.outcome) for o in answer.outcomes] == [(1, "applied"), (2, "applied")]
        assert answer.next_seq == 3
    assert len((await shop.row("customers", customer))["notes"]) == 1


async def a_command_that_ran_through_another_door_answers_its_first_outcome_to_a_tablet(shop):
    tablet, fields = await shop.tablet(), examples()["visit.cancel"]
    seq, sent = shop.queued(tablet, "visit.cancel", **fields)
    outcome = await shop.do("manager", "visit.cancel", command_id=sent.id, **fields)
    [again] = (await shop.push(tablet, (seq, sent))).outcomes
    assert (again.seq, again.outcome, again.reason, again.review) == (1, "rejected", outcome.reason, outcome.review)


async def a_first_outcome_stands_whatever_the_command_says_later(shop):
    customer, command_id = await registered(shop), uuid7()
    fields = {"customer_id": customer, "note_id": uuid7(), "text": "一"}
    first = await shop.do("crm", "customer.add_note", command_id=command_id, **fields)
    assert await shop.do("crm", "customer.tag", command_id=command_id, customer_id=customer, add=["VIP"]) == first
    assert (await shop.row("customers", customer))["tags"] == []


async def an_empty_push_tells_how_far_the_queue_has_come(shop):
    tablet = await shop.tablet()
    answer = await shop.push(tablet)
    assert (answer.outcomes, answer.next_seq) == ([], 1)


async def a_person_who_signed_in_on_the_tablet_may_write_its_queue_and_a_stranger_may_not(shop):
    tablet, customer = await shop.tablet(), await registered(shop)
    await shop.sign_in(tablet, "crm")
    fields = {"customer_id": customer, "text": "一"}
    answer = await shop.push(
        tablet,
        shop.queued(tablet, "customer.add_note", by="crm", note_id=uuid7(), **fields),
        shop.queued(tablet, "customer.add_note", by="advisor", note_id=uuid7(), **fields),
    )
    assert [o.outcome for o in answer.outcomes] == ["applied", "rejected"]
    reason = answer.outcomes[1].reason
    assert (reason.code, reason.subject.type, reason.subject.id) == ("forbidden", "staff", shop.people["advisor"])
    assert reason.facts == {"problem": "not_signed_in_here"}
    [note] = (await shop.row("customers", customer))["notes"]
    assert note["by"] == shop.people["crm"]


async def a_persons_rights_are_those_on_arrival(shop):
    tablet, customer = await shop.tablet("advisor"), await registered(shop)
    queue = notes(shop, tablet, customer, 1)
    await shop.serve("staff.put", staff_id=shop.people["advisor"], name="advisor", role="inspector")
    [outcome] = (await shop.push(tablet, *queue)).outcomes
    assert (outcome.reason.code, outcome.reason.facts) == ("forbidden", {"role": "inspector"})
