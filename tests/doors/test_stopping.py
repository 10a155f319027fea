"""Stopping is quick and clean, also while tablets listen."""

import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.running import OutsideTablet, Running


@pytest.fixture
def server(tmp_path) -> Iterator[Running]:
    running = Running(tmp_path, customers=5)
    running.start()
    yield running
    running.stop()


def a_server_with_open_streams_stops_within_three_seconds(server: Running):
    tablet = OutsideTablet(server)
    heard = threading.Event()
    ended = threading.Event()

    def listen() -> None:
        with httpx.stream("GET", f"{server.url}/sync/live", headers=dict(tablet.http.headers), timeout=30) as stream:
            for _ in stream.iter_lines():
                heard.set()
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    assert heard.wait(5)
    start = time.monotonic()
    server.stop()
    assert time.monotonic() - start < 3
    assert ended.wait(3)
    assert "Killing" not in server.log()
