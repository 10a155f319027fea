"""Databases that a simulation copies: as they are on disk at this moment, also in the middle of a transaction."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from server.store.database import Database
from server.store.migrate import migrate
from server.store.postgres import PostgresTransaction
from server.store.sqlite import SQLiteTransaction
from server.store.transaction import Rows, Statement, Transaction
from tests.engines import PostgresServer
from tests.simulation.ledger import Ledger


class Storage(Protocol):
    """Where databases come from; `workers` is how many server processes share one."""

    workers: int

    async def migrated(self) -> str: ...
    async def copy(self, url: str) -> str: ...
    async def drop(self, url: str) -> None: ...


class Files:
    """SQLite: one file each; a copy takes the write-ahead log along, as a process that dies leaves them."""

    workers = 1

    def __init__(self, folder: Path) -> None:
        self._folder, self._made = folder, 0

    async def migrated(self) -> str:
        """A new database with all tables."""
        url = self._next()
        await migrate(url)
        return url

    async def copy(self, url: str) -> str:
        """What is on disk now, under another name."""
        made = self._next()
        for ending in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(url.removeprefix("sqlite:///") + ending, made.removeprefix("sqlite:///") + ending)
        return made

    async def drop(self, url: str) -> None:
        """Removes a database that is closed."""
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                os.unlink(url.removeprefix("sqlite:///") + ending)

    def _next(self) -> str:
        self._made += 1
        return f"sqlite:///{self._folder}/{self._made}.db"


class Server:
    """PostgreSQL: one database each, shared by two server processes."""

    workers = 2

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

    async def migrated(self) -> str:
        """A new database with all tables."""
        return await self._server.migrated()

    async def copy(self, url: str) -> str:
        """The same rows under another name; nobody may be connected to the first."""
        return await self._server._create(urlsplit(url).path.removeprefix("/"))

    async def drop(self, url: str) -> None:
        """Removes a database."""
        await self._server.drop(url)


class Watch:
    """What happens to the next transactions of a process, and what they committed.

    `crash` is (hops to let pass, how many statements of the next hop still run; None for all with their commit).
    `between` runs once, after so many hops of the next read. `cut` are commits that were under way when the process
    died.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.crash: tuple[int, int | None] | None = None
        self.between: tuple[int, Callable[[], Awaitable[None]]] | None = None
        self.died = asyncio.Event()
        self.cut: list[Sequence[Statement]] = []

    async def writing(self, run: Callable[..., Awaitable[list[Rows]]], statements: Any, commit: bool) -> list[Rows]:
        """Runs one hop of a write transaction, unless the process dies in it."""
        if self.died.is_set():
            await self._die()
        if self.crash is not None and self.crash[0] > 0:
            self.crash = self.crash[0] - 1, self.crash[1]
        elif self.crash is not None:
            (_, through), self.crash = self.crash, None
            if through is not None:
                await run(statements[:through], commit=False)
                await self._die()
            await self._committed(run, statements, commit)
            await self._die()
        return await self._committed(run, statements, commit)

    async def _committed(self, run: Any, statements: Sequence[Statement], commit: bool) -> list[Rows]:
        try:
            rows = await run(statements, commit=commit)
        except asyncio.CancelledError:
            if commit:
                self.cut.append(statements)
            raise
        if commit:
            self.ledger.note(statements)
        return rows

    async def _die(self) -> None:
        self.died.set()
        await asyncio.get_running_loop().create_future()

    async def reading(self, run: Callable[..., Awaitable[list[Rows]]], statements: Any, commit: bool) -> list[Rows]:
        """Runs one hop of a snapshot; what `between` holds is committed by others before the next one."""
        rows = await run(statements, commit=commit)
        if self.between is not None:
            hops, happens = self.between
            self.between = (hops - 1, happens) if hops > 1 else None
            if hops <= 1:
                await asyncio.create_task(happens())
        return rows


class _Watched(Transaction):
    watch: Watch

    async def _run(self, statements: Sequence[Statement], *, commit: bool) -> list[Rows]:
        hop = self.watch.writing if self.writes else self.watch.reading
        return await hop(super()._run, statements, commit)  # type: ignore[safe-super]


class _WatchedSQLite(_Watched, SQLiteTransaction): ...


class _WatchedPostgres(_Watched, PostgresTransaction): ...


class WatchedDatabase(Database):
    """A database whose transactions go through a `Watch`."""

    watch: Watch

    def _transaction(self, *, writes: bool) -> Transaction:
        kind: Any = _WatchedSQLite if self.dialect == "sqlite" else _WatchedPostgres
        made = kind(self.engine, writes=writes)
        made.watch = self.watch
        return made


async def relaxed(db: Database) -> None:
    """Spares the simulation the disk: its processes die, its machine does not, so files need no fsync."""
    if db.dialect == "sqlite":
        await db.engine._writer.post(lambda connection: connection.execute("PRAGMA synchronous = OFF"))
