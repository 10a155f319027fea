"""One way through the tour: axe-core looks at each stop, and a picture of it goes into an album."""

import io
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Page, expect

from tests.browser.axe import faults
from tests.browser.tablet import Tablet
from tests.running import Running

LARGEST = 90_000
COLOURS = (256, 128, 64)
"""What a picture with more bytes than that is reduced to."""
_BEYOND = """() => {
  const { scrollHeight, clientHeight, scrollWidth, clientWidth } = document.documentElement
  return scrollHeight > clientHeight || scrollWidth > clientWidth
    ? [scrollWidth - clientWidth, scrollHeight - clientHeight] : null
}"""
_PAINTED = """async () => {
  await document.fonts.ready
  await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)))
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
}"""


class Tour:
    """One tablet on one way; `faults` are what axe-core found, by stop."""

    def __init__(self, tablet: Tablet, shop: Running, album: Path | None) -> None:
        self.tablet, self.shop, self.album = tablet, shop, album
        self.faults: dict[str, Any] = {}
        self.stops: list[str] = []
        if album:
            album.mkdir(parents=True, exist_ok=True)

    async def stop(self, name: str, page: Page | None = None) -> None:
        """Looks at a screen that has come to rest."""
        if page is None:
            await self.rests()
        page = page or self.tablet.page
        found = await faults(page)
        if page is self.tablet.page and (beyond := await page.evaluate(_BEYOND)):
            found.append({"id": "the page itself scrolls", "by": beyond})
        if found:
            self.faults[name] = found
        self.stops.append(name)
        if self.album:
            await page.evaluate(_PAINTED)
            picture = small(await page.screenshot(animations="disabled", caret="hide"))
            (self.album / f"{name}.png").write_bytes(picture)

    async def rests(self) -> None:
        """Nothing loads, nothing pops up, no pointer hovers."""
        if await self.tablet.get("toast").count():
            await self.tablet.tap("toast-close")
            await expect(self.tablet.get("toast")).to_have_count(0)
        await self.tablet.page.mouse.move(0, 0)
        await expect(self.tablet.page.locator(".bone, .bones")).to_have_count(0)

    async def step(self, name: str) -> None:
        """Goes to a step of the visit and looks at it from its top."""
        await self.tablet.tap(f"step-{name}")
        await expect(self.tablet.get(f"step-{name}")).to_have_attribute("aria-current", "step")
        await self.top(name)

    async def top(self, name: str) -> None:
        """Looks at the step that is open, from its top."""
        sheet = self.tablet.page.locator(".sheet").last
        await sheet.evaluate("(sheet) => sheet.parentElement.scrollTo(0, 0)")
        await self.stop(name)


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
