from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.store.database import Database
from tests.portal.door import Door, door
from tests.shop import Shop
from tests.visits import Ids, estimated


@pytest.fixture
async def shop(db: Database) -> Shop:
    """A dealership, on both engines."""
    return await Shop.open(db)


@pytest.fixture
async def visit(shop: Shop) -> Ids:
    """A visit whose estimate of three lines lies before its customer."""
    return await estimated(shop)


@pytest.fixture
async def customer(shop: Shop, visit: Ids, tmp_path: Path) -> AsyncIterator[Door]:
    """The customer of that visit, with the link."""
    async with door(shop, visit.id, tmp_path) as opened:
        yield opened
