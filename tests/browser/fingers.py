"""What fingers do on a tablet, counted step by step: taps, keys of the keyboard, strokes of a signature."""

from collections import Counter

from playwright.async_api import Locator

from tests.browser.pictures import camera_jpeg
from tests.browser.reception import draw
from tests.browser.tablet import Tablet

PHOTO = 3
"""The button of the app, the shutter of the camera, its tick."""


class Fingers:
    """A tablet whose every touch is counted under the step that is being done."""

    def __init__(self, tablet: Tablet) -> None:
        self.tablet = tablet
        self.step = ""
        self.taps: Counter[str] = Counter()
        self.keys: Counter[str] = Counter()

    def begins(self, step: str) -> None:
        """What follows is counted under this step."""
        self.step = step

    async def tap(self, what: str | Locator) -> None:
        """One tap on a test id or on what was found otherwise."""
        await (self.tablet.get(what) if isinstance(what, str) else what).click()
        self.taps[self.step] += 1

    async def type(self, hook: str, text: str) -> None:
        """A key for each character; touching the field first is a tap, unless the screen has done so."""
        field = self.tablet.get(hook)
        if not await field.evaluate("(field) => field === document.activeElement"):
            await self.tap(field)
        await self.tablet.page.keyboard.type(text)
        self.keys[self.step] += len(text)

    async def photograph(self, input_hook: str, seed: int) -> None:
        """A photo by the tablet's own camera."""
        await self.tablet.pick(input_hook, camera_jpeg(seed))
        self.taps[self.step] += PHOTO

    async def sign(self) -> None:
        """A signature is one movement of the customer's finger."""
        pad = self.tablet.get("signature-pad")
        await pad.scroll_into_view_if_needed()
        await draw(self.tablet, pad)
        self.taps[self.step] += 1

    @property
    def total(self) -> int:
        """Taps and keys together."""
        return self.taps.total() + self.keys.total()

    def table(self) -> str:
        """The steps with their taps and keys, as a table to read."""
        steps = list(dict.fromkeys([*self.taps, *self.keys]))
        rows = [f"{step:<10}\t{self.taps[step]:>4}\t{self.keys[step]:>4}" for step in steps]
        last = f"all {self.total}: {self.taps.total()} + {self.keys.total()}"
        return "\n".join(["step      \ttaps\tkeys", *rows, last])
