from collections.abc import AsyncIterator, Iterator

import pytest

from server.settings import Settings
from tests.graphql.door import Asker, app_of, asker
from tests.graphql.fuzz import served
from tests.running import Running
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


@pytest.fixture(scope="session")
def under_fire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server of its own with the demo dealership, for tests that send it anything."""
    server = served(tmp_path_factory.mktemp("fire"), customers=20)
    yield server
    server.stop()
