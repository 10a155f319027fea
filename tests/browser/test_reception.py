"""Finding the car and its people, offline, as an advisor does it in the yard."""

import re
from pathlib import Path

from playwright.async_api import expect

from server.domain.ids import uuid7
from tests.browser.chromium import chromium
from tests.browser.conftest import OpenTablet
from tests.browser.elsewhere import Elsewhere, awaiting_approval
from tests.browser.labels import label_png, label_video
from tests.browser.reception import Guest, receive
from tests.browser.tablet import NARROW, Tablet
from tests.running import OutsideTablet, Running, now

VIN = "LDC613P23A1305189"


def came_back(shop: Running, name: str, plate: str) -> Elsewhere:
    """A car that left today with one line declined, whose maker calls it back, and whose owner complains."""
    visit = awaiting_approval(OutsideTablet(shop), name, plate)
    said = zip(visit.lines, ("declined", "approved"), strict=True)
    visit.tablet.done(
        "estimate.decide", visit_id=visit.id, channel="phone", decided_at=now(),
        decided_by={"name": name, "role": "owner"},
        decisions=[{"line_id": line, "version": 1, "decision": word} for line, word in said],
    )  # fmt: skip
    visit.decides_and_leaves()
    [car] = [row for row in visit.tablet.rows["vehicles"].values() if row["plate"] == plate]
    visit.tablet.done(
        "vehicle.add_recall", vehicle_id=car["id"], recall_id=uuid7(), code="S2026M0011V", title="副驾安全气囊",
        action="更换气体发生器，约 1 小时",
    )  # fmt: skip
    visit.tablet.done("customer.tag", customer_id=visit.customer_id, add=["投诉处理中"], remove=[])
    return visit


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


async def the_things_that_a_car_brings_along_are_taken_up_with_one_tap_each(tablet: OpenTablet, shop: Running):
    before = came_back(shop, "太史慈恩", "川A55Q03")
    one = await tablet("advisor")
    await one.goes_out_of_reach()
    await one.tap("tab-reception")
    await one.get("identify-search").fill("tsce")
    await one.tap("identify-result")
    await expect(one.get("mark-complaint")).to_have_text("")
    await one.tap("mark-complaint")
    await one.sees("只由处理人联系客户")
    await one.tap("sheet-close")
    await one.sees("召回未做：副驾安全气囊", "上次有 1 项没做", "今天刚交车，还在维修质保期")
    await one.tap("recall-today")
    await expect(one.get("visit-kind-recall")).to_have_attribute("aria-checked", "true")
    await one.tap("is-comeback")
    await one.tap("save-and-open-visit")
    await expect(one.get("comeback-link")).to_have_attribute("href", f"/visit/{before.id}/progress")
    await one.sees("召回 S2026M0011V：副驾安全气囊")
    await one.tap("mark-recall")
    await one.tap("recall-done")
    await expect(one.get("mark-recall")).to_have_count(0)
    await one.tap("mark-put_off")
    async with one.adds():
        await one.tap("bring-again")
    await one.tap("toast-undo")
    await one.tap("mark-put_off")
    await expect(one.get("bring-again")).to_have_text("再提一次")
    await one.tap("bring-again")
    await one.comes_back()
    await one.is_in_step()
    await one.tap("step-estimate")
    await expect(one.get("carried")).to_be_visible()


async def a_car_or_a_person_of_ours_is_not_made_twice_before_somebody_said_so(tablet: OpenTablet):
    one = await tablet("advisor", NARROW)
    await receive(one, Guest("长孙晓满", "13908085504", "川A55Q04"))
    await one.goes_out_of_reach()
    await one.page.goto("/reception?with=new")
    for hook, text in (("plate", "川A55Q04"), ("vin", VIN), ("make", "东风日产"), ("model", "天籁")):
        await one.fill(f"vehicle-{hook}", text)
    await one.fill("customer-phone", "13908085540")
    await one.fill("customer-name", "长孙小满")
    await one.tap("save-and-open-visit")
    await expect(one.get("maybe-vehicle")).to_contain_text("这个车牌已经有档案")
    await expect(one.get("maybe-customer")).to_contain_text(re.compile("只差一处.*长孙晓满"))
    await one.tap("take-customer")
    await expect(one.get("maybe-customer")).to_have_count(0)
    await one.tap("apart-vehicle")
    await one.page.wait_for_url("**/checkin")
    assert len([row for row in await one.rows("customers") if row["name"].startswith("长孙")]) == 1
    assert len([row for row in await one.rows("vehicles") if row["plate"] == "川A55Q04"]) == 2


async def the_vin_is_read_from_a_photo_of_its_label_without_a_network(tablet: OpenTablet):
    one = await tablet("advisor")
    await one.goes_out_of_reach()
    await one.page.goto("/reception?with=new")
    await one.get("scan").last.click()
    await one.pick("scan-photo", label_png("HELLO"))
    await one.sees("照片里没有读到车架号")
    await one.pick("scan-photo", label_png(VIN))
    await expect(one.get("vehicle-vin")).to_have_value(VIN)
    await one.sees("17 位，校验位相符")


async def a_camera_that_is_refused_says_what_to_do_and_one_that_is_allowed_types_the_vin(shop: Running, tmp_path: Path):
    film = tmp_path / "label.y4m"
    film.write_bytes(label_video(VIN))
    flags = ("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}")
    async with chromium(*flags) as camera, Tablet.open(camera, shop.url) as one:
        await one.sign_in("advisor")
        await one.tap("tab-reception")
        await one.tap("scan")
        await one.sees("没有使用摄像头的权限", "也可以手工输入")
        await one.tap("scan-type")
        await one.context.grant_permissions(["camera"])
        await one.tap("scan")
        await expect(one.get("identify-search")).to_have_value(VIN, timeout=30_000)
        assert one.errors == []


async def a_plate_of_eight_is_typed_on_keys_that_allow_only_what_belongs_there(tablet: OpenTablet):
    one = await tablet("advisor", NARROW)
    await one.goes_out_of_reach()
    await one.page.goto("/reception?with=new")
    await one.get("vehicle-plate").focus()
    keys = one.get("plate-keyboard")

    async def press(characters: str) -> None:
        for character in characters:
            await keys.get_by_role("button", name=character, exact=True).click()

    await press("川A1234")
    await expect(keys.get_by_role("button", name="警", exact=True)).to_be_visible()
    await expect(keys.get_by_role("button", name="O", exact=True)).to_have_count(0)
    for _ in range(4):
        await one.tap("plate-erase")
    await press("D12345")
    await expect(one.get("plate-places")).to_have_class("places green")
    await expect(keys.get_by_role("button", name="6", exact=True)).to_be_disabled()
    await one.tap("plate-keyboard-done")
    await expect(one.get("vehicle-plate")).to_have_value("川AD12345")
    await expect(one.get("energy-bev")).to_have_attribute("aria-checked", "true")
    await one.get("vehicle-plate").fill("川a·d54321")
    await expect(one.get("vehicle-plate")).to_have_value("川AD54321")
    await one.get("vehicle-plate").fill("")
    await one.tap("plate-none")
    await expect(one.get("vehicle-vin")).to_be_focused()
    await one.tap("save-and-open-visit")
    await one.sees("没有车牌时，请输入车架号")
