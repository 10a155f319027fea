"""Every screen of a visit's fourteen steps, out of reach of the server: `python -m tests.browser.tour docs/tour`.

Each stop is looked at by axe-core and, on the way into a folder, photographed. `make test` walks three ways through it
(Chinese wide, Chinese narrow at night, English wide), `make tour` every language, size and colour.
"""

import argparse
import asyncio
import tempfile
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from playwright.async_api import Browser, expect

from tests.browser import around, reception, workshop
from tests.browser.album import Tour
from tests.browser.chromium import HABITS, chromium
from tests.browser.elsewhere import awaiting_approval
from tests.browser.office import Office
from tests.browser.reception import Guest
from tests.browser.tablet import NARROW, WIDE, Tablet
from tests.running import OutsideTablet, Running

CUSTOMERS = 200
HELD = 1_500
"""Milliseconds for which the button that leaves the customer's side is held."""
MEASURED = {"BRK-PAD-FR": "4.2", "BRK-PAD-RL": "7.5", "BRK-PAD-RR": "7.1", "BRK-FLUID": "1.4"}
SEEN = (("front_bumper", "scratch", "light"), ("left_rear_fender", "dent", "medium"))


class Way(NamedTuple):
    """How the tour is walked: a language, a size, by day or at night."""

    language: str
    size: tuple[int, int]
    dark: bool = False

    @property
    def folder(self) -> str:
        """Where its pictures go: `zh-1280`."""
        return f"{self.language[:2]}-{self.size[0]}"


WAYS = (Way("zh-CN", WIDE), Way("zh-CN", NARROW, dark=True), Way("en", WIDE))
EVERY = tuple(Way(*one) for one in product(("zh-CN", "en"), (WIDE, NARROW), (False, True)))


async def walk(tour: Tour, way: Way, guest: Guest) -> None:
    """From the sign-in to the call after the visit; all but the sign-in without a network."""
    tablet = tour.tablet
    await tablet.context.add_init_script(f"localStorage.setItem('jieche.language', '{way.language}')")
    await tablet.page.reload()
    await expect(tablet.get("login-submit")).to_be_visible()
    await tour.stop("login")
    around.a_disagreement(OutsideTablet(tour.shop))
    await tablet.sign_in()
    await tablet.goes_out_of_reach()
    await around.the_desk(tour)
    await the_reception(tour, guest)
    await the_workshop(tour)
    await the_end(tour)
    await around.what_waits(tour)
    await around.the_call_afterwards(tour)
    await tablet.comes_back()
    await tablet.is_in_step()


async def the_reception(tour: Tour, guest: Guest) -> None:
    """Steps 2 to 6: who comes with which car, what it looks like, what was agreed."""
    tablet = tour.tablet
    await tablet.tap("tab-reception")
    await tablet.tap("new-customer")
    await tablet.fill("vehicle-plate", guest.plate)
    await tablet.fill("customer-name", guest.name)
    await tour.stop("new-customer")
    await around.somebody_known(tour)
    await reception.receive(tablet, guest)
    await tour.top("checkin-empty")
    await reception.check_in(tablet)
    await tour.step("checkin")
    await tablet.tap("step-walkaround")
    await reception.walk_around(tablet)
    await tablet.tap("step-walkaround")
    for at, (panel, kind, severity) in enumerate(SEEN, 2):
        await reception.pin(tablet, panel, kind, severity)
        await tablet.tap("damage-save")
        await expect(tablet.get("damage")).to_have_count(at)
    await tour.top("walkaround")
    await tour.step("contract")
    await reception.sign(tablet)
    await tour.top("contract-signed")


async def the_workshop(tour: Tour) -> None:
    """Steps 7 to 10: what was found, what it costs, what the customer says, the repair, the check."""
    tablet = tour.tablet
    await workshop.diagnose(tablet)
    await workshop.turn_to(tablet, "BRK-PAD-FL")
    for code, value in MEASURED.items():
        await tablet.fill(f"measure-{code}", value)
    await tour.top("diagnosis")
    await tablet.tap("report-preview")
    await expect(tablet.get("report-paper")).to_be_visible()
    await tour.stop("report-preview")
    await tablet.page.keyboard.press("Escape")
    await expect(tablet.get("report-paper")).to_have_count(0)
    lines = await workshop.estimate(tablet)
    await tour.step("estimate")
    await tour.step("decision")
    await tablet.tap("customer-side")
    await expect(tablet.get("hold-to-leave")).to_be_visible()
    await tour.stop("customer-side")
    await tablet.get("hold-to-leave").click(delay=HELD)
    await expect(tablet.get("hold-to-leave")).to_have_count(0)
    await workshop.decide(tablet, lines, "approved", "deferred", "approved")
    await tour.top("repair")
    await workshop.repair(tablet)
    await tour.step("quality")
    await workshop.pass_quality(tablet)


async def the_end(tour: Tour) -> None:
    """Steps 11 and 12: the bill, the money, the second signature."""
    tablet = tour.tablet
    await tour.top("settlement")
    await workshop.settle(tablet)
    await tour.top("handover")
    await workshop.hand_over(tablet)
    await tour.top("handed-over")
    await tour.step("progress")


async def on_the_phone(browser: Browser, tour: Tour, way: Way, guest: Guest) -> None:
    """The customer's page, where something is asked."""
    visit = awaiting_approval(OutsideTablet(tour.shop), guest.name, guest.plate)
    seen: Any = {"viewport": {"width": way.size[0], "height": way.size[1]}, **HABITS, "locale": way.language}
    async with await browser.new_context(bypass_csp=True, **seen) as context, Office(tour.shop.url) as office:
        page = await context.new_page()
        await office.shows(page, visit.id, "?lang=en" if way.language == "en" else "")
        await tour.stop("customer", page)


NAMES = ("沈梦瑶", "罗子涵", "韦嘉懿", "卓一凡", "蓝若溪", "龚浩然", "钟灵秀", "廖星辰", "温如玉")


def guests(at: int) -> tuple[Guest, Guest]:
    """Two people whom this shop never saw and who are like nobody else: one brings a car, one is asked by phone."""
    far = at * 1_234_567
    brings = Guest(NAMES[at], f"139{10_000_000 + far}", f"川A6{at:04}", "大众", "途观 L")
    return brings, Guest("沈思远", f"138{20_000_000 + far}", f"川A7{at:04}")


def page_of(stops: list[str]) -> str:
    """The page that shows the pictures in the order of the tour."""
    lines = [
        "# A visit, screen by screen",
        "",
        "Made by `make tour`; everything but signing in happens without a network.",
    ]
    for name in stops:
        lines += ["", f"## {name.replace('-', ' ').capitalize()}", ""]
        lines += [f"![{name}, 1280 × 800](zh-1280/{name}.png)", "", f"![{name}, 390 × 844](zh-390/{name}.png)", ""]
        lines += [f"In English: [1280 × 800](en-1280/{name}.png) · [390 × 844](en-390/{name}.png)"]
    return "\n".join([*lines, ""])


async def main(album: Path, every: bool) -> int:
    """Walks the ways; pictures are taken by day. 1 if axe-core found anything."""
    found = 0
    with tempfile.TemporaryDirectory() as folder:
        shop = Running(Path(folder), customers=CUSTOMERS)
        shop.start()
        try:
            async with chromium() as browser:
                for at, way in enumerate(EVERY if every else (one for one in EVERY if not one.dark)):
                    brings, asked = guests(at)
                    async with Tablet.open(browser, shop.url, way.size, way.dark) as tablet:
                        tour = Tour(tablet, shop, None if way.dark else album / way.folder)
                        await walk(tour, way, brings)
                        await on_the_phone(browser, tour, way, asked)
                    (album / "README.md").write_text(page_of(tour.stops), encoding="utf-8")
                    print(
                        f"{way.folder} {'at night' if way.dark else 'by day'}: {len(tour.stops)} screens",
                        tour.faults or "",
                    )
                    found += len(tour.faults)
        finally:
            shop.stop()
    return 1 if found else 0


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("album", type=Path)
    asked.add_argument("--every", action="store_true", help="at night too")
    chosen = asked.parse_args()
    raise SystemExit(asyncio.run(main(chosen.album, chosen.every)))
