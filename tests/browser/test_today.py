"""Today: who is to be called after the visit and what came of it; filters; the server's last word, asked for anew."""

import re

from playwright.async_api import expect

from tests.browser.conftest import OpenTablet
from tests.browser.elsewhere import Elsewhere, awaiting_approval
from tests.browser.tablet import NARROW, Tablet
from tests.running import OutsideTablet, Running, now

PULL = """async (far) => {
  const list = document.querySelector('[role=tabpanel]')
  const finger = (y) => new Touch({ identifier: 1, target: list, clientX: 100, clientY: y })
  const touches = (y) => (y === null ? [] : [finger(y)])
  const say = (kind, y) => list.dispatchEvent(new TouchEvent(kind, { bubbles: true, touches: touches(y) }))
  say('touchstart', 200)
  for (let y = 200; y <= 200 + far; y += 20) say('touchmove', y)
  say('touchend', null)
}"""


def handed_over(shop: Running, name: str, plate: str) -> Elsewhere:
    """A car that left just now, repaired and signed for."""
    visit = awaiting_approval(OutsideTablet(shop), name, plate)
    visit.tablet.done(
        "estimate.decide", visit_id=visit.id, decided_by={"name": name, "role": "owner"}, channel="phone",
        decided_at=now(), decisions=[{"line_id": line, "version": 1, "decision": "approved"} for line in visit.lines],
    )  # fmt: skip
    visit.decides_and_leaves()
    return visit


async def opens_follow_up(tablet: Tablet, visit_id: str) -> None:
    """The customer's row under today's calls."""
    await tablet.tap("today-followups")
    await tablet.tap(f"follow-up-{visit_id}")
    await tablet.page.wait_for_url(f"**/follow-up/{visit_id}")


async def a_customer_who_was_not_reached_stays_and_a_survey_by_phone_ends_the_follow_up(
    tablet: OpenTablet, shop: Running
):
    visit = handed_over(shop, "赫连若曦", "川A32T01")
    one = await tablet("advisor")
    await one.goes_out_of_reach()
    await opens_follow_up(one, visit.id)
    await expect(one.get("follow-up-call")).to_have_attribute("href", re.compile(r"tel:\+86139\d{8}"))
    await one.sees("前制动片")
    await one.tap("call-missed")
    await expect(one.get("call")).to_have_count(1)
    await expect(one.get(f"follow-up-{visit.id}")).to_contain_text("打过 1 次")
    await one.tap("call-reached")
    await one.tap("survey-save")
    await one.sees("请给每一项打分")
    for key in ("speed", "quality", "price"):
        await one.tap(f"survey-{key}-5")
    await one.tap("survey-courtesy-2")
    await one.tap("survey-recommend-9")
    await expect(one.get("survey-low")).to_be_visible()
    await one.tap("survey-save")
    await one.sees("请写下低分的原因")
    await one.fill("survey-text", "前台让我等了半个小时")
    await one.tap("survey-save")
    await one.page.wait_for_url("**/today")
    await expect(one.get(f"follow-up-{visit.id}")).to_have_count(0)
    await one.comes_back()
    await one.is_in_step()
    visit.tablet.pull()
    row = visit.tablet.rows["visits"][visit.id]
    assert (row["survey"]["courtesy"], row["survey"]["text"]) == (2, "前台让我等了半个小时")
    assert [call["reached"] for call in row["calls"]] == [False, True]
    complaint = visit.tablet.rows["complaints"][row["survey"]["id"]]
    assert (complaint["about"], complaint["text"], complaint["state"]) == ("attitude", "前台让我等了半个小时", "open")


async def a_customer_who_refused_calls_is_not_called(tablet: OpenTablet, shop: Running):
    visit = handed_over(shop, "澹台文博", "川A32T02")
    visit.tablet.done(
        "customer.set_consent", customer_id=visit.customer_id, purpose="service_messages", channel="phone",
        decision="withdrawn", decided_at=now(), source="phone",
    )  # fmt: skip
    one = await tablet("advisor", NARROW)
    await opens_follow_up(one, visit.id)
    await expect(one.get("no-calls")).to_be_visible()
    await expect(one.get("follow-up-call")).to_have_count(0)
    await one.tap("back")
    await one.page.wait_for_url("**/today")
    await expect(one.get("today-followups")).to_have_attribute("aria-selected", "true")


async def the_list_shows_one_kind_of_visit_and_asks_the_server_anew(tablet: OpenTablet, shop: Running):
    other = awaiting_approval(OutsideTablet(shop), "皇甫嘉懿", "川A32T03")
    one = await tablet("manager", NARROW)
    await expect(one.get(f"visit-{other.id}")).to_be_visible()
    await one.get("today-kind").select_option("accident")
    await expect(one.get(f"visit-{other.id}")).to_have_count(0)
    await one.get("today-kind").select_option("repair")
    await expect(one.get(f"visit-{other.id}")).to_be_visible()
    async with one.page.expect_request("**/sync/pull*"):
        await one.tap("today-refresh")
    async with one.page.expect_request("**/sync/pull*"):
        await one.page.evaluate(PULL, 160)
    await one.goes_out_of_reach()
    await one.tap("today-refresh")
    await expect(one.get("today-contact")).to_contain_text("离线")
