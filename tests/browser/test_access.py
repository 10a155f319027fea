"""People who see, hear or touch differently: axe-core finds nothing serious on any screen (WCAG 2.2 AA)."""

from functools import cache
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.chromium import HABITS
from tests.browser.conftest import OpenTablet
from tests.browser.elsewhere import awaiting_approval
from tests.browser.office import Office
from tests.browser.tablet import NARROW, WIDE
from tests.running import ROOT, OutsideTablet, Running

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
TABS = ("today", "reception", "board", "customers", "reviews", "me")
STEPS = (
    "checkin", "walkaround", "contract", "diagnosis", "estimate", "decision", "repair", "quality", "settlement",
    "handover", "progress",
)  # fmt: skip
GRAVE = {"serious", "critical"}
_RUN = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.map(
  ({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 3).map((node) => node.html.slice(0, 200)) }))"""

pytestmark = pytest.mark.skipif(not AXE.exists(), reason="needs web/node_modules")


@cache
def axe() -> str:
    """The script of axe-core."""
    return AXE.read_text(encoding="utf-8")


async def faults(page: Page) -> list[dict[str, Any]]:
    """What axe-core calls serious or critical on this page."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(axe())
    return [fault for fault in await page.evaluate(_RUN) if fault["impact"] in GRAVE]


@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (NARROW, True)], ids=["wide by day", "narrow at night"])
async def the_screens_of_the_tablet_have_no_serious_fault(
    tablet: OpenTablet, shop: Running, size: tuple[int, int], dark: bool
):
    visit = awaiting_approval(OutsideTablet(shop), "百里秀英", "川A70Q02" if dark else "川A70Q01")
    one = await tablet("manager", size, dark)
    found: dict[str, Any] = {}
    for tab in TABS:
        await one.tap(f"tab-{tab}")
        await expect(one.get(f"tab-{tab}")).to_have_attribute("aria-current", "page")
        found[tab] = await faults(one.page)
    await one.page.goto(f"/visit/{visit.id}")
    for step in STEPS:
        await one.tap(f"step-{step}")
        await expect(one.get(f"step-{step}")).to_have_attribute("aria-current", "step")
        await expect(one.page.locator(".sheet")).to_be_visible()
        found[step] = await faults(one.page)
    for path in (f"/customers/{visit.customer_id}", "/reception?with=new", "/unsent", "/login"):
        await one.page.goto(path)
        await expect(one.page.locator("h1, h2").first).to_be_visible()
        found[path] = await faults(one.page)
    assert {where: what for where, what in found.items() if what} == {}


async def the_page_of_the_customer_has_no_serious_fault(browser: Browser, office: Office, shop: Running):
    visit = awaiting_approval(OutsideTablet(shop), "呼延光荣", "川A80Q01")
    link = (await office.visit(visit.id))["customerLink"]
    async with await browser.new_context(bypass_csp=True, **HABITS) as context:
        page = await context.new_page()
        await page.goto(link)
        assert await faults(page) == []
