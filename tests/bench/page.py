"""`python -m tests.bench.page`: what the customer's page and the tablet app weigh, and when they show something.

Chromium with an empty cache, its network as slow as a bad 4G (Lighthouse's "slow 4G": 1.6 Mbit/s down, 750 kbit/s up,
150 ms a round trip) and its processor four times slower. FCP and LCP are what the browser itself reports.
"""

import asyncio
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from server.domain.tokens import customer_token
from tests.browser.chromium import HABITS, chromium
from tests.portal.door import name_digits
from tests.portal.fuzz import SECRET, open_links, rows_of
from tests.running import Running

TIMES = 5
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
PHONE = {"viewport": {"width": 390, "height": 844}}
RESTS = 3
"""Seconds after the load in which a larger content may still appear."""
_PAINTS = """() => new Promise((done) => {
  const fcp = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0
  new PerformanceObserver((list) => done([fcp, list.getEntries().at(-1).startTime]))
    .observe({ type: 'largest-contentful-paint', buffered: true })
})"""


async def load(page: Page, url: str) -> tuple[float, float, dict[str, float]]:
    """First and largest contentful paint in ms, and bytes on the wire by kind."""
    devtools: Any = await page.context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    weights: dict[str, float] = {}
    devtools.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))

    def weighed(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"], "Other")
        weights[kind] = weights.get(kind, 0) + event["encodedDataLength"]

    devtools.on("Network.loadingFinished", weighed)
    await devtools.send("Network.enable")
    await devtools.send("Network.clearBrowserCache")
    await devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    await page.goto(url, wait_until="load")
    await asyncio.sleep(RESTS)
    fcp, lcp = await page.evaluate(_PAINTS)
    return fcp, lcp, weights


async def measure(browser: Browser, name: str, url: str, phone: str | None = None) -> None:
    """Some cold starts; prints the middle ones. With a phone the digits were named before."""
    loads = []
    for _ in range(TIMES):
        async with await browser.new_context(**(HABITS | PHONE | {"service_workers": "block"})) as context:
            if phone:
                before = await context.new_page()
                await before.goto(url)
                await name_digits(before, phone)
                await before.close()
            loads.append(await load(await context.new_page(), url))
    fcp, lcp = (statistics.median(each[at] for each in loads) for at in (0, 1))
    weights = loads[-1][2]
    kinds = ", ".join(f"{kind} {size / 1024:.1f}" for kind, size in sorted(weights.items(), key=lambda it: -it[1]))
    print(f"{name:<34} FCP {fcp:6,.0f} ms  LCP {lcp:6,.0f} ms  {sum(weights.values()) / 1024:7.1f} KiB  ({kinds})")


async def main() -> None:
    """A shop of its own: the page of a visit that waits for a decision, closed and open, then the tablet's sign-in."""
    folder = Path(tempfile.mkdtemp(prefix="jieche-page-"))
    shop = Running(folder, customers=40, secret_key=SECRET)
    shop.start()
    try:
        rows = rows_of(shop)
        asked = (v for v in open_links(shop) if rows["visits"][v]["stage"] == "awaiting_approval")
        visit = next(asked, open_links(shop)[0])
        url = f"{shop.url}/c/{customer_token(SECRET.encode(), visit, 1)}"
        phone = rows["customers"][rows["visits"][visit]["customer_id"]]["phones"][0]["number"]
        async with chromium() as browser:
            await measure(browser, "customer's page, a forwarded link", url)
            await measure(browser, "customer's page, a decision waits", url, phone)
            await measure(browser, "tablet app, sign-in", shop.url)
    finally:
        shop.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    asyncio.run(main())
