"""Each test is a dealer group of its own, on both engines."""

from tests.commands.conftest import database_url, db, dialect, shop

__all__ = ["database_url", "db", "dialect", "shop"]
