from collections.abc import Iterator

import pytest

from tests.running import Running


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with the demo dealership, for all tests of this folder."""
    running = Running(tmp_path_factory.mktemp("server"))
    running.start()
    yield running
    running.stop()
    assert "Traceback" not in running.log(), running.log()[-3000:]
