"""The rules between queue and channel: what happens to a promised message when the customer, or the hour, says no."""

import msgspec
import pytest

from server.delivery import worker
from server.domain.ids import uuid7
from tests.delivery.conftest import working
from tests.delivery.services import MoodyService
from tests.visits import check_in, decide, estimated, ready_visit


@pytest.fixture
def texting(settings):
    """Settings with text messages that go to a file."""
    return msgspec.structs.replace(settings, sms_provider="file")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The worker looks often."""
    monkeypatch.setattr(worker, "POLL", 0.05)


def allowing(settings, service):
    """The settings, with this push service allowed."""
    return msgspec.structs.replace(settings, push_allow_hosts=service.host)


def texts(settings):
    """What the file of text messages holds."""
    path = settings.data / "sms.jsonl"
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()] if path.exists() else []


async def subscribe(shop, visit, service, name="a"):
    """A browser asks to be told."""
    asked = service.subscription(name)
    await shop.given("manager", "push.subscribe", visit_id=visit.id, endpoint=asked["endpoint"], keys=asked["keys"])


async def message(shop, event="stage"):
    """The only message of this event, as tablets see it."""
    [found] = [row for row in await shop.rows("messages") if row["event"] == event]
    return found


async def consent(shop, visit, decision="withdrawn", channel="any", **fields):
    """The customer says yes or no to service messages."""
    said = {"customer_id": visit.customer_id, "purpose": "service_messages", "channel": channel, "source": "page"}
    await shop.given("manager", "customer.set_consent", **said, decision=decision, decided_at=shop.now, **fields)


async def wanting(shop, visit, **wishes):
    """The customer's contact preferences, none of which was set before."""
    changes = {name: {"from": None, "to": value} for name, value in wishes.items()}
    await shop.given("manager", "customer.set_contact", customer_id=visit.customer_id, **changes)


async def complain(shop, visit, about="price"):
    """A complaint is opened."""
    fields = {"complaint_id": uuid7(), "customer_id": visit.customer_id, "visit_id": visit.id, "about": about}
    await shop.given("manager", "complaint.open", **fields, text="太贵了")


async def present_again(shop, visit, outbox):
    """Only what asks the customer to decide is promised: the stage that waits for approval."""
    async with shop.db.write() as tx:
        await tx.run(("DELETE FROM outbox WHERE topic <> 'awaiting_approval'", ()))


async def a_withdrawal_between_queue_and_send_stops_the_message(shop, texting, outbox):
    visit = await check_in(shop)
    async with MoodyService() as service:
        await subscribe(shop, visit, service)
        await move_on(shop, visit)
        await consent(shop, visit)
        async with working(shop, allowing(texting, service)):
            rows = await outbox.settled()
    assert {row[1] for row in rows} == {"not_sent: consent_withdrawn"}
    assert service.requests == []
    assert texts(texting) == []
    assert {(row["state"], row["why"]) for row in await shop.rows("messages")} == {("not_sent", "consent_withdrawn")}


async def a_withdrawal_while_a_message_waits_for_another_try_stops_it(shop, settings, outbox):
    visit = await check_in(shop)
    async with MoodyService(503) as service:
        await subscribe(shop, visit, service)
        async with working(shop, allowing(settings, service)):
            await outbox.tried(1)
            await consent(shop, visit, channel="push")
            shop.later(minutes=1)
            assert [row[1] for row in await outbox.settled()] == ["not_sent: consent_withdrawn"]
    assert len(service.requests) == 1
    told = await message(shop)
    assert (told["state"], told["why"]) == ("not_sent", "consent_withdrawn")
    assert [(one["result"], one["why"]) for one in told["attempts"]] == [
        ("failed", "push_service: 503"), ("skipped", "consent_withdrawn"),
    ]  # fmt: skip


async def move_on(shop, visit):
    """The visit goes one step on."""
    technician = {"from": None, "to": shop.people["technician"]}
    await shop.given("manager", "visit.assign", visit_id=visit.id, technician_id=technician)


async def an_urgent_message_that_no_browser_takes_goes_by_text_at_once(shop, texting, outbox):
    visit = await estimated(shop)
    await present_again(shop, visit, outbox)
    async with working(shop, texting):
        await outbox.settled()
    [text] = texts(texting)
    told = await message(shop)
    assert (text["out_id"], text["topic"], text["phone"]) == (told["id"], "awaiting_approval", visit.phone)
    assert text["words"].startswith("【锦程门店】有 3 项需要您确认。合计 ¥1,039 https://shop.example/c/")
    assert (told["state"], told["channel"]) == ("sent", "sms")
    assert [(one["channel"], one["result"], one["why"]) for one in told["attempts"]] == [
        ("push", "skipped", "nobody_subscribed"), ("sms", "sent", None),
    ]  # fmt: skip


async def a_push_that_no_phone_has_shown_is_followed_by_a_text_message(shop, texting, outbox):
    visit = await estimated(shop)
    await present_again(shop, visit, outbox)
    async with MoodyService() as service:
        await subscribe(shop, visit, service)
        async with working(shop, allowing(texting, service)):
            await outbox.tried(1)
            assert texts(texting) == []
            assert (await message(shop))["channel"] == "push"
            shop.later(minutes=10)
            await outbox.settled()
    [request] = service.requests
    assert (request.headers["Urgency"], request.headers["TTL"]) == ("high", "600")
    assert [text["topic"] for text in texts(texting)] == ["awaiting_approval"]
    told = await message(shop)
    assert (told["state"], told["channel"]) == ("sent", "sms")


async def a_push_that_the_phone_has_shown_is_followed_by_nothing(shop, texting, outbox):
    visit = await estimated(shop)
    await present_again(shop, visit, outbox)
    async with MoodyService() as service:
        await subscribe(shop, visit, service)
        async with working(shop, allowing(texting, service)):
            await outbox.tried(1)
            told = await message(shop)
            await shop.run(shop.link(visit.id), "push.acknowledge", message_id=told["id"])
            shop.later(minutes=10)
            await outbox.settled()
    assert texts(texting) == []
    assert ((await message(shop))["state"], len(service.requests)) == ("seen", 1)


async def a_decision_made_meanwhile_is_not_asked_for_by_text(shop, texting, outbox):
    visit = await estimated(shop)
    await present_again(shop, visit, outbox)
    async with MoodyService() as service:
        await subscribe(shop, visit, service)
        async with working(shop, allowing(texting, service)):
            await outbox.tried(1)
            await decide(shop, visit, "approved", "approved", "declined")
            shop.later(minutes=10)
            assert (await outbox.settled())[0][1] == "not_sent: already_answered"
    assert texts(texting) == []
    assert (await message(shop))["state"] == "sent"


async def a_text_message_waits_for_the_morning_and_a_push_comes_without_a_sound(shop, texting, outbox, service):
    visit = await estimated(shop)
    await present_again(shop, visit, outbox)
    shop.later(hours=13)  # 22:02 at the store
    async with working(shop, texting):
        await outbox.tried(1)
        told = await message(shop)
        assert (told["state"], told["why"], texts(texting)) == ("waiting", "quiet_hours", [])
        shop.later(hours=9, minutes=57)
        assert texts(texting) == []
        shop.later(minutes=2)
        await outbox.settled()
    assert len(texts(texting)) == 1


async def a_customers_own_quiet_hours_and_language_count(shop, texting, outbox):
    visit = await estimated(shop)
    await present_again(shop, visit, outbox)
    await wanting(shop, visit, quiet={"start": "08:00", "end": "10:00"}, language="en", channels=["sms"])
    async with working(shop, texting):
        await outbox.tried(1)
        assert texts(texting) == []
        shop.later(hours=1)
        await outbox.settled()
    [text] = texts(texting)
    assert "3 items need your decision. Total ¥1,039" in text["words"]


async def an_open_complaint_lets_only_through_what_the_customer_waits_for(shop, texting, outbox):
    visit = await ready_visit(shop)
    await complain(shop, visit)
    async with MoodyService() as service:
        await subscribe(shop, visit, service)
        async with working(shop, allowing(texting, service)):
            await outbox.left(waiting=1)
    by_stage = {row["stage"]: row["why"] for row in await shop.rows("messages")}
    assert by_stage["repairing"] == "complaint_open"
    assert by_stage["ready"] is None


async def forgotten(shop):
    """The worker died after it had recorded the message, before it wrote to the outbox: its claim is all there is."""
    claimed = """UPDATE outbox SET state = 'waiting', due_at = created_at, payload = '{"event":"stage","stage":"%s"}'
        WHERE topic = ?"""
    async with shop.db.write() as tx:
        [rows] = await tx.run(("SELECT DISTINCT topic FROM outbox", ()))
        await tx.run(*((claimed % topic, (topic,)) for (topic,) in rows))


async def a_message_that_a_dead_worker_has_sent_and_recorded_is_not_sent_again(shop, settings, outbox):
    visit = await check_in(shop)
    async with MoodyService() as service:
        await subscribe(shop, visit, service)
        async with working(shop, allowing(settings, service)):
            await outbox.settled()
            await forgotten(shop)
            assert await outbox.settled() == [("sent", None, 2)]
        assert len(service.requests) == 1


async def a_text_message_follows_also_when_the_worker_that_pushed_died(shop, texting, outbox):
    visit = await estimated(shop)
    await present_again(shop, visit, outbox)
    async with MoodyService() as service:
        await subscribe(shop, visit, service)
        async with working(shop, allowing(texting, service)):
            await outbox.tried(1)
        await forgotten(shop)
        async with working(shop, allowing(texting, service)):
            await outbox.tried(2)
            assert texts(texting) == []
            shop.later(minutes=11)
            await outbox.settled()
        assert (len(service.requests), len(texts(texting))) == (1, 1)
