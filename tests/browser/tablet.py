"""One tablet in the hands of a person: a browser with its own storage, its taps, and what it still has to send."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.browser.chromium import HABITS, stored

WIDE, NARROW = (1280, 800), (390, 844)
SLOW = 20_000
"""Milliseconds for what needs the server: the first sync, sending a day's work, what is held for an undo."""
LONGEST_PAUSE = 45
"""Seconds: a tablet whose first try after an outage failed may wait for 30 of them."""
expect.set_options(timeout=10_000)
PAUSE = 0.05
_CONTROLLED = """async () => {
  const { serviceWorker } = navigator
  await serviceWorker.ready
  if (!serviceWorker.controller) await new Promise((done) => serviceWorker.addEventListener('controllerchange', done))
}"""


async def until(true: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    """Waits until something is so; the page's policy forbids Playwright to ask by itself."""
    for _ in range(int(seconds / PAUSE)):
        if await true():
            return
        await asyncio.sleep(PAUSE)
    raise AssertionError(f"not so after {seconds} seconds")


class Tablet:
    """A page of the app; whatever it throws, and whatever its policy (CSP) keeps it from, is in `errors`."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context, self.page, self.url = context, page, url
        self.errors: list[str] = []
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("console", self._note)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, browser: Browser, url: str, size: tuple[int, int] = WIDE, dark: bool = False
    ) -> AsyncIterator["Tablet"]:
        """A new tablet at the sign-in; in the dark it wears the colours of the night."""
        seen: Any = {
            "viewport": dict(zip(("width", "height"), size, strict=True)),
            "color_scheme": "dark" if dark else "light",
            "has_touch": size == NARROW,
        }
        context = await browser.new_context(base_url=url, **seen, **HABITS)
        context.set_default_timeout(10_000)
        tablet = cls(context, await context.new_page(), url)
        await tablet.page.goto("/")
        try:
            yield tablet
        finally:
            await context.close()

    def _note(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.errors.append(message.text)

    def get(self, hook: str) -> Locator:
        """What carries this test id."""
        return self.page.get_by_test_id(hook)

    async def tap(self, hook: str) -> None:
        """Taps what carries this test id."""
        await self.get(hook).click()

    async def fill(self, hook: str, text: str) -> None:
        """Types into a field and leaves it."""
        await self.get(hook).fill(text)
        await self.get(hook).blur()

    async def pick(self, hook: str, *files: bytes) -> None:
        """Gives photos to a file input, as the camera would."""
        given: Any = [
            {"name": f"IMG_{at}.jpg", "mimeType": "image/jpeg", "buffer": content} for at, content in enumerate(files)
        ]
        await self.get(hook).set_input_files(given)

    async def sees(self, *words: str) -> None:
        """Waits until all of these words stand on the screen."""
        for one in words:
            await expect(self.page.get_by_text(one).first).to_be_visible()

    async def sign_in(self, username: str = "manager", password: str | None = None) -> None:
        """Signs in and waits until the tablet could go into the yard: first sync through, app kept for offline."""
        await self.fill("login-username", username)
        await self.fill("login-password", password or f"{username}-demo")
        await self.tap("login-submit")
        await self.page.wait_for_url("**/today")
        await self.is_in_step()
        await self.is_kept()

    async def is_kept(self) -> None:
        """Waits until the app would start without a network."""
        async with asyncio.timeout(SLOW / 1000):
            await self.page.evaluate(_CONTROLLED)

    async def is_in_step(self) -> None:
        """Waits until all is sent, nothing is asked of anybody and the first sync is through.

        The store is asked first: the pill may not have heard of the newest tap yet.
        """
        await until(self._is_all_sent, LONGEST_PAUSE)
        await expect(self.get("status-pill")).to_have_attribute("data-unsent", "0", timeout=SLOW)
        await expect(self.get("status-pill")).to_have_attribute("data-state", re.compile("sent|needs"), timeout=SLOW)
        await expect(self.page.locator(".bone")).to_have_count(0)

    async def _is_all_sent(self) -> bool:
        return not await self.rows("queue")

    async def unsent(self) -> int:
        """How many commands wait, as the pill knows it."""
        return int(await self.get("status-pill").get_attribute("data-unsent") or 0)

    @asynccontextmanager
    async def adds(self, at_least: int = 1) -> AsyncIterator[None]:
        """What happens inside makes so many more commands wait, and the pill says so."""
        before = await self.unsent()
        yield

        async def so() -> bool:
            return await self.unsent() >= before + at_least

        await until(so)

    async def goes_out_of_reach(self) -> None:
        """No network from now on."""
        await self.context.set_offline(True)

    async def comes_back(self) -> None:
        """The network is there again."""
        await self.context.set_offline(False)

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """What the tablet keeps in a table."""
        return await stored(self.page, table)
