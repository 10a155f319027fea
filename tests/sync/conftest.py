"""The same databases and dealership as the command tests."""

from tests.commands.conftest import database_url, db, dialect, shop

__all__ = ["database_url", "db", "dialect", "shop"]
