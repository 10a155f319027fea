"""The page of unsent work: each photo and how it stands, how safe the tablet keeps things, a file as a last resort."""

import re

from playwright.async_api import expect

from tests.browser.conftest import OpenTablet
from tests.browser.pictures import camera_jpeg
from tests.browser.reception import Guest, receive
from tests.browser.tablet import LONGEST_PAUSE, NARROW

SLOW = 7_000
"""Bytes a second: a photo takes some seconds."""
PART = re.compile(r"正在上传 [1-9]\d?%")


async def a_photo_without_a_network_is_listed_and_leaves_the_list_once_it_is_there(tablet: OpenTablet):
    one = await tablet("advisor", NARROW)
    await receive(one, Guest("拓跋可馨", "13608099001", "川A36W17"))
    await one.is_in_step()
    await one.goes_out_of_reach()
    await one.tap("step-walkaround")
    await one.pick("photo-input", camera_jpeg(3))
    await expect(one.get("photo").locator("img").first).to_be_visible()
    await one.tap("status-pill")
    await expect(one.get("outgoing-photo")).to_contain_text("川A36W17")
    await expect(one.get("outgoing-photo")).to_contain_text("连上网络后自动上传")
    await expect(one.get("storage-kept")).to_be_visible()
    await one.tap("unsent-export")
    await one.fill("save-password", "advisor-demo")
    await one.fill("save-passphrase", "一个只有我知道的口令")
    await one.fill("save-again", "一个只有我知道的口令")
    async with one.page.expect_download() as saving:
        await one.tap("save-file")
    assert (await saving.value).suggested_filename.endswith(".jieche")
    await one.tap("sheet-close")
    await one.page.route("**/sync/*", lambda route: route.abort())
    await one.comes_back()
    await one.tap("unsent-sync")
    await expect(one.get("outgoing-photo")).to_have_count(1)
    await one.page.unroute("**/sync/*")
    await expect(one.get("outgoing-photo")).to_have_count(0, timeout=LONGEST_PAUSE * 1000)


async def a_photo_on_a_slow_way_says_how_much_of_it_is_out(tablet: OpenTablet):
    one = await tablet()
    await receive(one, Guest("夏侯远山", "13608099002", "川A36W18"))
    await one.is_in_step()
    await one.goes_out_of_reach()
    await one.tap("step-walkaround")
    await one.pick("photo-input", camera_jpeg(5))
    await expect(one.get("photo").locator("img").first).to_be_visible()
    await one.tap("status-pill")
    photo = one.get("outgoing-photo")
    await expect(photo.get_by_role("progressbar")).to_have_attribute("value", "0")
    network = await one.context.new_cdp_session(one.page)
    await network.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW}
    await network.send("Network.emulateNetworkConditions", slow)
    await one.comes_back()
    await one.tap("unsent-sync")
    await expect(photo).to_contain_text(PART, timeout=LONGEST_PAUSE * 1000)
    await one.sees("每一步都已送达，照片还在上传。")
    part = float(await photo.get_by_role("progressbar").get_attribute("value") or 0)
    assert 0 < part <= 1
    await network.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    await expect(photo).to_have_count(0, timeout=LONGEST_PAUSE * 1000)
