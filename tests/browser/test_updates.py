"""A new version of the app: it waits, asks when nobody is typing, and the work that the old one left is still sent."""

import re
from pathlib import Path

from playwright.async_api import expect

from tests.browser.conftest import OpenTablet
from tests.browser.reception import Guest, receive
from tests.browser.tablet import SLOW
from tests.running import Running

LOOK = "navigator.serviceWorker.getRegistration().then((one) => one.update()).then(() => true)"
BUILD = "document.querySelector('meta[name=build]')?.content ?? 'first'"


def builds_anew(shop: Running) -> None:
    """The next build lies where the first one was: another page, and a worker that names its new revision."""
    shop.stop()
    app = Path(shop.environment["JIECHE_WEB_DIR"])
    page, worker = app / "index.html", app / "sw.js"
    page.write_text(page.read_text().replace("<title>", '<meta name="build" content="second"><title>'))
    named, count = re.subn(r'"[0-9a-f]{32}"(,"url":"index\.html")', f'"{"2" * 32}"\\1', worker.read_text())
    assert count == 1
    worker.write_text(named)
    shop.start()


async def a_new_version_asks_when_nobody_types_and_sends_what_the_old_one_left(tablet: OpenTablet, shop: Running):
    one = await tablet("advisor")
    await receive(one, Guest("轩辕子墨", "13608097001", "川A34U01"))
    await one.is_in_step()
    await one.goes_out_of_reach()
    await one.fill("concern-words", "转弯有异响")
    async with one.adds():
        await one.tap("concern-add")
    builds_anew(shop)
    await one.page.route("**/sync/*", lambda route: route.abort())
    await one.comes_back()
    await one.get("concern-words").fill("还没有写完")
    await one.page.evaluate(LOOK)
    await one.tap("tab-me")
    await expect(one.get("update-bar")).to_be_visible(timeout=SLOW)
    await one.page.go_back()
    await one.get("concern-words").focus()
    await expect(one.get("update-bar")).to_have_count(0)
    assert await one.page.evaluate(BUILD) == "first"
    await one.get("concern-words").blur()
    async with one.page.expect_event("load", timeout=SLOW):
        await one.tap("update-now")
    assert await one.page.evaluate(BUILD) == "second"
    await expect(one.get("concern-words")).to_have_value("还没有写完")
    await expect(one.get("status-pill")).to_have_attribute("data-unsent", "1")
    await one.page.unroute("**/sync/*")
    await one.is_in_step()
    await expect(one.get("concern")).to_have_count(1)
