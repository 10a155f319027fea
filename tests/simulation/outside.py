"""The simulation outside the house: tablets push and pull over HTTP at real processes, which are killed with `kill -9`.

What needs the server's clock, its transactions or a backup is left out, and so is the ledger: pages are not compared
with commits here. The promises are looked at when all is quiet.
"""

import asyncio
import os
import signal
import tempfile
from collections import Counter
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from tests.concurrency.killing import workers_of
from tests.concurrency.line import Line
from tests.concurrency.line import Lost as NoAnswer
from tests.concurrency.tablet import body_of
from tests.running import Running
from tests.simulation import promises
from tests.simulation.house import House, Lost, Push, Refused, Wire
from tests.simulation.ledger import Ledger
from tests.simulation.model import Broken, Model
from tests.simulation.network import Network
from tests.simulation.runner import Ground, Result
from tests.simulation.simulation import Event, Simulation, plan
from tests.simulation.storage import Storage
from tests.simulation.tablet import Tablet
from tests.simulation.world import World

LEFT_OUT = frozenset({"between", "night", "month", "backup", "restore", "poison", "upgrade"})
"""Events that reach into the server."""


class _Position(Ledger):
    """Where the feed stands, as the database says; who committed what is not known."""

    at = 0

    @property
    def head(self) -> int:
        return self.at


class _Model(Model):
    """Hears every outcome; which rows a page had to show is not known."""

    def landed(self, tablet: Tablet) -> None: ...

    def look(self, tablet: Tablet) -> None: ...


class OutsideHouse(House):
    """The doors for tablets are those of `server`; programs are one more process on the same database."""

    def __init__(self, storage: Storage, ledger: _Position, world: World, data: Path) -> None:
        super().__init__(storage, ledger, world.group_id, data)
        self.outside: Running | None = None
        self.position = ledger

    @property
    def now(self) -> datetime:
        """The real time."""
        return datetime.now(UTC)

    @now.setter
    def now(self, value: datetime) -> None: ...

    def later(self, delta: timedelta) -> None:
        """Real time goes on by itself."""

    def mark(self) -> None:
        """The server keeps its own marks."""

    async def start(self, url: str) -> None:
        """Starts the server with two workers."""
        await super().start(url)
        self.outside = Running(self.data, customers=None, database_url=url, workers=2, embedded_worker="false")
        await asyncio.to_thread(self.outside.start)

    async def stop(self) -> None:
        """Ends the server."""
        if self.outside is not None:
            await asyncio.to_thread(self.outside.stop)
        await super().stop()

    async def kill(self, chance: Random) -> None:
        """One worker dies, which the server notices by itself, or all of it, which is started again."""
        assert self.outside is not None
        workers = workers_of(self.outside) if self._serves() else []
        if workers and chance.random() < 0.7:
            os.kill(chance.choice(workers), signal.SIGKILL)
            await self.revive()
            return
        await asyncio.to_thread(self.outside.stop, signal.SIGKILL)
        await asyncio.to_thread(self.outside.start)

    async def revive(self) -> None:
        """Waits until the server answers; one that ended, as it does when new workers die as well, is started again."""
        assert self.outside is not None
        await asyncio.sleep(0.5)
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(self.outside.is_ready):
                if not self._serves():
                    await asyncio.to_thread(self.outside.start)
                await asyncio.sleep(0.05)

    def _serves(self) -> bool:
        return self.outside is not None and self.outside.process is not None and self.outside.process.poll() is None

    async def ask(self, *requests: Awaitable[Any]) -> list[Any]:
        """What the requests gave, or the exceptions they raised."""
        results = await asyncio.gather(*requests, return_exceptions=True)
        [[self.position.at]] = await self.read("SELECT position FROM groups")
        return list(results)

    async def push(self, token: str, commands: list[Wire], worker: int = 0, app: str = "") -> Wire:
        """`POST /sync/push`, always with the newest app."""
        return await self._over(token, "POST", "/sync/push", body_of(commands))

    async def push_together(self, *pushes: Push) -> list[Any]:
        """Pushes of one moment, on as many connections."""
        return await self.ask(*(self.push(*push) for push in pushes))

    async def pull(self, token: str, cookie: str | None, limit: int, worker: int = 0) -> Wire:
        """`GET /sync/pull`."""
        path = f"/sync/pull?limit={limit}" + (f"&cookie={cookie}" if cookie else "")
        return await self._over(token, "GET", path)

    async def _over(self, token: str, method: str, path: str, body: bytes = b"") -> Wire:
        assert self.outside is not None
        line = Line(self.outside.port, token)
        try:
            status, answer = await line.ask(method, path, body)
        except NoAnswer:
            raise Lost from None
        finally:
            line.close()
        said = msgspec.json.decode(answer)
        if status != 200:
            raise Refused(status, **said)
        return said


class OutsideSimulation(Simulation):
    """A seed at real processes."""

    house: OutsideHouse

    def __post_init__(self) -> None:
        super().__post_init__()
        self.ledger = _Position()
        self.model = _Model(self.ledger)
        self.house = OutsideHouse(self.storage, self.ledger, self.world, self.data)
        self.network = Network(self.house, self.model)

    async def quiet(self) -> None:
        """Faults stop, and the server runs."""
        await self.house.revive()
        await super().quiet()

    async def _crash(self, chance: Random) -> None:
        """Tablets push at the moment in which the server is killed."""
        pushing = asyncio.create_task(self.network.push_all(chance.sample(self.tablets, 2), chance))
        await asyncio.sleep(chance.uniform(0, 0.05))
        await self.house.kill(chance)
        await pushing


def outside_plan(seed: int) -> list[Event]:
    """The events of a seed that can happen outside, and at least two kills."""
    events = [event for event in plan(seed) if event.kind not in LEFT_OUT]
    chance = Random(seed)
    for _ in range(2):
        events.insert(chance.randrange(len(events)), Event("crash", chance.getrandbits(48)))
    return events


class OutsideGround(Ground):
    """Where seeds are played at real processes."""

    async def run(self, seed: int, events: list[Event] | None = None) -> Result:
        """Plays a seed (or some of its events) and looks at the promises."""
        events = outside_plan(seed) if events is None else events
        data = Path(tempfile.mkdtemp(dir=self.data))
        sim = OutsideSimulation(self.world, self.storage, data, seed)
        broken = None
        try:
            await sim.begin()
            await sim.play(events)
            await sim.quiet()
            await promises.check(sim)
        except Broken as found:
            broken = found
        except Exception as error:
            broken = Broken("bug", f"{type(error).__name__}: {error}")
        finally:
            await sim.end()
        outcomes = Counter(told["outcome"] for told in sim.model.told.values())
        return Result(seed, len(events), len(sim.model.issued), broken, sim.model.faults, outcomes, sim.model.trace)

    async def shrink(self, result: Result) -> Result:
        """As it is: when processes die at the clock's time, no run is the same again."""
        return result
