import time
from datetime import timedelta

import msgspec
import pytest

from server.delivery import worker
from server.delivery.key import vapid
from server.domain.ids import uuid7
from server.domain.tokens import is_genuine, visit_of
from tests.delivery.conftest import working
from tests.delivery.services import MoodyService
from tests.visits import check_in, estimated, move


def allowing(settings, *hosts):
    """The settings, with these hosts allowed."""
    return msgspec.structs.replace(settings, push_allow_hosts=", ".join(hosts))


async def subscribe(shop, visit, subscription):
    """The browser asks to be told about the visit."""
    fields = {"visit_id": visit.id, "endpoint": subscription["endpoint"], "keys": subscription["keys"]}
    await shop.done("manager", "push.subscribe", **fields)


async def tell(shop, visit, outbox):
    """Something happens that the customer is told; earlier promises are forgotten."""
    await outbox.empty()
    technician = {"from": None, "to": shop.people["technician"]}
    await shop.given("manager", "visit.assign", visit_id=visit.id, technician_id=technician)


async def a_subscribed_browser_reads_the_new_step_and_the_time(shop, settings, outbox, service):
    settings = allowing(settings, service.host)
    browser = await service.subscribe(vapid(settings).public)
    visit = await check_in(shop)
    await subscribe(shop, visit, browser)
    ready_at = shop.now.replace(hour=8, minute=30)
    await outbox.empty()
    async with working(shop, settings):
        await shop.given("manager", "visit.promise", visit_id=visit.id, ready_at={"from": None, "to": ready_at})
        await outbox.settled()
    [message] = await service.received(browser)
    number = (await shop.row("visits", visit.id))["number"]
    url = message.pop("url")
    [row] = await shop.rows("messages")
    assert (row["state"], row["channel"], row["event"]) == ("sent", "push", "promise")
    assert message == {
        "message_id": row["id"], "expires_at": "2026-11-22T01:02:03Z", "language": "zh",
        "actions": [{"action": "see", "title": "查看"}],
        "title": "锦程门店 · 帕萨特", "body": "我们已接到您的车，预计 16:30 可取", "tag": number, "event": "promise",
        "stage": "checked_in", "visit_number": number, "silent": False,
    }  # fmt: skip
    token = url.removeprefix("https://shop.example/c/")
    assert visit_of(token) == visit.id
    assert is_genuine(settings.secret, token, 1)


async def a_message_leaves_within_a_moment_of_its_commit(shop, settings, outbox):
    visit = await check_in(shop)
    async with MoodyService() as service:
        await subscribe(shop, visit, service.subscription())
        async with working(shop, allowing(settings, service.host)):
            await tell(shop, visit, outbox)
            begun = time.monotonic()
            await outbox.settled()
        assert time.monotonic() - begun < 0.8
    [request] = service.requests
    assert request.headers["Content-Encoding"] == "aes128gcm"
    assert int(request.headers["TTL"]) > 0
    assert request.headers["Urgency"] == "normal"
    assert len(request.headers["Topic"]) == 32
    assert request.headers["Authorization"].startswith("vapid t=")


async def an_estimate_asks_for_decisions_at_once(shop, settings, outbox, service):
    settings = allowing(settings, service.host)
    browser = await service.subscribe(vapid(settings).public)
    visit = await estimated(shop)
    await subscribe(shop, visit, browser)
    async with working(shop, settings):
        await outbox.settled()
    asked = [m for m in await service.received(browser) if m["stage"] == "awaiting_approval"]
    assert {message["body"] for message in asked} == {"有 3 项需要您确认。合计 ¥1,039"}


async def a_browser_that_is_gone_is_not_told_again(shop, settings, outbox, service):
    settings = allowing(settings, service.host)
    browser = await service.subscribe(vapid(settings).public)
    visit = await check_in(shop)
    await subscribe(shop, visit, browser)
    await service.expire(browser)
    async with working(shop, settings):
        await tell(shop, visit, outbox)
        [(_, note, _)] = await outbox.settled()
        assert note == "not_sent: nobody_subscribed"
        await move(shop, visit, "assigned", "diagnosing")
        rows = await outbox.settled()
    assert rows[-1] == ("sent", "not_sent: nobody_subscribed", 0)


async def a_push_service_that_fails_is_asked_again_later(shop, settings, outbox):
    visit = await check_in(shop)
    async with MoodyService(500, 429) as service:
        await subscribe(shop, visit, service.subscription())
        async with working(shop, allowing(settings, service.host)):
            await tell(shop, visit, outbox)
            for attempts in (1, 2):
                await outbox.tried(attempts)
                shop.later(minutes=1)
            assert await outbox.settled() == [("sent", None, 3)]
        assert len(service.requests) == 3


async def a_message_that_never_gets_through_is_given_up(shop, settings, outbox, monkeypatch):
    monkeypatch.setattr(worker, "POLL", 0.05)
    visit = await check_in(shop)
    async with MoodyService(*[503] * 20) as service:
        await subscribe(shop, visit, service.subscription())
        async with working(shop, allowing(settings, service.host)):
            await tell(shop, visit, outbox)
            for attempts in range(1, 9):
                await outbox.tried(attempts)
                shop.later(hours=2)
            assert await outbox.settled(state="dead") == [("dead", "push_service: 503", 8)]


async def a_retry_tells_only_those_who_were_not_told(shop, settings, outbox):
    visit = await check_in(shop)
    async with MoodyService() as good, MoodyService(500) as bad:
        await subscribe(shop, visit, good.subscription())
        await subscribe(shop, visit, bad.subscription())
        async with working(shop, allowing(settings, good.host, bad.host)):
            await tell(shop, visit, outbox)
            await outbox.tried(1)
            shop.later(minutes=1)
            await outbox.settled()
    assert (len(good.requests), len(bad.requests)) == (1, 2)


async def a_withdrawn_consent_silences_until_a_grant_lifts_it(shop, settings, outbox):
    visit = await check_in(shop)
    withdrawal = uuid7()
    said = {"customer_id": visit.customer_id, "purpose": "service_messages", "channel": "any", "source": "page"}
    async with MoodyService() as service:
        await subscribe(shop, visit, service.subscription())
        await shop.do("manager", "customer.set_consent", withdrawal, **said, decision="withdrawn", decided_at=shop.now)
        async with working(shop, allowing(settings, service.host)):
            await tell(shop, visit, outbox)
            assert await outbox.settled() == [("sent", "not_sent: consent_withdrawn", 1)]
            lift = said | {"decision": "granted", "decided_at": shop.now, "lifts": [withdrawal]}
            await shop.given("manager", "customer.set_consent", **lift)
            await move(shop, visit, "assigned", "diagnosing")
            await outbox.settled()
    assert len(service.requests) == 1


async def a_closed_link_silences(shop, settings, outbox):
    visit = await check_in(shop)
    async with MoodyService() as service:
        await subscribe(shop, visit, service.subscription())
        shop.later(days=91)
        async with working(shop, allowing(settings, service.host)):
            await tell(shop, visit, outbox)
            assert await outbox.settled() == [("sent", "not_sent: link_closed", 1)]
    assert service.requests == []


@pytest.mark.parametrize(
    ("endpoint", "note"),
    [
        ("http://push.example.com/a", "endpoint_not_https"),
        ("https://127.0.0.1/a", "endpoint_not_public"),
        ("https://[::ffff:10.0.0.1]/a", "endpoint_not_public"),
        ("https://169.254.169.254/latest", "endpoint_not_public"),
        ("https://localhost/a", "endpoint_not_public"),
        ("https://2130706433/a", "bad_endpoint"),
        ("https://127.1/a", "bad_endpoint"),
        ("https://user@push.example.com/a", "endpoint_not_https"),
    ],
)
async def an_address_inside_the_house_is_never_asked(shop, settings, outbox, endpoint, note):
    visit = await check_in(shop)
    keys = MoodyService.keys()
    await subscribe(shop, visit, {"endpoint": endpoint, "keys": keys})
    async with working(shop, settings):
        await tell(shop, visit, outbox)
        assert await outbox.settled() == [("sent", "not_sent: refused", 1)]
    [message] = await shop.rows("messages")
    assert (message["state"], message["why"]) == ("not_sent", "refused")
    assert [tried["why"] for tried in message["attempts"]] == [note]


async def a_redirect_is_not_followed(shop, settings, outbox):
    visit = await check_in(shop)
    async with MoodyService(307) as service:
        await subscribe(shop, visit, service.subscription())
        async with working(shop, allowing(settings, service.host)):
            await tell(shop, visit, outbox)
            assert await outbox.settled() == [("sent", "not_sent: refused", 1)]
    assert len(service.requests) == 1


async def the_keys_of_a_broken_subscription_do_no_harm_to_others(shop, settings, outbox):
    visit = await check_in(shop)
    async with MoodyService() as service:
        broken = service.subscription("broken") | {"keys": {"p256dh": "A" * 87, "auth": "A" * 22}}
        await subscribe(shop, visit, broken)
        await subscribe(shop, visit, service.subscription("whole"))
        async with working(shop, allowing(settings, service.host)):
            await tell(shop, visit, outbox)
            await outbox.settled()
    assert [request.path for request in service.requests] == ["/whole"]


async def an_old_tablets_messages_collapse_into_one_with_the_latest_state(shop, settings, outbox, service):
    settings = allowing(settings, service.host)
    browser = await service.subscribe(vapid(settings).public)
    visit = await check_in(shop)
    await subscribe(shop, visit, browser)
    await outbox.empty()
    tablet = await shop.tablet()
    then = shop.now
    shop.later(hours=3)
    assign = {"visit_id": visit.id, "technician_id": {"from": None, "to": shop.people["technician"]}}
    start = {"visit_id": visit.id, "stage": {"from": "assigned", "to": "diagnosing"}}
    await shop.push(tablet, shop.queued(tablet, "visit.assign", issued_at=then, **assign))
    await shop.push(tablet, shop.queued(tablet, "repair.advance", issued_at=then + timedelta(hours=1), **start))
    async with working(shop, settings):
        rows = await outbox.settled()
    assert [row[1] for row in rows] == ["not_sent: newer", None]
    [message] = await service.received(browser)
    assert (message["stage"], message["body"]) == ("diagnosing", "技师正在检查您的车")


async def a_worker_that_stops_finishes_what_it_has_begun(shop, settings, outbox):
    visit = await check_in(shop)
    async with MoodyService() as service:
        service.pause = 0.5
        await subscribe(shop, visit, service.subscription())
        async with working(shop, allowing(settings, service.host)):
            await tell(shop, visit, outbox)
            await service.asked.wait()
    assert await outbox.states() == ["sent"]
