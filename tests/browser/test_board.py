"""The board: a technician's own cars, one of them in hand; whoever looks sees who works where."""

from playwright.async_api import expect

from tests.browser.conftest import OpenTablet
from tests.browser.elsewhere import awaiting_approval
from tests.browser.tablet import NARROW
from tests.running import OutsideTablet, Running


async def a_technician_works_on_one_car_at_a_time_and_sees_what_holds_the_others_up(tablet: OpenTablet, shop: Running):
    outside = OutsideTablet(shop)
    first, second = (awaiting_approval(outside, "宗政雅楠", f"川A33B0{at}").id for at in (1, 2))
    given = OutsideTablet(shop, "technician").me["user"]["id"]
    outside.pull()
    for visit in (first, second):
        before = outside.rows["visits"][visit]["technician_id"]
        if before != given:
            outside.done("visit.assign", visit_id=visit, technician_id={"from": before, "to": given})
    one = await tablet("technician", NARROW)
    await one.tap("tab-board")
    await expect(one.get(f"job-{first}").get_by_test_id("job-blocked")).to_contain_text("等客户确认")
    await one.goes_out_of_reach()
    await one.tap(f"clock-{first}")
    await expect(one.get(f"clock-{first}")).to_have_attribute("data-running", "true")
    await one.tap(f"clock-{second}")
    await expect(one.get(f"clock-{first}")).to_have_attribute("data-running", "false")
    await expect(one.get(f"clock-{second}")).to_contain_text("0:00")
    await one.tap("toast-undo")
    await expect(one.get(f"clock-{first}")).to_have_attribute("data-running", "true")
    await expect(one.get(f"clock-{second}")).to_have_attribute("data-running", "false")
    await one.tap("board-all")
    await expect(one.get(f"working-{first}")).to_contain_text("0:00")
    await one.tap("board-mine")
    await one.tap(f"job-notes-{first}")
    await expect(one.get("note-text")).to_be_in_viewport()
    await expect(one.get("stint")).to_have_count(1)
    await one.comes_back()
    await one.is_in_step()
    outside.pull()
    [stint] = outside.rows["visits"][first]["work"]
    assert (stint["technician_id"], stint["ended_at"]) == (given, None)
    assert outside.rows["visits"][second]["work"] == []
