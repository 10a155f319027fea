"""The explorer at /graphql: it asks, answers and explains, without a foreign host and within its policy."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx
from playwright.async_api import Browser, Page, expect

from tests.auth.app import sign_in as sign_in_at
from tests.browser.axe import faults
from tests.browser.chromium import HABITS
from tests.browser.tablet import NARROW, SLOW, WIDE
from tests.running import Running

HEARS = "document.addEventListener('securitypolicyviolation', ({ violatedDirective: what }) => console.error(what))"


@asynccontextmanager
async def exploring(
    browser: Browser, shop: Running, size: tuple[int, int] = WIDE, dark: bool = False
) -> AsyncIterator[Page]:
    """The page as a developer opens it; whatever it asks of another host, and every complaint of the browser, fails."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light", **HABITS
    )
    page = await context.new_page()
    wrong: list[str] = []
    ours = urlsplit(shop.url).netloc
    page.on("request", lambda asked: wrong.append(asked.url) if urlsplit(asked.url).netloc != ours else None)
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda thrown: wrong.append(str(thrown)))
    await page.add_init_script(HEARS)
    await page.goto(f"{shop.url}/graphql")
    yield page
    await context.close()
    assert wrong == []


async def sign_in(page: Page) -> None:
    """As the manager, without a mouse."""
    await page.get_by_label("用户名").focus()
    await page.keyboard.type("manager")
    await page.keyboard.press("Tab")
    await page.keyboard.type("manager-demo")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("已登录", timeout=SLOW)


async def a_query_runs_with_the_keyboard_alone(browser: Browser, shop: Running):
    async with exploring(browser, shop) as page:
        await sign_in(page)
        await expect(page.get_by_role("textbox", name="查询 Query")).to_be_focused()
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#answer")).to_contain_text('"hasNextPage"', timeout=SLOW)
        await expect(page.locator("#answer")).to_contain_text('"role": "manager"')
        await expect(page.get_by_role("status")).to_contain_text("ms")


async def a_mistake_is_told_where_it_is(browser: Browser, shop: Running):
    async with exploring(browser, shop) as page:
        await sign_in(page)
        await page.get_by_label("变量").fill("{")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("status")).to_contain_text("不是 JSON")
        await expect(page.get_by_label("变量")).to_be_focused()
        await page.get_by_label("变量").fill("")
        await page.get_by_role("textbox", name="查询 Query").fill("{ nothing }")
        await page.get_by_role("button", name="运行").click()
        await expect(page.get_by_role("status")).to_contain_text("1 个错误", timeout=SLOW)
        await expect(page.locator("#answer")).to_contain_text("invalid_query")


async def a_token_may_be_pasted(browser: Browser, shop: Running):
    async with httpx.AsyncClient(base_url=shop.url) as outside:
        assert (await sign_in_at(outside, "crm")).status_code == 200
        token = outside.headers["Authorization"].removeprefix("Bearer ")
    async with exploring(browser, shop) as page:
        await page.get_by_label("令牌").fill(token)
        await page.get_by_role("button", name="运行").click()
        await expect(page.locator("#answer")).to_contain_text('"role": "crm"', timeout=SLOW)


async def the_schema_explains_itself_and_leads_on(browser: Browser, shop: Running):
    async with exploring(browser, shop) as page:
        found = page.locator("#found")
        await expect(found).to_contain_text("mergeProposals", timeout=SLOW)
        await page.get_by_role("searchbox").fill("readyAt")
        await expect(found).to_contain_text("Visit.readyAt: DateTime")
        await expect(found).to_contain_text("预计交车")
        await found.get_by_role("button", name="DateTimeChangeInput!").first.click()
        await expect(found.get_by_role("heading", name="DateTimeChangeInput")).to_be_visible()
        await page.get_by_role("searchbox").fill("zzzz")
        await expect(found).to_contain_text("没有找到")


async def the_page_has_no_fault_on_any_screen(browser: Browser, shop: Running):
    for size, dark in ((WIDE, False), (NARROW, True)):
        async with exploring(browser, shop, size, dark) as page:
            await expect(page.locator("#found dt").first).to_be_visible(timeout=SLOW)
            assert await faults(page) == []
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
