"""A push that Chromium delivers becomes one notification with actions; touching it leads to the decision."""

import json
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Worker, expect

from server.domain.ids import uuid7
from tests.browser.chromium import HABITS
from tests.browser.elsewhere import awaiting_approval
from tests.browser.office import Office
from tests.browser.tablet import until
from tests.browser.test_customer_page import PHONE, SUBSCRIBED, opened
from tests.running import OutsideTablet, Running

SHOWN = """async () => (await self.registration.getNotifications())
  .map(({ title, actions }) => [title, actions.map(({ action }) => action)])"""
TOUCHED = """async (action) => {
  const focus = WindowClient.prototype.focus
  WindowClient.prototype.focus = function () {
    self.toTheFront = this.url
    return focus.call(this).catch(() => this)
  }
  const [notification] = await self.registration.getNotifications()
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification, action }))
}"""
"""A finger on the notification. Without a desktop no click is a person's, so Chromium refuses the focus that is asked
for: which page asks for it is what can be seen."""
IN_SIGHT = """() => {
  const { top, bottom } = document.getElementById('asks').getBoundingClientRect()
  return top < innerHeight && bottom > 0 && scrollY > 0
}"""


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[BrowserContext]:
    """The customer's phone, turned on its side: the decision does not fit on the first screen."""
    async with await browser.new_context(**(HABITS | PHONE | {"viewport": {"width": 700, "height": 320}})) as context:
        yield context


async def subscribed(phone: BrowserContext, office: Office, shop: Running) -> tuple[Page, Worker]:
    """The page of a visit that waits for a decision, on a phone that is told, and its service worker."""
    visit = awaiting_approval(OutsideTablet(shop), "端木青云", "川A60Q07")
    await phone.grant_permissions(["notifications"], origin=shop.url)
    await phone.add_init_script(SUBSCRIBED)
    page = await opened(phone, office, visit)
    await page.get_by_test_id("c-notify").click()
    await expect(page.locator("#notify.is-told")).to_be_visible()
    await until(lambda: _has_worker(phone), 10)
    return page, phone.service_workers[0]


async def _has_worker(phone: BrowserContext) -> bool:
    return bool(phone.service_workers)


async def deliver(phone: BrowserContext, page: Page, message: dict[str, object], times: int = 1) -> None:
    """Chromium hands the message to the service worker, as a push service would."""
    devtools = await phone.new_cdp_session(page)
    registrations: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(r["registrationId"] for r in event["registrations"]),
    )
    await devtools.send("ServiceWorker.enable")

    async def known() -> bool:
        return bool(registrations)

    await until(known, 10)
    origin = page.url.split("/c/")[0]
    push = {"origin": origin, "registrationId": registrations[0], "data": json.dumps(message)}
    for _ in range(times):
        await devtools.send("ServiceWorker.deliverPushMessage", push)


@pytest.mark.parametrize("action", ["", "see", "approve"])
async def a_notification_with_actions_leads_to_the_decision_on_the_open_page(phone, office, shop, action):
    page, worker = await subscribed(phone, office, shop)
    actions = [{"action": "see", "title": "查看"}, {"action": "approve", "title": "同意"}]
    url = page.url.split("#")[0].split("?")[0]
    message = {
        "message_id": uuid7(), "title": "锦程门店", "body": "有 2 项需要您确认", "url": url, "event": "estimate",
        "actions": actions, "tag": "a", "silent": False, "expires_at": "2099-01-01T00:00:00Z",
    }  # fmt: skip
    await deliver(phone, page, message, times=2)

    async def shown() -> bool:
        return await worker.evaluate(SHOWN) == [["锦程门店", ["see", "approve"]]]

    await until(shown, 10)
    await page.evaluate("scrollTo(0, 0)")
    await worker.evaluate(TOUCHED, action)
    await page.wait_for_function(IN_SIGHT)
    assert await worker.evaluate(SHOWN) == []
    await expect(page.locator("#asks")).to_be_visible()
    assert (await worker.evaluate("self.toTheFront")).split("#")[0] == page.url.split("#")[0]
    assert len(phone.pages) == 1
