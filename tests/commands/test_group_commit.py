"""Waiting pushes share a transaction; a push costs a handful of statements; nobody's change is lost."""

import asyncio

import pytest

from server.commands.bus import Bus
from server.domain.ids import uuid7
from server.store.database import Database
from tests.commands.counting import Counted
from tests.commands.examples import examples
from tests.commands.given import notes, registered
from tests.shop import Shop, Tablet
from tests.visits import make_phone, make_vin

PUSH = 500
STATEMENTS = 40


async def the_pushes_of_forty_tablets_share_transactions(shop):
    customers = [await registered(shop, phones=(make_phone(shop),)) for _ in range(4)]
    tablets = [await shop.tablet() for _ in range(40)]
    counted = Counted(shop.db)
    bus = Bus(counted, clock=lambda: shop.now)

    async def worker(number: int, tablet: Tablet) -> None:
        for i in range(3):
            note = {"customer_id": customers[number % 4], "note_id": uuid7(), "text": f"{number}-{i}"}
            answer = await shop.push(tablet, shop.queued(tablet, "customer.add_note", **note), bus=bus)
            assert [o.outcome for o in answer.outcomes] == ["applied"]

    await asyncio.gather(*(worker(number, tablet) for number, tablet in enumerate(tablets)))
    assert len(counted.transactions) < 40
    notes = [note for row in await shop.rows("customers") for note in row["notes"]]
    assert len({note["text"] for note in notes}) == 120
    await shop.followed()


async def a_few_commands_overtake_full_queues_which_still_get_their_turn(shop, monkeypatch):
    monkeypatch.setattr("server.commands.bus.PER_COMMIT", 20)
    customer = await registered(shop, phones=(make_phone(shop),))
    full, passing = [await shop.tablet() for _ in range(6)], await shop.tablet()
    answered: list[str] = []

    async def push(tablet: Tablet, count: int) -> None:
        answer = await shop.push(tablet, *notes(shop, tablet, customer, count))
        assert [o.outcome for o in answer.outcomes] == ["applied"] * count
        answered.append(tablet.id)

    async def come_by() -> None:
        for _ in range(3):
            await push(passing, 2)

    await asyncio.gather(*(push(tablet, 15) for tablet in full), come_by())
    assert [number for number, tablet in enumerate(answered) if tablet == passing.id] == [1, 3, 5]
    assert [tablet for tablet in answered if tablet != passing.id] == [tablet.id for tablet in full]
    await shop.followed()


async def the_pushes_of_one_tablet_never_overtake_each_other(shop, monkeypatch):
    monkeypatch.setattr("server.commands.bus.PER_COMMIT", 20)
    customer = await registered(shop, phones=(make_phone(shop),))
    other, tablet = await shop.tablet(), await shop.tablet()
    first, second = notes(shop, tablet, customer, 15), notes(shop, tablet, customer, 2)
    pushes = [shop.push(other, *notes(shop, other, customer, 15)), shop.push(tablet, *first)]
    answers = await asyncio.gather(*pushes, shop.push(tablet, *second))
    assert answers[-1].next_seq == 18
    await shop.followed()


@pytest.fixture
async def buses(shop, database_url):
    """Two processes on one database."""
    db = await Database.open(database_url)
    yield [shop.bus, Bus(db, clock=lambda: shop.now)]
    await db.close()


async def a_customer_whom_sixteen_people_in_two_processes_change_at_once_loses_nothing(shop, buses):
    customer = await registered(shop)
    person = shop.person("crm")

    async def writer(number: int) -> None:
        for i in range(4):
            note = {"customer_id": customer, "note_id": uuid7(), "text": f"{number}-{i}"}
            await buses[number % 2].run(person, "customer.add_note", note)
            tag = {"customer_id": customer, "add": [f"{number}-{i}"]}
            await buses[(number + i) % 2].run(person, "customer.tag", tag)

    await asyncio.gather(*(writer(number) for number in range(16)))
    row = await shop.row("customers", customer)
    expected = {f"{number}-{i}" for number in range(16) for i in range(4)}
    assert {note["text"] for note in row["notes"]} == set(row["tags"]) == expected
    assert row["rev"] == 1 + 2 * len(expected)
    await shop.followed()


def busy_day(shop: Shop, tablet: Tablet) -> list:
    """What a tablet did offline: twenty-five commands of all kinds for each of twenty cars."""
    queue = []

    def add(command: str, lane: str, **fields) -> None:
        queue.append(shop.queued(tablet, command, lane, **(examples()[command] | fields)))

    for _ in range(PUSH // 25):
        customer, vehicle, visit, line = uuid7(), uuid7(), uuid7(), uuid7()
        of, lane = {"visit_id": visit}, f"visit:{visit}"
        add("customer.register", lane, customer_id=customer, phones=[{"number": make_phone(shop)}])
        add("customer.set_consent", lane, customer_id=customer, lifts=None)
        vin = make_vin(shop)
        add("vehicle.register", lane, vehicle_id=vehicle, vin=vin, plate=None, owner_id=customer)
        add("visit.open", lane, **of, vehicle_id=vehicle, customer_id=customer)
        add("visit.record_walkaround", lane, **of)
        add("visit.add_concern", lane, **of)
        for number in range(4):
            add("visit.add_damage", lane, **of)
            add("photo.add", lane, **of, sha256=f"{shop.rng.getrandbits(256):064x}", caption=f"{number}")
        add("visit.promise", lane, **of)
        add("visit.assign", lane, **of, technician_id={"from": None, "to": shop.people["technician"]})
        add("repair.advance", lane, **of)
        add("finding.record", lane, **of)
        add("finding.record", lane, **of)
        add("report.publish", lane, **of)
        add("estimate.add_line", lane, **of, line_id=line)
        add("estimate.present", lane, **of, lines=[{"line_id": line, "version": 1}])
        said = [{"line_id": line, "version": 1, "decision": "approved"}]
        add("estimate.decide", lane, **of, decisions=said)
        add("visit.advise", lane, **of)
        add("push.subscribe", lane, **of)
    return queue


async def a_push_of_five_hundred_commands_costs_tens_of_statements(shop):
    tablet = await shop.tablet()
    queue = busy_day(shop, tablet)
    counted = Counted(shop.db)
    answer = await shop.push(tablet, *queue, bus=Bus(counted, clock=lambda: shop.now))
    assert (len(queue), {o.outcome for o in answer.outcomes}) == (PUSH, {"applied"})
    assert (len(counted.transactions), counted.statements <= STATEMENTS) == (1, True), counted.statements
    assert len(await shop.rows("photos")) == 80
    await shop.followed()
