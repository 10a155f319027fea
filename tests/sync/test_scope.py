"""What a tablet holds: its store's share, and how things come and go when people, cars and time move."""

import asyncio

import pytest

from server.commands.bus import Actor
from server.domain.ids import uuid7
from server.sweep import sweep
from tests.commands.examples import examples
from tests.commands.given import car, registered
from tests.shop import Shop, Tablet, held
from tests.visits import Ids, advance_to, check_in


async def come_in(shop: Shop, ids: Ids, store: int = 1) -> str:
    """The car of a visit that has ended comes in again, in this store; the new visit's id."""
    visit_id = uuid7()
    opened = {"vehicle_id": ids.vehicle_id, "customer_id": ids.customer_id, "kind": "repair", "payer": "customer"}
    await shop.done("manager", "visit.open", store=store, visit_id=visit_id, **opened)
    return visit_id


async def leave_again(shop: Shop, visit_id: str) -> None:
    """The visit ends in the second store, and so long ago that the tablets let go of it."""
    await shop.done("manager", "visit.cancel", store=1, visit_id=visit_id, reason="改天")
    shop.later(days=31)
    await sweep(shop.db, shop.bus)


@pytest.fixture
async def away(shop) -> Tablet:
    """A tablet of the second store."""
    return await shop.tablet(store=1)


async def a_person_who_moves_to_another_store_takes_the_tablet_along(shop):
    here = await check_in(shop)
    there = await come_in(shop, await advance_to(shop, "handed_over"))
    tablet = await shop.tablet()
    await shop.pull(tablet)
    tablet.store_id = shop.stores[1]
    page = await shop.next_page(tablet, 1)
    assert (page["reset"], page["more"]) == (True, True)
    await shop.pull(tablet)
    assert held(tablet) == await shop.fresh(store=1)
    assert (there in tablet.rows["visits"], here.id in tablet.rows["visits"]) == (True, False)


async def the_staff_list_of_each_store_follows_a_person_who_moves(shop):
    person = {"staff_id": shop.people["advisor"], "name": "advisor", "role": "advisor"}
    there = Actor(group_id=shop.group_id, store_id=shop.stores[1], door="server", role="server")
    assert (await shop.run(there, "staff.put", **person)).outcome == "applied"
    assert person["staff_id"] not in (await shop.fresh())["staff"]
    assert list((await shop.fresh(store=1))["staff"]) == [person["staff_id"]]


async def a_visit_leaves_with_its_car_and_customer_when_nothing_else_keeps_them_there(shop, away):
    ids = await advance_to(shop, "handed_over")
    visit_id = await come_in(shop, ids)
    await shop.pull(away)
    await leave_again(shop, visit_id)
    page = await shop.next_page(away, 5000)
    gone = {kind: set(left) for kind, left in page["gone"].items()}
    assert (gone["visits"], gone["vehicles"], gone["customers"]) == ({visit_id}, {ids.vehicle_id}, {ids.customer_id})
    assert set(held(away)) <= {"staff"}
    home = await shop.fresh()
    assert (ids.vehicle_id in home["vehicles"], ids.customer_id in home["customers"]) == (True, True)


@pytest.mark.parametrize("kept_by", ["another visit", "an appointment", "a proposal"])
async def a_customer_stays_as_long_as_something_in_the_store_names_them(shop, kept_by):
    ids = await advance_to(shop, "handed_over")
    visit_id = await come_in(shop, ids)
    await shop.done("manager", "visit.cancel", store=1, visit_id=visit_id, reason="改天")
    shop.later(days=31)
    if kept_by == "another visit":
        await come_in(shop, ids)
    elif kept_by == "an appointment":
        booked = {"appointment_id": uuid7(), "customer_id": ids.customer_id, "at": shop.now, "work": "保养"}
        await shop.done("manager", "appointment.book", store=1, **booked)
    else:
        await shop.do(
            "manager", "customer.register", store=1, customer_id=uuid7(), name="李娜", phones=[{"number": ids.phone}]
        )
        assert await shop.rows("merge_proposals", store=1)
    await sweep(shop.db, shop.bus)
    rows = await shop.fresh(store=1)
    assert visit_id not in rows.get("visits", {})
    assert ids.customer_id in rows["customers"]
    assert (ids.vehicle_id in rows.get("vehicles", {})) == (kept_by == "another visit")


async def an_owner_stays_with_a_car_that_stays(shop):
    ids = await advance_to(shop, "handed_over")
    visit_id = await come_in(shop, ids)
    await car(shop, store=1, role="manager", plate="川B55555", owner_id=ids.customer_id)
    await leave_again(shop, visit_id)
    rows = await shop.fresh(store=1)
    assert ids.customer_id in rows["customers"]
    assert ids.vehicle_id not in rows["vehicles"]


async def a_car_of_two_visits_leaves_with_the_second(shop, away):
    ids = await advance_to(shop, "handed_over")
    for _ in range(2):
        visit_id = await come_in(shop, ids)
        await shop.done("manager", "visit.cancel", store=1, visit_id=visit_id, reason="改天")
    await shop.pull(away)
    shop.later(days=31)
    await sweep(shop.db, shop.bus)
    while (await shop.next_page(away, 1))["more"]:
        named = {visit["vehicle_id"] for visit in away.rows["visits"].values()}
        assert named <= set(away.rows["vehicles"])
    assert set(held(away)) <= {"staff"}


async def a_car_that_comes_again_enters_the_store_anew(shop, away):
    ids = await advance_to(shop, "handed_over")
    await shop.pull(away)
    await leave_again(shop, await come_in(shop, ids))
    await shop.pull(away)
    again = await come_in(shop, ids)
    page = await shop.next_page(away, 5000)
    entered = {kind: [row["id"] for row in rows] for kind, rows in page["rows"].items()}
    assert (entered["visits"], entered["vehicles"]) == ([again], [ids.vehicle_id])
    assert entered["customers"] == [ids.customer_id]


async def a_record_of_the_store_itself_never_leaves_it(shop):
    ids = await advance_to(shop, "handed_over")
    shop.later(days=31)
    await sweep(shop.db, shop.bus)
    rows = await shop.fresh()
    assert "visits" not in rows
    assert (ids.vehicle_id in rows["vehicles"], ids.customer_id in rows["customers"]) == (True, True)


async def a_resolved_review_stays_thirty_days_so_that_its_author_sees_what_became_of_it(shop):
    change = {"changes": {"name": {"from": "别人", "to": "王玮"}}}
    outcome, still_open = [
        await shop.do("advisor", "customer.update", customer_id=await registered(shop, name, phones=()), **change)
        for name in ("王伟", "李娜")
    ]
    shop.later(days=31)
    review = await shop.row("reviews", outcome.review)
    await shop.done("advisor", "review.resolve", review_id=review["id"], seen_rev=review["rev"], action="accept_theirs")
    shop.later(days=29)
    await sweep(shop.db, shop.bus)
    assert (await shop.row("reviews", outcome.review))["resolution"] == "accept_theirs"
    shop.later(days=2)
    await sweep(shop.db, shop.bus)
    assert list((await shop.fresh())["reviews"]) == [still_open.review]


async def a_settled_proposal_leaves_after_thirty_days_and_returns_when_it_opens_again(shop):
    phone = "13800138077"
    keep = await registered(shop, phones=(phone,))
    merge = uuid7()
    await shop.do("advisor", "customer.register", customer_id=merge, name="李娜", phones=[{"number": phone}])
    [proposal] = await shop.rows("merge_proposals")
    shop.later(days=31)
    await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merge)
    await sweep(shop.db, shop.bus)
    assert (await shop.row("merge_proposals", proposal["id"]))["state"] == "merged"
    shop.later(days=31)
    await sweep(shop.db, shop.bus)
    assert not await shop.rows("merge_proposals")
    await shop.done("manager", "customer.unmerge", merge_id=merge)
    assert (await shop.row("merge_proposals", proposal["id"]))["state"] == "open"
    shop.later(days=31)
    await sweep(shop.db, shop.bus)
    assert len(await shop.rows("merge_proposals")) == 1


async def a_command_in_the_same_transaction_as_the_sweep_still_finds_the_visit(shop):
    ids = await advance_to(shop, "handed_over")
    shop.later(days=31)
    tablet = await shop.tablet()
    photo = shop.queued(tablet, "photo.add", **examples()["photo.add"] | {"visit_id": ids.id})
    _, answer = await asyncio.gather(
        shop.bus.run(shop.server(), "visit.sweep", {"visit_id": ids.id}), shop.push(tablet, photo)
    )
    assert answer.outcomes[0].outcome == "kept"
    assert "photos" not in await shop.fresh()


async def a_role_that_sees_a_review_may_still_not_resolve_it(shop):
    stray = examples()["repair.advance"] | {"visit_id": uuid7()}
    await shop.refused("technician", "repair.advance", "not_found", **stray)
    [review] = (await shop.fresh(role="technician"))["reviews"].values()
    resolve = {"review_id": review["id"], "seen_rev": review["rev"], "action": "discard", "reason": "不需要"}
    await shop.refused("technician", "review.resolve", "forbidden", **resolve)
