"""A purge takes what is past its class and unnamed, tells the tablets, and leaves everything whole."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from server.commands.bus import Bus
from server.doctor import examine
from server.domain.retention import CLASSES
from server.domain.terms import Terms
from server.purge.run import purge
from tests.purge.worlds import closed, grow
from tests.shop import Shop
from tests.visits import check_in

TERMS = Terms()


async def rehearsed(shop: Shop, data: Path):
    """What would go."""
    return await purge(shop.db, data, shop.group_id, shop.now, TERMS, None)


async def done(shop: Shop, data: Path):
    """What went."""
    return await purge(shop.db, data, shop.group_id, shop.now, TERMS, shop.bus)


async def bodies(shop: Shop) -> dict[tuple[str, str], dict]:
    """Every row of the group that still says something."""
    async with shop.db.read() as tx:
        [rows] = await tx.run(
            ("SELECT kind, id, body FROM feed WHERE group_id = ? AND body <> '' ORDER BY position", (shop.group_id,))
        )
    return {(kind, row_id): json.loads(body) for kind, row_id, body in rows}


def named(row: dict) -> set[str]:
    """The records that a row names."""
    names = ("customer_id", "vehicle_id", "visit_id", "owner_id", "comeback_of", "appointment_id", "canonical_id")
    found = {row[name] for name in names if row.get(name)}
    found |= {row["last"]["visit_id"]} if row.get("last") else set()
    return found | {one["done_in"] for one in row.get("recalls", []) if one["done_in"]}


def young(kind: str, row: dict, rows: dict, shop: Shop) -> bool:
    """Whether the law, or our own table, wants the row kept."""
    if kind != "visits" or row["closed_at"] is None:
        return kind == "visits"
    stored = (rows.get(("customers", row["customer_id"])) or {}).get("restricted")
    warranty = row["kind"] in ("warranty", "recall") or row["payer"] == "warranty"
    kept = CLASSES["warranty" if warranty else "repair"]
    age = shop.now.timestamp() - _at(row["closed_at"])
    return age < timedelta(days=366 * (kept.least if stored else kept.years)).total_seconds()


def _at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize("seed", range(6))
async def a_purge_takes_what_is_over_and_unnamed_and_nothing_else(shop, tmp_path, seed):
    await grow(shop, seed)
    tablet = await shop.tablet()
    await shop.pull(tablet)
    before = await bodies(shop)
    plan = await rehearsed(shop, tmp_path)
    assert await bodies(shop) == before
    found = await done(shop, tmp_path)
    assert (found.taken.rows, found.words) == (plan.taken.rows, plan.words)
    after = await bodies(shop)
    gone = before.keys() - after.keys()
    assert {key for key in gone if key[0] not in ("counters",)} == found.taken.gone.keys()
    for kind, row_id in gone:
        assert not young(kind, before[kind, row_id], before, shop), (kind, row_id)
        if kind == "complaints":
            assert before[kind, row_id]["state"] == "closed"
        if kind == "reviews":
            assert before[kind, row_id]["state"] == "resolved"
    ids = {row_id for _, row_id in after}
    left = {row_id for _, row_id in gone}
    for (kind, row_id), row in after.items():
        if kind != "merges":
            assert not named(row) & (left - ids), (kind, row_id)
    assert await examine(shop.db, tmp_path) == []
    await shop.pull(tablet)
    assert {kind: rows for kind, rows in tablet.rows.items() if rows} == await shop.fresh()
    assert gone
    again = await done(shop, tmp_path)
    assert (sum(again.taken.rows.values()), again.taken.trimmed, again.words, again.files) == (0, 0, 0, 0)


async def a_visit_whose_time_is_over_goes_with_its_people_and_car(shop, tmp_path):
    old = await closed(shop, random.Random(1))
    shop.now += timedelta(days=366 * 6)
    here = await check_in(shop)
    await done(shop, tmp_path)
    ids = {row_id for _, row_id in await bodies(shop)}
    assert not ids & {old.id, old.customer_id, old.vehicle_id}
    assert {here.id, here.customer_id, here.vehicle_id} <= ids


async def the_journal_keeps_its_chain_and_says_nothing_of_who_is_gone(shop, tmp_path):
    old = await closed(shop, random.Random(1))
    shop.now += timedelta(days=366 * 7)
    await done(shop, tmp_path)
    async with shop.db.read() as tx:
        [rows] = await tx.run(("SELECT name, fields, reason, merged FROM journal WHERE group_id = ?", (shop.group_id,)))
        [traces] = await tx.run(("SELECT row_id FROM history WHERE group_id = ?", (shop.group_id,)))
    told = " ".join(str(row) for row in rows)
    assert "王小明" not in told
    assert old.phone not in told
    assert old.vin not in told
    assert "customer.register" in told
    assert not {row_id for (row_id,) in traces} & {old.customer_id, old.vehicle_id}
    [report] = [json.loads(fields) for name, fields, *_ in rows if name == "records.report_purge"]
    assert report["taken"]["people"] == 2
    assert await examine(shop.db, tmp_path) == []


async def a_purge_that_was_broken_off_is_finished_by_the_next(shop, tmp_path):
    await grow(shop, 3)
    whole = await rehearsed(shop, tmp_path)

    class Killed(Exception):
        pass

    class Breaking(Bus):
        left = 1

        async def run(self, *args, **kwargs):
            if self.left == 0:
                raise Killed
            self.left -= 1
            return await super().run(*args, **kwargs)

    with pytest.raises(Killed):
        await purge(shop.db, tmp_path, shop.group_id, shop.now, TERMS, Breaking(shop.db, clock=lambda: shop.now))
    assert await examine(shop.db, tmp_path) == []
    rest = await done(shop, tmp_path)
    assert rest.taken.gone.keys() < whole.taken.gone.keys()
    left = await rehearsed(shop, tmp_path)
    assert (sum(left.taken.rows.values()), left.words) == (0, 0)
    assert await examine(shop.db, tmp_path) == []


async def the_papers_and_photos_of_what_is_gone_are_removed_last_and_those_of_others_stay(shop, tmp_path):
    old = await closed(shop, random.Random(1))
    shop.now += timedelta(days=366 * 7)
    here = await check_in(shop)
    papers = [tmp_path / "handovers" / visit / "release.pdf" for visit in (old.id, here.id)]
    for path in papers:
        path.parent.mkdir(parents=True)
        path.write_bytes(b"%PDF")
    assert (await rehearsed(shop, tmp_path)).files == 1
    assert (await done(shop, tmp_path)).file_bytes == 4
    assert [path.exists() for path in papers] == [False, True]
    assert not papers[0].parent.exists()


async def a_record_only_stored_is_trimmed_to_what_the_law_wants_and_goes_after_two_years(shop, tmp_path):
    visit = await check_in(shop)
    await shop.given("crm", "customer.add_note", customer_id=visit.customer_id, note_id=visit.id, text="爱喝茶")
    await shop.given("manager", "visit.cancel", visit_id=visit.id, reason="改主意")
    wish = {"customer_id": visit.customer_id, "reason": "客户要求", "restricted_at": shop.now}
    await shop.given("crm", "customer.restrict", **wish)
    shop.now += timedelta(days=100)
    assert (await done(shop, tmp_path)).taken.trimmed == 1
    row = (await bodies(shop))["customers", visit.customer_id]
    assert (row["notes"], row["name"], row["restricted"]["reason"]) == ([], "王小明", "客户要求")
    async with shop.db.read() as tx:
        [said] = await tx.run(("SELECT fields FROM journal WHERE group_id = ?", (shop.group_id,)))
    assert "爱喝茶" not in str(said)
    shop.now += timedelta(days=366 * 2)
    await done(shop, tmp_path)
    assert ("customers", visit.customer_id) not in await bodies(shop)
