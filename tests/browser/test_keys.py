"""接口密钥: a manager makes a key for another program, sees it once, replaces and revokes it."""

import httpx
from playwright.async_api import expect

from tests.browser.axe import faults
from tests.browser.conftest import OpenTablet
from tests.browser.tablet import NARROW
from tests.running import Running


async def asks(shop: Running, key: str) -> str:
    """What the other program gets: its name, or the code of the refusal."""
    async with httpx.AsyncClient() as program:
        answer = await program.post(
            f"{shop.url}/graphql", json={"query": "{ me { name } }"}, headers={"Authorization": f"Bearer {key}"}
        )
    said = answer.json()
    return said["errors"][0]["extensions"]["code"] if "errors" in said else said["data"]["me"]["name"]


async def a_manager_makes_replaces_and_revokes_a_key(tablet: OpenTablet, shop: Running):
    one = await tablet("manager", NARROW)
    await one.page.goto("/access")
    await one.tap("key-make")
    await one.tap("key-yes")
    await one.sees("请写上系统的名称")
    await one.fill("key-name", "金蝶 DMS")
    await one.tap("key-yes")
    await one.sees("至少选一项")
    await one.tap("key-scope-visits:read")
    await one.tap("key-scope-customers:read")
    await one.tap("key-days-90")
    await one.fill("key-purpose", "每晚同步工单")
    assert await faults(one.page) == []
    await one.tap("key-yes")
    first = await one.get("key-text").inner_text()
    assert await faults(one.page) == []
    assert await asks(shop, first) == "金蝶 DMS"
    await one.tap("key-saved")
    await expect(one.page.get_by_text(first)).to_have_count(0)
    row = one.get("access-key").filter(has_text="金蝶 DMS")
    await expect(row).to_have_attribute("data-state", "active")
    for said in (first[:8], "查看工单和车辆", "查看客户（电话隐去中间）", "每晚同步工单"):
        await expect(row).to_contain_text(said)
    assert await faults(one.page) == []
    await row.get_by_test_id("key-rotate").click()
    await one.tap("key-sure")
    second = await one.get("key-text").inner_text()
    await one.tap("key-saved")
    assert first != second
    assert [await asks(shop, key) for key in (first, second)] == ["金蝶 DMS", "金蝶 DMS"]
    await row.get_by_test_id("key-revoke").click()
    assert await faults(one.page) == []
    await one.fill("key-why", "换了供应商")
    await one.tap("key-sure")
    await expect(row).to_have_attribute("data-state", "revoked")
    await expect(row).to_contain_text("换了供应商")
    assert [await asks(shop, key) for key in (first, second)] == ["unauthorized", "unauthorized"]


async def the_keys_are_not_for_advisors(tablet: OpenTablet):
    one = await tablet("advisor")
    await one.page.goto("/access")
    await expect(one.get("access-password")).to_be_visible()
    await expect(one.get("access-keys")).to_have_count(0)
