"""What lies over a screen: messages that can be touched and are in nobody's way, and photos above whatever is open."""

import re

from playwright.async_api import expect

from tests.browser.conftest import OpenTablet
from tests.browser.elsewhere import awaiting_approval
from tests.browser.pictures import camera_jpeg
from tests.browser.reception import Guest, pin, receive
from tests.browser.tablet import NARROW
from tests.running import OutsideTablet, Running

NO_PICTURE = b"not a picture"


async def a_message_can_be_touched_above_an_open_sheet(tablet: OpenTablet, shop: Running):
    visit = awaiting_approval(OutsideTablet(shop), "端木清扬", "川A57Q01")
    one = await tablet("advisor")
    await one.page.goto(f"/visit/{visit.id}/walkaround")
    await one.pick("photo-input", NO_PICTURE)
    await expect(one.get("toast")).to_contain_text("打不开")
    await one.tap("step-diagnosis")
    await one.tap("report-preview")
    await expect(one.get("report-paper")).to_be_visible()
    await one.tap("toast-close")
    await expect(one.get("toast")).to_have_count(0)
    await expect(one.get("report-paper")).to_be_visible()


async def a_message_leaves_the_pin_and_the_next_step_free_on_a_phone(tablet: OpenTablet):
    one = await tablet("advisor", NARROW)
    await receive(one, Guest("百里长风", "13908085702", "川A57Q02"))
    await one.tap("step-walkaround")
    await pin(one, "left_front_door", "scratch", "light")
    await one.pick("damage-photo-input", NO_PICTURE)
    await expect(one.get("toast")).to_be_visible()
    await one.tap("damage-save")
    await expect(one.get("damage")).to_have_count(1)
    await one.tap("primary-action")
    await one.page.wait_for_url("**/contract")
    await expect(one.get("toast")).to_be_visible()


async def the_photos_are_turned_by_keys_enlarged_by_the_wheel_and_left_by_escape(tablet: OpenTablet):
    one = await tablet("advisor")
    await receive(one, Guest("百里晴川", "13908085703", "川A57Q03"))
    await one.tap("step-walkaround")
    for seed in (1, 2):
        await one.pick("photo-input", camera_jpeg(seed))
        await expect(one.get("photo").locator("img")).to_have_count(seed)
    first = one.get("photo").first
    await first.click()
    await expect(one.get("viewed")).to_be_visible()
    await expect(one.get("photo-words")).to_contain_text("1 / 2")
    await expect(one.get("photo-before")).to_be_disabled()
    await one.page.keyboard.press("ArrowRight")
    await expect(one.get("photo-words")).to_contain_text("2 / 2")
    await one.get("viewed").hover()
    await one.page.mouse.wheel(0, -600)
    await expect(one.get("viewed")).to_have_attribute("style", re.compile(r"scale\([2-6]"))
    await one.page.keyboard.press("Escape")
    await expect(one.get("photo-viewer")).to_have_count(0)
    await expect(first).to_be_focused()


async def a_photo_lies_above_the_side_of_the_customer_and_is_closed_by_its_button(tablet: OpenTablet, shop: Running):
    visit = awaiting_approval(OutsideTablet(shop), "百里安澜", "川A57Q04")
    one = await tablet("advisor", NARROW)
    await one.page.goto(f"/visit/{visit.id}/decision")
    await one.tap("customer-side")
    side = one.get("customers-side")
    await side.get_by_test_id("photo").click()
    await expect(one.get("viewed")).to_be_visible()
    await one.tap("photo-close")
    await expect(one.get("photo-viewer")).to_have_count(0)
    await expect(side).to_be_visible()
