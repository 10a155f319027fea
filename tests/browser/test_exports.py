"""A file with many customers' data, by two people: asked for, allowed or refused by the other, fetched once."""

from playwright.async_api import Page, Route, expect

from tests.browser.axe import faults
from tests.browser.conftest import OpenTablet
from tests.browser.tablet import NARROW, SLOW, Tablet

WHY = "厂家召回通知，核对联系方式"


async def asks(one: Tablet, why: str = WHY) -> str:
    """A request for the list of customers; gives its id."""
    await one.page.goto("/me/exports")
    await expect(one.get("exports-mine")).to_be_visible(timeout=SLOW)
    before = await one.get("exports-mine").get_by_test_id("export-row").count()
    await one.tap("exports-ask-list")
    await one.fill("export-reason", why)
    await one.tap("export-yes")
    row = one.get("exports-mine").get_by_test_id("export-row")
    await expect(row).to_have_count(before + 1, timeout=SLOW)
    return await row.first.get_attribute("data-id") or ""


async def narrow(page: Page) -> None:
    await page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})


async def a_list_is_asked_for_allowed_by_another_and_fetched_once(tablet: OpenTablet):
    crm, manager = await tablet("crm"), await tablet("manager")
    await crm.page.goto("/me")
    await crm.tap("me-exports")
    await crm.sees("还没有申请过导出")
    await expect(crm.get("exports-waiting")).to_have_count(0)
    assert await faults(crm.page) == []
    await crm.tap("exports-ask-list")
    await crm.fill("export-reason", "要用")
    await crm.tap("export-yes")
    await crm.sees("请写明，至少 5 个字")
    assert await faults(crm.page) == []
    await crm.fill("export-reason", WHY)
    await crm.tap("export-yes")
    mine = crm.get("exports-mine").get_by_test_id("export-row").first
    await expect(mine).to_have_attribute("data-state", "waiting", timeout=SLOW)
    await expect(mine.get_by_test_id("export-save")).to_have_count(0)

    await manager.page.goto("/me")
    await expect(manager.get("me-exports-waiting")).to_have_text("1 个待批准", timeout=SLOW)
    await manager.tap("me-exports")
    asked = manager.get("exports-waiting").get_by_test_id("export-row")
    await expect(asked).to_contain_text(WHY)
    for page in (manager.page, crm.page):
        assert await faults(page) == []
    await narrow(manager.page)
    assert await faults(manager.page) == []
    await asked.get_by_test_id("export-approve").click()
    await manager.sees("没有等您批准的申请")
    await expect(manager.get("exports-done").get_by_test_id("export-row")).to_have_attribute("data-state", "approved")

    await crm.page.reload()
    await expect(mine).to_have_attribute("data-state", "approved", timeout=SLOW)
    await expect(mine).to_contain_text("内可下载一次")
    async with crm.page.expect_download() as downloading:
        await mine.get_by_test_id("export-save").click()
    file = await downloading.value
    number = await mine.get_attribute("data-id") or "?"
    assert file.suggested_filename.endswith(f"-{number}.csv")
    text = (await file.path()).read_text(encoding="utf-8-sig")
    assert WHY in text
    assert all(line.endswith(number) for line in text.split("\n\n")[1].splitlines()[1:])
    await expect(mine).to_have_attribute("data-state", "fetched", timeout=SLOW)
    await expect(mine.get_by_test_id("export-save")).to_have_count(0)
    await narrow(crm.page)
    assert await faults(crm.page) == []


async def a_refusal_is_read_by_who_asked(tablet: OpenTablet):
    crm, manager = await tablet("crm"), await tablet("manager", NARROW)
    number = await asks(crm)
    await manager.page.goto("/me/exports")
    row = manager.get("exports-waiting").locator(f"[data-id='{number}']")
    await row.get_by_test_id("export-refuse").click()
    await manager.fill("export-reason", "厂家自己有名单")
    assert await faults(manager.page) == []
    await manager.tap("export-yes")
    await expect(row).to_have_count(0, timeout=SLOW)
    await crm.page.reload()
    mine = crm.get("exports-mine").locator(f"[data-id='{number}']")
    await expect(mine).to_contain_text("没有批准：厂家自己有名单", timeout=SLOW)


async def a_transfer_that_broke_off_is_fetched_again(tablet: OpenTablet):
    crm, manager = await tablet("crm"), await tablet("manager")
    number = await asks(crm)
    await manager.page.goto("/me/exports")
    row = manager.get("exports-waiting").locator(f"[data-id='{number}']")
    await row.get_by_test_id("export-approve").click()
    await expect(row).to_have_count(0, timeout=SLOW)

    async def breaks(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await crm.context.route("**/exports/*/file", breaks)
    await crm.page.reload()
    mine = crm.get("exports-mine").locator(f"[data-id='{number}']")
    await mine.get_by_test_id("export-save").click()
    again = mine.get_by_test_id("export-save")
    await expect(again).to_have_text("传输中断，再取一次", timeout=SLOW)
    async with crm.page.expect_download() as downloading:
        await again.click()
    assert number in (await downloading.value).suggested_filename
    await expect(again).to_have_count(0, timeout=SLOW)


async def an_advisor_is_not_shown_the_way(tablet: OpenTablet):
    one = await tablet("advisor")
    await one.page.goto("/me")
    await expect(one.get("me-name")).to_be_visible()
    await expect(one.get("me-exports")).to_have_count(0)
    await one.page.goto("/me/exports")
    await one.sees("您的角色不做导出")
