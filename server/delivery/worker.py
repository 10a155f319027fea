"""The outbox worker: a few jobs at a time, soon after the commit that promised them, whatever dies in between."""

import asyncio
from contextlib import suppress
from datetime import datetime

import structlog

from server.commands.bus import Bus
from server.delivery.amending import seal_amendment
from server.delivery.gateway import named, provider
from server.delivery.guard import Guard
from server.delivery.key import vapid
from server.delivery.message import Teller
from server.delivery.outbox import LEASE, GivenUp, Later, Promise, PutOff, buried, claim, failed, put_off, sent
from server.delivery.push import Post
from server.delivery.sealing import seal_visit
from server.settings import Settings
from server.store.database import Database, Unavailable

AT_ONCE = 16
POLL = 1.0
"""Seconds between looks at an outbox that nobody rang for: retries, and what other processes promised."""
PAUSE = 5.0
"""Seconds to wait for a database that is away."""
DRAIN = 4.0
"""Seconds that running jobs get when the process stops."""
LOG = structlog.get_logger("delivery")


async def work(settings: Settings, db: Database, bus: Bus, stop: asyncio.Event) -> None:
    """Sends what the outbox holds until `stop` is set, then finishes what it has begun."""
    guard = Guard(settings.push_allow_hosts)
    to_gateway = Guard(named(settings.sms_url))
    wake = asyncio.Event()

    def rang(group_id: str, stores: set[str]) -> None:
        wake.set()

    bus.heard.append(rang)
    try:
        async with guard.session() as http, to_gateway.session() as sms:
            post = Post(http, guard, vapid(settings))
            teller = Teller(db, bus, settings, post, provider(settings, sms, to_gateway))
            await Worker(teller, wake).run(stop)
    finally:
        bus.heard.remove(rang)


class Worker:
    """Claims and runs; `wake` ends its wait."""

    def __init__(self, teller: Teller, wake: asyncio.Event) -> None:
        self._db, self._teller, self._wake = teller.db, teller, wake
        self._running: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; what runs then is waited for."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                pause = await self._claim()
                waking = asyncio.create_task(self._wake.wait())
                await asyncio.wait({stopping, waking}, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
                waking.cancel()
        finally:
            stopping.cancel()
            await self._drain()

    async def _drain(self) -> None:
        """Lets what runs finish; what takes too long is given up and claimed again when its lease is over."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=DRAIN)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _claim(self) -> float:
        """Starts what is due, as far as there is room; gives the seconds to wait."""
        self._wake.clear()
        room = AT_ONCE - len(self._running)
        if room == 0:
            return POLL
        try:
            promises = await claim(self._db, self._teller.bus.clock(), room, self._teller.sms.topics)
        except Unavailable as error:
            LOG.warning("outbox put off", error=type(error).__name__)
            return PAUSE
        for promise in promises:
            task = asyncio.create_task(self._run(promise))
            self._running.add(task)
            task.add_done_callback(self._done)
        return POLL

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        self._wake.set()

    async def _run(self, promise: Promise) -> None:
        """One job within its lease; what fails is tried again later, what cannot be written down is claimed again."""
        now = self._teller.bus.clock()
        with suppress(Unavailable):
            try:
                async with asyncio.timeout(LEASE.total_seconds() * 0.8):
                    note = await self._job(promise, now)
            except PutOff as wish:
                await put_off(self._db, promise, wish)
            except GivenUp as end:
                await buried(self._db, promise, end.error)
            except Later as problem:
                await self._failed(promise, problem)
            except Exception as error:
                LOG.error("delivery failed", kind=promise.kind, id=promise.id, error=type(error).__name__)
                await self._failed(promise, Later(f"internal: {type(error).__name__}"))
            else:
                await sent(self._db, promise, note)

    async def _failed(self, promise: Promise, problem: Later) -> None:
        """Once more later, the pause counted from the answer; what is given up is put before a person."""
        dead = await failed(self._db, promise, problem, self._teller.bus.clock())
        try:
            if dead:
                await self._teller.lost(promise, problem.error)
            elif problem.then is not None:
                await problem.then()
        except Exception as error:
            LOG.error("not recorded", kind=promise.kind, id=promise.id, error=type(error).__name__)

    async def _job(self, promise: Promise, now: datetime) -> str | None:
        if promise.kind == "seal":
            make = seal_amendment if "amendment_id" in promise.payload else seal_visit
            return await make(self._db, self._teller.bus, self._teller.settings, promise)
        return await self._teller.tell(promise, now)
