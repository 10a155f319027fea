"""The walk-around: readings, concerns, damages; all of them are facts."""

import pytest

from server.domain.ids import uuid7
from tests.commands.examples import examples
from tests.visits import advance_to, check_in


def reading(visit, km=30_000, **fields) -> dict:
    """A walk-around of the visit."""
    return (
        examples()["visit.record_walkaround"] | {"visit_id": visit.id, "odometer_km": km, "correction": None} | fields
    )


async def a_reading_is_kept_and_the_last_one_counts(shop):
    visit = await check_in(shop)
    await shop.done("advisor", "visit.record_walkaround", **reading(visit, 30_010, wash=False))
    second = await shop.done("manager", "visit.record_walkaround", **reading(visit, 30_020))
    row = await shop.row("visits", visit.id)
    assert [r["odometer_km"] for r in row["readings"]] == [30_010, 30_020]
    assert row["walkaround"] == row["readings"][1]
    assert (row["walkaround"]["id"], row["walkaround"]["by"]) == (second.id, shop.people["manager"])
    assert (await shop.row("vehicles", visit.vehicle_id))["odometer_km"] == 30_020


async def a_lower_odometer_is_kept_as_a_reading_and_a_person_may_accept_it(shop):
    visit = await check_in(shop)
    outcome = await shop.kept("advisor", "visit.record_walkaround", "odometer_lower", **reading(visit, 29_000))
    assert outcome.reason.subject.id == visit.vehicle_id
    assert outcome.reason.facts == {"known_km": 30_000, "read_km": 29_000}
    assert (await shop.row("visits", visit.id))["walkaround"]["odometer_km"] == 29_000
    assert (await shop.row("vehicles", visit.vehicle_id))["odometer_km"] == 30_000
    await shop.done("manager", "review.resolve", review_id=outcome.review, seen_rev=1, action="accept_mine")
    assert (await shop.row("vehicles", visit.vehicle_id))["odometer_km"] == 29_000


async def a_lower_odometer_is_not_accepted_over_a_reading_that_nobody_saw(shop):
    visit = await check_in(shop)
    outcome = await shop.kept("advisor", "visit.record_walkaround", "odometer_lower", **reading(visit, 29_000))
    await shop.done("advisor", "visit.record_walkaround", **reading(visit, 31_000))
    accept = {"review_id": outcome.review, "seen_rev": 1, "action": "accept_mine"}
    await shop.kept("manager", "review.resolve", "stale_review", **accept)
    review = await shop.row("reviews", outcome.review)
    assert (review["state"], review["reason"]["facts"]) == ("open", {"known_km": 31_000, "read_km": 29_000})
    await shop.done("manager", "review.resolve", **accept | {"seen_rev": 2})
    assert (await shop.row("vehicles", visit.vehicle_id))["odometer_km"] == 29_000


async def a_correction_lowers_the_odometer_and_says_why(shop):
    visit = await check_in(shop)
    fields = reading(visit, 29_000, correction={"reason": "换过仪表"})
    await shop.done("advisor", "visit.record_walkaround", **fields)
    assert (await shop.row("vehicles", visit.vehicle_id))["odometer_km"] == 29_000
    assert (await shop.row("visits", visit.id))["walkaround"]["correction"] == "换过仪表"


async def a_reading_of_a_car_that_left_is_kept_beside_the_one_that_counted(shop):
    visit = await check_in(shop)
    first = await shop.done("advisor", "visit.record_walkaround", **reading(visit, 30_010))
    await shop.done("advisor", "visit.cancel", visit_id=visit.id, reason="改天再来")
    outcome = await shop.kept("advisor", "visit.record_walkaround", "visit_closed", **reading(visit, 30_020))
    row = await shop.row("visits", visit.id)
    assert [r["id"] for r in row["readings"]] == [first.id, outcome.id]
    assert row["walkaround"]["id"] == first.id


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"odometer_km": -1}, "odometer_km"),
        ({"energy_pct": 101}, "energy_pct"),
        ({"old_parts": "sell"}, "old_parts"),
        ({"wash": None}, "wash"),
        ({"belongings": [""]}, "belongings[0]"),
        ({"correction": {}}, "correction.reason"),
    ],
)
async def a_reading_that_cannot_be_read_is_refused(shop, fields, path):
    visit = await check_in(shop)
    why = await shop.refused("advisor", "visit.record_walkaround", "invalid", **reading(visit) | fields)
    assert why.subject.id == path


async def a_concern_is_appended_once(shop):
    visit = await check_in(shop)
    fields = examples()["visit.add_concern"] | {"visit_id": visit.id}
    for role in ("advisor", "manager"):
        await shop.done(role, "visit.add_concern", **fields)
    [concern] = (await shop.row("visits", visit.id))["concerns"]
    assert (concern["id"], concern["words"], concern["condition"]) == (fields["concern_id"], "刹车吱吱响", "冷车")
    for name, value in (("words", "方向盘抖"), ("condition", None), ("frequency", "偶尔")):
        why = await shop.refused("advisor", "visit.add_concern", "id_taken", **fields | {name: value})
        assert why.facts == {"fields": [name]}


async def the_concerns_of_two_tablets_both_stay(shop):
    visit = await check_in(shop)
    for role, words in (("advisor", "刹车吱吱响"), ("manager", "方向盘抖")):
        await shop.done(role, "visit.add_concern", visit_id=visit.id, concern_id=uuid7(), words=words)
    assert [c["words"] for c in (await shop.row("visits", visit.id))["concerns"]] == ["刹车吱吱响", "方向盘抖"]


async def a_damage_is_appended_once(shop):
    visit = await check_in(shop)
    fields = examples()["visit.add_damage"] | {"visit_id": visit.id}
    for role in ("technician", "advisor"):
        await shop.done(role, "visit.add_damage", **fields)
    [damage] = await shop.rows("damages")
    assert (damage["panel"], damage["x"], damage["recorded_by"]) == ("door_fl", 0.25, shop.people["technician"])
    for name, value in (("kind", "dent"), ("x", 0.3), ("photos", []), ("known", True)):
        why = await shop.refused("advisor", "visit.add_damage", "id_taken", **fields | {name: value})
        assert (why.subject.type, why.facts) == ("damages", {"fields": [name]})


async def a_damage_of_a_joined_visit_hangs_on_the_first(shop):
    visit, second = await check_in(shop), uuid7()
    opening = {"vehicle_id": visit.vehicle_id, "customer_id": visit.customer_id, "kind": "repair", "payer": "customer"}
    await shop.merged("advisor", "visit.open", None, visit_id=second, **opening)
    await shop.done("advisor", "visit.add_damage", **examples()["visit.add_damage"] | {"visit_id": second})
    assert [row["visit_id"] for row in await shop.rows("damages")] == [visit.id]


@pytest.mark.parametrize("stage", ["handed_over", "cancelled"])
@pytest.mark.parametrize("command", ["visit.add_concern", "visit.add_damage", "visit.advise", "photo.add"])
async def a_fact_of_a_car_that_left_is_stored_and_reviewed(shop, stage, command):
    visit = await advance_to(shop, stage)
    fields = examples()[command] | {"visit_id": visit.id}
    outcome = await shop.kept("manager", command, "visit_closed", **fields)
    assert (outcome.reason.subject.id, outcome.reason.facts) == (visit.id, {"stage": stage})
    assert (await shop.do("manager", command, **fields)).outcome == "applied"
    assert (await shop.row("visits", visit.id))["stage"] == stage


async def a_place_outside_the_drawing_is_refused(shop):
    visit = await check_in(shop)
    fields = examples()["visit.add_damage"] | {"visit_id": visit.id}
    for name, value in (("x", 1.1), ("y", -0.1), ("photos", ["abc"])):
        why = await shop.refused("advisor", "visit.add_damage", "invalid", **fields | {name: value})
        assert why.subject.id.startswith(name)
