"""Pull: pages that end equal, cookies, outcomes from the same snapshot as the rows."""

import asyncio
from contextlib import asynccontextmanager

import msgspec
import pytest

from server.commands.bus import Bus
from server.domain.ids import uuid7
from server.queries.pull import Behind, Cookie, FromTheFuture, checksum, pull
from server.store.database import Database
from tests.commands.examples import examples
from tests.commands.given import notes, registered
from tests.shop import held
from tests.sync.sums import sums_of
from tests.visits import advance_to, check_in, make_phone


async def a_tablet_ends_with_the_same_rows_whatever_the_size_of_a_page(shop):
    for _ in range(3):
        await advance_to(shop, "ready")
    expected = await shop.fresh()
    count = sum(len(rows) for rows in expected.values())
    for limit in (1, 7, 5000):
        tablet = await shop.tablet()
        pages = await shop.pull(tablet, limit)
        assert held(tablet) == expected
        assert pages == -(-count // limit)


@pytest.mark.parametrize("role", ["manager", "technician"])
@pytest.mark.parametrize("limit", [1, 3])
async def a_tablet_that_pulls_while_others_write_ends_with_the_same_rows(shop, limit, role):
    visits = [await check_in(shop) for _ in range(3)]
    await shop.done("manager", "customer.merge", keep_id=visits[0].customer_id, merge_id=visits[1].customer_id)
    tablet = await shop.tablet(role)
    writes = [
        ("customer.unmerge", {"merge_id": visits[1].customer_id}),
        ("visit.cancel", {"visit_id": visits[0].id, "reason": "改天"}),
        ("customer.merge", {"keep_id": visits[0].customer_id, "merge_id": visits[2].customer_id}),
        ("customer.tag", {"customer_id": visits[2].customer_id, "add": ["VIP"]}),
    ]
    for command, fields in writes:
        await shop.next_page(tablet, limit)
        await shop.done("manager", command, **fields)
    await shop.pull(tablet, limit)
    assert held(tablet) == await shop.fresh(role=role)
    assert visits[2].customer_id not in tablet.rows["customers"]


async def a_first_sync_names_nothing_that_is_gone(shop):
    keep, merge = await registered(shop, name="王伟"), await registered(shop, name="王小姐")
    await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merge)
    page = await shop.next_page(await shop.tablet(), 5000)
    assert (page["gone"], page["more"], page["reset"]) == ({}, False, False)
    assert [row["canonical_id"] for row in page["rows"]["aliases"]] == [keep]


async def a_merge_reaches_a_tablet_as_gone_and_an_alias_and_an_unmerge_brings_the_row_back(shop):
    keep, merge = await registered(shop, name="王伟"), await registered(shop, name="王小姐")
    tablet = await shop.tablet()
    await shop.pull(tablet)
    await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merge)
    page = await shop.next_page(tablet, 5000)
    assert page["gone"] == {"customers": [merge]}
    assert {row["id"] for row in page["rows"]["customers"]} == {keep}
    assert [(row["id"], row["type"]) for row in page["rows"]["aliases"]] == [(merge, "customers")]
    await shop.done("manager", "customer.unmerge", merge_id=merge)
    page = await shop.next_page(tablet, 5000)
    assert page["gone"] == {"aliases": [merge]}
    assert merge in {row["id"] for row in page["rows"]["customers"]}


async def a_quiet_pull_brings_nothing(shop):
    await check_in(shop)
    tablet = await shop.tablet()
    await shop.pull(tablet)
    cookie = tablet.cookie
    page = await shop.next_page(tablet, 1)
    assert (page["rows"], page["gone"], page["outcomes"], page["more"]) == ({}, {}, [], False)
    assert tablet.cookie == cookie


async def an_outcome_never_comes_before_its_rows_and_comes_once(shop):
    tablet, other, customer = await shop.tablet(), await shop.tablet(), await registered(shop)
    await shop.pull(tablet)
    mine, theirs = [], []
    for _ in range(4):
        visit = await check_in(shop)
        photos = [examples()["photo.add"] | {"visit_id": visit.id} for _ in range(3)]
        mine += [(photo["photo_id"], shop.queued(tablet, "photo.add", **photo)) for photo in photos]
        theirs += notes(shop, other, customer, 2)
    await asyncio.gather(shop.push(tablet, *(command for _, command in mine)), shop.push(other, *theirs))
    photo_of = {sent.id: photo_id for photo_id, (_, sent) in mine}
    told = []
    while True:
        page = await shop.next_page(tablet, 2)
        for outcome in page["outcomes"]:
            assert photo_of[outcome["id"]] in tablet.rows["photos"]
            told.append((outcome["seq"], outcome["id"]))
        if not page["more"]:
            break
    assert told == [(seq, sent.id) for _, (seq, sent) in mine]
    assert tablet.applied_through == 12
    assert {o.id: o for o in tablet.told.values()} == tablet.outcomes


async def an_outcome_that_was_recorded_a_month_ago_still_comes_to_a_tablet_that_was_away(shop):
    tablet, customer = await shop.tablet(), await registered(shop)
    await shop.pull(tablet)
    await shop.push(tablet, *notes(shop, tablet, customer, 1))
    shop.later(days=40)
    await shop.pull(tablet)
    assert len(tablet.told) == 1
    tablet.cookie, tablet.told = None, {}
    await shop.pull(tablet)
    assert (tablet.told, tablet.applied_through) == ({}, 1)


@pytest.mark.parametrize("change", [{"epoch": uuid7()}, {"scope": uuid7()}])
async def a_cookie_of_another_epoch_or_scope_starts_anew_with_page_one(shop, change):
    await check_in(shop)
    tablet = await shop.tablet()
    await shop.pull(tablet)
    tablet.rows["customers"]["ghost"] = {"id": "ghost"}
    tablet.cookie = msgspec.structs.replace(tablet.cookie, **change)
    page = await shop.next_page(tablet, 1)
    assert (page["reset"], page["more"], len(page["rows"])) == (True, True, 1)
    await shop.pull(tablet, 2)
    assert (held(tablet), tablet.resets) == (await shop.fresh(), 1)


async def a_cookie_from_the_future_is_told_apart(shop):
    tablet = await shop.tablet()
    await shop.pull(tablet)
    tablet.cookie = msgspec.structs.replace(tablet.cookie, position=tablet.cookie.position + 1)
    with pytest.raises(FromTheFuture):
        await shop.next_page(tablet, 5000)


def test_a_cookie_survives_its_journey_and_nothing_else_is_one():
    cookie = Cookie(uuid7(), uuid7(), 41)
    assert Cookie.read(cookie.text()) == cookie
    for text in ("", "%", "abc", cookie.text()[:-3], "gA"):
        with pytest.raises(ValueError, match="cookie"):
            Cookie.read(text)


async def a_tablet_of_another_store_holds_only_what_is_its_own(shop):
    here, away = await check_in(shop), await shop.tablet(store=1)
    await shop.pull(away)
    assert {kind for kind, rows in held(away).items() if rows} <= {"staff"}
    visit = examples()["visit.open"] | {
        "visit_id": uuid7(), "vehicle_id": here.vehicle_id, "customer_id": here.customer_id, "appointment_id": None,
    }  # fmt: skip
    await shop.done("manager", "visit.cancel", visit_id=here.id, reason="改天")
    await shop.done("manager", "visit.open", store=1, **visit)
    page = await shop.next_page(away, 5000)
    assert {kind: len(rows) for kind, rows in page["rows"].items()} == {
        "customers": 1, "vehicles": 1, "visits": 1, "progress": 1,
    }  # fmt: skip
    await shop.done("manager", "customer.tag", customer_id=here.customer_id, add=["VIP"])
    page = await shop.next_page(away, 5000)
    assert [row["tags"] for row in page["rows"]["customers"]] == [["VIP"]]


@pytest.fixture
async def second_bus(shop, database_url):
    """The bus of another process."""
    db = await Database.open(database_url)
    yield Bus(db, clock=lambda: shop.now)
    await db.close()


@pytest.mark.parametrize("role", ["manager", "claims"])
async def a_row_is_never_missed_while_two_processes_write(shop, second_bus, role):
    customers = [await registered(shop, phones=(make_phone(shop),)) for _ in range(8)]
    tablet, done = await shop.tablet(role), asyncio.Event()

    async def writer(number: int) -> None:
        bus = (shop.bus, second_bus)[number % 2]
        for i in range(8):
            note = {"customer_id": customers[(number + i) % 8], "note_id": uuid7(), "text": f"{number}-{i}"}
            await bus.run(shop.person("crm"), "customer.add_note", note)

    async def poller() -> None:
        while not done.is_set():
            await shop.next_page(tablet, 3)
            await asyncio.sleep(0)

    polling = asyncio.create_task(poller())
    await asyncio.gather(*(writer(number) for number in range(8)))
    done.set()
    await polling
    await shop.pull(tablet)
    assert held(tablet) == await shop.fresh(role=role)
    assert sum(len(row["notes"]) for row in (await shop.fresh())["customers"].values()) == 64


async def a_checksum_is_that_of_the_rows_that_the_tablet_holds(shop):
    await advance_to(shop, "ready")
    keep, merge = await registered(shop, name="王伟"), await registered(shop, name="王小姐")
    await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merge)
    tablet = await shop.tablet()
    await shop.pull(tablet)
    sums = await checksum(shop.db, shop.caller(tablet), tablet.cookie)
    assert sums == sums_of(held(tablet))
    await shop.done("manager", "customer.unmerge", merge_id=merge)
    with pytest.raises(Behind):
        await checksum(shop.db, shop.caller(tablet), tablet.cookie)


class Interrupted:
    """A database in which something is committed while a pull reads: after the first of its statements."""

    def __init__(self, shop, meanwhile) -> None:
        self.dialect, self._db, self._meanwhile = shop.db.dialect, shop.db, meanwhile

    @asynccontextmanager
    async def read(self):
        """The real snapshot, with the interruption."""
        async with self._db.read() as tx:
            self._tx, self._done = tx, False
            yield self

    async def run(self, *statements):
        """What the snapshot says."""
        rows = await self._tx.run(*statements)
        if not self._done:
            self._done = True
            await asyncio.create_task(self._meanwhile())
        return rows


async def a_page_is_of_one_snapshot_also_when_its_own_push_is_committed_meanwhile(shop):
    tablet, customer = await shop.tablet(), await registered(shop)
    await shop.pull(tablet)
    queued = shop.queued(tablet, "customer.tag", customer_id=customer, add=["VIP"])

    async def meanwhile() -> None:
        await shop.push(tablet, queued)

    page = await pull(Interrupted(shop, meanwhile), shop.caller(tablet), tablet.cookie, 5000, shop.now)
    assert (page.cookie, page.rows, page.outcomes, page.applied_through) == (tablet.cookie, {}, [], 0)
    content = await shop.next_page(tablet, 5000)
    assert [row["tags"] for row in content["rows"]["customers"]] == [["VIP"]]
    assert [outcome["seq"] for outcome in content["outcomes"]] == [content["applied_through"]] == [1]
