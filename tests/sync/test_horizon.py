"""The tombstone horizon: what was gone long ago is forgotten, and a tablet from before that starts anew."""

import pytest

from server.doctor import examine
from server.domain.ids import uuid7
from server.store.horizon import forget_gone
from server.sweep import REMEMBERED, sweep
from tests.commands.examples import examples
from tests.commands.given import registered
from tests.shop import Shop, held
from tests.visits import advance_to


async def tombstones(shop: Shop) -> list[tuple[str, str]]:
    """What the stores' feeds still tell as gone: kind and id."""
    async with shop.db.read() as tx:
        [rows] = await tx.run(
            ("SELECT kind, id FROM feed WHERE group_id = ? AND gone AND store_id <> group_id", (shop.group_id,))
        )
    return sorted(rows)


async def merged_pair(shop: Shop) -> tuple[str, str]:
    """Two customers of whom the second was merged away."""
    keep, merge = await registered(shop, name="王伟"), await registered(shop, name="王小姐", phones=())
    await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merge)
    return keep, merge


async def forget(shop: Shop) -> int:
    """What the sweep does for one group."""
    return await forget_gone(shop.db, shop.group_id, shop.now - REMEMBERED)


async def a_tablet_that_was_away_for_longer_than_tombstones_are_kept_starts_anew(shop):
    keep, merge = await registered(shop, name="王伟"), await registered(shop, name="王小姐", phones=())
    away, home = await shop.tablet(), await shop.tablet()
    await shop.pull(away)
    await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merge)
    await shop.pull(home)
    shop.later(days=91)
    await registered(shop, name="李娜", phones=())
    await sweep(shop.db, shop.bus)
    assert await tombstones(shop) == []
    page = await shop.next_page(away, 1)
    assert (page["reset"], page["more"]) == (True, True)
    await shop.pull(away, 1)
    assert (held(away), away.resets) == (await shop.fresh(), 1)
    await shop.pull(home)
    assert (held(home), home.resets) == (await shop.fresh(), 0)


async def a_tombstone_is_told_for_ninety_days(shop):
    _, merge = await merged_pair(shop)
    shop.later(days=89)
    assert await forget(shop) == 0
    assert await tombstones(shop) == [("customers", merge)]
    shop.later(days=2)
    horizon = await forget(shop)
    assert (horizon, await forget(shop)) == (await shop.position(), horizon)
    assert await tombstones(shop) == []


async def a_first_sync_under_way_is_not_taken_for_an_old_cookie(shop):
    await advance_to(shop, "ready")
    await merged_pair(shop)
    shop.later(days=91)
    await forget(shop)
    tablet = await shop.tablet()
    expected = await shop.fresh()
    assert await shop.pull(tablet, 1) == sum(len(rows) for rows in expected.values())
    assert (held(tablet), tablet.resets, tablet.cookie.began) == (expected, 0, 0)


async def a_first_sync_across_which_the_horizon_moves_still_ends_equal(shop):
    keep, merge = await registered(shop, name="王伟"), await registered(shop, name="王小姐", phones=())
    tablet = await shop.tablet()
    for _ in range(8):
        await shop.next_page(tablet, 1)
    await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merge)
    shop.later(days=91)
    await forget(shop)
    await shop.pull(tablet, 1)
    assert (held(tablet), tablet.resets) == (await shop.fresh(), 1)


async def a_first_sync_tells_nothing_gone_and_no_old_outcome_on_any_page(shop):
    tablet = await shop.tablet()
    await merged_pair(shop)
    customer = await registered(shop, name="李娜", phones=())
    await shop.push(tablet, shop.queued(tablet, "customer.tag", customer_id=customer, add=["旧"]))
    shop.later(days=40)
    await registered(shop, name="张三", phones=())
    await shop.push(tablet, shop.queued(tablet, "customer.tag", customer_id=customer, add=["新"]))
    told = []
    while True:
        page = await shop.next_page(tablet, 1)
        assert page["gone"] == {}
        told += [outcome["seq"] for outcome in page["outcomes"]]
        if not page["more"]:
            break
    assert told == [2]


async def a_row_that_tablets_forgot_still_works_on_the_server(shop, tmp_path):
    visit = await advance_to(shop, "handed_over")
    keep, merge = await merged_pair(shop)
    shop.later(days=31)
    await sweep(shop.db, shop.bus)
    shop.later(days=91)
    await forget(shop)
    await shop.kept("manager", "photo.add", "visit_closed", **examples()["photo.add"] | {"visit_id": visit.id})
    await shop.done("crm", "survey.answer", **examples()["survey.answer"] | {"visit_id": visit.id})
    await shop.done("manager", "customer.tag", customer_id=merge, add=["常客"])
    rows = await shop.fresh()
    assert {"visits", "photos", "findings", "progress"}.isdisjoint(rows)
    assert "常客" in rows["customers"][keep]["tags"]
    await shop.done("manager", "customer.unmerge", merge_id=merge)
    await shop.done("manager", "customer.tag", customer_id=merge, add=["回来"])
    assert (await shop.row("customers", merge))["tags"] == ["回来"]
    async with shop.db.read() as tx:
        [rows] = await tx.run(("SELECT sha256 FROM media LIMIT 1", ()))
    assert rows == []
    assert await examine(shop.db, tmp_path) == []


@pytest.mark.parametrize("both", [False, True])
async def a_row_that_two_stores_held_is_kept_once(shop, both, tmp_path):
    keep, merge = await registered(shop, name="王伟"), await registered(shop, name="王小姐", phones=())
    booked = {"customer_id": merge, "at": shop.now, "work": "保养"}
    await shop.done("manager", "appointment.book", store=1, appointment_id=uuid7(), **booked)
    if both:
        await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merge)
    shop.later(days=91)
    await forget(shop)
    async with shop.db.read() as tx:
        [rows] = await tx.run(("SELECT store_id, gone FROM feed WHERE group_id = ? AND id = ? AND kind = 'customers'",
                               (shop.group_id, merge)))  # fmt: skip
    held_by = {(store, bool(gone)) for store, gone in rows}
    assert held_by == ({(shop.group_id, True)} if both else {(store, False) for store in shop.stores})
    assert await examine(shop.db, tmp_path) == []
