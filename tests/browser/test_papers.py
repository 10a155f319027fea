"""The papers of a visit: printed without a network, signed on a turned tablet, billed as agreed, left unsigned."""

from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import OpenTablet
from tests.browser.elsewhere import Elsewhere, awaiting_approval
from tests.browser.reception import draw, stands_at
from tests.browser.tablet import Tablet
from tests.running import OutsideTablet, Running, now

UPRIGHT = {"width": 800, "height": 1280}
STROKES = 2


async def a_contract_is_signed_on_a_turned_tablet_and_printed_without_a_network(tablet: OpenTablet, shop: Running):
    before = awaiting_approval(OutsideTablet(shop), "令狐雨薇", "川A92P01")
    before.tablet.done("visit.cancel", visit_id=before.id, reason="改天再来")
    one = await tablet("advisor")
    await one.goes_out_of_reach()
    await one.page.goto(f"/reception?with=known&customer={before.customer_id}&vehicle={vehicle_of(before)}")
    await one.tap("save-and-open-visit")
    await one.page.wait_for_url("**/checkin")
    await one.tap("step-contract")
    await expect(one.get("paper-number")).to_contain_text("临时号 临-")

    pad = one.get("signature-pad")
    await pad.scroll_into_view_if_needed()
    await draw(one, pad)
    await draw(one, pad)
    await one.tap("signature-undo")
    await one.tap("signature-undo")
    await one.page.set_viewport_size(UPRIGHT)  # type: ignore[arg-type]
    await expect(one.get("signature-clear")).to_be_visible()
    await one.tap("sign-submit")
    await expect(one.get("signed")).to_be_visible()
    [signature] = [row for row in await one.rows("signatures") if row["visit_id"] == one.page.url.split("/")[-2]]
    strokes: dict[str, Any] = signature["strokes"]
    assert len(strokes["lines"]) == STROKES
    assert all(0 <= point["x"] <= strokes["width"] for line in strokes["lines"] for point in line)

    await one.page.emulate_media(media="print")
    sheet = one.get("print-sheet")
    await expect(sheet).to_be_visible()
    await expect(one.page.locator("#app")).to_be_hidden()
    await expect(sheet).to_contain_text("维修委托书")
    await expect(sheet.get_by_label("签名笔迹")).to_have_count(1)
    assert (await one.page.pdf(prefer_css_page_size=True)).startswith(b"%PDF")


def vehicle_of(visit: Elsewhere) -> str:
    """The car of a visit."""
    visit.tablet.pull()
    return visit.tablet.rows["visits"][visit.id]["vehicle_id"]


def to_be_settled(shop: Running, name: str, plate: str) -> Elsewhere:
    """The part was agreed to, the labour declined; the work is done."""
    visit = awaiting_approval(OutsideTablet(shop), name, plate)
    said = zip(visit.lines, ("approved", "declined"), strict=True)
    visit.tablet.done(
        "estimate.decide", visit_id=visit.id, decided_by={"name": name, "role": "owner"}, channel="tablet",
        decisions=[{"line_id": line, "version": 1, "decision": word} for line, word in said], decided_at=now(),
    )  # fmt: skip
    for start, end in (("awaiting_approval", "repairing"), ("repairing", "quality_check")):
        visit.tablet.done("repair.advance", visit_id=visit.id, stage={"from": start, "to": end})
    visit.tablet.done("quality.pass", visit_id=visit.id, checks=[{"item_code": "BRK-PAD-FL", "ok": True}])
    return visit


async def pays(tablet: Tablet, method: str, amount: str, reference: str) -> None:
    """Money for the bill, or before it."""
    before = await tablet.get("payment").count()
    await tablet.tap(f"payment-method-{method}")
    await tablet.fill("payment-amount", amount)
    await tablet.fill("payment-reference", reference)
    await tablet.tap("payment-save")
    await expect(tablet.get("payment")).to_have_count(before + 1)


async def a_bill_stands_beside_what_was_agreed_and_the_car_leaves_without_a_signature(
    tablet: OpenTablet, shop: Running
):
    visit = to_be_settled(shop, "令狐致远", "川A92P02")
    one = await tablet("manager")
    await one.goes_out_of_reach()
    await one.page.goto(f"/visit/{visit.id}/settlement")
    await expect(one.get("bill-line")).to_have_count(1)
    await expect(one.get("bill-variance")).to_contain_text("和客户同意的金额一致")
    await pays(one, "alipay", "100", "D-1")
    await expect(one.get("payment-left")).to_have_text("已收定金 ¥100.00")
    await one.fill("settlement-discount", "68")
    await expect(one.get("bill-variance")).to_contain_text("比客户同意的少 ¥68.00")
    await one.tap("settlement-issue")
    await expect(one.get("payment-left")).to_have_text("还差 ¥300.00")
    await pays(one, "on_account", "350", "锦城租车")
    await expect(one.get("payment-left")).to_have_text("多收 ¥50.00，请退款")
    await one.get("payment-refund").first.click()
    await one.fill("refund-amount", "50")
    await one.tap("refund-save")
    await expect(one.get("payment-left")).to_have_text("已挂账 ¥350.00")
    await one.get("next-service").first.click()
    await expect(one.get("advice")).to_have_count(1)
    await one.tap("move-ready")
    await one.page.wait_for_url("**/handover")

    await one.tap("handover-release")
    await one.tap("release-key_drop")
    await one.fill("release-note", "钥匙放在 3 号钥匙箱，车主电话同意")
    await one.tap("release-send")
    await stands_at(one, "handed_over")
    await expect(one.get("next-call")).to_be_visible()
    await expect(one.get("next-service")).to_contain_text("下次保养")
    await one.comes_back()
    await one.is_in_step()
