"""`python -m tests.bench.search`: from a key to the hits on the screen, 20,000 cars, Chromium slowed down 4×."""

import asyncio
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.browser.chromium import chromium
from tests.browser.tablet import Tablet
from tests.running import Running

SLOWER = 4
TEXTS = ("川A12", "88", "王伟", "6666", "ww", "wangwei", "zhaoy", "1", "刘")
FILL = """async (count) => {
  const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result)
    request.onerror = () => failed(request.error)
  })
  const given = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平', family = '王李张刘陈杨黄赵吴周'
  const store = await asked(indexedDB.open('jieche'))
  const change = store.transaction(['customers', 'vehicles'], 'readwrite')
  const [customers, vehicles] = ['customers', 'vehicles'].map((name) => change.objectStore(name))
  const person = (await asked(customers.getAll(null, 1)))[0], car = (await asked(vehicles.getAll(null, 1)))[0]
  for (let n = 0; n < count; n++) {
    const name = family[n % 10] + given[(n * 7) % 20] + (n % 3 ? given[(n * 3) % 20] : '')
    customers.put({ ...person, id: `c${n}`, name, phones: [{ number: `+86138${10000000 + n * 37}`, primary: true }] })
    const plate = `川${'ABCDEFGHJK'[n % 10]}${10000 + n}`, vin = `LSVAA4187E2${100000 + n}`
    vehicles.put({ ...car, id: `v${n}`, plate, vin, owner_id: `c${n}` })
  }
  await new Promise((done) => (change.oncomplete = done))
  store.close()
}"""
TYPED = """async (text) => {
  const box = document.querySelector('[data-testid=identify-search]')
  const list = box.closest('.pane-list').querySelector('.scroll')
  const type = (words) => {
    box.value = words
    box.dispatchEvent(new Event('input'))
  }
  const shown = () => new Promise((done) => new MutationObserver((_, watcher) => {
    if (!list.querySelector('[data-testid=identify-result]')) return
    watcher.disconnect()
    done(performance.now())
  }).observe(list, { childList: true, subtree: true, characterData: true }))
  const started = performance.now()
  type(text)
  const took = (await shown()) - started
  type('')
  await new Promise((done) => setTimeout(done, 100))
  return took
}"""


async def measure(page: Page) -> None:
    """Prints one line a text."""
    await page.get_by_test_id("identify-search").fill("wangwei")
    await page.get_by_test_id("identify-result").first.wait_for(timeout=120_000)
    await page.get_by_test_id("identify-search").fill("")
    slow: Any = await page.context.new_cdp_session(page)
    await slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    for text in TEXTS:
        took = [await page.evaluate(TYPED, text) for _ in range(5)]
        print(f"{text:<8} {statistics.median(took):6.1f} ms in the middle, {max(took):6.1f} ms at most")


async def main() -> None:
    """A shop of its own, filled in the browser."""
    folder = Path(tempfile.mkdtemp(prefix="jieche-search-"))
    shop = Running(folder, customers=5)
    shop.start()
    try:
        async with chromium() as browser, Tablet.open(browser, shop.url) as tablet:
            await tablet.sign_in("advisor")
            await tablet.page.evaluate(FILL, 20_000)
            await tablet.page.goto("/reception")
            await measure(tablet.page)
    finally:
        shop.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    asyncio.run(main())
