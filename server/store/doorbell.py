"""The doorbell: after a commit, whoever waits for a store hears that something changed, and nothing more.

In one process it rings directly. With several workers on PostgreSQL it also rings over LISTEN/NOTIFY, on one
connection that is made again when it breaks; after it was away, every store rings once, so nothing is missed.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator

import asyncpg
import structlog

CHANNEL = "jieche"
RETRY = 1.0


class Doorbell:
    """Rings by store id; `url` is PostgreSQL's when other workers must hear it too."""

    def __init__(self, url: str | None = None) -> None:
        self._url = url if url and url.startswith("postgres") else None
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._sending: asyncio.Queue[str] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False

    async def start(self) -> None:
        """Begins to hear other workers, where there may be some."""
        if self._url:
            self._tasks.append(asyncio.create_task(self._stay_connected(self._url)))

    def close(self) -> None:
        """Ends every `listen`: streams that stay open would keep the server from stopping."""
        self._closed = True
        for store_id in list(self._waiting):
            self._ring_here(store_id)

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
                self._sending.put_nowait(store_id)

    def _ring_here(self, store_id: str) -> None:
        for event in self._waiting.get(store_id, ()):
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
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                structlog.get_logger("doorbell").warning("listener lost", error=type(error).__name__)
            await asyncio.sleep(RETRY)

    async def _connected(self, url: str) -> None:
        connection = await asyncpg.connect(url)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(CHANNEL, lambda *args: self._ring_here(str(args[-1])))
        for store_id in list(self._waiting):
            self._ring_here(store_id)
        try:
            while not lost.is_set():
                waiting = asyncio.ensure_future(self._sending.get())
                gone = asyncio.ensure_future(lost.wait())
                done, pending = await asyncio.wait({waiting, gone}, return_when=asyncio.FIRST_COMPLETED)
                for task in pending:
                    task.cancel()
                if waiting in done:
                    await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, waiting.result())
        finally:
            with contextlib.suppress(Exception):
                await connection.close(timeout=1)
