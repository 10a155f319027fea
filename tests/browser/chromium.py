"""A real Chromium on this machine, and what a page keeps in its IndexedDB."""

import base64
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
HABITS: dict[str, Any] = {"timezone_id": "Asia/Shanghai", "locale": "zh-CN", "service_workers": "allow"}
"""What every browser of these tests has in common; screens are 24-hour and Chinese first."""

_STORED = """async (table) => {
  const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result)
    request.onerror = () => failed(request.error)
  })
  const store = await asked(indexedDB.open('jieche'))
  const rows = await asked(store.transaction(table).objectStore(table).getAll())
  store.close()
  const text = (bytes) => Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('')
  return rows.map((row) => (row.data instanceof ArrayBuffer ? { ...row, data: btoa(text(row.data)) } : row))
}"""


@asynccontextmanager
async def chromium(*flags: str) -> AsyncIterator[Browser]:
    """The browser of this machine, else the one that Playwright brings."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox", *flags])
        yield browser
        await browser.close()


async def stored(page: Page, table: str) -> list[dict[str, Any]]:
    """All rows of a table of the tablet's IndexedDB; photo bytes as they lie there."""
    rows = await page.evaluate(_STORED, table)
    return [row | {"data": base64.b64decode(row["data"])} if "data" in row else row for row in rows]
