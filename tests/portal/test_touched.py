"""The page in a real browser: with a script nothing leaves the page, without one every form still works."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.browser.axe import faults
from tests.portal.door import name_digits
from tests.portal.test_in_browser import address, browser, link, opened, phone, pytestmark
from tests.visits import decide, ready_visit

__all__ = ["address", "browser", "phone", "pytestmark"]


@pytest.fixture
async def old_phone(browser, address):
    """A phone whose browser runs no script."""
    context = await browser.new_context(
        viewport={"width": 320, "height": 640}, locale="zh-CN", java_script_enabled=False
    )
    yield context
    await context.close()


async def the_digits_open_without_a_script_and_every_form_is_heard(old_phone, address, shop, visit):
    page = await opened(old_phone, address, visit)
    assert page.url.endswith("#asks")
    await page.get_by_test_id(f"c-decide-{visit.lines[0]}-approved").click()
    await expect(page.locator("#notice")).to_have_text("已收到，谢谢。")
    await expect(page.locator(f"#line-{visit.lines[0]}.approved")).to_be_visible()
    await page.get_by_test_id("c-decide-all").click()
    await expect(page.locator("#asks")).to_have_count(0)
    await page.locator("#questions > summary").click()
    await page.get_by_test_id("c-ask-visit").fill("几点关门？")
    await page.get_by_test_id("c-ask-visit-send").click()
    await expect(page.locator("#questions")).to_contain_text("几点关门？")
    await page.locator("#consents > summary").click()
    await page.get_by_test_id("c-consent-marketing-granted").click()
    await page.locator("#consents > summary").click()
    await expect(page.get_by_test_id("c-consent-marketing-withdrawn")).to_be_visible()
    assert {line["decision"] for line in (await shop.fresh())["estimate_lines"].values()} == {"approved"}


async def the_survey_is_answered_without_a_script(old_phone, address, shop):
    ready = await ready_visit(shop)
    await shop.done("manager", "handover.release", visit_id=ready.id, reason="key_drop", note="钥匙箱")
    page = await opened(old_phone, address, ready)
    for question in ("speed", "quality", "price", "courtesy"):
        await page.locator(f"label[for={question}-4]").click()
    await page.get_by_test_id("c-survey-recommend-0").click()
    await page.get_by_test_id("c-survey-submit").click()
    await expect(page.get_by_test_id("c-survey-thanks")).to_be_visible()
    assert (await shop.row("visits", ready.id))["survey"]["recommend"] == 0


async def the_wrong_digits_are_told_beside_the_gate(phone, address, visit):
    page = await opened_locked(phone, address, visit)
    await page.get_by_test_id("c-digits").fill(f"{(int(visit.phone[-4:]) + 1) % 10_000:04d}")
    await page.get_by_test_id("c-unlock").click()
    await expect(page.locator("#notice")).to_have_text("号码不对，请核对您在门店留的手机号。")
    assert "said" not in page.url
    await name_digits(page, visit.phone)
    await expect(page.locator("#asks")).to_be_visible()


async def opened_locked(phone, address, visit):
    """The page as a stranger sees it, once the server is there."""
    page = await phone.new_page()
    for _ in range(50):
        try:
            await page.goto(link(address, visit))
            return page
        except Exception:
            await asyncio.sleep(0.1)
    raise AssertionError("the server did not come up")


async def the_page_of_a_stranger_opens_by_itself_when_another_tab_named_the_digits(phone, address, visit):
    first = await opened_locked(phone, address, visit)
    second = await opened(phone, address, visit)
    await expect(second.locator("#asks")).to_be_visible()
    await first.evaluate("dispatchEvent(new Event('online'))")
    await expect(first.locator("#asks")).to_be_visible()


async def a_question_and_its_answer_appear_while_the_page_stays(phone, address, shop, visit):
    page = await opened(phone, address, visit)
    await page.evaluate("window.stayed = true")
    line = visit.lines[0]
    await page.locator(f"#question-{line} summary").click()
    await page.get_by_test_id(f"c-ask-{line}").fill("可以用副厂件吗？")
    await page.get_by_test_id(f"c-ask-{line}-send").click()
    talk = page.locator(f"#about-{line} .talk")
    await expect(talk).to_contain_text("可以用副厂件吗？")
    await expect(page.get_by_test_id(f"c-ask-{line}")).to_have_value("")
    [question] = (await shop.row("visits", visit.id))["questions"]
    await shop.done("advisor", "estimate.answer", visit_id=visit.id, question_id=question["id"], text="可以")
    await expect(talk).to_contain_text("可以")
    assert await page.evaluate("window.stayed")


async def an_appointment_is_asked_for_and_the_stores_answer_appears_by_itself(phone, address, shop, visit):
    page = await opened(phone, address, visit)
    day = (datetime.now(UTC) + timedelta(days=20)).date()
    await page.locator("#bookings > summary").click()
    await page.get_by_test_id("c-book-on").fill(day.isoformat())
    await page.get_by_test_id("c-book-slot").select_option("10:30")
    await page.get_by_test_id("c-book-send").click()
    await expect(page.locator("#bookings .requested")).to_contain_text("等门店确认")
    [booking] = (await shop.fresh())["appointments"].values()
    change = {"from": booking["at"], "to": f"{day}T03:00:00Z"}
    await shop.done("advisor", "appointment.accept", appointment_id=booking["id"], at=change)
    await expect(page.locator("#bookings .moved")).to_contain_text("11:00（原 ")
    assert booking["at"] == f"{day}T02:30:00Z"


async def a_wish_for_silence_is_kept_and_shown(phone, address, shop, visit):
    page = await opened(phone, address, visit)
    await page.locator("#reach > summary").click()
    await page.get_by_test_id("c-channels").select_option("sms,push")
    await page.get_by_test_id("c-quiet_start").select_option("21:00")
    await page.get_by_test_id("c-quiet_end").select_option("08:00")
    await page.get_by_test_id("c-reach-save").click()
    await expect(page.locator("#reach-form .state")).to_have_text("已收到")
    row = await shop.row("customers", visit.customer_id)
    assert (row["channels"], row["quiet"]) == (["sms", "push"], {"start": "21:00", "end": "08:00"})
    await page.reload()
    await expect(page.get_by_test_id("c-quiet_start")).to_have_value("21:00")


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
async def the_page_has_no_fault_that_axe_knows(browser, address, shop, visit, width, colours, language):
    look = {"viewport": {"width": width, "height": 800}, "color_scheme": colours}
    await decide(shop, visit, "approved")
    async with await browser.new_context(bypass_csp=True, **look) as context:
        page = await opened_locked(context, address, visit)
        await page.goto(f"{link(address, visit)}?lang={language}")
        assert await faults(page) == []
        await name_digits(page, visit.phone)
        await page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        assert await faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
