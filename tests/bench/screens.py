"""`python -m tests.bench.screens`: start, taps and photos of a tablet without a network, Chromium slowed down 4×."""

import asyncio
import shutil
import statistics
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from tests.bench.search import FILL, SLOWER
from tests.browser.chromium import chromium
from tests.browser.pictures import camera_jpeg
from tests.browser.reception import Guest, receive
from tests.browser.tablet import Tablet
from tests.running import Running

CARS = 20_000
STARTS = 5
SETTLES = 5
"""Seconds in which what was opened comes to rest."""
CONCERN, GRADE = "[data-testid=concern]", "[data-testid=grade-{}-green][aria-checked=true]"
_WATCH = """(() => {
  new MutationObserver((_, watcher) => {
    if (window.usable || !document.querySelector('[data-testid^="visit-"]')) return
    watcher.disconnect()
    requestAnimationFrame(() => {
      window.usable = performance.now()
      console.debug('usable')
    })
  }).observe(document, { childList: true, subtree: true })
})()"""
_TAP = """([hook, shown]) => new Promise((done) => {
  const before = document.querySelectorAll(shown).length
  const touched = performance.now()
  new MutationObserver((_, watcher) => {
    if (document.querySelectorAll(shown).length === before) return
    watcher.disconnect()
    requestAnimationFrame(() => done(performance.now() - touched))
  }).observe(document.body, { childList: true, subtree: true, attributes: true })
  document.querySelector(`[data-testid="${hook}"]`).click()
})"""
_LONGEST = """() => {
  window.blocked = [0]
  addEventListener('change', () => {
    new PerformanceObserver((list) => list.getEntries().forEach((task) => window.blocked.push(task.duration)))
      .observe({ type: 'longtask', buffered: false })
  }, { once: true, capture: true })
  new MutationObserver((_, watcher) => {
    if (document.querySelectorAll('[data-testid=photo] img').length < 4) return
    watcher.disconnect()
    setTimeout(() => console.debug('four photos'), 500)
  }).observe(document.body, { childList: true, subtree: true })
}"""


async def gets_ready(tablet: Tablet, cars: int = 0) -> None:
    """Signed in, with so many more cars, out of reach from now on."""
    await tablet.context.add_init_script(_WATCH)
    await tablet.sign_in("advisor")
    if cars:
        await tablet.page.evaluate(FILL, cars)
    await tablet.goes_out_of_reach()


@asynccontextmanager
async def slowed(tablet: Tablet) -> AsyncIterator[None]:
    """As slow as a cheap tablet; only while it is measured, for what slows one page down takes from the others."""
    devtools: Any = await tablet.context.new_cdp_session(tablet.page)
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    yield
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    await devtools.detach()


def says(tablet: Tablet, word: str) -> AbstractAsyncContextManager[Any]:
    """Until the page says so on its console: asking it again and again would take from the time that is measured."""
    return tablet.page.expect_console_message(lambda said: said.text == word, timeout=60_000)


async def starts(tablet: Tablet) -> float:
    """Milliseconds from opening the app to a list of cars that can be touched; nobody looks at the page meanwhile."""
    await tablet.page.bring_to_front()
    async with slowed(tablet), says(tablet, "usable"):
        await tablet.page.goto("/today", wait_until="commit")
    took = await tablet.page.evaluate("window.usable")
    await asyncio.sleep(SETTLES)
    return took


async def start_of_each(few: Tablet, many: Tablet) -> tuple[float, float]:
    """The start of each in the middle, taken by turns: whatever else the machine does, it does to both."""
    took = [(await starts(few), await starts(many)) for _ in range(STARTS)]
    return statistics.median(one for one, _ in took), statistics.median(other for _, other in took)


async def taps(tablet: Tablet, hook: str, shown: str, times: int) -> list[float]:
    """Milliseconds from a touch to what it shows."""
    return [await tablet.page.evaluate(_TAP, [hook.format(at), shown.format(at)]) for at in range(times)]


async def concerns(tablet: Tablet) -> list[float]:
    """Typed words become a concern."""
    took = []
    for at in range(5):
        await tablet.get("concern-words").fill(f"右前门异响 {at}")
        took += await taps(tablet, "concern-add", CONCERN, 1)
    return took


async def grades(tablet: Tablet) -> list[float]:
    """One tap colours an inspection item."""
    await tablet.tap("step-diagnosis")
    items = tablet.page.locator("[data-testid^=item-]")
    await expect(items.first).to_be_visible()
    codes = [(await item.get_attribute("data-testid") or "").removeprefix("item-") for item in await items.all()]
    return [(await taps(tablet, f"grade-{code}-green", GRADE.format(code), 1))[0] for code in codes[:8]]


async def four_photos(tablet: Tablet) -> float:
    """The longest time, in ms, in which four photos in a row let nothing else happen."""
    await tablet.tap("step-walkaround")
    await expect(tablet.get("photo-input").first).to_be_attached()
    await tablet.page.evaluate(_LONGEST)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"IMG_{seed}.jpg" for seed in range(4)]
        for seed, path in enumerate(paths):
            path.write_bytes(camera_jpeg(seed))
        async with says(tablet, "four photos"):
            await tablet.get("photo-input").set_input_files(paths)
    return await tablet.page.evaluate("Math.max(...window.blocked)")


def told(what: str, took: list[float]) -> None:
    """One line of figures."""
    print(f"{what:<46}{statistics.median(took):7.0f} ms in the middle {max(took):7.0f} ms at most")


async def measure(few: Tablet, many: Tablet) -> None:
    """Prints one line a figure."""
    await gets_ready(few)
    await gets_ready(many, CARS)
    visit = await receive(many, Guest("慕容清风", "13608089001", "川A89Q01"))
    quick, full = await start_of_each(few, many)
    print(f"start, few cars {quick:.0f} ms, {CARS:,} cars {full:.0f} ms: {full / quick:.2f}×")
    await many.page.goto(f"/visit/{visit}/checkin")
    async with slowed(many):
        told("a concern, from touch to shown", await concerns(many))
        told("a grade, from touch to shown", await grades(many))
        print(f"four photos in a row block for {await four_photos(many):.0f} ms at most")


async def main() -> None:
    """A shop of its own; two tablets, one of which knows many cars."""
    folder = Path(tempfile.mkdtemp(prefix="jieche-screens-"))
    shop = Running(folder, customers=5)
    shop.start()
    try:
        async with (
            chromium() as browser,
            Tablet.open(browser, shop.url) as few,
            Tablet.open(browser, shop.url) as many,
        ):
            await measure(few, many)
    finally:
        shop.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    asyncio.run(main())
