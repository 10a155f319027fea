"""Whatever goes wrong, the work stays on the tablet, and the screen says what to do."""

import re

from playwright.async_api import expect

from tests.browser.conftest import OpenTablet
from tests.browser.reception import Guest, receive, stands_at
from tests.browser.tablet import SLOW, Tablet
from tests.running import OutsideTablet, Running

ENGLISH = {
    "today": "Today", "reception": "Receive a car", "board": "Board", "customers": "Customers", "reviews": "Reviews",
}  # fmt: skip
"""The headings of the tabs."""


async def notes_a_concern(tablet: Tablet, words: str) -> None:
    """One more thing that the customer said."""
    await tablet.fill("concern-words", words)
    await tablet.tap("concern-add")
    await expect(tablet.get("concern").filter(has_text=words)).to_be_visible()


async def a_wrong_password_is_told_at_the_field_and_the_name_stays(tablet: OpenTablet):
    one = await tablet(username=None)
    await one.tap("login-submit")
    await one.sees("请输入用户名和密码")
    await one.fill("login-username", "advisor")
    await one.fill("login-password", "wrong")
    await one.tap("login-submit")
    await one.sees("用户名或密码不对，请再试一次")
    await expect(one.get("login-username")).to_have_value("advisor")
    await expect(one.get("login-password")).to_have_attribute("aria-invalid", "true")
    await one.goes_out_of_reach()
    await one.fill("login-password", "advisor-demo")
    await one.tap("login-submit")
    await one.sees("连不上服务器。第一次登录需要网络")
    await one.comes_back()
    await one.sign_in("advisor")


async def a_person_who_signed_in_before_signs_in_without_a_network(tablet: OpenTablet):
    one = await tablet("advisor")
    await one.goes_out_of_reach()
    await one.tap("tab-me")
    await one.tap("me-logout")
    await one.page.wait_for_url("**/login")
    await one.page.reload()
    await one.tap("login-person-advisor")
    await one.fill("login-password", "advisor-demo")
    await one.tap("login-submit")
    await one.page.wait_for_url("**/today")
    await expect(one.page.locator("[data-testid^=visit-]").first).to_be_visible()


async def a_sign_in_that_ended_keeps_the_work_and_asks_for_another(tablet: OpenTablet):
    one = await tablet("advisor")
    await receive(one, Guest("公孙振宇", "13608083001", "川A30Q01"))
    await one.is_in_step()
    [person] = await one.rows("people")
    ended = await one.context.request.post("/auth/logout", headers={"Authorization": f"Bearer {person['token']}"})
    assert ended.ok
    await notes_a_concern(one, "刹车有点软")
    pill = one.get("status-pill")
    await expect(pill).to_contain_text("请再登录", timeout=SLOW)
    await expect(pill).to_have_attribute("data-unsent", "1")
    await one.page.reload()
    await pill.click()
    await expect(one.get("unsent-item")).to_have_count(1)
    await one.tap("unsent-login")
    await one.sees("您的工作都在这台平板上，登录后自动发送。")
    await one.fill("login-password", "advisor-demo")
    await one.tap("login-submit")
    await expect(pill).to_have_attribute("data-state", "sent", timeout=SLOW)
    await expect(pill).to_have_attribute("data-unsent", "0")


async def a_refused_step_asks_for_its_person_and_says_why(tablet: OpenTablet, shop: Running):
    one = await tablet("advisor2")
    visit_id = await receive(one, Guest("欧阳明霞", "13508084001", "川A40Q01"))
    await one.is_in_step()
    await one.goes_out_of_reach()
    await one.tap("step-diagnosis")
    await one.page.locator("[data-testid^=assign-]").first.click()
    await stands_at(one, "assigned")
    OutsideTablet(shop).done("visit.cancel", visit_id=visit_id, reason="客户改天再来")
    await one.comes_back()
    await stands_at_last(one, "cancelled")
    pill = one.get("status-pill")
    await expect(pill).to_have_text(re.compile(r"需要您处理 1"))
    await one.page.goto("/unsent")
    item = one.get("unsent-item")
    await expect(item).to_have_attribute("data-state", "rejected")
    await expect(item).to_contain_text("没有生效，内容都还在")
    await item.get_by_test_id("unsent-review").click()
    await expect(one.get("review-detail")).to_contain_text("已取消")
    await one.tap("review-discard")
    await one.fill("review-reason", "客户已经走了")
    await one.tap("review-discard")
    await expect(pill).to_have_attribute("data-state", "sent", timeout=SLOW)


async def stands_at_last(tablet: Tablet, stage: str) -> None:
    """Waits, as long as sending what was held for an undo takes, for the stage that the server says."""
    await expect(tablet.get("visit-stage")).to_have_attribute("data-stage", stage, timeout=SLOW)


async def a_tap_can_be_taken_back_while_the_toast_stands(tablet: OpenTablet):
    one = await tablet("advisor")
    await receive(one, Guest("司徒国强", "13408085001", "川A50Q01"))
    await one.is_in_step()
    await notes_a_concern(one, "写错车了")
    await expect(one.get("status-pill")).to_have_attribute("data-unsent", "1")
    await one.tap("toast-undo")
    await expect(one.get("concern")).to_have_count(0)
    await expect(one.get("status-pill")).to_have_attribute("data-unsent", "0")
    await expect(one.get("toast")).to_contain_text("已撤销")


async def the_main_screens_speak_english_and_chinese_again(tablet: OpenTablet):
    one = await tablet("manager")
    await one.tap("tab-me")
    await one.tap("language-en")
    for tab, words in ENGLISH.items():
        await one.tap(f"tab-{tab}")
        await expect(one.page.get_by_role("heading", name=words, level=1)).to_be_visible()
        assert not await strange_words(one), await strange_words(one)
    assert await one.page.evaluate("document.documentElement.lang") == "en"
    await one.page.reload()
    await one.tap("tab-me")
    await one.tap("language-zh")
    await one.tap("tab-today")
    await expect(one.page.get_by_role("heading", name="今日")).to_be_visible()


async def strange_words(tablet: Tablet) -> list[str]:
    """Keys that stand on the screen because nobody translated them."""
    text = await tablet.page.locator("body").inner_text()
    return re.findall(r"\b[a-z]+\.[a-z_]+(?:\.[a-z_]+)*\b(?=\s|$)", text)
