"""One database a module and engine, and an HTTP client for each role of the shop."""

from tests.commands.conftest import database_url, db, dialect, shop

__all__ = ["database_url", "db", "dialect", "shop"]
