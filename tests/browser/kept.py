"""A customer signs, out of reach, a bill that has changed meanwhile: what each of them sees, until it is signed again.

`python -m tests.browser.kept docs/kept` makes the pictures; the test walks the same way and looks with axe-core.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import pairwise
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from server.domain.ids import uuid7
from tests.browser.album import Tour
from tests.browser.chromium import HABITS, chromium
from tests.browser.elsewhere import Elsewhere, awaiting_approval
from tests.browser.office import Office
from tests.browser.reception import draw
from tests.browser.tablet import NARROW, SLOW, WIDE, Tablet
from tests.running import OutsideTablet, Running, now

PHONE = {"viewport": dict(zip(("width", "height"), NARROW, strict=True)), "device_scale_factor": 2, "has_touch": True}
OLD, NEW = 38_000, 42_000
_RAISED = "380.00 → 420.00 元"
CHANGED = (f"机油（原厂）单价 {_RAISED}", f"机油（原厂）金额 {_RAISED}", f"结算单合计 {_RAISED}")
Open = Callable[..., Awaitable[Tablet]]


class Bill:
    """A visit with one approved line, the oil, made and changed at another desk."""

    def __init__(self, visit: Elsewhere, name: str) -> None:
        self.tablet, self.visit, self.name, self.line = visit.tablet, visit, name, uuid7()
        visit.tablet.done(
            "estimate.add_line", visit_id=visit.id, line_id=self.line, kind="part", name="机油", quantity="1",
            unit="桶", unit_price_fen=OLD, part_kind="oem",
        )  # fmt: skip
        visit.tablet.done("estimate.present", visit_id=visit.id, lines=[{"line_id": self.line, "version": 1}])
        self._decide([(line, 1, "declined") for line in visit.lines] + [(self.line, 1, "approved")])
        self._to_ready(1, OLD)

    def changes(self) -> None:
        """Back from ready: the oil costs 40 yuan more, the customer agrees, the car is ready once more."""
        visit_id, tablet = self.visit.id, self.tablet
        back = {"from": "ready", "to": "repairing"}
        tablet.done("repair.advance", visit_id=visit_id, stage=back, note="机油型号改为全合成")
        price = {"unit_price_fen": NEW, "reason": "全合成机油"}
        tablet.done("estimate.revise_line", line_id=self.line, seen_version=1, **price)
        tablet.done("estimate.present", visit_id=visit_id, lines=[{"line_id": self.line, "version": 2}])
        self._decide([(self.line, 2, "approved")])
        self._to_ready(2, NEW)

    def _decide(self, said: list[tuple[str, int, str]]) -> None:
        decisions = [{"line_id": line, "version": version, "decision": word} for line, version, word in said]
        self.tablet.done(
            "estimate.decide", visit_id=self.visit.id, decided_by={"name": self.name, "role": "owner"},
            channel="phone", decisions=decisions, decided_at=now(),
        )  # fmt: skip

    def _to_ready(self, version: int, total: int) -> None:
        visit_id, tablet = self.visit.id, self.tablet
        for start, end in pairwise(("awaiting_approval", "repairing", "quality_check")):
            tablet.done("repair.advance", visit_id=visit_id, stage={"from": start, "to": end})
        tablet.done("quality.pass", visit_id=visit_id, checks=[{"item_code": "BRK-PAD-FL", "ok": True}])
        lines = [{"line_id": self.line, "version": version}]
        bill = {"settlement_id": uuid7(), "lines": lines, "discount_fen": 0, "total_fen": total}
        tablet.done("settlement.issue", visit_id=visit_id, **bill)
        tablet.done("repair.advance", visit_id=visit_id, stage={"from": "settling", "to": "ready"})


async def signs(tablet: Tablet) -> None:
    """The customer draws a name under what is on the screen."""
    pad = tablet.get("signature-pad")
    await pad.scroll_into_view_if_needed()
    await draw(tablet, pad)
    await tablet.tap("sign-submit")
    await expect(tablet.get("handed-over")).to_be_visible()


async def walk(
    browser: Browser, shop: Running, tablet: Open, office: Office, name: str, plate: str, album: Path | None
) -> tuple[str, dict[str, object]]:
    """The whole story; gives the visit's id and what axe-core found."""
    bill = Bill(awaiting_approval(OutsideTablet(shop), name, plate), name)
    visit_id = bill.visit.id
    here, there, boss = await tablet("advisor"), await tablet("advisor2", NARROW), await tablet("manager")
    tours = [Tour(one, shop, album) for one in (here, there, boss)]
    async with await browser.new_context(base_url=shop.url, **HABITS, **PHONE) as phone:
        page = await phone.new_page()
        await office.shows(page, visit_id)
        await signed_out_of_reach(here, bill, tours[0])
        await kept(here, there, boss, page, tours, visit_id)
        await signed_again(here, page, tours[0])
    return visit_id, {stop: found for tour in tours for stop, found in tour.faults.items()}


async def signed_out_of_reach(here: Tablet, bill: Bill, tour: Tour) -> None:
    """The bill changes elsewhere; the tablet does not know, and its customer signs what it shows."""
    await here.page.goto(f"/visit/{bill.visit.id}/handover")
    await expect(here.get("document")).to_contain_text("¥380.00")
    await here.goes_out_of_reach()
    bill.changes()
    await signs(here)
    await tour.top("1-tablet-signed-offline")


async def kept(here: Tablet, there: Tablet, boss: Tablet, page: Page, tours: list[Tour], visit_id: str) -> None:
    """Back in reach: the tablet, another advisor, the manager and the customer see the same difference."""
    await here.comes_back()
    await here.is_in_step()
    for tablet, tour, name in ((here, tours[0], "2-tablet"), (there, tours[1], "3-another-advisor")):
        if tablet is there:
            await tablet.page.goto(f"/visit/{visit_id}/handover")
        await expect(tablet.get("kept-signature")).to_contain_text(
            "客户签的是旧版本，签名已保留（未生效）", timeout=SLOW
        )
        await expect(tablet.get("changes").locator("li")).to_have_text([f"•{words}" for words in CHANGED])
        await expect(tablet.get("handed-over")).to_have_count(0)
        await expect(tablet.get("kept-reopen")).to_be_visible()
        await tour.top(name)
    await here.tap("kept-read")
    await expect(here.page.get_by_role("dialog").get_by_test_id("document")).to_contain_text("¥380.00")
    await tours[0].stop("4-tablet-what-was-signed")
    await here.tap("sheet-close")
    await boss.page.goto("/today")
    await boss.sees("签的是旧版本，签名未生效")
    await tours[2].stop("5-manager-today")
    await boss.tap("tab-reviews")
    await boss.page.locator("[data-kind=review]", has_text="签").first.click()
    await expect(boss.get("changes").locator("li")).to_have_text([f"•{words}" for words in CHANGED])
    await tours[2].stop("6-manager-review")
    again = page.get_by_test_id("c-sign-again")
    await expect(again).to_contain_text("您签字后单据有变化，请重新确认", timeout=SLOW)
    await expect(page.get_by_test_id("c-changes").locator("li")).to_have_text([f"•{words}" for words in CHANGED])
    await expect(page.get_by_test_id("c-stage-handed_over")).to_have_class("ahead")
    await again.evaluate("(card) => card.scrollIntoView()")
    await tours[0].stop("7-customer", page)
    for version, price in (("c-you-signed", "380.00 元"), ("c-as-it-is", "420.00 元")):
        await page.get_by_test_id(version).locator("summary").click()
        await expect(page.get_by_test_id(version)).to_contain_text(price)


async def signed_again(here: Tablet, page: Page, tour: Tour) -> None:
    """The new bill is signed: it counts, and the old one stays to be read."""
    await here.tap("kept-again")
    await signs(here)
    await here.is_in_step()
    await expect(here.get("replaced-signatures")).to_be_visible(timeout=SLOW)
    await tour.top("8-tablet-signed-again")
    await expect(page.get_by_test_id("c-sign-again")).to_have_count(0, timeout=SLOW)
    await expect(page.get_by_test_id("c-signatures").locator("li")).to_have_count(2)
    await page.get_by_test_id("c-you-signed-then").locator("summary").click()
    await expect(page.get_by_test_id("c-signatures")).to_contain_text("380.00 元")
    await page.get_by_test_id("c-signatures").evaluate("(card) => card.scrollIntoView()")
    await tour.stop("9-customer-after", page)


async def main(album: Path) -> None:
    """The pictures."""
    with tempfile.TemporaryDirectory() as folder:
        shop = Running(Path(folder), customers=40)
        shop.start()
        try:
            async with chromium() as browser, Office(shop.url) as office:
                await _pictured(browser, shop, office, album)
        finally:
            shop.stop()


async def _pictured(browser: Browser, shop: Running, office: Office, album: Path) -> None:
    async with AsyncExitStack() as stack:

        async def tablet(username: str, size: tuple[int, int] = WIDE) -> Tablet:
            opened = await stack.enter_async_context(Tablet.open(browser, shop.url, size))
            await opened.sign_in(username)
            return opened

        _, faults = await walk(browser, shop, tablet, office, "端木清和", "川A93K02", album)
        print(faults or "axe-core found nothing")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("album", type=Path)
    asyncio.run(main(parser.parse_args().album))
