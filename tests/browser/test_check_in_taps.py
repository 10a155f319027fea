"""A full check-in of a customer who has been here before, out of reach of the server, with every touch counted."""

import re
from collections import Counter
from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import OpenTablet
from tests.browser.fingers import Fingers
from tests.browser.reception import stands_at
from tests.browser.tablet import Tablet

MOST = 40
"""Taps and keys from the plate to the signature."""
DIGITS = 4
SAID = ("刹车时有异响", "空调不凉", "雨刮器刮不干净")
SEEN = {"left_front_door": "scratch", "rear_bumper": "dent"}
PHOTOS = 4
CLOSED = ("handed_over", "cancelled")


async def a_full_check_in_of_a_known_customer_takes_at_most_forty_touches(tablet: OpenTablet):
    one = await tablet("advisor")
    car = await known_car(one)
    await one.goes_out_of_reach()
    hand = Fingers(one)
    await finds(hand, car)
    await asks(hand, car)
    await walks_around(hand)
    await signs(hand)
    print(f"\n{hand.table()}")
    assert hand.total <= MOST, hand.table()

    of_car = [row for row in await one.rows("visits") if row["vehicle_id"] == car["id"]]
    [visit] = [row for row in of_car if row["stage"] == "checked_in"]
    assert [concern["words"] for concern in visit["concerns"]] == list(SAID)
    damages = [row for row in await one.rows("damages") if row["visit_id"] == visit["id"]]
    assert {row["panel"]: row["kind"] for row in damages} == SEEN
    assert visit["walkaround"]["valuables_reminded"]
    await one.comes_back()
    await one.is_in_step()


async def known_car(tablet: Tablet) -> dict[str, Any]:
    """A car of a customer of ours that is not here now and whose last digits no other plate has."""
    here = {row["vehicle_id"] for row in await tablet.rows("visits") if row["stage"] not in CLOSED}
    cars = [row for row in await tablet.rows("vehicles") if row["plate"]]
    ends = Counter(row["plate"][-DIGITS:] for row in cars)
    away = [row for row in cars if row["id"] not in here and ends[row["plate"][-DIGITS:]] == 1]
    return next(row for row in away if row["owner_id"] and row["odometer_km"])


async def finds(hand: Fingers, car: dict[str, Any]) -> None:
    """The end of the plate is enough to find the car."""
    hand.begins("识别")
    await hand.tap("tab-reception")
    await expect(hand.tablet.get("identify-search")).to_be_focused()
    await hand.type("identify-search", car["plate"][-DIGITS:])
    await expect(hand.tablet.get("identify-result")).to_have_count(1)
    await hand.tap("identify-result")
    await hand.tap("save-and-open-visit")
    await hand.tablet.page.wait_for_url(re.compile(r"/visit/[0-9a-f-]{36}/checkin"))
    await stands_at(hand.tablet, "checked_in")


async def asks(hand: Fingers, car: dict[str, Any]) -> None:
    """Three concerns, the dashboard, valuables, a promise."""
    hand.begins("问诊与仪表")
    for words in SAID:
        await hand.tap(hand.tablet.get("phrase").filter(has_text=words))
    await hand.type("odometer", str(car["odometer_km"] + 6_000))
    await hand.tap(hand.tablet.get("energy-bars").get_by_role("button").nth(2))
    await hand.tap("valuables")
    await hand.tap(hand.tablet.get("promise-time").last)
    await hand.tap("primary-action")
    await hand.tablet.page.wait_for_url("**/walkaround")


async def walks_around(hand: Fingers) -> None:
    """Two damages, by panel and kind; photos of the four corners."""
    hand.begins("环检")
    for panel, kind in SEEN.items():
        await hand.tap(hand.tablet.page.locator(f"[data-panel={panel}]").first)
        await hand.tap(f"damage-kind-{kind}")
    for seed in range(PHOTOS):
        await hand.photograph("photo-input", seed)
        await expect(hand.tablet.get("photo").locator("img")).to_have_count(seed + 1)
    await hand.tap("primary-action")
    await hand.tablet.page.wait_for_url("**/contract")


async def signs(hand: Fingers) -> None:
    """The customer's hand and the button under it."""
    hand.begins("委托书")
    await hand.sign()
    await hand.tap("sign-submit")
    await expect(hand.tablet.get("signed")).to_be_visible()
