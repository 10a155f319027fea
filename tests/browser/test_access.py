"""People who see, hear or touch differently: what the tour does not walk past has no fault either (WCAG 2.2 AA)."""

from typing import Any

from playwright.async_api import expect

from tests.browser.axe import faults
from tests.browser.conftest import OpenTablet
from tests.browser.tablet import NARROW, SLOW


async def the_screens_that_stand_aside_have_no_fault(tablet: OpenTablet):
    one = await tablet("manager", NARROW, True)
    found: dict[str, Any] = {}
    for path in ("/reception?with=new", "/unsent", "/login", "/verify", "/verify?visit=x&document=x"):
        await one.page.goto(path)
        await expect(one.page.locator("h1, h2").first).to_be_visible(timeout=SLOW)
        found[path] = await faults(one.page)
    assert {where: what for where, what in found.items() if what} == {}
