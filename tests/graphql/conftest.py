from collections.abc import AsyncIterator

import pytest

from server.settings import Settings
from tests.graphql.door import Asker, app_of, asker
from tests.shop import Shop


@pytest.fixture
async def shop(db) -> Shop:
    """A small dealership on each engine."""
    return await Shop.open(db)


@pytest.fixture
async def ask(shop, tmp_path) -> AsyncIterator[Asker]:
    """A program that asks as the manager of the first store."""
    program = asker(shop, app_of(shop, Settings(data_dir=str(tmp_path), public_url="https://shop.test", graphiql=True)))
    await program.sign_in("boss")
    yield program
    await program.http.aclose()
