"""SQLite in WAL mode: one writer, a few readers, each connection on a thread of its own."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from piccolo.engine.sqlite import SQLiteEngine

from server.store.transaction import Dicts, Rows, Statement, Transaction, Unavailable, joined

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "wal_autocheckpoint = 1000")
READER_PRAGMAS = ("query_only = ON",)
BUSY_SECONDS = 10
READERS = 4
# Primary result codes (sqlite.org/rescode.html): the file or its lock, not the statement, is at fault.
OUT_OF_REACH = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
}  # fmt: skip


def _instant(value: bytes) -> datetime:
    return datetime.fromisoformat(value.decode()).astimezone(UTC)


# In place of Piccolo's: ids are strings everywhere in our code, an offset is heeded, and a value costs less.
sqlite3.register_converter("UUID", bytes.decode)
sqlite3.register_converter("INTEGER", int)
sqlite3.register_converter("TIMESTAMPTZ", _instant)


class Worker:
    """One connection and the thread that owns it; jobs run in the order in which they came, one at a time."""

    def __init__(self, path: str, pragmas: Sequence[str]) -> None:
        self._jobs: SimpleQueue[Callable[[], bool]] = SimpleQueue()
        self._connection: sqlite3.Connection | None = None
        self._path = path
        self._pragmas = pragmas
        # A daemon, so that a process that dies on an exception does not wait for it.
        self._thread = Thread(target=self._work, name=f"sqlite {Path(path).name}", daemon=True)
        self._thread.start()

    def post(self, job: Job[T]) -> "asyncio.Future[T]":
        """Queue a job; it runs even if nobody waits for it any more."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def settle(result: T | None, error: BaseException | None) -> None:
            if future.cancelled():
                return
            if error is None:
                future.set_result(result)  # type: ignore[arg-type]
            else:
                future.set_exception(error)

        def work() -> bool:
            try:
                outcome = (job(self._open()), None)
            except BaseException as error:
                outcome = (None, _explained(error))
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is waiting
                loop.call_soon_threadsafe(settle, *outcome)
            return True

        self._jobs.put(work)
        return future

    async def close(self) -> None:
        """Run the jobs already queued, close the connection, end the thread."""
        self._jobs.put(lambda: False)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        while self._jobs.get()():
            pass
        if self._connection is not None:
            self._connection.close()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite3.connect(
                self._path,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                detect_types=sqlite3.PARSE_DECLTYPES,
                cached_statements=512,
            )
            for pragma in self._pragmas:
                self._connection.execute(f"PRAGMA {pragma}")
        return self._connection


class PooledSQLiteEngine(SQLiteEngine):
    """Piccolo's engine over one writer and a few readers that stay open."""

    def __init__(self, path: str, readers: int = READERS) -> None:
        super().__init__(path=path)
        self._writer = Worker(path, PRAGMAS)
        self._readers = [Worker(path, (*PRAGMAS, *READER_PRAGMAS)) for _ in range(readers)]
        self._idle: asyncio.LifoQueue[Worker] = asyncio.LifoQueue()
        self._writing = asyncio.Lock()

    async def start(self) -> None:
        """Open every connection, so that a file that cannot be opened is noticed now; raises Unavailable."""
        for worker in (self._writer, *self._readers):
            await worker.post(lambda connection: connection.execute("SELECT 1").fetchone())
        for reader in self._readers:
            self._idle.put_nowait(reader)

    async def stop(self) -> None:
        """Close every connection and end every thread; the writer goes last and folds the WAL into the file."""
        for worker in (*self._readers, self._writer):
            await worker.close()

    async def borrow(self, *, writes: bool) -> Worker:
        """The writer or a reader, for this caller alone until it is given back."""
        if not writes:
            return await self._idle.get()
        await self._writing.acquire()
        return self._writer

    def give_back(self, worker: Worker) -> None:
        """Jobs still queued on the worker run before those of whoever borrows it next."""
        if worker is self._writer:
            self._writing.release()
        else:
            self._idle.put_nowait(worker)

    @contextlib.asynccontextmanager
    async def _borrowed(self, *, writes: bool) -> AsyncIterator[Worker]:
        worker = await self.borrow(writes=writes)
        try:
            yield worker
        finally:
            self.give_back(worker)

    async def run_querystring(self, querystring: Any, in_pool: bool = False) -> Dicts:
        sql, params = querystring.compile_string(engine_type=self.engine_type)
        return await self._run_one(sql, params)

    async def run_ddl(self, ddl: str, in_pool: bool = False) -> Dicts:
        return await self._run_one(ddl, ())

    async def _run_one(self, sql: str, params: Sequence[Any]) -> Dicts:
        transaction = joined(self.current_transaction)
        if transaction is not None:
            return await transaction.dicts(sql, params)
        async with self._borrowed(writes=not sql.lstrip().upper().startswith("SELECT")) as worker:
            return await worker.post(partial(_dicts, sql=sql, params=params))

    def transaction(self, *_: Any, **__: Any) -> "SQLiteTransaction":
        """A write transaction, for Piccolo's own helpers."""
        return SQLiteTransaction(self, writes=True)


class SQLiteTransaction(Transaction):
    """A transaction on the writer (`BEGIN IMMEDIATE`) or one snapshot on a reader."""

    def __init__(self, engine: PooledSQLiteEngine, *, writes: bool) -> None:
        super().__init__(engine.current_transaction, writes=writes)
        self._engine = engine
        self._begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
        self._worker: Worker | None = None

    async def _enter(self) -> None:
        self._worker = await self._engine.borrow(writes=self.writes)

    async def _run(self, statements: Sequence[Statement], *, commit: bool) -> list[Rows]:
        def job(connection: sqlite3.Connection) -> list[Rows]:
            rows = [connection.execute(sql, params).fetchall() for sql, params in statements]
            if commit:
                connection.execute("COMMIT")
            return rows

        return await self._inside(job)

    async def _dicts(self, sql: str, params: Sequence[Any]) -> Dicts:
        return await self._inside(partial(_dicts, sql=sql, params=params))

    async def _inside(self, job: Job[T]) -> T:
        def begun(connection: sqlite3.Connection) -> T:
            if not connection.in_transaction:
                connection.execute(self._begin)
            return job(connection)

        assert self._worker is not None
        return await self._worker.post(begun)

    async def _commit(self) -> None:
        assert self._worker is not None
        await self._worker.post(lambda connection: connection.commit())

    async def _leave(self) -> None:
        assert self._worker is not None
        self._worker.post(_rolled_back)
        self._engine.give_back(self._worker)


def _rolled_back(connection: sqlite3.Connection) -> None:
    with contextlib.suppress(sqlite3.Error):
        connection.rollback()


def _dicts(connection: sqlite3.Connection, sql: str, params: Sequence[Any]) -> Dicts:
    cursor = connection.execute(sql, params)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _explained(error: BaseException) -> BaseException:
    if isinstance(error, sqlite3.OperationalError) and (error.sqlite_errorcode & 0xFF) in OUT_OF_REACH:
        unavailable = Unavailable(str(error))
        unavailable.__cause__ = error
        return unavailable
    return error
