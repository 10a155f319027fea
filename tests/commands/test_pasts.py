"""What a car's last visit left behind travels with the car."""

from server.domain.ids import uuid7
from tests.commands.signing import signed
from tests.visits import advance_to, check_in, decide, ready_visit


async def last(shop, visit) -> dict | None:
    return (await shop.row("vehicles", visit.vehicle_id))["last"]


async def a_car_that_is_handed_over_knows_what_was_put_off(shop):
    visit, tablet = await ready_visit(shop), await shop.tablet()
    assert await last(shop, visit) is None
    signature = await signed(shop, tablet, visit.id)
    assert (await shop.send(tablet, "handover.sign", **signature)).outcome == "applied"
    left, row = await last(shop, visit), await shop.row("visits", visit.id)
    assert (left["visit_id"], left["number"], left["closed_at"]) == (visit.id, row["number"], row["closed_at"])
    assert [(p["line_id"], p["decision"], p["amount_fen"]) for p in left["put_off"]] == [
        (visit.lines[2], "declined", 9_900)
    ]
    assert left["repaired"] == ["前刹车片", "前刹车片"]


async def a_release_leaves_the_same_and_its_repeat_nothing_new(shop):
    visit = await advance_to(shop, "handed_over")
    left = await last(shop, visit)
    assert [p["line_id"] for p in left["put_off"]] == [visit.lines[2]]
    await shop.done("manager", "handover.release", visit_id=visit.id, reason="key_drop", note="钥匙投递")
    assert await last(shop, visit) == left


async def a_signature_that_is_kept_leaves_nothing(shop):
    visit, tablet = await advance_to(shop, "repairing"), await shop.tablet()
    outcome = await shop.send(tablet, "handover.sign", **await signed(shop, tablet, visit.id))
    assert outcome.outcome == "kept"
    assert await last(shop, visit) is None


async def a_car_that_leaves_without_work_keeps_its_past(shop):
    visit = await advance_to(shop, "handed_over")
    left = await last(shop, visit)
    again = await come_again(shop, visit)
    await shop.done("manager", "visit.cancel", visit_id=again, reason="改天再来")
    assert await last(shop, visit) == left


async def come_again(shop, visit) -> str:
    """The same car comes in once more."""
    again = uuid7()
    came = {"vehicle_id": visit.vehicle_id, "customer_id": visit.customer_id, "kind": "repair", "payer": "customer"}
    await shop.given("manager", "visit.open", visit_id=again, **came)
    return again


async def a_line_that_is_carried_over_names_the_one_that_was_put_off(shop):
    visit = await advance_to(shop, "handed_over")
    again = await come_again(shop, visit)
    line = {"line_id": uuid7(), "kind": "part", "name": "前刹车片", "quantity": "1", "unit": "个"}
    carried = line | {"visit_id": again, "unit_price_fen": 9_900, "carried_from": visit.lines[2]}
    await shop.done("advisor", "estimate.add_line", **carried)
    assert (await shop.row("estimate_lines", line["line_id"]))["carried_from"] == visit.lines[2]
    why = await shop.refused("advisor", "estimate.add_line", "id_taken", **carried | {"carried_from": uuid7()})
    assert why.facts == {"fields": ["carried_from"]}


async def a_decision_that_comes_after_the_handover_changes_no_past(shop):
    visit = await advance_to(shop, "handed_over")
    left = await last(shop, visit)
    assert (await decide(shop, visit, "declined", "declined", "approved")).outcome == "kept"
    assert await last(shop, visit) == left


async def test_of_two_records_of_a_car_the_newest_past_counts_until_they_come_apart(shop):
    first = await advance_to(shop, "handed_over")
    second = await advance_to(shop, "handed_over")
    never = await check_in(shop)
    pasts = [await last(shop, visit) for visit in (first, second, never)]
    for other in (second, never):
        await shop.done("manager", "vehicle.merge", keep_id=first.vehicle_id, merge_id=other.vehicle_id)
        assert (await last(shop, first))["visit_id"] in (first.id, second.id)
    for other in (second, never):
        await shop.done("manager", "vehicle.unmerge", merge_id=other.vehicle_id)
    assert [await last(shop, visit) for visit in (first, second, never)] == pasts
