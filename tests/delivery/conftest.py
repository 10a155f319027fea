import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from server.delivery import work
from server.settings import Settings
from tests.delivery.services import PushService
from tests.shop import Shop


@pytest.fixture
async def shop(db):
    """A dealership on each engine."""
    return await Shop.open(db)


@pytest.fixture(scope="session")
async def service():
    """The push service that decrypts."""
    service = PushService()
    await service.start()
    yield service
    await service.stop()


@pytest.fixture
def settings(tmp_path):
    """Settings with a data folder of their own."""
    return Settings(data_dir=str(tmp_path), public_url="https://shop.example/")


class Outbox:
    """What waits and what became of it, as the tests ask for it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    async def rows(self, kind: str = "message") -> list[tuple[Any, ...]]:
        """(state, last_error, attempts) in the order in which they were promised."""
        async with self.shop.db.read() as tx:
            [rows] = await tx.run(
                ("SELECT state, last_error, attempts FROM outbox WHERE kind = ? ORDER BY id", (kind,))
            )
        return rows

    async def states(self, kind: str = "message") -> list[str]:
        """The states alone."""
        return [row[0] for row in await self.rows(kind)]

    async def empty(self, kind: str | None = None) -> None:
        """Forgets what was promised before the test's own act: all of it, or one kind."""
        async with self.shop.db.write() as tx:
            await tx.run(("DELETE FROM outbox WHERE kind = coalesce(?, kind)", (kind,)))

    async def settled(self, kind: str = "message", state: str = "sent") -> list[tuple[Any, ...]]:
        """Waits until every row of the kind is in this state."""
        for _ in range(400):
            rows = await self.rows(kind)
            if rows and all(row[0] == state for row in rows):
                return rows
            await asyncio.sleep(0.02)
        raise AssertionError(await self.rows(kind))

    async def left(self, waiting: int, kind: str = "message") -> list[tuple[Any, ...]]:
        """Waits until only so many rows of the kind still wait, all of them for a later time."""
        for _ in range(400):
            async with self.shop.db.read() as tx:
                [found] = await tx.run(("SELECT due_at FROM outbox WHERE state = 'waiting' AND kind = ?", (kind,)))
            rows = await self.rows(kind)
            if len(found) == waiting and all(due > self.shop.now for (due,) in found):
                return rows
            await asyncio.sleep(0.02)
        raise AssertionError(await self.rows(kind))

    async def tried(self, attempts: int, kind: str = "message") -> None:
        """Waits until every row was tried so often and its lease was given back."""
        for _ in range(400):
            async with self.shop.db.read() as tx:
                [rows] = await tx.run(("SELECT attempts, lease_until FROM outbox WHERE kind = ?", (kind,)))
            if rows and all(row[0] == attempts and row[1] is None for row in rows):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(rows)


@pytest.fixture
def outbox(shop):
    """The outbox of the shop."""
    return Outbox(shop)


@asynccontextmanager
async def working(shop: Shop, settings: Settings) -> AsyncIterator[None]:
    """The worker runs meanwhile."""
    stop = asyncio.Event()
    task = asyncio.create_task(work(settings, shop.db, shop.bus, stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)
