"""The doorbell: after a commit, whoever waits for a store hears that something changed, and nothing more.

In one process it rings directly. With several workers on PostgreSQL it also rings over LISTEN/NOTIFY, on one
connection that is made again when it breaks. A new connection rings every store at every worker: what was rung while
it was away, or sent last by a worker that died, may have reached nobody.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator

import asyncpg
import structlog

CHANNEL = "jieche"
EVERY_STORE = "*"
RETRY = 1.0
PING = 20.0
"""Seconds without a ring after which the connection is tried, and those that it has to answer."""

_NOTIFY = "SELECT pg_notify($1, store) FROM unnest($2::text[]) AS store"


class Doorbell:
    """Rings by store id; `url` is PostgreSQL's when other workers must hear it too."""

    def __init__(self, url: str | None = None) -> None:
        self._url = url if url and url.startswith("postgres") else None
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._unsent: set[str] = set()
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False

    async def start(self) -> None:
        """Begins to hear other workers, where there may be some."""
        if self._url:
            self._tasks.append(asyncio.create_task(self._stay_connected(self._url)))

    def close(self) -> None:
        """Ends every `listen`: streams that stay open would keep the server from stopping."""
        self._closed = True
        self._ring_here(EVERY_STORE)

    async def stop(self) -> None:
        """Ends the connection to other workers, and every `listen`."""
        self.close()
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def ring(self, group_id: str, stores: set[str]) -> None:
        """Something was committed for these stores; called by the bus."""
        for store_id in stores:
            self._ring_here(store_id)
        if self._url:
            self._unsent |= stores
            self._news.set()

    def _ring_here(self, store_id: str) -> None:
        for each in list(self._waiting) if store_id == EVERY_STORE else [store_id]:
            for event in self._waiting.get(each, ()):
                event.set()

    async def listen(self, store_id: str, heartbeat: float = 20.0) -> AsyncIterator[bool]:
        """Yields True at once and after each ring (several become one), False after `heartbeat` quiet seconds."""
        event = asyncio.Event()
        event.set()
        self._waiting[store_id].add(event)
        try:
            while not self._closed:
                try:
                    await asyncio.wait_for(event.wait(), heartbeat)
                except TimeoutError:
                    yield False
                else:
                    event.clear()
                    if not self._closed:
                        yield True
        finally:
            self._waiting[store_id].discard(event)
            if not self._waiting[store_id]:
                del self._waiting[store_id]

    async def _stay_connected(self, url: str) -> None:
        while True:
            try:
                await self._connected(url)
            except Exception as error:  # asyncpg has many; a worker that no longer hears would be worse than any
                structlog.get_logger("doorbell").warning("listener lost", error=type(error).__name__)
            await asyncio.sleep(RETRY)

    async def _connected(self, url: str) -> None:
        connection = await asyncpg.connect(url, timeout=PING, server_settings={"application_name": "jieche doorbell"})
        try:
            connection.add_termination_listener(lambda _: self._news.set())
            await connection.add_listener(CHANNEL, lambda *args: self._ring_here(str(args[-1])))
            self._unsent = {EVERY_STORE}
            await self._send(connection)
        finally:
            with contextlib.suppress(Exception):
                await connection.close(timeout=1)

    async def _send(self, connection: asyncpg.Connection) -> None:
        """Passes on what rings here until the connection ends; nothing to pass on is sent as well, as a ping."""
        while not connection.is_closed():
            self._news.clear()
            stores, self._unsent = list(self._unsent), set()
            await connection.execute(_NOTIFY, CHANNEL, stores, timeout=PING)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), PING)
