"""Finding the car and its people, offline, as an advisor does it in the yard."""

from playwright.async_api import expect

from tests.browser.conftest import OpenTablet
from tests.browser.reception import Guest, receive
from tests.browser.tablet import NARROW


async def a_customer_is_found_by_the_initials_of_the_name_without_a_network(tablet: OpenTablet):
    one = await tablet("advisor")
    await receive(one, Guest("单小满", "13908085501", "川A55Q01"))
    await one.goes_out_of_reach()
    await one.tap("tab-reception")
    for typed, marked in (("sxm", "单小满"), ("shanxiaoman", "单小满"), ("5501", "5501"), ("55q01", "55Q01")):
        await one.get("identify-search").fill(typed)
        hit = one.get("identify-result").filter(has_text="单小满")
        await expect(hit).to_have_count(1)
        await expect(hit.locator("mark, .hit")).to_have_text(list(marked) if "Q" in marked else [marked])
    await one.get("identify-search").fill("sxm")
    await one.get("identify-search").press("Enter")
    await one.sees("进入工单")


async def the_customers_are_searched_in_the_same_way(tablet: OpenTablet):
    one = await tablet("advisor", NARROW)
    await receive(one, Guest("尉迟小满", "13908085502", "川A55Q02"))
    await one.tap("tab-customers")
    await one.get("customers-search").fill("yuchi")
    await expect(one.page.locator("mark").first).to_have_text("尉迟")
    await one.get("customers-search").fill("55Q02")
    await expect(one.page.get_by_role("link").filter(has_text="尉迟小满").get_by_test_id("plate")).to_be_visible()
