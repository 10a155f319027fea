"""The tablet itself gives trouble, by its tabs, storage or clock: it is said, and no tap is lost or doubled."""

import asyncio
from datetime import UTC, datetime, timedelta

from playwright.async_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import OpenTablet
from tests.browser.office import Office
from tests.browser.pictures import camera_jpeg
from tests.browser.reception import Guest, receive
from tests.browser.tablet import SLOW, Tablet, until

FULL = "没有保存：平板的存储满了"
MUCH = 60
"""Seconds without the time that a photo takes: Chromium looks twice in that time."""


async def says(page: Page, words: str) -> None:
    """One more thing that the customer said, on this page."""
    await page.get_by_test_id("concern-words").fill(words)
    await page.get_by_test_id("concern-add").click()
    await expect(page.get_by_test_id("concern").filter(has_text=words)).to_be_visible()


async def words_of(office: Office, visit_id: str) -> list[str]:
    """What the office knows that the customer said."""
    return [concern["words"] for concern in (await office.visit(visit_id))["concerns"]]


async def the_taps_in_two_tabs_go_out_once(tablet: OpenTablet, office: Office):
    one = await tablet("advisor")
    visit_id = await receive(one, Guest("虞清和", "15308416017", "川A6XQ01"))
    await one.is_in_step()
    second = await one.context.new_page()
    await second.goto(f"/visit/{visit_id}/checkin")
    await one.goes_out_of_reach()
    await says(one.page, "左前门关不严")
    await says(second, "雨刮有响声")
    for page in (one.page, second):
        await expect(page.get_by_test_id("concern")).to_have_count(2)
        await expect(page.get_by_test_id("status-pill")).to_have_attribute("data-unsent", "2")
    await one.comes_back()
    await one.is_in_step()
    assert await words_of(office, visit_id) == ["左前门关不严", "雨刮有响声"]


async def a_tab_that_dies_while_it_sends_leaves_its_work_to_the_next(tablet: OpenTablet, office: Office):
    one = await tablet("advisor")
    visit_id = await receive(one, Guest("喻明轩", "17708526038", "川A6XQ12"))
    await one.is_in_step()
    arrived = await arrives_unanswered(one.context)
    await says(one.page, "仪表亮了黄灯")
    # A page that goes to the background sends at once; then it is gone before the answer comes.
    await one.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    async with asyncio.timeout(SLOW / 1000):
        await arrived.wait()
    dying, one.page = one.page, await one.context.new_page()
    await dying.close()
    await one.page.goto(f"/visit/{visit_id}/checkin")
    await expect(one.get("concern")).to_contain_text("仪表亮了黄灯")
    await one.is_in_step()
    assert await words_of(office, visit_id) == ["仪表亮了黄灯"]


async def arrives_unanswered(context: BrowserContext) -> asyncio.Event:
    """The first push from now on reaches the server; nobody waits for its answer any more."""
    arrived = asyncio.Event()

    async def swallow(route: Route) -> None:
        await route.fetch()
        arrived.set()

    await context.route("**/sync/push", swallow, times=1)
    return arrived


async def a_store_that_the_browser_closes_under_the_app_is_opened_again(tablet: OpenTablet, office: Office):
    one = await tablet("advisor")
    visit_id = await receive(one, Guest("郁月华", "18008636059", "川A6XQ23"))
    await one.is_in_step()
    await one.goes_out_of_reach()
    await says(one.page, "后备箱关不上")
    await closes_the_store(one)
    await says(one.page, "天窗漏水")
    await expect(one.get("status-pill")).to_have_attribute("data-unsent", "2")
    await one.comes_back()
    await one.is_in_step()
    assert await words_of(office, visit_id) == ["后备箱关不上", "天窗漏水"]


async def closes_the_store(tablet: Tablet) -> None:
    """As Chromium's own page of IndexedDB does it by "Force close"."""
    internals = await tablet.context.new_page()
    await internals.goto("chrome://indexeddb-internals")
    await internals.get_by_text("Force close").first.click()
    await expect(internals.locator(".connection-count").first).to_have_text("0")
    await internals.close()


async def a_full_storage_is_told_and_what_was_tapped_before_stays(tablet: OpenTablet, office: Office):
    one = await tablet("advisor")
    visit_id = await receive(one, Guest("於雪松", "19908746070", "川A6XQ34"))
    await says(one.page, "空调有异味")
    await one.is_in_step()
    await one.goes_out_of_reach()
    storage = await one.context.new_cdp_session(one.page)
    await storage.send("Storage.overrideQuotaForOrigin", {"origin": one.url, "quotaSize": 1})
    await one.tap("step-walkaround")
    toast = one.get("toast")
    await photographs_until_full(one)
    await expect(toast).to_have_attribute("role", "alert")
    await expect(one.get("photo")).to_have_count(len(await one.rows("blobs")))
    await one.tap("toast-close")
    await one.tap("step-checkin")
    await one.fill("concern-words", "座椅加热不工作")
    await one.tap("concern-add")
    await expect(toast).to_contain_text(FULL)
    await expect(one.get("concern")).to_have_count(1)
    await storage.send("Storage.overrideQuotaForOrigin", {"origin": one.url})
    await one.tap("toast-close")
    await says(one.page, "座椅加热不工作")
    await one.comes_back()
    await one.is_in_step()
    assert await words_of(office, visit_id) == ["空调有异味", "座椅加热不工作"]


async def photographs_until_full(tablet: Tablet) -> None:
    """Chromium looks at the room that is left only now and again: some more photos fit."""
    taken = 0

    async def one_more_does_not_fit() -> bool:
        nonlocal taken
        taken += 1
        await tablet.pick("photo-input", camera_jpeg(taken))
        stored = tablet.page.locator("[data-testid=photo]:enabled").nth(taken - 1)
        await expect(stored.or_(tablet.get("toast")).first).to_be_visible(timeout=SLOW)
        return not await stored.count()

    await until(one_more_does_not_fit, MUCH)
    await expect(tablet.get("toast")).to_contain_text(FULL)


async def a_clock_that_is_two_days_ahead_is_told_and_hinders_nothing(tablet: OpenTablet, office: Office):
    one = await tablet("advisor")
    visit_id = await receive(one, Guest("鱼海洋", "13308856091", "川A6XQ45"))
    await one.is_in_step()
    await expect(one.get("clock-notice")).to_have_count(0)
    await one.page.clock.set_system_time(datetime.now(UTC) + timedelta(days=2, hours=1))
    await says(one.page, "倒车影像黑屏")
    await expect(one.get("clock-notice")).to_contain_text("比服务器快 2 天", timeout=SLOW)
    await one.page.clock.set_system_time(datetime.now(UTC))
    await says(one.page, "钥匙不灵")
    await one.is_in_step()
    await expect(one.get("clock-notice")).to_have_count(0)
    assert await words_of(office, visit_id) == ["倒车影像黑屏", "钥匙不灵"]
