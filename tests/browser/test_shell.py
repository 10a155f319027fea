"""The shell without a finger: keys, focus, the way through rail, list and detail."""

from playwright.async_api import Page, expect

from tests.browser.conftest import OpenTablet
from tests.browser.tablet import Tablet, until

FOCUSED = "(document.activeElement?.innerText ?? '').trim()"
HOOK = "document.activeElement?.dataset?.testid ?? ''"


async def tabs_to(page: Page, hook: str, most: int = 40) -> None:
    """Presses Tab until something whose test id begins so has the focus."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        if (await page.evaluate(HOOK)).startswith(hook):
            return
    raise AssertionError(f"{hook} is not reached by {most} tabs")


async def is_read_out(tablet: Tablet, words: str) -> None:
    """Waits until a heading with these words has the focus."""
    await expect(tablet.page.locator("h1:focus, h2:focus")).to_contain_text(words)


async def a_keyboard_alone_goes_through_rail_list_and_detail(tablet: OpenTablet):
    one = await tablet("manager")
    page = one.page
    await page.keyboard.press("4")
    await page.wait_for_url("**/customers")
    await is_read_out(one, "客户")
    await page.keyboard.press("/")
    await expect(one.get("customers-search")).to_be_focused()
    await page.keyboard.type("1")
    assert page.url.endswith("/customers")
    await page.keyboard.press("Backspace")
    await tabs_to(page, "customer-")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/customers/*-*")
    await expect(one.get("customer-book")).to_be_visible()
    await tabs_to(page, "customer-book")
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog[open]")).to_be_visible()
    await page.keyboard.press("1")
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog[open]")).to_have_count(0)
    await expect(one.get("customer-book")).to_be_focused()
    await page.keyboard.press("3")
    await is_read_out(one, "看板")
    await page.keyboard.press("1")
    await is_read_out(one, "今日")
    await tabs_to(page, "visit-")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/visit/*")
    await expect(one.get("visit-stage")).to_be_visible()
    await page.keyboard.press("/")
    await page.wait_for_url("**/reception")
    await expect(one.get("identify-search")).to_be_focused()


async def the_first_tab_skips_the_rail(tablet: OpenTablet):
    one = await tablet("advisor")
    await one.page.reload()
    await expect(one.get("tab-today")).to_be_visible()
    await one.page.keyboard.press("Tab")
    assert await one.page.evaluate(FOCUSED) == "跳到正文"
    await one.page.keyboard.press("Enter")
    await expect(one.page.locator("#main")).to_be_focused()
    await one.page.keyboard.press("Tab")
    assert await one.page.evaluate("document.activeElement.closest('main') !== null")


async def a_script_that_somebody_smuggles_into_a_page_does_not_run(tablet: OpenTablet):
    one = await tablet(None)
    for path in ("/", "/verify", "/c/nothing"):
        await one.page.goto(path)
        smuggled = '<img src="/none" onerror="window.smuggled = 1"><b style="color: red">x</b>'
        await one.page.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", smuggled)
        await until(lambda: _said(one, 2))
        assert await one.page.evaluate("window.smuggled") is None
        one.errors.clear()


async def _said(one: Tablet, times: int) -> bool:
    return len(one.errors) >= times
