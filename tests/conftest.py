"""Databases for every test that asks for one: `db` runs the test on both engines, each time on an empty database."""

from collections.abc import AsyncIterator

import pytest

from server.store.database import Database
from tests.engines import PostgresServer, SQLiteFiles

Engines = dict[str, SQLiteFiles | PostgresServer]


@pytest.fixture(scope="session")
async def engines(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engines]:
    """Where databases come from, by dialect."""
    made: Engines = {"sqlite": SQLiteFiles(tmp_path_factory.mktemp("sqlite")), "postgres": PostgresServer()}
    yield made
    for engine in made.values():
        await engine.close()


@pytest.fixture(params=["sqlite", "postgres"])
def dialect(request: pytest.FixtureRequest) -> str:
    """The engine that this run of the test is for; `parametrize("dialect", ["postgres"], indirect=True)` names one."""
    return request.param


@pytest.fixture
async def database_url(engines: Engines, dialect: str) -> AsyncIterator[str]:
    """The address of an empty, migrated database."""
    url = await engines[dialect].migrated()
    yield url
    await engines[dialect].drop(url)


@pytest.fixture
async def bare_url(engines: Engines, dialect: str) -> AsyncIterator[str]:
    """The address of a database without tables."""
    url = await engines[dialect].bare()
    yield url
    await engines[dialect].drop(url)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """An empty, migrated database, open; the tables are bound to it."""
    database = await Database.open(database_url)
    yield database
    await database.close()
