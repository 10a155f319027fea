"""The service worker in a real browser: a message is shown once and acknowledged, one whose time is over is not."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from server.domain.ids import uuid7
from tests.portal.test_in_browser import SUBSCRIBED, address, browser, link, opened, phone, pytestmark

__all__ = ["address", "browser", "phone", "pytestmark"]
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.getRegistration('/c/')
  return (await registration.getNotifications()).map((one) => [one.body, one.actions.map((each) => each.action)])
}"""
CLOSE = """async () => {
  const registration = await navigator.serviceWorker.getRegistration('/c/')
  for (const one of await registration.getNotifications()) one.close()
}"""


async def told(phone, page, address: str):
    """Subscribes the page; gives what delivers a push to its worker."""
    await phone.grant_permissions(["notifications"])
    await page.get_by_test_id("c-notify").click()
    await expect(page.locator("#notify.is-told")).to_be_visible(timeout=10_000)
    devtools = await phone.new_cdp_session(page)
    registrations: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(r["registrationId"] for r in event["registrations"]),
    )
    await devtools.send("ServiceWorker.enable")
    await asyncio.sleep(0.5)

    async def deliver(**message: str) -> None:
        push = {"origin": address, "registrationId": registrations[0], "data": json.dumps(message)}
        await devtools.send("ServiceWorker.deliverPushMessage", push)

    return deliver


async def eventually(page, wanted: list) -> None:
    """Waits until exactly these notifications stand on the phone."""
    for _ in range(300):
        if (seen := await page.evaluate(SHOWN)) == wanted:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(seen)


async def a_message_is_shown_once_acknowledged_and_not_shown_when_its_time_is_over(phone, address, shop, visit):
    await phone.add_init_script(SUBSCRIBED)
    page = await opened(phone, address, visit)
    deliver = await told(phone, page, address)
    about = {"url": link(address, visit), "title": "锦程门店", "event": "estimate"}
    later, past = (str(datetime.now(UTC) + timedelta(hours=hours)).replace(" ", "T") for hours in (1, -1))
    first, second = uuid7(), uuid7()
    record = {"customer_id": visit.customer_id, "visit_id": visit.id, "event": "estimate", "state": "sent"}
    await shop.bus.run(
        shop.server(), "message.record", record | {"message_id": first, "promised_at": shop.now.isoformat()}
    )
    once = {"message_id": first, "expires_at": later, "body": "有 3 项需要您确认", "tag": "one"}
    for _ in range(3):
        await deliver(**about, **once)
    await eventually(page, [["有 3 项需要您确认", ["see", "approve"]]])
    await page.evaluate(CLOSE)
    await deliver(**about, **once)
    await deliver(**about, message_id=second, expires_at=past, body="太晚了", tag="two")
    await deliver(**about, body="没有编号", tag="three")
    await eventually(page, [["没有编号", ["see", "approve"]]])
    for _ in range(50):
        message = await shop.row("messages", first)
        if message["state"] == "seen":
            break
        await asyncio.sleep(0.1)
    assert message["state"] == "seen"
    assert [one["result"] for one in message["attempts"]] == ["seen"]
