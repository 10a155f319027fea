"""One house for a module and engine: nothing in these tests changes it."""

from collections.abc import AsyncIterator

import pytest

from tests.access.house import House, opened
from tests.commands.conftest import database_url, dialect

__all__ = ["database_url", "dialect"]


@pytest.fixture(scope="module")
async def house(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The house, open."""
    async with opened(database_url, tmp_path_factory.mktemp("house")) as house:
        yield house
