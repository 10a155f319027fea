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


@pytest.mark.parametrize("breakage", [b for b in BREAKAGES if b.engine == "sqlite"], ids=lambda b: b.words)
async def a_breakage_is_found(place: Ground, breakage: Breakage):
    assert await found(place, breakage, range(1, MOST_SEEDS + 1)), "no seed showed it"
