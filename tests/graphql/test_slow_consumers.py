"""Clients that do not read, at a server of its own: they are waited for, not buffered for, and hold up nobody."""

import sqlite3
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from server.domain.ids import uuid7
from server.graphql.socket import LAST_WORD, SLOW
from tests.bench.hostile import largest
from tests.graphql.raw import Raw
from tests.running import Running

SUBSCRIPTIONS = 10
AGAIN = " ".join(f"a{n}: progress {{ text by at }}" for n in range(8))
WATCH = f"subscription($id: UUID!) {{ visitChanged(visitId: $id) {{ {AGAIN} }} }}"
NOTE = "mutation($id: UUID!, $input: RepairNoteInput!) { repairNote(id: $id, input: $input) { outcome } }"
PAUSE = 0.3
LONG = "漏油" * 150
MEMORY = 48 * 1024
"""KiB that the server may need more while nobody reads: each subscription holds the one event that it is sending."""


class Workshop:
    """Somebody who writes notes at a visit, and those who watch it."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.http = httpx.Client(base_url=server.url, timeout=60)
        login = self.http.post("/auth/login", json={"username": "manager", "password": "manager-demo"}).json()
        self.token = login["token"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"
        self.visit_id = self._visit(login["store"]["id"])

    def _visit(self, store_id: str) -> str:
        file = sqlite3.connect(f"file:{self.server.folder}/shop.db?mode=ro", uri=True)
        [visit_id] = file.execute(
            "SELECT id FROM visits WHERE closed_at IS NULL AND store_id = ? LIMIT 1", (store_id,)
        ).fetchone()
        file.close()
        return visit_id

    def note(self, text: str) -> None:
        """Writes one note."""
        fields = {"visitId": self.visit_id, "noteId": uuid7(), "text": text, "visibleToCustomer": False}
        body = {"query": NOTE, "variables": {"id": uuid7(), "input": fields}}
        assert self.http.post("/graphql", json=body).json() == {"data": {"repairNote": {"outcome": "APPLIED"}}}

    def watcher(self, subscriptions: int) -> Raw:
        """A connection that watches the visit so many times over."""
        raw = Raw(self.server.port, self.token)
        for n in range(subscriptions):
            raw.say("subscribe", id=str(n), payload={"query": WATCH, "variables": {"id": self.visit_id}})
        time.sleep(1)
        return raw

    def told(self, raw: Raw, text: str) -> float:
        """Seconds until a connection shows this note."""
        began = time.monotonic()
        while text not in texts(raw.hear(10)):
            pass
        return time.monotonic() - began

    @property
    def memory(self) -> int:
        """KiB that the server has."""
        assert self.server.process is not None
        return largest(self.server.process.pid)


def texts(message: dict[str, Any]) -> list[str]:
    """The first words of the notes that an event shows."""
    return [row["text"].split()[0] for row in message["payload"]["data"]["visitChanged"]["a0"] if row["text"]]


@pytest.fixture
def workshop(tmp_path) -> Iterator[Workshop]:
    """A server with the demo dealership."""
    server = Running(tmp_path, customers=20, embedded_worker="false")
    server.start()
    yield Workshop(server)
    server.stop()
    assert "Traceback" not in server.log()


def a_client_that_does_not_read_is_waited_for_and_then_closed(workshop: Workshop):
    quick = workshop.watcher(1)
    pausing, gone = workshop.watcher(SUBSCRIPTIONS), workshop.watcher(SUBSCRIPTIONS)
    before, began, waited, written = workshop.memory, time.monotonic(), [], 0

    def write_until(seconds: float) -> None:
        nonlocal written
        while time.monotonic() - began < seconds:
            workshop.note(f"{written} {LONG}")
            waited.append(workshop.told(quick, str(written)))
            time.sleep(PAUSE)
            written += 1

    write_until(SLOW * 0.6)
    heard = pausing.all_that_waits()
    assert len(heard) < written * SUBSCRIPTIONS / 2, "rings were buffered, not brought together"
    newest = {message["id"]: texts(message) for message in heard}
    assert len(newest) == SUBSCRIPTIONS
    assert all(str(written - 1) in shown for shown in newest.values())
    write_until(SLOW + LAST_WORD + 4)
    sent = gone.all_that_waits()
    assert gone.ended or gone.closed_with == 1013
    assert len(sent) < written * SUBSCRIPTIONS / 2
    assert workshop.memory - before < MEMORY
    assert sorted(waited)[len(waited) // 2] < 1, "others waited for the one that does not read"
