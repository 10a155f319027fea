"""The five promises under faults. `python -m tests.simulation.run --show SEED` plays one seed again."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import Engines
from tests.simulation.run import search_all
from tests.simulation.runner import Ground
from tests.simulation.storage import Files, Server
from tests.simulation.world import make_world

ON_FILES, ON_SERVER = range(1, 201), range(1, 11)


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


def the_promises_hold_on_sqlite():
    counted, failures = search_all(ON_FILES, "sqlite")
    assert not failures, "\n".join(failures)
    assert counted["seeds"] == len(ON_FILES)


async def the_promises_hold_on_postgresql_with_two_processes(on_server: Ground):
    for seed in ON_SERVER:
        result = await on_server.run(seed)
        if result.broken:
            shorter = await on_server.shrink(result)
            pytest.fail(f"seed {seed}: {result.broken}\n" + "\n".join(shorter.trace), pytrace=False)


@pytest.mark.parametrize("seed", [7, 12, 20])
async def a_seed_plays_the_same_twice(on_files: Ground, seed: int):
    once, again = await on_files.run(seed), await on_files.run(seed)
    assert once.trace == again.trace
    assert any("together push" in line for line in once.trace)
    assert once.commands > 20
