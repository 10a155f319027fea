import pytest

from tests.shop import Shop


@pytest.fixture
async def shop(db):
    """A small dealership on each engine."""
    return await Shop.open(db)
