"""A desk for each person, over a real database on both engines."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from server import auth, exports, records
from server.settings import Settings
from tests.auth.app import Asker, client_for, hire, sign_in
from tests.commands.conftest import database_url, db, dialect, shop
from tests.shop import Shop

__all__ = ["database_url", "db", "desk", "dialect", "shop"]

OpenDesk = Callable[..., Awaitable[Asker]]


@pytest.fixture
async def desk(shop: Shop, tmp_path) -> AsyncIterator[OpenDesk]:
    """Opens desks: somebody with this role signs in, in this store; a name that works here already signs in again."""
    hired: dict[str, str] = {}
    async with AsyncExitStack() as stack:

        async def one_more(role: str, store: int = 0, name: str | None = None, of: Shop = shop) -> Asker:
            routes = [*auth.routes, *exports.routes, *records.routes]
            client = await stack.enter_async_context(client_for(of, Settings(data_dir=str(tmp_path)), routes))
            name = f"{name or role}-{store}-{of.group_id[-12:]}"
            if name not in hired:
                hired[name] = await hire(of, name, role, store)
            await sign_in(client, name)
            return client

        yield one_more
