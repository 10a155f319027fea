"""Alembic's entry: one for both engines, for the command line and for `server.store.migrate`."""

import asyncio
import os

from alembic import context
from sqlalchemy import Connection, text

from server.store.ddl import metadata
from server.store.migrate import connected

LOCK = 5_254_963  # any number that nothing else uses: whoever migrates PostgreSQL holds it


def run(connection: Connection) -> None:
    """Run what Alembic was asked for over this connection."""
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    context.configure(connection=connection, target_metadata=metadata(), render_as_batch=sqlite, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


async def run_alone() -> None:
    """Connect to where the environment or alembic.ini says."""
    url = os.environ.get("JIECHE_DATABASE_URL") or context.config.get_main_option("sqlalchemy.url")
    assert url
    async with connected(url) as connection:
        await connection.run_sync(run)


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(run_alone())
