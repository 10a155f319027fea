"""The simulator sees what it should see: the product broken on purpose, one way at a time."""

from pathlib import Path

import pytest

from tests.simulation.breakages import BREAKAGES, MOST_SEEDS, Breakage, found
from tests.simulation.runner import Ground
from tests.simulation.storage import Files
from tests.simulation.world import make_world


@pytest.fixture(scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A dealership on SQLite."""
    folder: Path = tmp_path_factory.mktemp("breakages")
    storage = Files(folder)
    return Ground(storage, await make_world(storage, folder), folder)


async def a_failure_is_shrunk_to_a_few_events(place: Ground, monkeypatch: pytest.MonkeyPatch):
    breakage = next(b for b in BREAKAGES if b.words.startswith("the last write wins"))
    breakage.apply(monkeypatch)
    result = await place.run(first := 2)
    while not result.broken:
        result = await place.run(first := first + 1)
    shorter = await place.shrink(result)
    assert shorter.broken
    assert shorter.broken.promise == result.broken.promise
    assert shorter.events < result.events / 6


@pytest.mark.parametrize("breakage", [b for b in BREAKAGES if b.engine == "sqlite"], ids=lambda b: b.words)
async def a_breakage_is_found(place: Ground, breakage: Breakage):
    assert await found(place, breakage, range(1, MOST_SEEDS + 1)), "no seed showed it"
