"""Many browsers of many visits at a push service that decrypts, and workers that are killed while they send."""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from server.delivery.key import vapid
from server.domain.ids import uuid7
from server.settings import Settings
from server.store.database import Database
from tests.delivery.services import PushService
from tests.running import ROOT
from tests.shop import Shop
from tests.visits import Ids, check_in

EACH = 4
"""Browsers of one visit: the owner's phone, the family's."""
EVERY = 20
"""One browser in so many is gone (410), and another one is refused for a while (429, 503)."""
LONGEST = 240.0
"""Seconds for everything to arrive once no worker is killed any more; a dead worker's lease is among them."""


@dataclass
class Browser:
    """A subscription of a visit and what its push service will do with it."""

    visit: int
    push: dict[str, Any]
    gone: bool
    refused: bool

    @property
    def hash(self) -> str:
        """Under which the service knows it."""
        return self.push["clientHash"]


@dataclass
class Arrived:
    """What a run came to. `lost` and `twice` are counted after de-duplication by message id, as a phone does it."""

    expected: int = 0
    wire: int = 0
    lost: int = 0
    twice: int = 0
    duplicates: int = 0
    still_active: int = 0
    told_too_soon: int = 0
    kills: int = 0
    outbox: Counter[str] = field(default_factory=Counter)


class Worker:
    """A real `python -m server work`."""

    def __init__(self, url: str, config: Settings) -> None:
        self._environment = os.environ | {
            "JIECHE_DATABASE_URL": url, "JIECHE_DATA_DIR": config.data_dir, "JIECHE_SECRET_KEY": config.secret_key,
            "JIECHE_PUSH_ALLOW_HOSTS": config.push_allow_hosts, "JIECHE_PUBLIC_URL": config.public_url,
            "PYTHONPYCACHEPREFIX": str(config.data / "bytecode"), "PYTHONDONTWRITEBYTECODE": "",
        }  # fmt: skip
        self._log = config.data / "worker.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Another life."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "server", "work"], cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """`kill -9`; what it held stays leased."""
        assert self._process is not None
        assert self._process.poll() is None, "the worker died by itself:\n" + self.log()[-2000:]
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """As an operator stops it; drains."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(20)

    def log(self) -> str:
        """What all its lives wrote."""
        return self._log.read_text(errors="replace")


class Crowd:
    """Visits with `EACH` browsers each; what they are told is a note with words of its own, so each can be counted."""

    def __init__(self, shop: Shop, service: PushService, worker: Worker) -> None:
        self.shop, self.service, self.worker = shop, service, worker
        self.visits: list[Ids] = []
        self.browsers: list[Browser] = []
        self.said: list[list[str]] = []

    @classmethod
    async def gather(cls, db: Database, url: str, service: PushService, folder: Path, size: int) -> "Crowd":
        """Opens the visits and subscribes `size` browsers."""
        config = Settings(
            data_dir=str(folder), secret_key="a secret of this test", push_allow_hosts=service.host,
            public_url="https://shop.example",
        )  # fmt: skip
        crowd = cls(await Shop.open(db), service, Worker(url, config))
        await _at_noon(db)
        key = vapid(config).public
        for visit in range(size // EACH):
            crowd.shop.now = datetime.now(UTC)
            crowd.visits.append(await check_in(crowd.shop))
            crowd.said.append([])
            await asyncio.gather(*(crowd._subscribe(visit, visit * EACH + place, key) for place in range(EACH)))
        await crowd._forget()
        return crowd

    async def _subscribe(self, visit: int, number: int, key: str) -> None:
        push = await self.service.subscribe(key)
        browser = Browser(visit, push, gone=number % EVERY == 0, refused=number % EVERY == EVERY // 2)
        self.browsers.append(browser)
        fields = {"visit_id": self.visits[visit].id, "endpoint": push["endpoint"], "keys": push["keys"]}
        await self.shop.given("manager", "push.subscribe", **fields)
        if browser.gone:
            await self.service.expire(push)
        if browser.refused:
            await self.service.refuse(push, *random.Random(number).sample((429, 503), 2))

    async def _forget(self) -> None:
        async with self.shop.db.write() as tx:
            await tx.run(("DELETE FROM outbox", ()))

    async def tell(self, visit: int) -> None:
        """One more note for the customer of a visit."""
        self.shop.now = datetime.now(UTC)
        words = f"第 {visit} 位 第 {len(self.said[visit]) + 1} 次"
        self.said[visit].append(words)
        note = {"note_id": uuid7(), "text": words, "visible_to_customer": True}
        await self.shop.given("manager", "repair.note", visit_id=self.visits[visit].id, **note)

    def expected(self) -> int:
        """Messages that browsers must get: none for those that are gone."""
        return sum(len(self.said[browser.visit]) for browser in self.browsers if not browser.gone)

    async def live_and_die(self, kills: int, each: tuple[int, int], lease_is_over: bool, chance: random.Random) -> None:
        """So many workers are killed, each after a few messages of a share of the visits; one more finishes.

        `lease_is_over` lets the dead worker's lease end at once instead of after its minute.
        """
        visits = list(range(len(self.visits)))
        chance.shuffle(visits)
        share = -(-len(visits) // (kills + 1))
        for life in range(kills + 1):
            for visit in visits[life * share : (life + 1) * share]:
                await self.tell(visit)
            before = await self.service.asked()
            await asyncio.to_thread(self.worker.start)
            if life == kills:
                break
            await self.until_asked(before + chance.randint(*each))
            await asyncio.sleep(chance.uniform(0, 0.02))
            await asyncio.to_thread(self.worker.kill)
            if lease_is_over:
                await self._end_leases()

    async def until_asked(self, count: int) -> None:
        """Waits until so many messages came over the wire, or nothing waits any more."""

        async def there() -> bool:
            return await self.service.asked() >= count or not await self._waiting()

        await until(there, 90, 0.005)

    async def _end_leases(self) -> None:
        """The minute passes; called only while no worker lives."""
        async with self.shop.db.write() as tx:
            await tx.run(("UPDATE outbox SET lease_until = created_at WHERE lease_until IS NOT NULL", ()))

    async def undisturbed(self) -> float:
        """Every browser is told once by a worker that lives; messages a second on the wire after the first tenth."""
        for visit in range(len(self.visits)):
            await self.tell(visit)
        await asyncio.to_thread(self.worker.start)
        await self.until_asked(len(self.browsers) // 10)
        begun, start = await self.service.asked(), time.perf_counter()
        await self.until_asked(len(self.browsers))
        rate = (await self.service.asked() - begun) / (time.perf_counter() - start)
        await self.settled()
        await asyncio.to_thread(self.worker.stop)
        return rate

    async def _waiting(self) -> bool:
        async with self.shop.db.read() as tx:
            [rows] = await tx.run(("SELECT 1 FROM outbox WHERE state = 'waiting' LIMIT 1", ()))
        return bool(rows)

    async def settled(self) -> None:
        """Waits until nothing waits in the outbox."""

        async def done() -> bool:
            return not await self._waiting()

        await until(done, LONGEST, 0.1)

    async def arrived(self, kills: int) -> Arrived:
        """Counts what each browser got against what its visit was told."""
        found, refused = await self.service.everything(), await self.service.refused()
        result = Arrived(expected=self.expected(), kills=kills)
        for browser in self.browsers:
            got = found.get(browser.hash, [])
            shown = [message["body"] for message in {_id(message): message for message in got}.values()]
            words = [f"门店留言：{words}" for words in self.said[browser.visit]] if not browser.gone else []
            counted = Counter(shown)
            result.wire += len(got)
            result.duplicates += len(got) - len(shown)
            result.lost += sum(1 for one in words if not counted[one])
            result.twice += sum((counted - Counter(words)).values())
            if browser.refused and len(refused.get(browser.hash, [])) == 2:
                first, second = (at for _, at in refused[browser.hash])
                result.told_too_soon += second - first < 2
        return await self._in_the_database(result)

    async def _in_the_database(self, result: Arrived) -> Arrived:
        async with self.shop.db.read() as tx:
            active, states = await tx.run(
                ("SELECT endpoint FROM push_subscriptions WHERE active", ()),
                ("SELECT state, last_error FROM outbox WHERE kind = 'message'", ()),
            )
        gone = {browser.push["endpoint"] for browser in self.browsers if browser.gone}
        result.still_active = len(gone.intersection(endpoint for (endpoint,) in active))
        result.outbox = Counter(f"{state} {error or ''}".strip() for state, error in states)
        return result


def _id(message: dict[str, Any]) -> str:
    """By what the service worker of the page knows a message again."""
    return message["message_id"]


async def until(condition: Callable[[], Awaitable[bool]], seconds: float, pause: float) -> None:
    """Waits for something that another process does."""
    deadline = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s")
        await asyncio.sleep(pause)


async def _at_noon(db: Database) -> None:
    """The stores lie where it is noon now: workers live on the real clock, and nobody is told things at night."""
    ahead = 12 - datetime.now(UTC).hour
    async with db.write() as tx:
        await tx.run(("UPDATE stores SET time_zone = ?", (f"Etc/GMT{-ahead:+d}",)))


__all__ = ["Arrived", "Crowd", "Worker"]
