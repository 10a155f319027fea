"""A whole visit out of reach of the server, in both languages and sizes: no screen violates WCAG 2.2 AA."""

import pytest
from playwright.async_api import Browser

from tests.browser.conftest import OpenTablet
from tests.browser.tour import WAYS, Tour, Way, guests, on_the_phone, walk
from tests.running import Running


@pytest.mark.parametrize(("at", "way"), list(enumerate(WAYS, 1)), ids=["wide", "narrow at night", "English"])
async def the_fourteen_steps_have_no_screen_that_anybody_is_shut_out_of(
    tablet: OpenTablet, browser: Browser, shop: Running, at: int, way: Way
):
    brings, asked = guests(at)
    tour = Tour(await tablet(None, way.size, way.dark), shop, None)
    await walk(tour, way, brings)
    await on_the_phone(browser, tour, way, asked)
    assert tour.faults == {}
