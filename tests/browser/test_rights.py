"""A customer's rights: no further use of the data, use again, a copy of it; at the counter and on the own page."""

from playwright.async_api import expect

from server.domain.ids import uuid7
from tests.browser.axe import faults
from tests.browser.conftest import OpenTablet
from tests.browser.elsewhere import awaiting_approval
from tests.browser.office import Office
from tests.browser.tablet import NARROW, SLOW
from tests.running import OutsideTablet, Running


async def a_record_is_only_stored_and_used_again(tablet: OpenTablet, shop: Running):
    customer, name = uuid7(), "仅存的欧阳澜"
    OutsideTablet(shop).done("customer.register", customer_id=customer, name=name, phones=[{"number": "13911118888"}])
    one = await tablet("manager")
    await one.page.goto(f"/customers/{customer}")
    await expect(one.get("rights")).to_be_visible(timeout=SLOW)
    assert await faults(one.page) == []
    await one.tap("rights-restrict")
    await one.fill("export-reason", "客户来店要求停用")
    assert await faults(one.page) == []
    await one.tap("export-yes")
    await one.is_in_step()

    await expect(one.get("stored-name")).to_have_text(name, timeout=SLOW)
    await expect(one.get("stored-banner")).to_contain_text("客户来店要求停用")
    assert await faults(one.page) == []
    await one.page.goto("/customers")
    await one.get("customers-search").fill(name)
    await one.tap("stored-look")
    await one.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert await faults(one.page) == []
    await one.tap(f"stored-{customer}")
    await one.tap("rights-archive")
    await expect(one.page.get_by_role("dialog")).to_contain_text(name)
    await one.fill("export-reason", "客户到店索要资料")
    await one.tap("export-yes")
    await one.sees("已提交，等待他人批准")
    await one.tap("rights-lift")
    await one.fill("export-reason", "客户同意恢复使用")
    await one.tap("export-yes")
    await one.is_in_step()
    await expect(one.get("stored-banner")).to_have_count(0, timeout=SLOW)
    await expect(one.get("customer-edit")).to_be_visible(timeout=SLOW)


async def a_stored_record_of_a_car_in_the_shop_is_shown_and_not_worked_with(tablet: OpenTablet, shop: Running):
    outside = OutsideTablet(shop)
    visit = awaiting_approval(outside, "仅存的司徒远", "川A92R07")
    one = await tablet("manager")
    outside.pull()
    customer = outside.rows["visits"][visit.id]["customer_id"]
    await one.page.goto(f"/customers/{customer}")
    await expect(one.get("customer-edit")).to_be_visible(timeout=SLOW)
    await one.tap("rights-restrict")
    await one.fill("export-reason", "客户来电要求停用")
    await one.tap("export-yes")
    await expect(one.get("stored-banner")).to_be_visible(timeout=SLOW)
    await one.is_in_step()
    for hook in ("customer-edit", "customer-book", "customer-note-add", "reach"):
        await expect(one.get(hook)).to_have_count(0)
    await one.tap("consent-marketing-granted")
    await one.sees("资料仅存储，要先恢复使用才能记录新的授权")
    assert await faults(one.page) == []


async def an_advisor_sees_no_buttons_for_rights(tablet: OpenTablet, shop: Running):
    customer = uuid7()
    OutsideTablet(shop).done(
        "customer.register", customer_id=customer, name="端木晴", phones=[{"number": "13911117777"}]
    )
    one = await tablet("advisor")
    await one.page.goto(f"/customers/{customer}")
    await expect(one.get("customer-edit")).to_be_visible(timeout=SLOW)
    await expect(one.get("rights")).to_have_count(0)


async def the_customers_own_page_offers_the_rights_without_a_fault(tablet: OpenTablet, shop: Running, office: Office):
    visit = awaiting_approval(OutsideTablet(shop), "仅存的上官雪", "川A92R08")
    one = await tablet(None, NARROW)
    await office.shows(one.page, visit.id)
    for fold in ("own_data", "restrict"):
        await one.page.locator(f"#{fold} > summary").first.click()
    await expect(one.get("c-restrict")).to_be_visible()
    assert await faults(one.page) == []
    await one.tap("c-restrict")
    await expect(one.get("c-restricted")).to_be_visible(timeout=SLOW)
    assert await faults(one.page) == []
