"""The one database of this process, SQLite or PostgreSQL, and its transactions."""

from pathlib import Path
from typing import Literal, Self

from server.store.postgres import PooledPostgresEngine, PostgresTransaction
from server.store.sqlite import PooledSQLiteEngine, SQLiteTransaction
from server.store.tables import TABLES
from server.store.transaction import Rows, Statement, Transaction, Unavailable

__all__ = ["Database", "Dialect", "Rows", "Statement", "Transaction", "Unavailable", "sqlite_path"]

Dialect = Literal["sqlite", "postgres"]


class Database:
    """Open with `await Database.open(url)`, close with `await db.close()`; the tables belong to the one opened last."""

    def __init__(self, engine: PooledSQLiteEngine | PooledPostgresEngine) -> None:
        self.engine = engine
        self.dialect: Dialect = "sqlite" if isinstance(engine, PooledSQLiteEngine) else "postgres"

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect to `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql://…`; raises Unavailable."""
        if url.startswith("sqlite:"):
            path = sqlite_path(url)
            path.parent.mkdir(parents=True, exist_ok=True)
            db = cls(PooledSQLiteEngine(str(path)))
        elif url.startswith(("postgresql://", "postgres://")):
            db = cls(PooledPostgresEngine(url))
        else:
            raise ValueError("a database URL starts with sqlite:///, postgresql:// or postgres://")
        try:
            await db.engine.start()
        except BaseException:
            await db.close()
            raise
        for table in TABLES:
            table._meta.db = db.engine
        return db

    def write(self) -> Transaction:
        """A transaction that may change things; on SQLite only one is open at a time."""
        return self._transaction(writes=True)

    def read(self) -> Transaction:
        """One snapshot: everything read in it is of the same moment."""
        return self._transaction(writes=False)

    def _transaction(self, *, writes: bool) -> Transaction:
        if isinstance(self.engine, PooledSQLiteEngine):
            return SQLiteTransaction(self.engine, writes=writes)
        return PostgresTransaction(self.engine, writes=writes)

    async def close(self) -> None:
        """Close every connection; no thread is left behind."""
        await self.engine.stop()


def sqlite_path(url: str) -> Path:
    """The file that a `sqlite:///` URL names: relative after three slashes, absolute after four."""
    if not url.startswith("sqlite:///") or url.removeprefix("sqlite:///") in ("", ":memory:"):
        raise ValueError("a SQLite URL names a file: sqlite:///data/jieche.db")
    return Path(url.removeprefix("sqlite:///"))
