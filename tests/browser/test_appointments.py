"""Appointments that customers ask for and the store answers; how a customer is reached, and what they were told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.async_api import expect

from server.demo.load import SHOP_TIME
from server.domain.ids import uuid7
from tests.browser.axe import faults
from tests.browser.conftest import OpenTablet
from tests.browser.elsewhere import Elsewhere, awaiting_approval
from tests.browser.office import Office
from tests.browser.tablet import NARROW, SLOW, Tablet
from tests.running import OutsideTablet, Running, now

pytestmark = pytest.mark.usefixtures("tidy")

SOON = 2_000
"""Milliseconds within which a tablet shows what happened elsewhere."""


def at(hour: int, days: int = 1) -> str:
    """A full hour of a day to come, by the store's clock, which the browsers have too."""
    day = datetime.now(SHOP_TIME) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0).astimezone(UTC).isoformat()


async def asked(office: Office, visit: Elsewhere, when: str, work: str = "常规保养", **fields: Any) -> str:
    """What a customer asks for on the page; the appointment's id."""
    appointment, link = uuid7(), (await office.visit(visit.id))["customerLink"]
    row = visit.tablet.rows["visits"][visit.id]
    named = {"appointment_id": appointment, "customer_id": visit.customer_id, "vehicle_id": row["vehicle_id"]}
    body = {"id": uuid7(), "name": "appointment.book", "fields": named | {"at": when, "work": work} | fields}
    digits = visit.tablet.rows["customers"][visit.customer_id]["phones"][0]["number"][-4:]
    async with httpx.AsyncClient(base_url=office.http.base_url, headers={"origin": str(office.http.base_url)}) as page:
        await page.post(f"{link}/unlock", json={"digits": digits})
        answer = await page.post(f"{link}/commands", json=body)
    assert answer.json()["outcome"] == "applied", answer.text
    return appointment


def in_the_shop(shop: Running, name: str, plate: str) -> Elsewhere:
    """A customer whose car waits for a decision; the outside tablet holds the rows."""
    visit = awaiting_approval(OutsideTablet(shop), name, plate)
    visit.tablet.pull()
    return visit


def appointment_of(visit: Elsewhere, appointment: str) -> dict[str, Any]:
    """The row as the server has it."""
    visit.tablet.pull()
    return visit.tablet.rows["appointments"][appointment]


async def no_faults(one: Tablet) -> None:
    """What axe-core says about the screen as it stands."""
    assert await faults(one.page) == []


async def a_request_is_first_on_today_and_accepted_in_one_tap_out_of_reach(
    tablet: OpenTablet, office: Office, shop: Running
):
    visit = in_the_shop(shop, "百里若兰", "川A33P01")
    one = await tablet("advisor")
    asked_for = await asked(office, visit, at(10), note="最好上午")
    card = one.get("glance-requests").get_by_test_id(f"request-{asked_for}")
    await expect(card).to_contain_text("百里若兰", timeout=SOON)
    await expect(card).to_contain_text("“最好上午”")
    await expect(card.get_by_test_id("request-hint")).to_contain_text("这辆车正在店里（待确认）")
    await no_faults(one)
    await one.goes_out_of_reach()
    await card.get_by_test_id(f"accept-{asked_for}").click()
    await expect(card).to_have_count(0)
    await one.sees("已接受")
    assert appointment_of(visit, asked_for)["status"] == "requested"
    await one.comes_back()
    await one.is_in_step()
    assert appointment_of(visit, asked_for)["status"] == "booked"


async def the_store_offers_another_time_or_declines_with_a_reason_on_a_phone(
    tablet: OpenTablet, office: Office, shop: Running
):
    visit = in_the_shop(shop, "百里明远", "川A33P02")
    first, second = await asked(office, visit, at(9)), await asked(office, visit, at(9, 2), work="检查维修")
    one = await tablet("crm", NARROW)
    await one.tap("today-requests")
    requests = one.page.get_by_role("tabpanel")
    await expect(requests.get_by_test_id(f"request-{first}")).to_contain_text("同一位客户又申请了一次")
    await no_faults(one)
    await requests.get_by_test_id(f"other-{first}").click()
    await one.tap("day-3")
    await expect(one.get("slot-14:30")).to_contain_text("空")
    await one.tap("slot-14:30")
    await no_faults(one)
    await one.tap("move-save")
    await expect(requests.get_by_test_id(f"request-{first}")).to_have_count(0)
    await expect(requests.get_by_test_id(f"request-{second}")).to_contain_text("同一位客户还有一个预约")
    await requests.get_by_test_id(f"decline-{second}").click()
    await expect(one.get("cancel-save")).to_be_disabled()
    await one.tap("cancel-full")
    await no_faults(one)
    await one.tap("cancel-save")
    await expect(requests.get_by_test_id(f"request-{second}")).to_have_count(0)
    await one.is_in_step()
    accepted, declined = appointment_of(visit, first), appointment_of(visit, second)
    local = datetime.fromisoformat(accepted["at"]).astimezone(SHOP_TIME)
    assert (accepted["status"], local.hour, local.minute) == ("booked", 14, 30)
    assert (declined["status"], declined["cancel_reason"]) == ("cancelled", "那段时间约满了")


async def an_appointment_is_booked_moved_cancelled_and_received(tablet: OpenTablet, shop: Running):
    visit = in_the_shop(shop, "百里守义", "川A33P03")
    visit.tablet.done("visit.cancel", visit_id=visit.id, reason="改天")
    one = await tablet("advisor")
    await one.page.goto(f"/customers/{visit.customer_id}")
    await one.goes_out_of_reach()
    for day in (1, 2):
        await one.tap("customer-book")
        await one.tap(f"day-{day}")
        await one.tap("slot-11:00")
        await one.page.get_by_role("button", name="制动系统检查").click()
        await one.tap("appointment-save")
    booked = one.get("customer-appointments").locator("[data-testid^=appointment-]")
    await expect(booked).to_have_count(2)
    ids = [str(await row.get_attribute("data-testid")).removeprefix("appointment-") for row in await booked.all()]
    await no_faults(one)
    await one.tap(f"move-{ids[0]}")
    await one.tap("day-2")
    await expect(one.get("slot-11:00")).to_contain_text("已约 1")
    await one.tap("slot-15:30")
    await one.tap("move-save")
    await one.tap(f"cancel-{ids[1]}")
    await one.tap("cancel-customer")
    await one.tap("cancel-save")
    await expect(booked).to_have_count(1)
    await one.tap(f"receive-{ids[0]}")
    await one.sees("提前到店 · 制动系统检查", "百里守义")
    await expect(one.get("visit-kind-repair")).to_have_attribute("aria-checked", "true")
    await one.tap("save-and-open-visit")
    await one.page.wait_for_url("**/checkin")
    await one.comes_back()
    await one.is_in_step()
    came, cancelled = appointment_of(visit, ids[0]), appointment_of(visit, ids[1])
    assert (came["status"], cancelled["status"]) == ("arrived", "cancelled")
    assert visit.tablet.rows["visits"][came["visit_id"]]["vehicle_id"] == came["vehicle_id"]


async def the_acceptance_of_what_was_cancelled_is_answered_in_clear_words(
    tablet: OpenTablet, office: Office, shop: Running
):
    visit = in_the_shop(shop, "百里清和", "川A33P04")
    asked_for = await asked(office, visit, at(10, 4))
    one = await tablet("advisor")
    await one.tap("today-requests")
    await expect(one.get(f"accept-{asked_for}").first).to_be_visible()
    await one.goes_out_of_reach()
    visit.tablet.done("appointment.cancel", appointment_id=asked_for, reason="客户来不了")
    await one.get(f"accept-{asked_for}").first.click()
    await expect(one.get(f"request-{asked_for}")).to_have_count(0)
    await one.comes_back()
    await expect(one.get("status-pill")).to_have_attribute("data-unsent", "0", timeout=SLOW)
    await one.page.goto("/reviews")
    await one.page.locator("a[href^='/reviews/']").filter(has_text="接受预约申请").first.click()
    await one.sees("预约已取消，不能这样做。")


async def the_store_knows_how_a_customer_wants_to_be_reached(tablet: OpenTablet, shop: Running):
    visit = in_the_shop(shop, "百里静姝", "川A33P05")
    one = await tablet("advisor", NARROW)
    await one.page.goto(f"/customers/{visit.customer_id}")
    await one.goes_out_of_reach()
    await one.tap("reach-sms_push")
    await one.tap("reach-en")
    await one.tap("refuse-phone")
    await one.tap("quiet-set")
    await one.fill("quiet-start", "12:00")
    await one.fill("quiet-end", "12:00")
    await expect(one.get("quiet-save")).to_be_disabled()
    await one.fill("quiet-end", "14:00")
    await one.tap("quiet-save")
    await expect(one.get("quiet-said")).to_have_text("12:00–14:00")
    await expect(one.get("reach-stop")).to_have_count(0)
    await expect(one.get("mark-refused")).to_be_visible()
    await no_faults(one)
    await one.comes_back()
    await one.is_in_step()
    visit.tablet.pull()
    row = visit.tablet.rows["customers"][visit.customer_id]
    quiet = {"start": "12:00", "end": "14:00"}
    assert (row["channels"], row["language"], row["quiet"]) == (["sms", "push"], "en", quiet)
    assert [(one["channel"], one["decision"]) for one in row["consents"]] == [("phone", "withdrawn")]


async def the_stop_of_contact_is_a_mark_that_the_manager_sets_and_lifts(tablet: OpenTablet, shop: Running):
    visit = in_the_shop(shop, "百里无咎", "川A33P06")
    one = await tablet("manager")
    await one.page.goto(f"/customers/{visit.customer_id}")
    await one.tap("reach-stop")
    await one.fill("stop-reason", "多次辱骂接待人员")
    await no_faults(one)
    await one.tap("stop-yes")
    await expect(one.get("reach-stopped")).to_contain_text("多次辱骂接待人员")
    await one.tap("mark-stopped")
    await one.sees("已停止主动联系：多次辱骂接待人员")
    await one.page.keyboard.press("Escape")
    await one.is_in_step()
    visit.tablet.done(
        "estimate.decide", visit_id=visit.id, decided_by={"name": "百里无咎", "role": "owner"}, channel="phone",
        decided_at=now(), decisions=[{"line_id": line, "version": 1, "decision": "approved"} for line in visit.lines],
    )  # fmt: skip
    visit.decides_and_leaves()
    await one.page.goto(f"/follow-up/{visit.id}")
    await expect(one.get("call-hint")).to_contain_text("请不要打")
    await expect(one.get("follow-up-call")).to_have_count(0)
    await no_faults(one)
    await one.page.goto(f"/customers/{visit.customer_id}")
    await one.tap("reach-resume")
    await expect(one.get("reach-stopped")).to_have_count(0)
    await one.is_in_step()
    visit.tablet.pull()
    assert visit.tablet.rows["customers"][visit.customer_id]["contact_stop"] is None


async def the_visit_says_what_the_customer_was_told_and_why_not(tablet: OpenTablet, shop: Running):
    visit = in_the_shop(shop, "百里惊蛰", "川A33P07")
    one = await tablet("advisor")
    await one.page.goto(f"/visit/{visit.id}/progress")
    told = one.get("told")
    news = told.get_by_test_id("told-message").filter(has_text="待确认")
    await expect(news).to_contain_text("没有发：客户没有打开推送", timeout=SLOW)
    await expect(one.get("untold")).to_contain_text("客户没有被告知")
    await no_faults(one)
    await one.goes_out_of_reach()
    await one.page.goto(f"/customers/{visit.customer_id}")
    await expect(one.get("told")).to_contain_text("没有发：客户没有打开推送")
