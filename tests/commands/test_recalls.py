"""Recalls: a campaign of the maker is open for a car, and is done."""

from server.domain.ids import uuid7
from tests.commands.examples import examples
from tests.commands.given import car
from tests.visits import check_in

VIN = "LDC613P23A1305189"


async def recalled(shop, vehicle: str, **fields) -> dict:
    """A campaign, as the claims clerk enters it."""
    recall = examples()["vehicle.add_recall"] | {"vehicle_id": vehicle, "recall_id": uuid7()} | fields
    await shop.done("claims", "vehicle.add_recall", **recall)
    return recall


async def recalls(shop, vehicle: str) -> list[dict]:
    return (await shop.row("vehicles", vehicle))["recalls"]


async def a_recall_is_open_until_it_is_done_in_a_visit(shop):
    visit = await check_in(shop)
    recall = await recalled(shop, visit.vehicle_id)
    [row] = await recalls(shop, visit.vehicle_id)
    assert (row["id"], row["code"], row["title"]) == (recall["recall_id"], recall["code"], recall["title"])
    assert (row["action"], row["done_at"], row["done_in"]) == (recall["action"], None, None)
    done = {"vehicle_id": visit.vehicle_id, "recall_id": recall["recall_id"], "visit_id": visit.id}
    for role in ("claims", "advisor"):
        await shop.done(role, "vehicle.close_recall", **done)
    [row] = await recalls(shop, visit.vehicle_id)
    assert (row["done_at"] is not None, row["done_in"]) == (True, visit.id)


async def a_recall_that_was_done_elsewhere_names_no_visit(shop):
    vehicle, _ = await car(shop, vin=VIN)
    recall = await recalled(shop, vehicle)
    await shop.done("claims", "vehicle.close_recall", vehicle_id=vehicle, recall_id=recall["recall_id"])
    [row] = await recalls(shop, vehicle)
    assert (row["done_at"] is not None, row["done_in"]) == (True, None)


async def a_recall_that_came_twice_stands_once(shop):
    vehicle, _ = await car(shop, vin=VIN)
    recall = await recalled(shop, vehicle)
    await shop.done("advisor", "vehicle.add_recall", **recall)
    why = await shop.refused("claims", "vehicle.add_recall", "id_taken", **recall | {"title": "安全气囊"})
    assert why.facts == {"fields": ["title"]}
    assert len(await recalls(shop, vehicle)) == 1


async def a_campaign_that_another_tablet_entered_first_is_not_doubled(shop):
    vehicle, _ = await car(shop, vin=VIN)
    recall = await recalled(shop, vehicle)
    for fields in ({}, {"action": None}):
        outcome = await shop.merged("advisor", "vehicle.add_recall", None, **recall | {"recall_id": uuid7()} | fields)
        assert [(m["field"], m["result"]) for m in outcome.merged] == [("recall_id", recall["recall_id"])]
    assert len(await recalls(shop, vehicle)) == 1


async def test_other_words_for_an_open_campaign_go_to_review(shop):
    vehicle, _ = await car(shop, vin=VIN)
    recall = await recalled(shop, vehicle)
    other = recall | {"recall_id": uuid7(), "title": "高压油泵泄漏"}
    outcome = await shop.merged("advisor", "vehicle.add_recall", "value_conflict", **other)
    assert [row["title"] for row in await recalls(shop, vehicle)] == [recall["title"]]
    await shop.done("manager", "review.resolve", review_id=outcome.review, seen_rev=1, action="accept_mine")
    [row] = await recalls(shop, vehicle)
    assert (row["id"], row["title"]) == (recall["recall_id"], "高压油泵泄漏")


async def a_campaign_that_was_done_may_be_opened_again(shop):
    vehicle, _ = await car(shop, vin=VIN)
    recall = await recalled(shop, vehicle)
    await shop.done("claims", "vehicle.close_recall", vehicle_id=vehicle, recall_id=recall["recall_id"])
    await recalled(shop, vehicle)
    assert [row["done_at"] is None for row in await recalls(shop, vehicle)] == [False, True]


async def test_of_two_visits_that_did_a_recall_the_first_stands(shop):
    visit, other = await check_in(shop), await check_in(shop)
    recall = await recalled(shop, visit.vehicle_id)
    done = {"vehicle_id": visit.vehicle_id, "recall_id": recall["recall_id"]}
    await shop.done("advisor", "vehicle.close_recall", **done, visit_id=visit.id)
    await shop.done("claims", "vehicle.close_recall", **done)
    outcome = await shop.merged("claims", "vehicle.close_recall", "value_conflict", **done, visit_id=other.id)
    assert (await recalls(shop, visit.vehicle_id))[0]["done_in"] == visit.id
    await shop.done("manager", "review.resolve", review_id=outcome.review, seen_rev=1, action="accept_mine")
    assert (await recalls(shop, visit.vehicle_id))[0]["done_in"] == other.id


async def a_recall_that_nobody_entered_cannot_be_done(shop):
    vehicle, _ = await car(shop, vin=VIN)
    unknown = {"vehicle_id": vehicle, "recall_id": uuid7()}
    why = await shop.refused("claims", "vehicle.close_recall", "not_found", **unknown)
    assert (why.subject.type, why.subject.id) == ("recalls", unknown["recall_id"])


async def the_recalls_of_two_records_of_a_car_come_together(shop):
    (keep, _), (other, _) = await car(shop, vin=VIN), await car(shop, plate="川A12345")
    both = [await recalled(shop, vehicle, code=code) for vehicle, code in ((keep, "S1"), (other, "S2"))]
    await shop.done("manager", "vehicle.merge", keep_id=keep, merge_id=other)
    assert [row["id"] for row in await recalls(shop, keep)] == [recall["recall_id"] for recall in both]
    await shop.done("claims", "vehicle.close_recall", vehicle_id=other, recall_id=both[1]["recall_id"])
    assert [row["done_at"] is None for row in await recalls(shop, keep)] == [True, False]
