"""登录与设备: a manager sees tablets and sign-ins and ends them; a person changes the own password."""

from playwright.async_api import expect

from tests.browser.axe import faults
from tests.browser.conftest import OpenTablet
from tests.browser.office import Office
from tests.browser.tablet import NARROW
from tests.running import Running

NEW = "gKx93-plum-tin"


async def a_manager_switches_a_lost_tablet_off(tablet: OpenTablet):
    lost, one = await tablet("technician"), await tablet("manager")
    await lost.tap("tab-me")
    called = await lost.get("me-device").inner_text()
    await one.page.goto("/access")
    row = one.get("access-device").filter(has_text=called)
    await expect(row).to_have_attribute("data-state", "active")
    await expect(row).to_contain_text("全部已送达")
    assert await faults(one.page) == []
    await row.get_by_test_id("access-revoke").click()
    assert await faults(one.page) == []
    await one.tap("access-yes")
    await expect(row).to_have_attribute("data-state", "revoked")
    await lost.page.reload()
    await expect(lost.page).to_have_url(f"{lost.url}/revoked", timeout=20_000)


async def a_person_changes_the_password_and_ends_other_sign_ins(tablet: OpenTablet, shop: Running):
    one = await tablet("claims", NARROW)
    async with Office(shop.url, "claims") as elsewhere:
        await one.page.goto("/access")
        assert await faults(one.page) == []
        await expect(one.get("access-device")).to_have_count(0)
        await one.tap("access-end-others")
        await one.tap("access-yes")
        await expect(one.get("access-session")).to_have_count(1)
        assert (await elsewhere.http.get("/auth/me")).status_code == 401
    await changes(one, "wrong", NEW)
    await one.sees("现在的密码不对")
    await one.fill("password-new", "1234567890")
    await one.fill("password-again", "1234567890")
    await one.fill("password-old", "claims-demo")
    await one.tap("password-yes")
    await one.sees("很多人都在用")
    await one.tap("password-no")
    for old, new in (("claims-demo", NEW), (NEW, "claims-demo")):
        await changes(one, old, new)
        await expect(one.get("password-old")).to_have_count(0)
    await one.is_in_step()


async def changes(one, old: str, new: str) -> None:
    await one.tap("access-password")
    await one.fill("password-old", old)
    await one.fill("password-new", new)
    await one.fill("password-again", new)
    await one.tap("password-yes")


async def the_page_says_so_without_a_network(tablet: OpenTablet):
    one = await tablet("crm")
    await one.goes_out_of_reach()
    await one.tap("tab-me")
    await one.tap("me-access")
    await one.sees("这一页要联系服务器")
