"""From what is found to what the customer says to it: one tap a remedy, one truth about the report, one way back."""

import re
from typing import Any

from playwright.async_api import Browser, expect

from tests.browser import workshop
from tests.browser.chromium import HABITS
from tests.browser.conftest import OpenTablet
from tests.browser.elsewhere import Elsewhere, awaiting_approval
from tests.browser.office import Office
from tests.browser.reception import Guest, receive, stands_at
from tests.browser.tablet import NARROW, Tablet
from tests.running import OutsideTablet, Running

WORN = ("BRK-PAD-FL", "BRK-PAD-FR")
LONG_ENOUGH_MS = 1_500
BACK = """() => new Promise((done) => {
  addEventListener('popstate', () => setTimeout(done), { once: true })
  history.back()
})"""
LOOKS = """(one) => {
  const { color, backgroundColor, fontSize, fontWeight } = getComputedStyle(one)
  return [color, backgroundColor, fontSize, fontWeight]
}"""


async def in_diagnosis(tablet: Tablet, guest: Guest) -> None:
    """A car of this guest with a technician who has begun."""
    await receive(tablet, guest)
    await tablet.tap("step-diagnosis")
    await tablet.page.locator("[data-testid^=assign-]").first.click()
    await stands_at(tablet, "assigned")
    await tablet.tap("move-diagnosing")
    await stands_at(tablet, "diagnosing")


async def remedy(tablet: Tablet, item_code: str) -> list[str]:
    """The catalogue codes of the first remedy that the template has for an item."""
    items: dict[str, Any] = {row["code"]: row for row in await tablet.rows("inspection_items")}
    return next(phrase["codes"] for phrase in items[item_code]["phrases"] if phrase["codes"])


async def fits(tablet: Tablet, hook: str, codes: list[str]) -> None:
    """Says which variant fits for each part that the remedy names only by its kind."""
    known = {row["code"] for row in await tablet.rows("catalog_items")}
    kinds = [code for code in codes if code not in known]
    if kinds:
        await tablet.tap(hook)
    for kind in kinds:
        await tablet.page.locator(f"[data-testid^=variant-{kind}-]").first.click()


def lines(tablet: Tablet):
    """The lines on the estimate."""
    return tablet.page.locator("[data-testid^=line-][data-decision]")


async def the_two_findings_of_one_axle_are_quoted_in_one_tap_and_taken_back_in_one(tablet: OpenTablet):
    one = await tablet()
    await one.goes_out_of_reach()
    await in_diagnosis(one, Guest("欧阳建国", "13908085301", "川A53Q01"))
    for code in WORN:
        await workshop.turn_to(one, code)
        await one.fill(f"measure-{code}", "2.1")
        await workshop.is_graded(one, code, "red")
    codes = await remedy(one, WORN[0])
    await fits(one, f"quote-{WORN[0]}", codes)
    await one.tap("step-estimate")
    await expect(one.get("needs")).to_contain_text("2 项发现还没有报价")
    await one.tap("quote-all")
    await expect(lines(one)).to_have_count(len(codes))
    await expect(one.get("needs")).to_have_count(0)
    await one.tap("toast-undo")
    await expect(lines(one)).to_have_count(0)
    await expect(one.get("needs")).to_be_visible()


async def a_cause_is_found_by_its_initials_and_brings_its_plan(tablet: OpenTablet):
    one = await tablet()
    await in_diagnosis(one, Guest("司空明月", "13908085302", "川A53Q02"))
    await workshop.turn_to(one, WORN[0])
    await one.tap(f"grade-{WORN[0]}-red")
    item = next(row for row in await one.rows("inspection_items") if row["code"] == WORN[0])
    phrase = next(phrase for phrase in item["phrases"] if "磨损" in phrase["cause"])
    await one.get(f"cause-{WORN[0]}").fill("ms")
    chip = one.get(f"phrase-{WORN[0]}").filter(has_text=phrase["cause"])
    await chip.first.click()
    await expect(one.get(f"cause-{WORN[0]}")).to_have_value(phrase["cause"])
    await expect(one.get(f"plan-{WORN[0]}")).to_have_value(phrase["plan"])
    await expect(chip.first).to_have_attribute("aria-pressed", "true")


async def the_trouble_codes_that_are_pasted_say_what_they_mean_and_an_unknown_one_says_so(tablet: OpenTablet):
    one = await tablet()
    await in_diagnosis(one, Guest("上官文静", "13908085303", "川A53Q03"))
    await workshop.turn_to(one, "ELE-DTC")
    await one.tap("grade-ELE-DTC-yellow")
    await one.get("dtc-ELE-DTC").fill("p0301-1a")
    await one.sees("P0301-1A 1缸失火")
    await one.fill("dtc-ELE-DTC", "p0301-1a, U0073 p3fff 7")
    await expect(one.get("dtc")).to_have_count(3)
    await expect(one.get("dtc").nth(1)).to_contain_text("通信总线A关闭")
    await expect(one.get("dtc").nth(2)).to_contain_text("表里没有")
    await expect(one.get("dtc-ELE-DTC")).to_have_value("7")


async def the_preview_of_the_report_says_what_the_page_of_the_customer_says(
    tablet: OpenTablet, browser: Browser, office: Office, shop: Running
):
    visit = awaiting_approval(OutsideTablet(shop), "夏侯明远", "川A53Q04")
    one = await tablet("advisor")
    await one.page.goto(f"/visit/{visit.id}/diagnosis")
    for code, value in (("TYR-TREAD-FL", "2.8"), ("BAT-VOLT", "12.6")):
        await workshop.turn_to(one, code)
        await one.fill(f"measure-{code}", value)
        await expect(one.get(f"measure-{code}")).to_have_value(value)
    await one.tap("report-preview")
    await expect(one.get("report-news")).to_contain_text("左前轮胎花纹")
    await one.tap("report-publish-seen")
    await one.is_in_step()
    await one.tap("report-preview")
    await expect(one.get("report-news")).to_contain_text("没有改动")
    preview = one.get("report-paper")
    await preview.locator("summary").click()
    async with await browser.new_context(**HABITS) as context:
        page = await context.new_page()
        await office.shows(page, visit.id)
        await page.locator("#findings summary").click()
        assert _words(await preview.inner_text()) == _words(await page.locator("#findings").inner_text())
        for part in (".grade.red", "h2", ".measure b"):
            mine, theirs = preview.locator(part).first, page.locator(f"#findings {part}").first
            assert await mine.evaluate(LOOKS) == await theirs.evaluate(LOOKS)


def _words(text: str) -> list[str]:
    return text.split()


async def a_changed_price_asks_the_customer_again_beside_the_old_one(tablet: OpenTablet, shop: Running):
    visit = awaiting_approval(OutsideTablet(shop), "公孙小雨", "川A53Q05")
    part = visit.lines[0]
    one = await tablet("advisor")
    await one.page.goto(f"/visit/{visit.id}/decision")
    await one.tap(f"decide-{part}-approved")
    await expect(one.get(f"decision-line-{part}")).to_have_attribute("data-decision", "approved")
    await one.tap("step-estimate")
    row = one.get(f"line-{part}")
    await row.get_by_test_id("line-open").click()
    await one.fill("line-price", "520")
    await one.tap("line-save")
    await expect(row.get_by_test_id("price-before")).to_have_text("¥468.00")
    await row.get_by_test_id("line-open").click()
    await expect(row.get_by_test_id("versions").locator("li")).to_have_count(2)
    await expect(row.get_by_test_id("versions")).to_contain_text("公孙小雨已同意")
    await one.tap("step-decision")
    asked = one.get(f"decision-line-{part}")
    await expect(asked).to_have_attribute("data-decision", "open")
    await expect(asked.get_by_test_id("price-changed")).to_contain_text(re.compile("468.*520.*议价"))


async def a_line_that_somebody_else_pays_after_all_says_who_paid_before(tablet: OpenTablet, shop: Running):
    visit = awaiting_approval(OutsideTablet(shop), "公孙小雪", "川A53Q15")
    part = visit.lines[0]
    one = await tablet("advisor", NARROW)
    await one.page.goto(f"/visit/{visit.id}/estimate")
    row = one.get(f"line-{part}")
    await row.get_by_test_id("line-open").click()
    await one.tap("pays-warranty")
    async with one.adds():
        await one.tap("line-save")
    await expect(row).to_contain_text("三包")
    await row.get_by_test_id("line-open").click()
    await expect(row.get_by_test_id("versions")).to_contain_text(re.compile("自费.*三包.*付费方更正"))
    await one.is_in_step()
    [line] = [line for line in await one.rows("estimate_lines") if line["id"] == part]
    assert (line["payer"], line["version"]) == ("warranty", 2)


async def on_the_side_of(tablet: Tablet, visit: Elsewhere) -> None:
    """Goes to the decision as people do, and turns the tablet over to the customer."""
    await tablet.page.goto(f"/visit/{visit.id}/estimate")
    await tablet.tap("step-decision")
    await tablet.tap("customer-side")
    await expect(tablet.get("customers-side")).to_be_visible()


async def the_side_of_the_customer_is_left_only_by_holding(tablet: OpenTablet, shop: Running):
    visit = awaiting_approval(OutsideTablet(shop), "濮阳秋实", "川A53Q06")
    one = await tablet("advisor", NARROW)
    await on_the_side_of(one, visit)
    side = one.get("customers-side")
    await one.tap("turn-around")
    await expect(side).to_have_class(re.compile("turned"))
    await side.get_by_test_id(f"decide-{visit.lines[0]}-approved").click()
    await expect(one.get("agreed-sum")).to_have_text("¥468.00")
    await side.get_by_test_id(f"decide-{visit.lines[1]}-deferred").click()
    await one.page.keyboard.press("Escape")
    await one.tap("hold-to-leave")
    await expect(side).to_be_visible()
    await one.tap("customer-done")
    await expect(one.get("customer-summary")).to_contain_text(re.compile("同意做 · 1 项.*下次再说 · 1 项", re.S))
    await one.get("hold-to-leave").click(delay=LONG_ENOUGH_MS)
    await expect(side).to_have_count(0)
    await expect(one.get(f"decision-line-{visit.lines[1]}")).to_have_attribute("data-decision", "deferred")


async def a_way_back_or_a_reload_never_leads_from_the_customer_to_the_shop(tablet: OpenTablet, shop: Running):
    visit = awaiting_approval(OutsideTablet(shop), "濮阳春早", "川A53Q08")
    one = await tablet("advisor", NARROW)
    await one.page.goto(f"/visit/{visit.id}/estimate")
    await one.tap("step-decision")
    await one.fill("decider-name", "濮阳之父")
    await one.tap("customer-side")
    side = one.get("customers-side")
    await expect(side).to_contain_text("濮阳之父")
    for _ in range(3):
        await one.page.evaluate(BACK)
        await expect(side).to_be_visible()
    await one.page.reload()
    await expect(side).to_contain_text("濮阳之父")
    await one.page.goto("/today")
    await expect(side).to_be_visible()
    await one.get("hold-to-leave").click(delay=LONG_ENOUGH_MS)
    await expect(side).to_have_count(0)
    await one.page.goto("/today")
    await expect(one.get("tab-today")).to_have_attribute("aria-current", "page")
    await expect(side).to_have_count(0)


async def the_customer_may_decide_by_link_once_the_server_is_there(tablet: OpenTablet, office: Office, shop: Running):
    visit = awaiting_approval(OutsideTablet(shop), "闻人若兰", "川A53Q07")
    one = await tablet("advisor")
    await one.page.goto(f"/visit/{visit.id}/decision")
    await one.goes_out_of_reach()
    await one.tap("customer-link")
    await expect(one.get("toast")).to_contain_text("连上服务器")
    await one.comes_back()
    await one.tap("customer-link")
    link = (await office.visit(visit.id))["customerLink"]
    await expect(one.get("customer-link-address")).to_have_attribute("href", re.compile(re.escape(link)))
    await expect(one.get("customer-link-qr")).to_be_visible()
    await one.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await one.tap("customer-link-copy")
    await expect(one.get("toast")).to_contain_text("链接已复制")
    assert link in await one.page.evaluate("navigator.clipboard.readText()")


async def a_link_that_went_astray_is_made_anew_and_the_old_one_stops(tablet: OpenTablet, office: Office, shop: Running):
    visit = awaiting_approval(OutsideTablet(shop), "公冶修文", "川A53Q08")
    old = (await office.visit(visit.id))["customerLink"]
    one = await tablet("advisor")
    await one.page.goto(f"/visit/{visit.id}/decision")
    await one.tap("customer-link")
    await one.tap("customer-link-renew")
    await expect(one.get("customer-link-renew")).to_have_count(0)
    await one.tap("customer-link-renew-sure")
    await expect(one.get("toast")).to_contain_text("已换新链接")
    fresh = (await office.visit(visit.id))["customerLink"]
    await expect(one.get("customer-link-address")).to_have_text(re.compile(re.escape(fresh)))
    assert fresh != old
    assert [(await office.http.get(link)).status_code for link in (old, fresh)] == [404, 200]
