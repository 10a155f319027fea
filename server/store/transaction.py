"""What a transaction is on either engine: statements with `?` placeholders, run in the order they are given."""

import asyncio
from abc import abstractmethod
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any, Literal, Self

from piccolo.engine.base import BaseTransaction

Statement = tuple[str, Sequence[Any]]
Rows = list[tuple[Any, ...]]
Dicts = list[dict[str, Any]]


class Unavailable(Exception):
    """The database cannot be reached, is full, or is locked by another process; trying again later may help."""


class Transaction(BaseTransaction):
    """One transaction, entered with `async with`; Piccolo queries of the same task join it.

    It begins with its first statement and commits when the block is left without an exception. After a statement has
    failed nothing more runs in it and nothing is committed. `statements` counts what was run, `hops` how often the
    caller had to wait for it. Ids come back as lower-case strings, instants as aware datetimes in UTC.
    """

    def __init__(self, current: "ContextVar[Transaction | None]", *, writes: bool) -> None:
        self.writes = writes
        self.open = False
        self.statements = 0
        self.hops = 0
        self._current = current
        self._outer: Transaction | None = None
        self._task: asyncio.Task[Any] | None = None
        self._failed = False

    async def __aenter__(self) -> Self:
        outer = self._current.get()
        self._task = asyncio.current_task()
        if outer is not None and outer.open and outer._task is self._task:
            raise RuntimeError("a transaction is already open in this task")
        await self._enter()
        self.open = True
        self._outer = outer
        self._current.set(self)
        return self

    async def __aexit__(self, kind: Any, error: BaseException | None, trace: Any) -> Literal[False]:
        self._current.set(self._outer)
        try:
            if error is None and self._failed:
                raise RuntimeError("a statement of this transaction failed, so nothing was committed")
            if error is None and self.open:
                await self._commit()
        finally:
            self.open = False
            await self._leave()
        return False

    async def run(self, *statements: Statement) -> list[Rows]:
        """The rows of each statement, all of them run in one hop; a statement without rows answers `[]`."""
        return await self._checked(statements, commit=False)

    async def finish(self, *statements: Statement) -> list[Rows]:
        """Like `run`, and the commit rides in the same hop; nothing can run after it."""
        rows = await self._checked(statements, commit=True)
        self.open = False
        return rows

    async def _checked(self, statements: Sequence[Statement], *, commit: bool) -> list[Rows]:
        self._check(len(statements))
        try:
            return await self._run(statements, commit=commit)
        except BaseException:
            self._failed = True
            raise

    async def dicts(self, sql: str, params: Sequence[Any]) -> Dicts:
        """The rows of one statement as Piccolo wants them; its placeholders are the engine's own."""
        self._check(1)
        try:
            return await self._dicts(sql, params)
        except BaseException:
            self._failed = True
            raise

    def _check(self, count: int) -> None:
        if not self.open or self._failed:
            raise RuntimeError("this transaction is over")
        self.statements += count
        self.hops += 1

    @abstractmethod
    async def _enter(self) -> None: ...

    @abstractmethod
    async def _run(self, statements: Sequence[Statement], *, commit: bool) -> list[Rows]: ...

    @abstractmethod
    async def _dicts(self, sql: str, params: Sequence[Any]) -> Dicts: ...

    @abstractmethod
    async def _commit(self) -> None: ...

    @abstractmethod
    async def _leave(self) -> None:
        """Give the connection back, rolled back unless it was committed."""


def joined(current: "ContextVar[Transaction | None]") -> Transaction | None:
    """The transaction that a query of this task belongs to, if one is open."""
    transaction = current.get()
    return transaction if transaction is not None and transaction.open else None
