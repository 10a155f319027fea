"""The yard as people work in it: what is known from last time, what is still missing, two shapes of cars."""

from typing import Any

from playwright.async_api import expect

from server.domain.ids import uuid7
from tests.browser.conftest import OpenTablet
from tests.browser.elsewhere import awaiting_approval
from tests.browser.pictures import camera_jpeg
from tests.browser.reception import pin
from tests.browser.tablet import Tablet
from tests.running import OutsideTablet, Running, now

SEEN = (("left_front_door", "scratch", 0.41, 0.86), ("rear_bumper", "dent", 0.94, 0.5))
KM = 42_000


def was_here(shop: Running, name: str, plate: str) -> str:
    """A car that left the shop with two damages and its old parts in the boot; gives the vehicle's id."""
    tablet = OutsideTablet(shop)
    visit = awaiting_approval(tablet, name, plate)
    tablet.done(
        "visit.record_walkaround", visit_id=visit.id, odometer_km=KM, energy_pct=50, warning_lamps=[], belongings=[],
        old_parts="take", wash=False, valuables_reminded=True,
    )  # fmt: skip
    for panel, kind, x, y in SEEN:
        tablet.done(
            "visit.add_damage", visit_id=visit.id, damage_id=uuid7(), panel=panel, kind=kind, severity="light", x=x,
            y=y, photos=[], known=False,
        )  # fmt: skip
    said: list[dict[str, Any]] = [{"line_id": line, "version": 1, "decision": "approved"} for line in visit.lines]
    tablet.done(
        "estimate.decide", visit_id=visit.id, decisions=said, decided_by={"name": name, "role": "owner"},
        channel="tablet", decided_at=now(),
    )  # fmt: skip
    visit.decides_and_leaves()
    tablet.pull()
    return next(row["id"] for row in tablet.rows["vehicles"].values() if row["plate"] == plate)


async def comes_in(tablet: Tablet, vehicle_id: str) -> None:
    """The car is received again."""
    await tablet.page.goto(f"/reception?with=known&vehicle={vehicle_id}")
    await tablet.tap("save-and-open-visit")
    await tablet.page.wait_for_url("**/checkin")


async def the_past_of_a_car_is_confirmed_and_not_asked_again(tablet: OpenTablet, shop: Running):
    car = was_here(shop, "慕容晓雯", "川A91K01")
    one = await tablet("advisor")
    await one.goes_out_of_reach()
    await comes_in(one, car)
    await expect(one.get("old-parts-take")).to_have_attribute("aria-checked", "true")
    await expect(one.get("wash-no")).to_have_attribute("aria-checked", "true")
    await expect(one.get("as-before")).to_be_visible()
    await one.fill("odometer", str(KM + 20_000))
    await one.sees("平均每天 20,000 km")

    await one.tap("step-walkaround")
    await expect(one.get("known-still")).to_have_count(len(SEEN))
    await one.page.locator(".pin.ghost").first.click()
    await expect(one.get("damage")).to_have_count(1)
    await expect(one.get("known-still")).to_have_count(1)
    await one.tap("toast-undo")
    await expect(one.get("known-still")).to_have_count(2)
    async with one.adds(2):
        await one.tap("known-all")
    await expect(one.get("known-damages")).to_have_count(0)
    found = [row for row in await one.rows("damages") if row["known"]]
    assert {(row["panel"], row["kind"], row["x"], row["y"]) for row in found} >= set(SEEN)


async def a_check_in_names_what_it_lacks_and_a_touch_leads_there(tablet: OpenTablet, shop: Running):
    car = was_here(shop, "慕容晓峰", "川A91K02")
    one = await tablet("advisor")
    await comes_in(one, car)
    await expect(one.get("missing-odometer")).to_be_visible()
    await one.tap("missing-photos")
    await one.page.wait_for_url("**/walkaround")
    await expect(one.get("photo-add")).to_be_focused()
    await one.pick("photo-input", *(camera_jpeg(seed) for seed in range(4)))
    await expect(one.get("missing-photos")).to_have_count(0)
    await one.tap("missing-odometer")
    await one.page.wait_for_url("**/checkin")
    await expect(one.get("odometer")).to_be_focused()
    await one.page.keyboard.type(str(KM + 10))
    await one.tap("energy-63")
    await one.tap("valuables")
    await one.get("promise-time").last.click()
    await one.tap("consent-service_messages-granted")
    await expect(one.get("nothing-missing")).to_be_visible()


async def a_tall_car_is_drawn_tall_and_the_tablet_remembers_it(tablet: OpenTablet, shop: Running):
    car = was_here(shop, "慕容晓宇", "川A91K03")
    one = await tablet("advisor")
    await comes_in(one, car)
    await one.tap("step-walkaround")
    await expect(one.get("body-sedan")).to_have_attribute("aria-checked", "true")
    await one.tap("body-suv")
    await pin(one, "roof", "dent", "medium")
    await one.page.reload()
    await expect(one.get("body-suv")).to_have_attribute("aria-checked", "true")
    await expect(one.get("damage-kind-dent")).to_have_attribute("aria-checked", "true")
    async with one.adds():
        await one.tap("damage-save")
    await expect(one.get("damage")).to_contain_text("车顶")
