"""The customer's page on a phone, with the shop's tablet on the other side."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import HABITS
from tests.browser.conftest import OpenTablet
from tests.browser.elsewhere import Elsewhere, awaiting_approval
from tests.browser.office import Office
from tests.browser.tablet import NARROW, SLOW, until
from tests.running import OutsideTablet, Running

PHONE = {"viewport": dict(zip(("width", "height"), NARROW, strict=True)), "device_scale_factor": 2, "has_touch": True}
SUBSCRIBED = """
PushManager.prototype.subscribe = async () => ({
  endpoint: 'https://push.example/phone',
  toJSON() { return { endpoint: this.endpoint, keys: { p256dh: 'B' + 'a'.repeat(86), auth: 'b'.repeat(22) } } },
})
"""
"""What a browser with a push service would answer; this one has none to subscribe at."""
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.getRegistration('/c/')
  for (let tries = 0; tries < 20; tries++) {
    const [shown] = await registration.getNotifications()
    if (shown) return [shown.title, shown.body]
    await new Promise((done) => setTimeout(done, 50))
  }
  return null
}"""


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[BrowserContext]:
    """The customer's phone; whatever its pages throw fails the test."""
    context = await browser.new_context(**HABITS, **PHONE)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    await context.close()
    assert errors == []


async def opened(context: BrowserContext, office: Office, visit: Elsewhere) -> Page:
    """The page of the visit, by its link, with the digits named."""
    page = await context.new_page()
    await office.shows(page, visit.id)
    return page


async def the_customer_decides_on_the_phone_and_the_tablet_shows_it(
    tablet: OpenTablet, phone: BrowserContext, office: Office, shop: Running
):
    visit = awaiting_approval(OutsideTablet(shop), "令狐春梅", "川A60Q01")
    desk = await tablet("advisor")
    await desk.page.goto(f"/visit/{visit.id}/decision")
    page = await opened(phone, office, visit)
    await expect(page.get_by_test_id("c-sentence")).to_have_text("有 2 项需要您确认")
    await expect(page.get_by_test_id("c-stage-awaiting_approval")).to_have_class("now")
    await expect(page.locator("#asks")).to_contain_text("前制动片磨损到极限")
    photo = page.locator("#asks img").first
    await photo.scroll_into_view_if_needed()
    await expect(photo).to_have_js_property("complete", True)
    assert await photo.evaluate("(image) => image.naturalWidth") == 1280
    for line, decision in zip(visit.lines, ("approved", "declined"), strict=True):
        await page.get_by_test_id(f"c-decide-{line}-{decision}").click()
        await expect(page.locator(f"#line-{line}.{decision}")).to_be_visible()
        shown = desk.get(f"decision-line-{line}")
        await expect(shown).to_have_attribute("data-decision", decision, timeout=SLOW)
    said = {line["id"]: line["decision"] for line in (await office.visit(visit.id))["estimateLines"]}
    assert said == dict(zip(visit.lines, ("APPROVED", "DECLINED"), strict=True))


async def the_sealed_document_can_be_had_from_the_page_after_the_handover(
    phone: BrowserContext, office: Office, shop: Running
):
    visit = awaiting_approval(OutsideTablet(shop), "慕容天翔", "川A60Q02")
    page = await opened(phone, office, visit)
    await page.get_by_test_id("c-decide-all").click()
    await expect(page.locator("#asks")).to_have_count(0)
    visit.decides_and_leaves()
    await expect(page.get_by_test_id("c-stage-handed_over")).to_have_class("done", timeout=SLOW)
    link = page.get_by_test_id("c-pdf")
    await expect(link).to_be_visible(timeout=SLOW)
    address = await link.get_attribute("href")
    answer = await phone.request.get(f"{shop.url}{address}")
    assert answer.headers["content-type"] == "application/pdf"
    assert (await answer.body()).startswith(b"%PDF-")


async def a_phone_without_scripts_still_reads_everything_that_matters(browser: Browser, office: Office, shop: Running):
    visit = awaiting_approval(OutsideTablet(shop), "端木小红", "川A60Q03")
    async with await browser.new_context(java_script_enabled=False, **HABITS, **PHONE) as context:
        page = await opened(context, office, visit)
        await expect(page.get_by_role("img", name="川A60Q03")).to_be_visible()
        for words in ("大众 帕萨特", "有 2 项需要您确认", "前制动片", "2.1 mm"):
            await expect(page.get_by_text(words).first).to_be_visible()
        await expect(page.locator("a[href^='tel:']").first).to_be_visible()
        await expect(page.get_by_test_id("c-stage-awaiting_approval")).to_be_visible()


async def a_phone_that_asked_to_be_told_shows_the_message(phone: BrowserContext, office: Office, shop: Running):
    visit = awaiting_approval(OutsideTablet(shop), "宇文静怡", "川A60Q04")
    await phone.grant_permissions(["notifications"], origin=shop.url)
    await phone.add_init_script(SUBSCRIBED)
    page = await opened(phone, office, visit)
    devtools = await phone.new_cdp_session(page)
    registered: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def noted(event: dict[str, list[dict[str, str]]]) -> None:
        for one in event["registrations"]:
            if one["scopeURL"].endswith("/c/") and not registered.done():
                registered.set_result(one["registrationId"])

    devtools.on("ServiceWorker.workerRegistrationUpdated", noted)
    await devtools.send("ServiceWorker.enable")
    await page.get_by_test_id("c-notify").click()
    await expect(page.locator("#notify.is-told")).to_be_visible()
    message = {"title": "锦程门店", "body": "您的车可以取了", "url": page.url, "tag": visit.id, "event": "stage"}
    push = {"origin": shop.url, "registrationId": await asyncio.wait_for(registered, 10), "data": json.dumps(message)}

    async def is_shown() -> bool:
        await devtools.send("ServiceWorker.deliverPushMessage", push)
        return await page.evaluate(SHOWN) == [message["title"], message["body"]]

    await until(is_shown, 1)
