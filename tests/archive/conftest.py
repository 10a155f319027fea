"""The customer's door and the staff's, over a real database on both engines."""

from tests.commands.conftest import database_url, db, dialect, shop

__all__ = ["database_url", "db", "dialect", "shop"]
