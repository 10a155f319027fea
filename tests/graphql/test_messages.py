"""What a customer was told, over GraphQL: the timeline of a visit and of a customer."""

from server.domain.ids import uuid7
from tests.graphql.door import Asker
from tests.shop import Shop
from tests.visits import check_in

FIELDS = "id event stage state channel why promisedAt attempts { at channel result why }"


async def record(shop: Shop, visit, message_id: str, state: str = "sent", **fields):
    """The worker records a message about the visit."""
    content = {"message_id": message_id, "customer_id": visit.customer_id, "event": "stage", "stage": "checked_in"}
    content |= {"visit_id": visit.id, "promised_at": shop.now, "state": state}
    await shop.serve("message.record", **content | fields)


async def a_visit_says_what_its_customer_was_told_and_what_still_waits(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    [promise] = await shop.promises()
    shop.later(minutes=1)
    technician = {"from": None, "to": shop.people["technician"]}
    await shop.given("manager", "visit.assign", visit_id=visit.id, technician_id=technician)
    tried = {"at": shop.now, "channel": "push", "result": "sent", "why": None}
    await record(shop, visit, promise["id"], channel="push", attempts=[tried])
    found = (await ask.data(f"query($id: UUID!) {{ visit(id: $id) {{ messages {{ {FIELDS} }} }} }}", id=visit.id))[
        "visit"
    ]
    waiting, told = found["messages"]
    assert (told["id"], told["state"], told["channel"], told["event"]) == (promise["id"], "SENT", "PUSH", "STAGE")
    assert [(one["channel"], one["result"]) for one in told["attempts"]] == [("PUSH", "SENT")]
    assert (waiting["state"], waiting["stage"], waiting["attempts"]) == ("WAITING", "ASSIGNED", [])


async def a_customer_has_the_messages_of_visits_and_appointments(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    fields = {"appointment_id": uuid7(), "customer_id": visit.customer_id, "at": "2026-11-25T07:30:00Z", "work": "保养"}
    await shop.given("manager", "appointment.book", **fields)
    asked = f"query($id: UUID!) {{ customer(id: $id) {{ messages(first: 10) {{ {FIELDS} appointmentId }} }} }}"
    found = (await ask.data(asked, id=visit.customer_id))["customer"]["messages"]
    assert [(one["event"], one["state"]) for one in reversed(found)] == [
        ("STAGE", "WAITING"), ("APPOINTMENT", "WAITING"), ("APPOINTMENT_REMINDER", "WAITING"),
    ]  # fmt: skip
    assert {one["appointmentId"] for one in found} == {None, fields["appointment_id"]}


async def a_message_that_was_not_sent_says_why_and_may_be_sent_again(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    [promise] = await shop.promises()
    await record(shop, visit, promise["id"], "not_sent", why="nobody_subscribed")
    again = await shop.do("advisor", "message.send_again", message_id=promise["id"])
    assert again.outcome == "applied"
    first, second = await shop.promises()
    assert (second["message_id"], second["event"], second["visit_id"]) == (first["id"], "stage", visit.id)
    await shop.do("advisor", "message.send_again", message_id=promise["id"])
    assert len(await shop.promises()) == 2
    [row] = await shop.rows("messages")
    assert (row["state"], row["why"]) == ("waiting", None)


async def a_record_does_not_undo_what_was_sent_or_shown(shop: Shop):
    visit = await check_in(shop)
    message_id = uuid7()
    await record(shop, visit, message_id, "sent", channel="push")
    await record(shop, visit, message_id, "not_sent", why="newer")
    assert [row["state"] for row in await shop.rows("messages")] == ["sent"]
    await shop.run(shop.link(visit.id), "push.acknowledge", message_id=message_id)
    await record(shop, visit, message_id, "failed", why="gave_up")
    [row] = await shop.rows("messages")
    assert (row["state"], row["why"], row["channel"]) == ("seen", None, "push")
    assert "reviews" not in await shop.fresh()


async def a_link_acknowledges_only_what_is_told_to_its_own_customer(shop: Shop):
    mine, other = await check_in(shop), await check_in(shop)
    message_id = uuid7()
    await record(shop, other, message_id)
    await shop.run(shop.link(mine.id), "push.acknowledge", message_id=message_id)
    await shop.run(shop.link(mine.id), "push.acknowledge", message_id=uuid7())
    assert [row["state"] for row in await shop.rows("messages")] == ["sent"]
