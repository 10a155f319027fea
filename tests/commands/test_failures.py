"""When we are wrong: a handler that breaks, rows that cannot be written, a database that goes away."""

import asyncio
from contextlib import contextmanager

import pytest

from server.commands.bus import Actor, Bus, CommandFailed, Submission
from server.commands.envelope import envelope, sent_now
from server.commands.registry import REGISTRY, By, Command, handles
from server.domain.fields import Id
from server.domain.ids import uuid7
from server.domain.rows.internal import Counter
from server.store.database import Database, Unavailable
from server.store.work import Work
from tests.commands.counting import Counted
from tests.commands.examples import examples
from tests.commands.given import registered

BREAKS, UNWRITABLE = "test.break", "test.write"


class BreakNow(Command, frozen=True):
    """A command with a bug."""

    thing_id: Id


@contextmanager
def bugs():
    """Two commands of which one breaks in its handler and the other when its rows are written."""

    @handles(BREAKS, makes=("thing_id",))
    def break_now(work: Work, by: By, c: BreakNow) -> None:
        work.add(Counter(id=c.thing_id, rev=1, value=1))
        raise ZeroDivisionError

    @handles(UNWRITABLE, makes=("thing_id",))
    def write_nonsense(work: Work, by: By, c: BreakNow) -> None:
        work.add(Counter(id=c.thing_id, rev=1, value=None))  # type: ignore[arg-type]

    try:
        yield
    finally:
        del REGISTRY[BREAKS], REGISTRY[UNWRITABLE]


def note(shop, tablet, customer, text="一"):
    """A command that works."""
    return shop.queued(tablet, "customer.add_note", customer_id=customer, note_id=uuid7(), text=text)


async def texts(shop, customer) -> list[str]:
    """The notes that the customer has."""
    return [row["text"] for row in (await shop.row("customers", customer))["notes"]]


@pytest.mark.parametrize("bug", [BREAKS, UNWRITABLE])
async def a_command_that_fails_has_no_outcome_and_is_parked_after_five_attempts(shop, bug):
    tablet, customer = await shop.tablet(), await registered(shop)
    with bugs():
        queue = [
            note(shop, tablet, customer, "前"),
            shop.queued(tablet, bug, thing_id=uuid7()),
            note(shop, tablet, customer, "后"),
        ]
        for attempt in range(1, 5):
            answer = await shop.push(tablet, *queue)
            assert [o.outcome for o in answer.outcomes] == ["applied"]
            assert (answer.next_seq, answer.failed.seq, answer.failed.attempt) == (2, 2, attempt)
            assert await texts(shop, customer) == ["前"]
        answer = await shop.push(tablet, *queue)
    assert [o.outcome for o in answer.outcomes] == ["applied", "rejected", "applied"]
    assert (answer.next_seq, answer.failed) == (4, None)
    parked = answer.outcomes[1]
    assert (parked.reason.code, parked.reason.subject.id) == ("internal_error", bug)
    assert await texts(shop, customer) == ["前", "后"]
    review = await shop.row("reviews", parked.review)
    assert (review["command"]["name"], review["state"]) == (bug, "open")
    assert (await shop.push(tablet, *queue)).outcomes == answer.outcomes
    await shop.followed()


async def a_program_whose_command_fails_hears_of_it_and_nothing_is_written(shop):
    position = await shop.position()
    with bugs():
        for bug in (BREAKS, UNWRITABLE):
            with pytest.raises(CommandFailed):
                await shop.bus.run(shop.person("manager"), bug, {"thing_id": uuid7()})
    assert await shop.position() == position


async def a_row_that_cannot_be_written_harms_nobody_else_in_the_same_commit(shop):
    customer = await registered(shop)
    tablets = [await shop.tablet() for _ in range(4)]
    with bugs():
        queues = [[note(shop, tablet, customer, f"{i}")] for i, tablet in enumerate(tablets)]
        queues[2] += [shop.queued(tablets[2], UNWRITABLE, thing_id=uuid7()), note(shop, tablets[2], customer, "后")]
        answers = await asyncio.gather(
            *(shop.push(tablet, *queue) for tablet, queue in zip(tablets, queues, strict=True))
        )
    assert [len(answer.outcomes) for answer in answers] == [1, 1, 1, 1]
    assert [answer.failed and answer.failed.seq for answer in answers] == [None, None, 2, None]
    assert sorted(await texts(shop, customer)) == ["0", "1", "2", "3"]
    await shop.followed()


async def a_submission_that_breaks_the_bus_itself_harms_nobody_else(shop):
    customer, tablet = await registered(shop), await shop.tablet()
    stranger = Actor(group_id=shop.group_id, store_id=shop.stores[0], door="tablet", device_id=uuid7())
    sent = sent_now(uuid7(), "customer.tag", examples()["customer.tag"], shop.people["crm"], shop.now)
    broken, good = await asyncio.gather(
        shop.bus.submit(Submission(stranger, [envelope(sent, 1)], queue=True)),
        shop.push(tablet, note(shop, tablet, customer)),
        return_exceptions=True,
    )
    assert isinstance(broken, KeyError)
    assert [o.outcome for o in good.outcomes] == ["applied"]


class Flaky(Database):
    """A database that cannot be reached for a while."""

    away = True

    def write(self):
        if self.away:
            raise Unavailable("gone")
        return super().write()


async def a_database_that_is_away_counts_for_nothing(shop):
    tablet, customer = await shop.tablet(), await registered(shop)
    db = Flaky(shop.db.engine)
    bus, command = Bus(db, clock=lambda: shop.now), note(shop, tablet, customer)
    for _ in range(6):
        with pytest.raises(Unavailable):
            await shop.push(tablet, command, bus=bus)
    db.away = False
    answer = await shop.push(tablet, command, bus=bus)
    assert [o.outcome for o in answer.outcomes] == ["applied"]


async def a_commit_tells_whoever_listens_which_stores_changed(shop):
    heard = []
    shop.bus.heard.append(lambda group, stores: heard.append((group, stores)))
    customer = await registered(shop)
    assert heard[0] == (shop.group_id, {shop.stores[0]})
    await shop.bus.run(shop.person("crm"), "customer.tag", {"customer_id": customer, "add": [], "remove": []})
    assert heard[-1] == (shop.group_id, set())


async def a_batch_loads_in_one_hop_what_its_commands_name(shop):
    tablet, customer = await shop.tablet(), await registered(shop)
    counted = Counted(shop.db)
    await shop.push(tablet, note(shop, tablet, customer), bus=Bus(counted, clock=lambda: shop.now))
    [transaction] = counted.transactions
    assert transaction.hops <= 3
