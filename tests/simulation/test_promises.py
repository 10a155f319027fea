"""The five promises under faults. `python -m tests.simulation.run --show SEED` plays one seed again."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import Engines
from tests.simulation.runner import Ground
from tests.simulation.storage import Files, Server
from tests.simulation.world import make_world

SEEDS = 60
CHUNK = 10


@pytest.fixture(scope="module")
async def on_files(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A dealership on SQLite."""
    folder = tmp_path_factory.mktemp("simulation")
    storage = Files(folder)
    return Ground(storage, await make_world(storage, folder), folder)


@pytest.fixture(scope="module")
async def on_server(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """A dealership on PostgreSQL, served by two processes."""
    folder = tmp_path_factory.mktemp("simulation")
    storage = Server(engines["postgres"])
    world = await make_world(storage, folder)
    yield Ground(storage, world, folder)
    await storage.drop(world.url)


async def _hold(place: Ground, seeds: range) -> None:
    for seed in seeds:
        result = await place.run(seed)
        if result.broken:
            shorter = await place.shrink(result)
            pytest.fail(f"seed {seed}: {result.broken}\n" + "\n".join(shorter.trace), pytrace=False)


@pytest.mark.parametrize("start", range(1, SEEDS, CHUNK))
async def the_promises_hold_on_sqlite(on_files: Ground, start: int):
    await _hold(on_files, range(start, start + CHUNK))


async def the_promises_hold_on_postgresql_with_two_processes(on_server: Ground):
    await _hold(on_server, range(1, 5))


async def a_seed_plays_the_same_twice(on_files: Ground):
    once, again = await on_files.run(7), await on_files.run(7)
    assert once.trace == again.trace
    assert once.commands > 20
