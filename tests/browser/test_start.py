"""The app opens as fast with a whole city's cars on the tablet as with a handful."""

from tests.bench.screens import CARS, gets_ready, start_of_each
from tests.browser.conftest import OpenTablet

MOST = 1.5


async def the_app_starts_without_a_network_as_fast_with_20_000_cars_as_with_few(tablet: OpenTablet):
    few, many = await tablet(None), await tablet(None)
    await gets_ready(few)
    await gets_ready(many, CARS)
    quick, full = await start_of_each(few, many)
    assert full / quick <= MOST, (quick, full)
