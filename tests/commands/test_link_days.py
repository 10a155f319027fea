"""How long a customer's link opens."""

from datetime import timedelta

import pytest

from server.domain.ids import derived
from server.domain.terms import Terms
from server.store.database import Database
from tests.shop import Shop
from tests.visits import check_in


@pytest.fixture
async def shop(db: Database) -> Shop:
    """A dealership, on both engines."""
    return await Shop.open(db)


async def ends(shop: Shop, visit_id: str):
    """When the visit's link ends, and its generation."""
    async with shop.db.read() as tx:
        [[row]] = await tx.run(("SELECT expires_at, generation FROM links WHERE id = ?", (derived("link", visit_id),)))
    return row


async def a_link_opens_for_the_days_that_the_setting_says_and_as_long_again_once_renewed(shop):
    shop.bus.terms = Terms(link_days=7)
    visit = await check_in(shop)
    assert await ends(shop, visit.id) == (shop.now + timedelta(days=7), 1)
    shop.now += timedelta(days=3)
    await shop.done("advisor", "visit.renew_link", visit_id=visit.id)
    assert await ends(shop, visit.id) == (shop.now + timedelta(days=7), 2)
