"""What the customer lives through with one link: told, asked and heard, from the brake pads to the complaint."""

import time

from playwright.async_api import Browser, Page, expect

from server.domain.ids import uuid7
from tests.browser.axe import faults
from tests.browser.chromium import HABITS
from tests.browser.conftest import OpenTablet
from tests.browser.elsewhere import Elsewhere, awaiting_approval
from tests.browser.office import Office
from tests.browser.tablet import NARROW, SLOW
from tests.portal.door import name_digits
from tests.running import OutsideTablet, Running

PHONE = {"viewport": dict(zip(("width", "height"), NARROW, strict=True)), "device_scale_factor": 2, "has_touch": True}
PATIENCE_MS = 2_000
"""So soon the advisor sees what the customer decided."""


async def never_reloaded(page: Page) -> bool:
    """Whether the page is still the one that was opened."""
    return await page.evaluate("window.opened === true")


async def shows_what_changes(page: Page, visit: Elsewhere) -> None:
    """A new time and a message from the store appear by themselves."""
    visit.tablet.done("visit.promise", visit_id=visit.id, ready_at={"from": None, "to": "2030-01-02T08:30:00Z"})
    await expect(page.get_by_test_id("c-sentence")).to_have_text("有 3 项需要您确认，预计 1月2日 16:30 可取")
    note = {"visit_id": visit.id, "note_id": uuid7(), "text": "旧件给您留着", "visible_to_customer": True}
    visit.tablet.done("repair.note", **note)
    await expect(page.locator("#hero .message")).to_contain_text("旧件给您留着")
    assert await never_reloaded(page)


async def answers_the_survey(page: Page) -> None:
    """Two stars for speed, and would not recommend the store."""
    for question, stars in (("speed", 2), ("quality", 4), ("price", 3), ("courtesy", 4)):
        await page.locator(f"label[for={question}-{stars}]").click()
    await page.get_by_test_id("c-survey-recommend-3").click()
    await page.locator("#survey textarea").fill("等了一整天")
    await page.get_by_test_id("c-survey-submit").click()
    await expect(page.get_by_test_id("c-survey-thanks")).to_be_visible()


async def the_customer_is_told_asked_and_heard(browser: Browser, tablet: OpenTablet, office: Office, shop: Running):
    visit = awaiting_approval(OutsideTablet(shop), "东方既白", "川A61Q01", three=True)
    desk, boss = await tablet("advisor"), await tablet("manager")
    await desk.page.goto(f"/visit/{visit.id}/decision")
    known = await office.visit(visit.id)
    async with await browser.new_context(**HABITS, **PHONE) as phone:
        page = await phone.new_page()
        await page.goto(known["customerLink"])
        await expect(page.get_by_test_id("c-stage-awaiting_approval")).to_have_class("now")
        await expect(page.locator("#asks")).to_have_count(0)
        assert await faults(page) == []
        await name_digits(page, known["customer"]["phones"][0]["number"])
        await page.evaluate("window.opened = true")
        await shows_what_changes(page, visit)
        for line, decision in zip(visit.lines, ("approved", "approved", "declined"), strict=True):
            await page.get_by_test_id(f"c-decide-{line}-{decision}").click()
            tapped = time.monotonic()
            shown = desk.get(f"decision-line-{line}")
            await expect(shown).to_have_attribute("data-decision", decision, timeout=PATIENCE_MS)
            assert time.monotonic() - tapped < PATIENCE_MS / 1000
            await expect(page.locator(f"#line-{line}.{decision}")).to_be_visible()
        await expect(page.locator("#your_answers .sum b")).to_have_text("¥720")
        visit.decides_and_leaves()
        await expect(page.get_by_test_id("c-stage-handed_over")).to_have_class("done", timeout=SLOW)
        link = page.get_by_test_id("c-pdf")
        await expect(link).to_be_visible(timeout=SLOW)
        answer = await phone.request.get(f"{shop.url}{await link.get_attribute('href')}")
        assert (await answer.body()).startswith(b"%PDF-")
        await answers_the_survey(page)
        assert await never_reloaded(page)
        assert await faults(page) == []

    await boss.page.goto("/complaints")
    row = boss.page.locator("[data-testid^=complaint-][data-state=open]", has_text="东方既白")
    await expect(row).to_have_count(1, timeout=SLOW)
    [complaint] = [one for one in await boss.rows("complaints") if one["visit_id"] == visit.id]
    assert (complaint["source"], complaint["state"], complaint["owner_id"] is not None) == ("survey", "open", True)
