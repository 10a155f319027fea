"""The first half of a visit, as an advisor taps it: who comes with which car, what it looks like, what was agreed."""

import re
from math import cos, pi, sin
from typing import NamedTuple

from playwright.async_api import Locator, expect

from tests.browser.pictures import camera_jpeg
from tests.browser.tablet import Tablet

POINTS = 40
"""Of one stroke of a signature."""


class Guest(NamedTuple):
    """A customer with a car that this shop never saw."""

    name: str
    phone: str
    plate: str
    make: str = "比亚迪"
    model: str = "汉 EV"


async def receive(tablet: Tablet, guest: Guest) -> str:
    """Enters a new customer and a new car, the plate on its own keyboard, and opens the visit; gives its id."""
    await tablet.tap("tab-reception")
    await tablet.tap("new-customer")
    await tablet.get("vehicle-plate").focus()
    keys = tablet.get("plate-keyboard")
    for character in guest.plate:
        await keys.get_by_role("button", name=character, exact=True).click()
    await tablet.tap("plate-keyboard-done")
    await tablet.fill("vehicle-make", guest.make)
    await tablet.fill("vehicle-model", guest.model)
    await tablet.fill("customer-phone", guest.phone)
    await tablet.fill("customer-name", guest.name)
    await tablet.tap("visit-kind-repair")
    await tablet.tap("save-and-open-visit")
    await tablet.page.wait_for_url(re.compile(r"/visit/[0-9a-f-]{36}/checkin"))
    await stands_at(tablet, "checked_in")
    return tablet.page.url.split("/")[-2]


async def stands_at(tablet: Tablet, stage: str) -> None:
    """Waits until the visit's header shows this stage."""
    await expect(tablet.get("visit-stage")).to_have_attribute("data-stage", stage)


async def check_in(tablet: Tablet) -> None:
    """A concern, the dashboard, what stays in the car, a promise, a consent."""
    await tablet.fill("concern-words", "过减速带时前面咚咚响")
    await tablet.tap("concern-add")
    await expect(tablet.get("concern")).to_have_count(1)
    await tablet.fill("odometer", "42180")
    await tablet.fill("energy", "64")
    await tablet.tap("belonging-雨伞")
    await tablet.tap("valuables")
    await tablet.tap("consent-service_messages-granted")
    await tablet.get("promise-time").last.click()
    await expect(tablet.get("visit-promise")).to_contain_text(re.compile(r"\d\d:\d\d"))
    await tablet.tap("primary-action")
    await tablet.page.wait_for_url("**/walkaround")


async def walk_around(tablet: Tablet) -> None:
    """A pin on the front door with its photo, and one photo of the corner."""
    await pin(tablet, "left_front_door", "scratch", "medium")
    await tablet.pick("damage-photo-input", camera_jpeg(1))
    await expect(tablet.get("damage-editor").get_by_test_id("photo").locator("img")).to_be_visible()
    await tablet.tap("damage-save")
    await expect(tablet.get("damage")).to_have_count(1)
    await tablet.pick("photo-input", camera_jpeg(2))
    await expect(tablet.get("photo").locator("img")).to_have_count(2)
    await tablet.tap("primary-action")
    await tablet.page.wait_for_url("**/contract")


async def pin(tablet: Tablet, panel: str, kind: str, severity: str) -> None:
    """Touches a panel of the drawing and says what is wrong with it."""
    await tablet.page.locator(f"[data-panel={panel}]").first.click()
    await tablet.tap(f"damage-kind-{kind}")
    await tablet.tap(f"severity-{severity}")


async def sign(tablet: Tablet) -> None:
    """Draws a name and signs what is on the screen."""
    pad = tablet.get("signature-pad")
    await pad.scroll_into_view_if_needed()
    await draw(tablet, pad)
    await tablet.tap("sign-submit")
    await expect(tablet.get("signed")).to_be_visible()


async def draw(tablet: Tablet, pad: Locator) -> None:
    """Two strokes of a signature: loops that run to the right and grow smaller."""
    box = await pad.bounding_box()
    assert box is not None
    mouse = tablet.page.mouse
    for left, loops in ((0.25, 2.5), (0.5, 3.5)):
        for at in range(POINTS + 1):
            part = at / POINTS
            turned, size = 2 * pi * loops * part, box["height"] * (0.28 - 0.16 * part)
            x = box["x"] + box["width"] * (left + 0.2 * part) + size * cos(turned) * 0.5
            await mouse.move(x, box["y"] + box["height"] * 0.5 + size * sin(turned))
            if at == 0:
                await mouse.down()
        await mouse.up()
