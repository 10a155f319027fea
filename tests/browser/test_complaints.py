"""Complaints on tablets: a low survey is on the manager's list at once, five steps close it, also without a network."""

import re

import pytest
from playwright.async_api import expect

from server.domain.ids import uuid7
from tests.browser.axe import faults
from tests.browser.conftest import OpenTablet
from tests.browser.elsewhere import Elsewhere, awaiting_approval
from tests.browser.office import Office
from tests.browser.tablet import NARROW, WIDE, Tablet
from tests.browser.test_today import handed_over
from tests.running import OutsideTablet, Running

pytestmark = pytest.mark.usefixtures("tidy")

SOON = 2_000
"""Milliseconds from the customer's tap to the manager's list."""
STEPS = ("confirm", "analyse", "agree", "handle", "call_back")
LOW = {"speed": 3, "quality": 2, "price": 3, "courtesy": 4, "recommend": 4, "text": "修完还有异响，没人管"}


async def by_page(office: Office, visit: Elsewhere, name: str, fields: dict) -> None:
    """A command from the customer's phone, whose digits open the page."""
    link = (await office.visit(visit.id))["customerLink"]
    digits = visit.tablet.rows["customers"][visit.customer_id]["phones"][0]["number"][-4:]
    await office.http.post(f"{link}/unlock", json={"digits": digits})
    sent = {"id": uuid7(), "name": name, "fields": fields}
    answer = await office.http.post(f"{link}/commands", json=sent)
    assert answer.json().get("outcome") == "applied", answer.text


async def low_survey(office: Office, visit: Elsewhere) -> str:
    """The customer answers the survey low; gives the complaint's id."""
    survey_id = uuid7()
    await by_page(office, visit, "survey.answer", {"survey_id": survey_id} | LOW)
    return survey_id


async def goes_through(tablet: Tablet, *steps: str) -> None:
    """Records these steps one after the other, the first with words of its own."""
    for number, step in enumerate(steps):
        await expect(tablet.get(f"kind-{step}")).to_have_attribute("aria-checked", "true")
        if not number:
            await tablet.fill("step-text", "已电话道歉，约明天回店检查")
        await tablet.tap("complaint-step")
        await expect(tablet.get(f"step-{step}")).to_have_attribute("data-stands", "done")


async def a_low_survey_is_on_the_managers_list_at_once_and_is_taken_to_its_end(
    tablet: OpenTablet, office: Office, shop: Running
):
    visit = handed_over(shop, "司徒嘉怡", "川A33C01")
    one = await tablet("manager")
    await one.tap("today-complaints")
    complaint = await low_survey(office, visit)
    row = one.get(f"complaint-{complaint}")
    await expect(row).to_be_visible(timeout=SOON)
    await expect(row).to_contain_text("司徒嘉怡")
    await row.click()
    await one.page.wait_for_url(f"**/complaints/{complaint}")
    await one.sees("修完还有异响，没人管", "维修质量", "2 / 5")
    await goes_through(one, *STEPS[:4])
    await expect(one.get("step-confirm")).to_contain_text("已电话道歉，约明天回店检查")
    await goes_through(one, "call_back")
    await expect(one.get("complaint")).to_have_attribute("data-state", "closed")
    await expect(row).to_have_attribute("data-state", "closed")
    await one.is_in_step()
    visit.tablet.pull()
    stored = visit.tablet.rows["complaints"][complaint]
    assert (stored["state"], [step["kind"] for step in stored["steps"]]) == ("closed", list(STEPS))


async def test_two_tablets_go_on_without_a_network_and_lose_nothing(tablet: OpenTablet, office: Office, shop: Running):
    visit = handed_over(shop, "公孙雨桐", "川A33C02")
    complaint = await low_survey(office, visit)
    one, other = await tablet("manager"), await tablet("advisor", NARROW)
    for held in (one, other):
        await held.page.goto(f"/complaints/{complaint}")
        await expect(held.get("complaint")).to_be_visible()
        await held.is_in_step()
        await held.goes_out_of_reach()
    await goes_through(one, "confirm", "analyse")
    await goes_through(other, "confirm")
    await other.tap("kind-handle")
    await other.tap("complaint-step")
    await expect(other.get("step-analyse")).to_have_attribute("data-stands", "missing")
    await expect(other.get("step-agree")).to_have_attribute("data-stands", "missing")
    for held in (one, other):
        await held.comes_back()
        await held.is_in_step()
    for held in (one, other):
        await expect(held.get("told")).to_have_count(4)
        await expect(held.get("step-agree")).to_have_attribute("data-stands", "missing")


async def a_complaint_is_opened_from_the_customers_file_given_to_a_colleague_and_moved(
    tablet: OpenTablet, shop: Running
):
    visit = awaiting_approval(OutsideTablet(shop), "夏侯思源", "川A33C03")
    one = await tablet("advisor")
    await one.goes_out_of_reach()
    await one.page.goto(f"/customers/{visit.customer_id}")
    await one.tap("complaint-open")
    await one.tap("complaint-save")
    await one.sees("请写下客户的原话")
    await one.fill("complaint-text", "说好三点，现在五点了")
    await one.tap("complaint-about-waiting")
    await one.tap("complaint-save")
    await expect(one.get("complaint-banner")).to_contain_text("说好三点，现在五点了")
    await one.tap("complaint-look")
    await one.get("complaint").wait_for()
    others = one.page.locator("[data-testid^=owner-][aria-checked=false]")
    name = (await others.first.text_content() or "").strip()
    await others.first.click()
    await expect(one.page.get_by_role("radio", name=name)).to_have_attribute("aria-checked", "true")
    await one.tap("due-soon")
    await expect(one.get("complaint-due")).to_contain_text(re.compile("还有 (2 小时|1 小时 59 分)"))
    await one.sees(f"由 {name} 联系客户")
    await one.page.goto(f"/visit/{visit.id}/progress")
    await expect(one.get("mark-complaint")).to_contain_text(f"由 {name} 联系客户")
    await one.tap("mark-complaint")
    await expect(one.get("complaint-banner")).to_be_visible()
    await one.comes_back()
    await one.is_in_step()


@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (NARROW, True)])
async def test_everybody_can_read_a_complaint_and_where_it_shows(
    tablet: OpenTablet, office: Office, shop: Running, size: tuple[int, int], dark: bool
):
    visit = handed_over(shop, "濮阳清和", f"川A33C0{5 + dark}")
    complaint = await low_survey(office, visit)
    one = await tablet("manager", size, dark)
    for path, seen in (
        ("/complaints", f"complaint-{complaint}"), (f"/complaints/{complaint}", "complaint"),
        (f"/visit/{visit.id}/progress", "survey-card"), (f"/customers/{visit.customer_id}", "complaint-banner"),
    ):  # fmt: skip
        await one.page.goto(path)
        await expect(one.get(seen).first).to_be_visible()
        await one.page.wait_for_timeout(300)
        assert await faults(one.page) == [], path


async def a_question_from_the_page_waits_on_today_and_is_answered_beside_its_line(
    tablet: OpenTablet, office: Office, shop: Running
):
    visit = awaiting_approval(OutsideTablet(shop), "上官云溪", "川A33C04")
    one = await tablet("advisor")
    line, question, general = visit.lines[0], uuid7(), uuid7()
    asked = {"question_id": question, "line_id": line, "text": "能用副厂件吗？"}
    await by_page(office, visit, "estimate.ask", asked)
    await by_page(office, visit, "estimate.ask", {"question_id": general, "text": "最晚几点关门？"})
    todo = one.get(f"todo-question-{visit.id}")
    await expect(todo).to_contain_text("能用副厂件吗？")
    await todo.click()
    await expect(one.get(f"decision-line-{line}").get_by_test_id(f"question-{question}")).to_contain_text("待回复")
    await one.goes_out_of_reach()
    for each, words in ((question, "可以，便宜 200 元。"), (general, "六点半。")):
        await one.fill(f"answer-{each}", words)
        await one.tap(f"answer-send-{each}")
        await expect(one.get(f"question-{each}")).to_contain_text(words)
    await one.comes_back()
    await one.is_in_step()
    visit.tablet.pull()
    replies = [row["reply"]["text"] for row in visit.tablet.rows["visits"][visit.id]["questions"]]
    assert replies == ["可以，便宜 200 元。", "六点半。"]
