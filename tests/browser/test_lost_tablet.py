"""A tablet that was lost, one with two tabs, one with an old app: what it says and what becomes of its work."""

import json
from pathlib import Path

from playwright.async_api import Page, Route, expect

from tests.browser.conftest import OpenTablet
from tests.browser.reception import Guest, receive
from tests.browser.tablet import SLOW, Tablet, until
from tests.browser.test_safety import notes_a_concern
from tests.running import OutsideTablet, Running

PHRASE = "蓝色的梯子上有两只猫"


async def is_revoked(tablet: Tablet, shop: Running) -> None:
    """The manager takes the store's trust from a tablet, which learns of it at its next contact."""
    [person] = await tablet.rows("people")
    answer = OutsideTablet(shop).http.post(f"/auth/devices/{person['device_id']}/revoke")
    assert answer.status_code == 204


async def the_unsent_work_of_a_revoked_tablet_goes_out_from_another(tablet: OpenTablet, shop: Running, tmp_path: Path):
    one = await tablet("advisor")
    await one.goes_out_of_reach()
    await receive(one, Guest("端木海燕", "13308086001", "川A61K02"))
    await notes_a_concern(one, "回来的路上有异响")
    await is_revoked(one, shop)
    await one.comes_back()
    await one.page.wait_for_url("**/revoked", timeout=SLOW)
    await expect(one.get("revoked-unsent")).to_contain_text("4 项")
    assert [await one.rows(kind) for kind in ("customers", "visits", "done")] == [[], [], []]
    await expect(one.get("revoked-wipe")).to_be_disabled()
    for hook, text in (("save-password", "advisor-demo"), ("save-passphrase", PHRASE), ("save-again", PHRASE)):
        await one.fill(hook, text)
    async with one.page.expect_download() as offered:
        await one.tap("save-file")
    file = tmp_path / "unsent.jieche"
    await (await offered.value).save_as(file)
    assert "异响".encode() not in file.read_bytes()
    await one.tap("revoked-wipe")
    await one.page.wait_for_url("**/login", timeout=SLOW)
    assert [await one.rows(kind) for kind in ("queue", "people", "blobs")] == [[], [], []]

    other = await tablet("advisor")
    await other.tap("tab-me")
    await other.tap("me-take-in")
    await other.get("take-in-file").set_input_files(file)
    await other.fill("take-in-passphrase", "蓝色的梯子上有三只猫")
    await other.tap("take-in-yes")
    await other.sees("口令不对，或文件已损坏")
    await other.fill("take-in-passphrase", PHRASE)
    await other.tap("take-in-yes")
    await other.sees("已取入 4 项工作、0 张照片")
    await other.is_in_step()
    concerns = [concern["words"] for visit in await other.rows("visits") for concern in visit["concerns"]]
    assert concerns.count("回来的路上有异响") == 1


async def a_revoked_tablet_is_erased_unsaved_only_by_a_typed_word(tablet: OpenTablet, shop: Running):
    one = await tablet("advisor")
    await one.goes_out_of_reach()
    await receive(one, Guest("东方志强", "13308087001", "川A71K02"))
    await notes_a_concern(one, "空调不冷")
    await is_revoked(one, shop)
    await one.comes_back()
    await one.page.wait_for_url("**/revoked", timeout=SLOW)
    await one.page.goto("/today")
    await one.page.wait_for_url("**/revoked")
    await one.get("revoked-word").fill("删除")
    await expect(one.get("revoked-wipe")).to_be_disabled()
    await one.get("revoked-word").fill("放弃")
    await one.tap("revoked-wipe")
    await one.page.wait_for_url("**/login", timeout=SLOW)
    await one.sign_in("advisor")


async def the_second_of_two_tabs_asks_the_server_nothing_until_it_takes_over(tablet: OpenTablet):
    one = await tablet("advisor")
    asked: list[Page] = []
    one.context.on("request", lambda asking: "/sync/p" in asking.url and asked.append(asking.frame.page))
    second = await one.context.new_page()
    await second.goto("/me")
    for _ in range(3):
        before = len(asked)
        await second.get_by_test_id("me-sync").click()
        await until(lambda before=before: _grew(asked, before))
    assert set(asked) == {one.page}
    asked.clear()
    await one.page.close()
    await until(lambda: _grew(asked, 0))
    assert set(asked) == {second}


async def _grew(asked: list[Page], before: int) -> bool:
    return len(asked) > before


async def an_app_that_is_too_old_says_so_and_its_work_waits(tablet: OpenTablet):
    one = await tablet("advisor")
    await receive(one, Guest("轩辕晓东", "13308088001", "川A81K02"))
    await one.is_in_step()

    async def as_an_older_app(route: Route) -> None:
        body = json.loads(route.request.post_data or "{}") | {"app": "2025.1.0"}
        await route.continue_(post_data=json.dumps(body))

    await one.context.route("**/sync/push", as_an_older_app)
    await notes_a_concern(one, "雨刮有响声")
    pill = one.get("status-pill")
    await expect(pill).to_contain_text("请更新应用", timeout=SLOW)
    await pill.click()
    await one.sees("这个版本太旧，服务器不再接收。")
    await expect(one.get("unsent-update")).to_be_visible()
    await expect(one.get("unsent-item")).to_have_count(1)
    await one.context.unroute("**/sync/push")
    await one.page.reload()
    await expect(pill).to_have_attribute("data-state", "sent", timeout=SLOW)
