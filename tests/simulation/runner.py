"""Runs seeds, each on a database of its own; what breaks is shrunk to the fewest events that still break it."""

import logging
import tempfile
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.engines import PostgresServer
from tests.simulation import orders, promises
from tests.simulation.model import Broken
from tests.simulation.simulation import Event, Simulation, plan
from tests.simulation.storage import Files, Server, Storage
from tests.simulation.world import World, make_world

MOST_SHRINKING = 150
"""So many runs are spent on making one failure shorter."""


@dataclass
class Result:
    """What one run came to; `broken` is None when every promise held."""

    seed: int
    events: int
    commands: int
    broken: Broken | None
    faults: Counter[str]
    outcomes: Counter[str]
    trace: list[str] = field(repr=False)


class Ground:
    """Where simulations run: a dealership ready to be copied, and a folder beside the database."""

    def __init__(self, storage: Storage, world: World, data: Path) -> None:
        self.storage, self.world, self.data = storage, world, data

    async def run(self, seed: int, events: list[Event] | None = None) -> Result:
        """Plays a seed (or some of its events) and looks at the promises."""
        events = plan(seed) if events is None else events
        sim = Simulation(self.world, self.storage, self.data, seed)
        broken = None
        try:
            await sim.begin()
            await sim.play(events)
            await sim.quiet()
            await promises.check(sim)
            await orders.check(sim, seed)
        except Broken as found:
            broken = found
        except Exception as error:
            sim.model.say("".join(traceback.format_exception(error)))
            broken = Broken("bug", "".join(traceback.format_exception(error)[-1:]).strip())
        finally:
            with suppress(Exception):
                await sim.end()
        outcomes = Counter(told["outcome"] for told in sim.model.told.values())
        return Result(seed, len(events), len(sim.model.issued), broken, sim.model.faults, outcomes, sim.model.trace)

    async def shrink(self, result: Result) -> Result:
        """Leaves events out as long as the same promise stays broken (delta debugging, Zeller 2002)."""
        assert result.broken
        events, best, left = plan(result.seed), result, MOST_SHRINKING
        size = len(events) // 2
        while size and left:
            at = 0
            while at < len(events) and left:
                fewer = events[:at] + events[at + size :]
                left -= 1
                shorter = await self.run(result.seed, fewer)
                if shorter.broken and shorter.broken.promise == result.broken.promise:
                    events, best = fewer, shorter
                else:
                    at += size
            size //= 2
        return best


def _kind(engine: str) -> type[Ground]:
    if engine != "outside":
        return Ground
    from tests.simulation.outside import OutsideGround

    return OutsideGround


@asynccontextmanager
async def ground(engine: str) -> AsyncIterator[Ground]:
    """A ground on `sqlite` or `postgres`, or `outside`: PostgreSQL behind real processes."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # asyncpg reports each transaction that a crash cuts off
    with tempfile.TemporaryDirectory(prefix="jieche-simulation-") as folder:
        data = Path(folder)
        server = None if engine == "sqlite" else PostgresServer()
        storage: Storage = Server(server) if server else Files(data)
        try:
            yield _kind(engine)(storage, await make_world(storage, data), data)
        finally:
            if server:
                await server.close()


async def search(place: Ground, seeds: range, broken: Callable[[Result], None]) -> Counter[str]:
    """Runs these seeds; `broken` hears of each failure. Gives what was counted: seeds, commands, faults."""
    total: Counter[str] = Counter()
    for seed in seeds:
        result = await place.run(seed)
        total["seeds"] += 1
        total["events"] += result.events
        total["commands"] += result.commands
        total.update({f"fault: {name}": count for name, count in result.faults.items()})
        total.update({f"outcome: {name}": count for name, count in result.outcomes.items()})
        if result.broken:
            total["violations"] += 1
            broken(result)
    return total
