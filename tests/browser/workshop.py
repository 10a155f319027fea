"""The second half of a visit, as people tap it: what was found, what it costs, what the customer says, and the end."""

from playwright.async_api import expect

from tests.browser.reception import sign, stands_at
from tests.browser.tablet import Tablet

MEASURED = {"BRK-PAD-FL": ("2.4", "red"), "TYR-TREAD-FL": ("2.8", "yellow"), "BAT-VOLT": ("12.6", "green")}
"""What is measured, and the grade that the value earns by the template."""
FOUND = 5
WANTED = {"前制动片": "BP-", "轮胎": "TY-", "更换前制动片": "LAB-BRK-001"}
"""What is put on the estimate: what is typed, and how the code of the first hit begins."""


async def diagnose(tablet: Tablet) -> None:
    """Gives the car to a technician; five findings: three measured, one looked at, one with a trouble code."""
    await tablet.tap("step-diagnosis")
    await tablet.page.locator("[data-testid^=assign-]").first.click()
    await stands_at(tablet, "assigned")
    await tablet.tap("move-diagnosing")
    await stands_at(tablet, "diagnosing")
    for code, (value, grade) in MEASURED.items():
        await turn_to(tablet, code)
        await tablet.fill(f"measure-{code}", value)
        await is_graded(tablet, code, grade)
    await turn_to(tablet, "LGT-LOW")
    await tablet.tap("grade-LGT-LOW-green")
    await is_graded(tablet, "LGT-LOW", "green")
    await turn_to(tablet, "ELE-DTC")
    await tablet.tap("grade-ELE-DTC-yellow")
    await is_graded(tablet, "ELE-DTC", "yellow")
    await tablet.fill("dtc-ELE-DTC", "u0073-04")
    await tablet.sees("U0073-04")
    await tablet.tap("report-publish")


async def turn_to(tablet: Tablet, code: str) -> None:
    """Opens the group that holds an inspection item."""
    item, groups = tablet.get(f"item-{code}"), tablet.page.locator("[data-testid^=group-]")
    await expect(groups.first).to_be_visible()
    for group in await groups.all():
        if await item.count():
            return
        await group.click()
        await expect(group).to_have_attribute("aria-selected", "true")
    await expect(item).to_be_visible()


async def is_graded(tablet: Tablet, code: str, grade: str) -> None:
    """Waits until the item shows this grade."""
    await expect(tablet.get(f"grade-{code}-{grade}")).to_have_attribute("aria-checked", "true")


async def estimate(tablet: Tablet) -> list[str]:
    """Three lines from the catalogue, put before the customer; gives their ids."""
    await tablet.tap("step-estimate")
    for at, (words, code) in enumerate(WANTED.items(), 1):
        await tablet.get("catalogue-search").fill(words)
        await tablet.page.locator(f"[data-testid=catalogue-result][data-code^={code}]").first.click()
        await expect(tablet.page.locator("[data-testid^=line-][data-decision]")).to_have_count(at)
    await tablet.get("catalogue-search").fill("")
    await tablet.tap("primary-action")
    await tablet.page.wait_for_url("**/decision")
    await stands_at(tablet, "awaiting_approval")
    hooks = [await one.get_attribute("data-testid") or "" for one in await _asked(tablet)]
    return [hook.removeprefix("decision-line-") for hook in hooks]


async def _asked(tablet: Tablet):
    rows = tablet.page.locator("[data-testid^=decision-line-]")
    await expect(rows).to_have_count(len(WANTED))
    return await rows.all()


async def decide(tablet: Tablet, lines: list[str], *decisions: str) -> None:
    """What the customer says to each line; then the work begins."""
    for line, decision in zip(lines, decisions, strict=True):
        await tablet.tap(f"decide-{line}-{decision}")
        await expect(tablet.get(f"decision-line-{line}")).to_have_attribute("data-decision", decision)
    await tablet.tap("primary-action")
    await tablet.page.wait_for_url("**/repair")
    await stands_at(tablet, "repairing")


async def repair(tablet: Tablet) -> None:
    """The part that was agreed goes in; on to the quality check."""
    await tablet.page.locator("[data-testid^=use-part-]").first.click()
    await expect(tablet.get("part-used")).to_have_count(1)
    await tablet.tap("move-quality_check")
    await stands_at(tablet, "quality_check")


async def pass_quality(tablet: Tablet) -> None:
    """Every check is ticked, a road test was driven."""
    await tablet.tap("step-quality")
    await tablet.tap("quality-all")
    await tablet.fill("road-test-km", "3.5")
    await tablet.fill("odometer-out", "42184")
    await tablet.tap("quality-pass")
    await tablet.page.wait_for_url("**/settlement")
    await stands_at(tablet, "settling")


async def settle(tablet: Tablet) -> None:
    """The bill, the money for it, and the car is ready."""
    await tablet.tap("settlement-issue")
    await expect(tablet.get("settlement-issued")).to_be_visible()
    await tablet.tap("payment-method-wechat")
    await tablet.tap("payment-save")
    await expect(tablet.get("payment-left")).to_have_attribute("data-left", "0")
    await tablet.tap("move-ready")
    await tablet.page.wait_for_url("**/handover")
    await stands_at(tablet, "ready")


async def hand_over(tablet: Tablet) -> None:
    """The second signature."""
    await sign(tablet)
    await expect(tablet.get("handed-over")).to_be_visible()
    await stands_at(tablet, "handed_over")
