"""Migrations from inside the process: what `alembic` does on the command line, over one connection of its own."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, event, pool
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from server.store.database import sqlite_path

LOCK_SECONDS = 30


async def migrate(url: str) -> None:
    """Bring the database to the newest revision; processes that start together wait for the first."""
    await with_alembic(url, command.upgrade, "head")


async def with_alembic(url: str, action: Callable[..., Any], *args: Any) -> None:
    """Run one of `alembic.command`'s functions in a transaction: all of it happens or nothing."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        action(config, *args)

    async with connected(url) as connection:
        await connection.run_sync(run)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    """A SQLAlchemy connection in a transaction that commits at the end."""
    engine = _engine(url)
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


def _engine(url: str) -> AsyncEngine:
    if not url.startswith("sqlite:"):
        # asyncpg reads the address itself, so that it means the same here as for the server's own pool.
        return create_async_engine(
            "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=pool.NullPool
        )
    path = sqlite_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        connect_args={"timeout": LOCK_SECONDS},
        poolclass=pool.NullPool,
    )
    _in_real_transactions(engine)
    return engine


def _in_real_transactions(engine: AsyncEngine) -> None:
    """Python's sqlite3 begins no transaction before DDL; without one, a crash leaves half a migration behind."""

    @event.listens_for(engine.sync_engine, "connect")
    def leave_it_to_us(connection: Any, _: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
