"""What is told at its time: the survey and its one reminder, appointments and the day before them."""

from datetime import datetime, timedelta

import msgspec
import pytest

from server.delivery import worker
from server.domain.ids import uuid7
from tests.delivery.conftest import working
from tests.delivery.services import MoodyService
from tests.delivery.test_rules import allowing, message, subscribe, texts
from tests.visits import check_in, ready_visit

STARS = {"speed": 5, "quality": 5, "price": 4, "courtesy": 5, "recommend": 9}


@pytest.fixture
def texting(settings):
    """Settings with text messages that go to a file."""
    return msgspec.structs.replace(settings, sms_provider="file")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The worker looks often."""
    monkeypatch.setattr(worker, "POLL", 0.05)


async def handed_over(shop, outbox):
    """A visit whose car has just left; what was told before is forgotten."""
    visit = await ready_visit(shop)
    await outbox.empty()
    await shop.given("manager", "handover.release", visit_id=visit.id, reason="key_drop", note="钥匙投箱")
    await outbox.empty("seal")
    return visit


async def book(shop, customer_id, at, role="manager"):
    """An appointment; its id."""
    appointment_id = uuid7()
    fields = {"appointment_id": appointment_id, "customer_id": customer_id, "at": at, "work": "保养"}
    await shop.given(role, "appointment.book", **fields)
    return appointment_id


async def due(shop, event):
    """When the waiting promise of an event comes up."""
    async with shop.db.read() as tx:
        [rows] = await tx.run(("SELECT due_at FROM outbox WHERE topic = ? AND state = 'waiting'", (event,)))
    return [row[0] for row in rows]


async def a_survey_is_asked_for_at_once_and_once_more_after_two_days(shop, texting, outbox):
    await handed_over(shop, outbox)
    async with working(shop, texting):
        await outbox.left(waiting=1)
        assert [text["topic"] for text in texts(texting)] == ["survey"]
        assert await due(shop, "survey_reminder") == [shop.now + timedelta(hours=48)]
        shop.later(hours=47)
        assert await outbox.left(waiting=1)
        shop.later(hours=1, minutes=1)
        await outbox.left(waiting=0)
    assert [text["topic"] for text in texts(texting)] == ["survey", "survey_reminder"]
    assert (await message(shop, "survey_reminder"))["state"] == "sent"


async def an_answered_survey_is_not_asked_for_again(shop, texting, outbox):
    visit = await handed_over(shop, outbox)
    async with working(shop, texting):
        await outbox.left(waiting=1)
        await shop.run(shop.link(visit.id), "survey.answer", visit_id=visit.id, survey_id=uuid7(), **STARS)
        shop.later(hours=49)
        await outbox.left(waiting=0)
    assert [text["topic"] for text in texts(texting)] == ["survey"]
    assert (await message(shop, "survey_reminder"))["why"] == "already_answered"


async def a_browser_is_asked_for_the_survey_beside_the_visits_own_notification(shop, settings, outbox, service):
    settings = msgspec.structs.replace(settings, push_allow_hosts=service.host)
    from server.delivery.key import vapid

    browser = await service.subscribe(vapid(settings).public)
    visit = await handed_over(shop, outbox)
    await shop.given("manager", "push.subscribe", visit_id=visit.id, endpoint=browser["endpoint"], keys=browser["keys"])
    async with working(shop, settings):
        await outbox.left(waiting=1)
    by_event = {one["event"]: one for one in await service.received(browser)}
    assert set(by_event) == {"stage", "survey"}
    assert by_event["survey"]["tag"] == by_event["stage"]["tag"] + ":survey"
    assert by_event["survey"]["actions"] == [{"action": "see", "title": "去评价"}]


async def an_appointment_is_confirmed_and_remembered_the_day_before_at_ten(shop, texting, outbox):
    visit = await check_in(shop)
    await outbox.empty()
    at = datetime.fromisoformat("2026-11-25T07:30:00Z")  # 15:30 at the store
    await book(shop, visit.customer_id, at)
    async with working(shop, texting):
        await outbox.left(waiting=1)
        assert await due(shop, "appointment_reminder") == [datetime.fromisoformat("2026-11-24T02:00:00Z")]
        [confirmed] = texts(texting)
        assert "预约已确认：11月25日 15:30 到店，保养。" in confirmed["words"]
        shop.now = datetime.fromisoformat("2026-11-24T02:00:01Z")
        await outbox.left(waiting=0)
    assert "提醒您：明天 15:30 到店，保养。" in texts(texting)[1]["words"]
    assert (await message(shop, "appointment_reminder"))["state"] == "sent"


async def a_moved_appointment_is_told_anew_and_remembered_once(shop, texting, outbox):
    visit = await check_in(shop)
    await outbox.empty()
    first, second = (datetime.fromisoformat(f"2026-11-{day}T07:30:00Z") for day in (28, 25))
    appointment_id = await book(shop, visit.customer_id, first)
    async with working(shop, texting):
        await outbox.left(waiting=1)
        moved = {"from": first, "to": second}
        await shop.given("manager", "appointment.move", appointment_id=appointment_id, at=moved)
        rows = await outbox.left(waiting=1)
        assert await due(shop, "appointment_reminder") == [datetime.fromisoformat("2026-11-24T02:00:00Z")]
        assert [row[1] for row in rows].count("not_sent: newer") == 1
    assert [text["topic"] for text in texts(texting)] == ["appointment", "appointment"]


async def a_cancelled_appointment_is_not_remembered(shop, texting, outbox):
    visit = await check_in(shop)
    await outbox.empty()
    appointment_id = await book(shop, visit.customer_id, datetime.fromisoformat("2026-11-25T07:30:00Z"))
    async with working(shop, texting):
        await outbox.left(waiting=1)
        await shop.given("manager", "appointment.cancel", appointment_id=appointment_id, reason="不来了")
        await outbox.left(waiting=0)
    assert [text["words"].split("】")[1] for text in texts(texting)][1].startswith("您 11月25日 15:30 的预约已取消。")
    assert (await message(shop, "appointment_reminder"))["why"] == "cancelled"


async def an_appointment_for_today_is_not_remembered(shop, texting, outbox):
    visit = await check_in(shop)
    await outbox.empty()
    await book(shop, visit.customer_id, shop.now + timedelta(hours=5))
    async with working(shop, texting):
        await outbox.left(waiting=0)
    assert [text["topic"] for text in texts(texting)] == ["appointment"]
    assert (await message(shop, "appointment_reminder"))["why"] == "newer"


async def an_appointment_is_told_to_the_browser_of_the_customers_last_visit(shop, settings, outbox):
    visit = await check_in(shop)
    async with MoodyService() as service:
        await subscribe(shop, visit, service)
        await outbox.empty()
        await book(shop, visit.customer_id, shop.now + timedelta(days=3))
        async with working(shop, allowing(settings, service)):
            await outbox.left(waiting=1)
        assert len(service.requests) == 1
    told = await message(shop, "appointment")
    assert (told["channel"], told["visit_id"]) == ("push", None)
    await shop.run(shop.link(visit.id), "push.acknowledge", message_id=told["id"])
    assert (await message(shop, "appointment"))["state"] == "seen"


async def an_answer_to_a_question_is_told_in_its_own_words(shop, texting, outbox):
    visit = await check_in(shop)
    question = uuid7()
    await shop.run(shop.link(visit.id), "estimate.ask", visit_id=visit.id, question_id=question, text="多久好？")
    await outbox.empty()
    await shop.given("manager", "estimate.answer", visit_id=visit.id, question_id=question, text="两小时左右")
    async with working(shop, texting):
        await outbox.left(waiting=0)
    [text] = texts(texting)
    assert "门店回复：两小时左右" in text["words"]
