"""What a car left with is put right on the tablet, without a network; the sealed amendment is there once it is back."""

from typing import Any

from playwright.async_api import expect

from tests.browser.axe import faults
from tests.browser.conftest import OpenTablet
from tests.browser.elsewhere import Elsewhere
from tests.browser.tablet import NARROW, SLOW, Tablet
from tests.browser.test_today import handed_over
from tests.running import Running

WRONG, RIGHT = "更换前制动片", "更换前制动片与传感线"


async def amends(tablet: Tablet, path: str, right: str, why: str) -> None:
    """Types over one value of the paper, looks at it once more and confirms."""
    await tablet.tap("amend-open")
    await tablet.fill(f"amend-{path}", right)
    await tablet.fill("amend-reason", why)
    await tablet.tap("amend-look")
    await expect(tablet.get("amend-preview")).to_contain_text(right)
    assert await faults(tablet.page) == []
    await tablet.tap("amend-send")


async def a_wrong_name_of_a_line_is_put_right_out_of_reach_and_sealed_afterwards(tablet: OpenTablet, shop: Running):
    visit = handed_over(shop, "闻人知夏", "川A57M01")
    one = await tablet("advisor", NARROW)
    await one.page.goto(f"/visit/{visit.id}/handover")
    await expect(one.get("amend-open")).to_be_visible(timeout=SLOW)
    await expect(one.get("amendments")).to_have_count(0)
    await one.goes_out_of_reach()

    await one.tap("amend-open")
    await one.tap("amend-look")
    await one.sees("请写下更正原因", "还没有改动任何内容")
    assert await faults(one.page) == []
    await one.tap("sheet-close")
    await amends(one, f"lines/{visit.lines[1]}/name", RIGHT, "漏写了传感线")
    first = one.get("amendment-1")
    await expect(first).to_contain_text("漏写了传感线")
    await expect(first.get_by_test_id("corrections")).to_contain_text(f"{WRONG} · 名称{WRONG} → {RIGHT}")
    await expect(first.get_by_test_id("pending-mark")).to_have_attribute("data-state", "pending")
    await expect(one.get("amend-open")).to_have_count(0)
    assert await faults(one.page) == []

    await one.comes_back()
    await one.is_in_step()
    await expect(first.get_by_test_id("amendment-pdf")).to_be_visible(timeout=SLOW)
    async with one.page.expect_download() as saved:
        await first.get_by_test_id("amendment-pdf").click()
    assert (await (await saved.value).path()).read_bytes().startswith(b"%PDF")

    await amends(one, "odometer_in_km", "42190", "抄错了里程")
    await one.is_in_step()
    await expect(one.get("amendment-2").get_by_test_id("amendment-pdf")).to_be_visible(timeout=SLOW)
    visit.tablet.pull()
    [before, after] = sorted(
        (row for row in visit.tablet.rows["amendments"].values() if row["visit_id"] == visit.id),
        key=lambda row: row["id"],
    )
    assert after["amends"] == before["document_hash"]
    assert (before["amends"], after["document"]["amended"]["odometer_in_km"]) == (signed_hash(visit), 42190)
    assert named(after, visit.lines[1]) == RIGHT


def signed_hash(visit: Elsewhere) -> str:
    """The hash of what the customer signed when the car left."""
    return next(row["document_hash"] for row in visit.tablet.rows["signatures"].values() if row["visit_id"] == visit.id)


def named(amendment: dict[str, Any], line: str) -> str:
    """What a line is called on the paper as amended."""
    return next(one["name"] for one in amendment["document"]["amended"]["lines"] if one["id"] == line)
