"""Appointments: asked for, accepted, booked, moved, cancelled."""

import pytest

from server.domain.ids import uuid7
from tests.commands.given import car, registered
from tests.visits import check_in

MONDAY, TUESDAY, FRIDAY = "2026-11-23T01:00:00Z", "2026-11-24T01:00:00Z", "2026-11-27T01:00:00Z"


async def booked(shop, **fields) -> dict:
    """The fields of an appointment that is booked."""
    fields = {"customer_id": await registered(shop), "at": MONDAY, "work": "保养", "note": "要代步车"} | fields
    fields = {"appointment_id": uuid7()} | fields
    await shop.done("crm", "appointment.book", **fields)
    return fields


async def an_appointment_is_booked_once(shop):
    vehicle, _ = await car(shop, plate="川A12345")
    fields = await booked(shop, vehicle_id=vehicle)
    await shop.done("advisor", "appointment.book", **fields)
    row = await shop.row("appointments", fields["appointment_id"])
    assert (row["status"], row["at"], row["vehicle_id"], row["rev"]) == ("booked", MONDAY, vehicle, 1)
    for name, value in (("work", "事故"), ("at", TUESDAY), ("note", None), ("vehicle_id", None)):
        why = await shop.refused("crm", "appointment.book", "id_taken", **fields | {name: value})
        assert why.facts == {"fields": [name]}


async def an_appointment_of_nobody_is_refused(shop):
    fields = {"appointment_id": uuid7(), "at": MONDAY, "work": "保养"}
    why = await shop.refused("crm", "appointment.book", "not_found", **fields, customer_id=uuid7())
    assert why.subject.type == "customers"
    customer = await registered(shop)
    why = await shop.refused("crm", "appointment.book", "not_found", **fields, customer_id=customer, vehicle_id=uuid7())
    assert why.subject.type == "vehicles"


async def a_customer_expected_at_another_store_is_on_its_tablets(shop):
    customer = await registered(shop)
    vehicle, _ = await car(shop, plate="川A12345")
    fields = {"appointment_id": uuid7(), "customer_id": customer, "vehicle_id": vehicle, "at": MONDAY, "work": "保养"}
    await shop.done("crm", "appointment.book", store=1, **fields)
    assert [row["id"] for row in await shop.rows("customers", store=1)] == [customer]
    assert [row["id"] for row in await shop.rows("vehicles", store=1)] == [vehicle]
    assert not await shop.rows("appointments")


async def a_move_meets_another_move(shop):
    appointment = (await booked(shop))["appointment_id"]
    tuesday, friday = {"from": MONDAY, "to": TUESDAY}, {"from": MONDAY, "to": FRIDAY}
    await shop.done("crm", "appointment.move", appointment_id=appointment, at=tuesday)
    await shop.done("advisor", "appointment.move", appointment_id=appointment, at=tuesday)
    outcome = await shop.merged("advisor", "appointment.move", "value_conflict", appointment_id=appointment, at=friday)
    assert outcome.merged[0]["yours"] == FRIDAY
    assert (await shop.row("appointments", appointment))["at"] == TUESDAY
    await shop.done("manager", "review.resolve", review_id=outcome.review, seen_rev=1, action="accept_mine")
    assert (await shop.row("appointments", appointment))["at"] == FRIDAY


async def an_appointment_is_moved_to_some_time(shop):
    appointment = (await booked(shop))["appointment_id"]
    why = await shop.refused(
        "crm", "appointment.move", "invalid", appointment_id=appointment, at={"from": MONDAY, "to": None}
    )
    assert why.subject.id == "at.to"


async def a_cancelled_appointment_stays_cancelled(shop):
    appointment = (await booked(shop))["appointment_id"]
    await shop.done("crm", "appointment.cancel", appointment_id=appointment, reason="不来了")
    outcome = await shop.do("advisor", "appointment.cancel", appointment_id=appointment, reason="生病")
    assert [field["yours"] for field in outcome.merged] == ["生病"]
    row = await shop.row("appointments", appointment)
    assert (row["status"], row["cancel_reason"], row["rev"]) == ("cancelled", "不来了", 2)


@pytest.mark.parametrize("status", ["booked", "requested"])
async def an_appointment_whose_car_came_is_over(shop, status):
    fields = await (booked(shop) if status == "booked" else requested(shop))
    visit = await check_in(shop, appointment_id=fields["appointment_id"])
    row = await shop.row("appointments", fields["appointment_id"])
    assert (row["status"], row["visit_id"]) == ("arrived", visit.id)
    at = {"from": MONDAY, "to": TUESDAY}
    commands = (
        ("appointment.move", {"at": at}), ("appointment.accept", {}), ("appointment.cancel", {"reason": "不来了"})
    )  # fmt: skip
    for command, rest in commands:
        why = await shop.refused("crm", command, "wrong_stage", appointment_id=fields["appointment_id"], **rest)
        assert why.facts == {"current": "arrived"}


async def a_link_books_for_its_own_customer_and_car_only(shop):
    mine, other = await check_in(shop), await check_in(shop)
    own = {"customer_id": mine.customer_id, "vehicle_id": mine.vehicle_id}
    for ids, word in (
        (own, "applied"),
        (own | {"vehicle_id": None}, "applied"),
        (own | {"vehicle_id": other.vehicle_id}, "rejected"),
        (own | {"customer_id": other.customer_id}, "rejected"),
    ):
        fields = {"appointment_id": uuid7(), "at": MONDAY, "work": "保养", **ids}
        assert (await shop.run(shop.link(mine.id), "appointment.book", **fields)).outcome == word


async def requested(shop, **fields) -> dict:
    """The fields of an appointment that a customer asked for from the page."""
    visit = await check_in(shop)
    fields = {"customer_id": visit.customer_id, "vehicle_id": visit.vehicle_id, "at": MONDAY, "work": "保养"} | fields
    fields = {"appointment_id": uuid7()} | fields
    assert (await shop.run(shop.link(visit.id), "appointment.book", **fields)).outcome == "applied"
    return fields | {"visit": visit.id}


async def status_of(shop, appointment: str) -> tuple[str, str, int]:
    """How an appointment stands: status, time, revision."""
    row = await shop.row("appointments", appointment)
    return row["status"], row["at"], row["rev"]


async def a_request_becomes_a_booking_by_being_accepted(shop):
    asked = (await requested(shop))["appointment_id"]
    assert await status_of(shop, asked) == ("requested", MONDAY, 1)
    await shop.done("advisor", "appointment.accept", appointment_id=asked)
    await shop.done("crm", "appointment.accept", appointment_id=asked)
    assert await status_of(shop, asked) == ("booked", MONDAY, 2)


async def a_request_is_accepted_at_another_time_in_one_step(shop):
    asked = (await requested(shop))["appointment_id"]
    at = {"from": MONDAY, "to": TUESDAY}
    await shop.done("advisor", "appointment.accept", appointment_id=asked, at=at)
    await shop.done("crm", "appointment.accept", appointment_id=asked, at=at)
    assert await status_of(shop, asked) == ("booked", TUESDAY, 2)
    why = await shop.refused(
        "crm", "appointment.accept", "invalid", appointment_id=asked, at={"from": TUESDAY, "to": None}
    )
    assert (why.subject.id, why.facts) == ("at.to", {"problem": "missing"})


async def an_acceptance_meets_a_move_that_came_first(shop):
    asked = (await requested(shop))["appointment_id"]
    await shop.done("crm", "appointment.move", appointment_id=asked, at={"from": MONDAY, "to": TUESDAY})
    assert await status_of(shop, asked) == ("requested", TUESDAY, 2)
    outcome = await shop.merged(
        "advisor", "appointment.accept", "value_conflict", appointment_id=asked, at={"from": MONDAY, "to": FRIDAY}
    )
    assert [(one["field"], one["yours"], one["theirs"]) for one in outcome.merged] == [("at", FRIDAY, TUESDAY)]
    assert await status_of(shop, asked) == ("booked", TUESDAY, 3)
    await shop.done("manager", "review.resolve", review_id=outcome.review, seen_rev=1, action="accept_mine")
    assert await status_of(shop, asked) == ("booked", FRIDAY, 4)


async def a_request_that_was_declined_can_be_neither_accepted_nor_moved(shop):
    asked = (await requested(shop))["appointment_id"]
    await shop.done("crm", "appointment.cancel", appointment_id=asked, reason="那天约满了")
    at = {"from": MONDAY, "to": TUESDAY}
    for command, rest in (
        ("appointment.accept", {}),
        ("appointment.accept", {"at": at}),
        ("appointment.move", {"at": at}),
    ):
        why = await shop.refused("advisor", command, "wrong_stage", appointment_id=asked, **rest)
        assert (why.subject.type, why.facts) == ("appointments", {"current": "cancelled"})
    assert await status_of(shop, asked) == ("cancelled", MONDAY, 2)


async def an_appointment_that_nobody_made_is_neither_accepted_nor_cancelled(shop):
    for command, rest in (("appointment.accept", {}), ("appointment.cancel", {"reason": "不来了"})):
        why = await shop.refused("advisor", command, "not_found", appointment_id=uuid7(), **rest)
        assert why.subject.type == "appointments"


async def the_same_request_twice_is_one_request(shop):
    asked = await requested(shop)
    again = {name: asked[name] for name in ("customer_id", "vehicle_id", "at", "work")} | {"appointment_id": uuid7()}
    link = shop.link(asked["visit"])
    assert (await shop.run(link, "appointment.book", **again)).outcome == "applied"
    assert [row["id"] for row in await shop.rows("appointments")] == [asked["appointment_id"]]
    await shop.done("crm", "appointment.cancel", appointment_id=asked["appointment_id"], reason="那天约满了")
    assert (await shop.run(link, "appointment.book", **again | {"appointment_id": uuid7()})).outcome == "applied"
    assert sorted(row["status"] for row in await shop.rows("appointments")) == ["cancelled", "requested"]


async def a_customer_asks_for_a_time_to_come(shop):
    visit = await check_in(shop)
    fields = {"customer_id": visit.customer_id, "at": "2026-11-20T01:00:00Z", "work": "保养"}
    outcome = await shop.run(shop.link(visit.id), "appointment.book", appointment_id=uuid7(), **fields)
    assert (outcome.outcome, outcome.reason.code, outcome.reason.facts) == ("rejected", "invalid", {"problem": "past"})
    assert not await shop.rows("appointments")


@pytest.mark.parametrize("role", ["technician", "inspector"])
async def a_request_is_accepted_at_the_desk_only(shop, role):
    asked = (await requested(shop))["appointment_id"]
    await shop.refused(role, "appointment.accept", "forbidden", appointment_id=asked)


async def a_customer_does_not_accept_the_own_request(shop):
    asked = await requested(shop)
    outcome = await shop.run(shop.link(asked["visit"]), "appointment.accept", appointment_id=asked["appointment_id"])
    assert (outcome.outcome, outcome.reason.code) == ("rejected", "forbidden")
