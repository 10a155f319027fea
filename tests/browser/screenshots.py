"""Each screen at 1280×800 and 390×844 as a small PNG: `python -m tests.browser.screenshots OUTDIR [--all DIR]`.

OUTDIR gets the few that the documentation shows, DIR all of them. The shop is the demo dealership in its own folder.
"""

import argparse
import asyncio
import io
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page, expect

from tests.browser import reception, workshop
from tests.browser.chromium import HABITS, chromium
from tests.browser.elsewhere import awaiting_approval
from tests.browser.office import Office
from tests.browser.reception import Guest
from tests.browser.tablet import NARROW, WIDE, Tablet
from tests.running import OutsideTablet, Running

SHOWN = {
    "today-1280": "today-1280", "today-390": "today-390", "diagnosis-1280": "visit-1280",
    "walkaround-1280": "walkaround-1280", "handover-1280": "handover-1280", "customer-390": "customer-390",
}  # fmt: skip
"""What the documentation shows, and under which name."""
LARGEST = 115_000
COLOURS = (256, 128, 64)
"""What a picture with more bytes than that is reduced to."""
CUSTOMERS = 200
SEEN = (("front_bumper", "scratch", "light"), ("left_rear_fender", "dent", "medium"))
MEASURED = {"BRK-PAD-FR": "4.2", "BRK-PAD-RL": "7.5", "BRK-PAD-RR": "7.1", "BRK-FLUID": "1.4"}
GUESTS = (
    Guest("沈梦瑶", "13908086612", "川AD58820", "极氪", "001"),
    Guest("罗子涵", "13808087713", "川A52K90", "大众", "途观 L"),
)


_PAINTED = """async () => {
  await document.fonts.ready
  await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)))
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
}"""


class Album:
    """Where the pictures go."""

    def __init__(self, shown: Path, everything: Path | None) -> None:
        self.shown, self.everything = shown, everything
        for folder in filter(None, (shown, everything)):
            folder.mkdir(parents=True, exist_ok=True)

    async def take(self, page: Page, name: str) -> None:
        """A picture of what the page shows once its photos are there, without blinking cursors."""
        await page.evaluate(_PAINTED)
        size: Any = page.viewport_size
        name = f"{name}-{size['width']}"
        picture = small(await page.screenshot(animations="disabled", caret="hide"))
        if name in SHOWN:
            (self.shown / f"{SHOWN[name]}.png").write_bytes(picture)
        if self.everything:
            (self.everything / f"{name}.png").write_bytes(picture)


def small(png: bytes) -> bytes:
    """The picture with as many colours as its size allows."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    for colours in COLOURS:
        if written.tell() <= LARGEST:
            break
        written = io.BytesIO()
        picture.quantize(colours, kmeans=1, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


async def at_the_desk(tablet: Tablet, album: Album, shop: Running) -> None:
    """The screens around a visit."""
    page = tablet.page
    await expect(tablet.get("login-submit")).to_be_visible()
    await album.take(page, "login")
    await tablet.sign_in()
    a_disagreement(OutsideTablet(shop))
    await expect(tablet.get("tab-reviews")).to_contain_text("1")
    for tab in ("today", "board", "me"):
        await tablet.tap(f"tab-{tab}")
        await take(tablet, album, tab)
    await tablet.tap("tab-reception")
    await tablet.get("identify-search").fill("川A1")
    await expect(tablet.get("identify-result").first).to_be_visible()
    await take(tablet, album, "reception")
    await tablet.tap("tab-customers")
    await page.locator("[data-testid^=customer-]").nth(2).click()
    await take(tablet, album, "customers")
    await tablet.tap("tab-reviews")
    await page.locator("[data-kind=review]").first.click()
    await take(tablet, album, "reviews")


def a_disagreement(tablet: OutsideTablet) -> None:
    """Somebody changes an address that was changed meanwhile: both go to a review."""
    tablet.pull()
    customer = min(tablet.rows["customers"].values(), key=lambda row: row["id"])
    for address in ("青羊区西大街 16 号", "青羊区西大街 61 号"):
        change = {"address": {"from": customer["address"], "to": address}}
        tablet.push(tablet.command("customer.update", customer_id=customer["id"], changes=change)).raise_for_status()


async def take(tablet: Tablet, album: Album, name: str) -> None:
    """A picture of a screen that has come to rest."""
    if await tablet.get("toast").count():
        await tablet.tap("toast-close")
        await expect(tablet.get("toast")).to_have_count(0)
    await tablet.page.mouse.move(0, 0)
    await expect(tablet.page.locator(".bone, .bones")).to_have_count(0)
    await album.take(tablet.page, name)


async def through_a_visit(tablet: Tablet, album: Album, guest: Guest) -> None:
    """Each step of a visit, as it looks when it is filled in."""
    await tablet.tap("tab-reception")
    await tablet.tap("new-customer")
    await tablet.fill("vehicle-plate", guest.plate)
    await tablet.fill("customer-name", guest.name)
    await to_top(tablet)
    await take(tablet, album, "new")
    await tablet.fill("vehicle-plate", "")
    await reception.receive(tablet, guest)
    await reception.check_in(tablet)
    await step(tablet, album, "checkin")
    await tablet.tap("step-walkaround")
    await reception.walk_around(tablet)
    await tablet.tap("step-walkaround")
    async with tablet.adds(len(SEEN)):
        for at, (panel, kind, severity) in enumerate(SEEN, 2):
            await reception.pin(tablet, panel, kind, severity)
            await tablet.tap("damage-save")
            await expect(tablet.get("damage")).to_have_count(at)
    await to_top(tablet)
    await tablet.is_in_step()
    await take(tablet, album, "walkaround")
    await step(tablet, album, "contract")
    await reception.sign(tablet)
    await workshop.diagnose(tablet)
    await workshop.turn_to(tablet, "BRK-PAD-FL")
    async with tablet.adds(len(MEASURED)):
        for code, value in MEASURED.items():
            await tablet.fill(f"measure-{code}", value)
    await to_top(tablet)
    await tablet.is_in_step()
    await take(tablet, album, "diagnosis")
    lines = await workshop.estimate(tablet)
    await step(tablet, album, "estimate")
    await step(tablet, album, "decision")
    await workshop.decide(tablet, lines, "approved", "deferred", "approved")
    await take(tablet, album, "repair")
    await workshop.repair(tablet)
    await step(tablet, album, "quality")
    await workshop.pass_quality(tablet)
    await take(tablet, album, "settlement")
    await workshop.settle(tablet)
    await to_top(tablet)
    await take(tablet, album, "handover")
    await workshop.hand_over(tablet)
    await take(tablet, album, "handed-over")
    await step(tablet, album, "progress")


async def to_top(tablet: Tablet) -> None:
    """Scrolls back to where the step begins."""
    await tablet.page.locator(".sheet").evaluate("(sheet) => sheet.parentElement.scrollTo(0, 0)")


async def step(tablet: Tablet, album: Album, name: str) -> None:
    """Goes to a step and takes its picture."""
    await tablet.tap(f"step-{name}")
    await expect(tablet.get(f"step-{name}")).to_have_attribute("aria-current", "step")
    await expect(tablet.page.locator(".sheet")).to_be_visible()
    await take(tablet, album, name)


async def out_of_reach(tablet: Tablet, album: Album) -> None:
    """Work that waits for a network."""
    await tablet.goes_out_of_reach()
    await tablet.tap("tab-customers")
    await tablet.page.locator("[data-testid^=customer-]").first.click()
    for words in ("取车前请先打电话", "旧件要带走"):
        await tablet.fill("customer-note", words)
        await tablet.tap("customer-note-add")
        await tablet.sees(words)
    await tablet.page.goto("/unsent")
    await expect(tablet.get("unsent-item")).to_have_count(2)
    await take(tablet, album, "unsent")
    await tablet.comes_back()


async def on_the_phone(browser: Browser, album: Album, link: str) -> None:
    """The customer's page, where something is asked."""
    for width, height in (WIDE, NARROW):
        async with await browser.new_context(viewport={"width": width, "height": height}, **HABITS) as context:
            page = await context.new_page()
            await page.goto(link)
            await album.take(page, "customer")


async def main(shown: Path, everything: Path | None) -> None:
    """Takes them all."""
    album = Album(shown, everything)
    with tempfile.TemporaryDirectory() as folder:
        shop = Running(Path(folder), customers=CUSTOMERS)
        shop.start()
        try:
            async with chromium() as browser:
                for size, guest in zip((WIDE, NARROW), GUESTS, strict=True):
                    async with Tablet.open(browser, shop.url, size) as tablet:
                        await at_the_desk(tablet, album, shop)
                        await through_a_visit(tablet, album, guest)
                        await out_of_reach(tablet, album)
                visit = awaiting_approval(OutsideTablet(shop), "沈思远", "川A60S86")
                async with Office(shop.url) as office:
                    link = (await office.visit(visit.id))["customerLink"]
                await on_the_phone(browser, album, link)
        finally:
            shop.stop()


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("shown", type=Path)
    asked.add_argument("--all", dest="everything", type=Path)
    chosen = asked.parse_args()
    asyncio.run(main(chosen.shown, chosen.everything))
