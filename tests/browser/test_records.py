"""Records at a desk: what lacks in words, the way to the visit, the export, and a clear word without a network."""

import json
from typing import Any

from playwright.async_api import expect

from server.records.health import BASIC
from tests.browser.axe import faults
from tests.browser.conftest import OpenTablet
from tests.browser.elsewhere import Elsewhere, awaiting_approval
from tests.browser.office import Office
from tests.browser.tablet import NARROW, SLOW
from tests.running import OutsideTablet, Running, now


def handed_over(shop: Running, name: str, plate: str) -> Elsewhere:
    """A repair whose car left, without VIN or odometer and with a part that has no code."""
    visit = awaiting_approval(OutsideTablet(shop), name, plate)
    said = [{"line_id": line, "version": 1, "decision": "approved"} for line in visit.lines]
    visit.tablet.done(
        "estimate.decide", visit_id=visit.id, decided_by={"name": name, "role": "owner"}, channel="tablet",
        decisions=said, decided_at=now(),
    )  # fmt: skip
    visit.decides_and_leaves()
    return visit


async def a_claims_clerk_sees_what_lacks_asks_for_the_file_and_is_told_when_there_is_no_network(
    tablet: OpenTablet, shop: Running
):
    visit = handed_over(shop, "宇文书瑶", "川A92R01")
    one = await tablet("claims")
    await one.page.goto("/me")
    await one.tap("me-records")
    row = one.get(f"records-row-{visit.id}")
    for words in ("缺少车架号", "缺少送修里程", "“前制动片”缺少配件编码"):
        await expect(row).to_contain_text(words, timeout=SLOW)
    assert await faults(one.page) == []

    await one.tap("records-ask")
    await one.fill("export-reason", "上传维修电子健康档案")
    assert await faults(one.page) == []
    await one.tap("export-yes")
    await one.sees("已提交，等待他人批准")
    async with Office(shop.url) as manager:
        [waiting] = [
            found for found in (await manager.http.get("/exports")).json()["waiting"] if found["asker_role"] == "claims"
        ]
        (await manager.http.post(f"/exports/{waiting['id']}/approve")).raise_for_status()
    await one.tap("records-exports")
    async with one.page.expect_download() as downloading:
        await one.tap("export-save")
    told: dict[str, Any] = json.loads((await (await downloading.value).path()).read_text(encoding="utf-8"))
    assert told["export"]["id"] == waiting["id"]
    [mine] = [found for found in told["incomplete"] if found["visit_id"] == visit.id]
    assert {problem["element"] for problem in mine["problems"]} == {"vin", "repairmileage", "partscode"}
    assert all(set(found["record"]["basicInfo"]) == set(BASIC) for found in told["records"])
    await one.page.go_back()
    await expect(one.get("records-complete")).to_have_text(str(len(told["records"])), timeout=SLOW)

    await one.goes_out_of_reach()
    await one.tap("records-warranty")
    await expect(one.get("records-offline")).to_be_visible(timeout=SLOW)
    await one.comes_back()
    await expect(one.get("records-none")).to_be_visible(timeout=SLOW)
    await one.tap("records-health")
    await expect(row).to_be_visible(timeout=SLOW)

    await one.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert await faults(one.page) == []
    await row.click()
    await one.page.wait_for_url(f"**/visit/{visit.id}**")
    await one.page.goto(f"/visit/{visit.id}/handover")
    await expect(one.get("record-health")).to_contain_text("缺 3 项", timeout=SLOW)
    await expect(one.get("record-warranty")).to_have_count(0)


async def an_advisor_is_not_shown_the_way(tablet: OpenTablet):
    one = await tablet("advisor")
    await one.page.goto("/me")
    await expect(one.get("me-name")).to_be_visible()
    await expect(one.get("me-records")).to_have_count(0)
    await one.page.goto("/records")
    await one.sees("档案由服务经理、索赔员和管理员查看")
