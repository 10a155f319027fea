"""PostgreSQL through one asyncpg pool that Piccolo and the bus share."""

import asyncio
import contextlib
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresEngine

from server.store.transaction import Dicts, Rows, Statement, Transaction, Unavailable, joined

POOL_SIZE = 10
ACQUIRE_SECONDS = 10
# Short statements over indexes: compiling or parallelising them costs more than running them.
SERVER_SETTINGS = {"jit": "off", "max_parallel_workers_per_gather": "0", "application_name": "jieche"}
QUOTED_OR_PLACEHOLDER = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|\?")


class PooledPostgresEngine(PostgresEngine):
    """Piccolo's engine over one pool; nothing connects before `start`."""

    def __init__(self, url: str, pool_size: int = POOL_SIZE) -> None:
        self._pool_size = pool_size
        super().__init__(config={"dsn": url})

    async def check_version(self) -> None:
        """Skipped: the stock engine would connect while it is being made."""

    async def prep_database(self) -> None:
        """Skipped: no extension is needed."""

    async def start(self) -> None:
        """Open the pool; raises Unavailable when the server cannot be reached."""
        with _explained():
            await self.start_connection_pool(
                min_size=1,
                max_size=self._pool_size,
                server_settings=SERVER_SETTINGS,
                init=_ids_are_strings,
                reset=_rolled_back,
            )

    async def stop(self) -> None:
        """Close the pool; a connection still busy after a few seconds is cut."""
        if self.pool is None:
            return
        try:
            await asyncio.wait_for(self.pool.close(), timeout=5)
        except TimeoutError:
            self.pool.terminate()
        self.pool = None

    async def run_querystring(self, querystring: Any, in_pool: bool = True) -> Any:
        sql, params = querystring.compile_string(engine_type=self.engine_type)
        return await self._run_one(sql, params)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:
        return await self._run_one(ddl, ())

    async def _run_one(self, sql: str, params: Sequence[Any]) -> Any:
        transaction = joined(self.current_transaction)
        if transaction is not None:
            return await transaction.dicts(sql, params)
        with _explained():
            return await self._run_in_pool(sql, params)

    def transaction(self, allow_nested: bool = True) -> "PostgresTransaction":
        """A write transaction, for Piccolo's own helpers."""
        return PostgresTransaction(self, writes=True)


class PostgresTransaction(Transaction):
    """A read-write transaction (READ COMMITTED), or one read-only snapshot (REPEATABLE READ)."""

    def __init__(self, engine: PooledPostgresEngine, *, writes: bool) -> None:
        super().__init__(engine.current_transaction, writes=writes)
        self._engine = engine
        self._begin = "BEGIN" if writes else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        # A connection carries one statement at a time; data loaders send several at once.
        self._turn = asyncio.Lock()
        self._pool: Any = None
        self._connection: Any = None

    async def _enter(self) -> None:
        self._pool = self._engine.pool
        if self._pool is None:
            raise Unavailable("the database is closed")
        with _explained():
            self._connection = await self._pool.acquire(timeout=ACQUIRE_SECONDS)

    async def _run(self, statements: Sequence[Statement], *, commit: bool) -> list[Rows]:
        async with self._turn:
            with _explained(self._connection):
                await self._begun()
                rows = [list(map(tuple, await self._fetch(sql, params))) for sql, params in statements]
                if commit:
                    await self._connection.execute("COMMIT")
        return rows

    async def _fetch(self, sql: str, params: Sequence[Any]) -> list[asyncpg.Record]:
        return await self._connection.fetch(numbered(sql), *params)

    async def _dicts(self, sql: str, params: Sequence[Any]) -> Dicts:
        async with self._turn:
            with _explained(self._connection):
                await self._begun()
                return await self._connection.fetch(sql, *params)

    async def _begun(self) -> None:
        if not self._connection.is_in_transaction():
            await self._connection.execute(self._begin)

    async def _commit(self) -> None:
        with _explained(self._connection):
            if self._connection.is_in_transaction():
                await self._connection.execute("COMMIT")

    async def _leave(self) -> None:
        await self._pool.release(self._connection)


@lru_cache(maxsize=1024)
def numbered(sql: str) -> str:
    """`?` placeholders as `$1`, `$2` …; question marks inside quotes stay."""
    count = 0

    def number(match: re.Match[str]) -> str:
        nonlocal count
        if match.group() != "?":
            return match.group()
        count += 1
        return f"${count}"

    return QUOTED_OR_PLACEHOLDER.sub(number, sql)


async def _ids_are_strings(connection: Any) -> None:
    await connection.set_type_codec("uuid", schema="pg_catalog", encoder=str, decoder=str, format="text")


async def _rolled_back(connection: Any) -> None:
    # asyncpg's own reset sends four statements at every release: 10–20 % of a single command.
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")


@contextlib.contextmanager
def _explained(connection: Any = None) -> Iterator[None]:
    try:
        yield
    except (
        OSError,  # also TimeoutError
        asyncpg.PostgresConnectionError,
        asyncpg.OperatorInterventionError,
        asyncpg.InsufficientResourcesError,
    ) as error:
        raise Unavailable(str(error)) from error
    except asyncpg.InterfaceError as error:
        if connection is not None and connection.is_closed():
            raise Unavailable(str(error)) from error
        raise
