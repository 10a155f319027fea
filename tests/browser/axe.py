"""What axe-core finds wrong with a page: any violation of WCAG 2.2 A and AA, and whatever else it calls serious."""

from functools import cache
from typing import Any

from playwright.async_api import Page

from tests.running import ROOT

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}
_RUN = """async () => {
  const fading = document.getAnimations().filter(
    ({ playState, effect }) => playState === 'running' && effect.getComputedTiming().endTime !== Infinity)
  await Promise.all(fading.map((animation) => animation.finished.catch(() => undefined)))
  return (await axe.run(document, { resultTypes: ['violations'] })).violations.map(({ id, impact, tags, nodes }) => ({
    id, impact, standard: tags.some((tag) => /^wcag2\\d?aa?$/.test(tag)),
    nodes: nodes.slice(0, 3).map((node) => node.html.slice(0, 200)),
  }))
}"""


@cache
def axe() -> str:
    """The script of axe-core."""
    return AXE.read_text(encoding="utf-8")


async def faults(page: Page) -> list[dict[str, Any]]:
    """The violations on this page, when what fades in or out has done so: half-shown text has no contrast yet."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(axe())
    return [fault for fault in await page.evaluate(_RUN) if fault["standard"] or fault["impact"] in GRAVE]
