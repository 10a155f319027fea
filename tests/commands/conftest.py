"""One database a module and engine: every test is a dealer group of its own in it, so tests cannot see each other."""

from collections.abc import AsyncIterator

import pytest

from server.store.database import Database
from tests.conftest import Engines
from tests.shop import Shop


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def dialect(request: pytest.FixtureRequest) -> str:
    """The engine that this run of the module is for."""
    return request.param


@pytest.fixture(scope="module")
async def database_url(engines: Engines, dialect: str) -> AsyncIterator[str]:
    """The address of the module's database."""
    url = await engines[dialect].migrated()
    yield url
    await engines[dialect].drop(url)


@pytest.fixture(scope="module")
async def db(database_url: str) -> AsyncIterator[Database]:
    """The module's database, open."""
    database = await Database.open(database_url)
    yield database
    await database.close()


@pytest.fixture
async def shop(db: Database) -> Shop:
    """A small dealership."""
    return await Shop.open(db)
