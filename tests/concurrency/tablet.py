"""A tablet outside the server that keeps of each row only its revision: enough to know whether two hold the same."""

from typing import Any

import msgspec
from msgspec import Struct

from server.domain.ids import uuid7
from tests.concurrency.line import Line
from tests.running import now


class Told(Struct):
    """An outcome as a push or pull tells it."""

    seq: int | None
    id: str
    outcome: str
    reason: Any
    merged: Any
    review: str | None


class Held(Struct):
    """What is kept of a row."""

    id: str
    rev: int


class Answer(Struct):
    """The answer to a push."""

    outcomes: list[Told]
    next_seq: int
    failed: Any


class Page(Struct):
    """The answer to a pull."""

    cookie: str
    reset: bool
    more: bool
    rows: dict[str, list[Held]]
    gone: dict[str, list[str]]
    outcomes: list[Told]


class Unexpected(Exception):
    """The server answered with something else than 200."""


class Tablet:
    """`queue` holds commands without an outcome from a push, `waiting` those whose outcome no pull has brought yet."""

    def __init__(self, line: Line, device_id: str, store_id: str) -> None:
        self.line, self.device_id, self.store_id = line, device_id, store_id
        self.queue: list[dict[str, Any]] = []
        self.waiting: set[str] = set()
        self.issued: list[dict[str, Any]] = []
        self.told: dict[str, Told] = {}
        self.rows: dict[tuple[str, str], int] = {}
        self.cookie: str | None = None

    def type(self, command: str, /, **fields: Any) -> str:
        """The next command of the queue; gives its id."""
        seq, command_id = len(self.issued) + 1, uuid7()
        self.issued.append({"seq": seq, "id": command_id, "name": command, "issued_at": now(), "fields": fields})
        self.queue.append(self.issued[-1])
        self.waiting.add(command_id)
        return command_id

    async def push(self, most: int) -> None:
        """One push of the oldest commands; raises Lost, or Unexpected for anything but outcomes."""
        for told in await self.send(self.queue[:most]):
            before = self.told.setdefault(told.id, told)
            assert before == told, (before, told)
        self.queue = [command for command in self.queue if command["id"] not in self.told]

    async def send(self, commands: list[dict[str, Any]]) -> list[Told]:
        """The outcomes of a push of these."""
        return (await self.sent(body_of(commands))).outcomes

    async def sent(self, body: bytes) -> Answer:
        """The answer to a push whose body was made before."""
        status, answer = await self.line.ask("POST", "/sync/push", body)
        if status != 200 or (said := msgspec.json.decode(answer, type=Answer)).failed:
            raise Unexpected(f"{status} {answer[:500]!r}")
        return said

    async def pull(self, limit: int = 5000) -> int:
        """Brings the copy up to date; gives the number of rows that came."""
        came = 0
        while True:
            path = f"/sync/pull?limit={limit}" + (f"&cookie={self.cookie}" if self.cookie else "")
            status, body = await self.line.ask("GET", path)
            if status != 200:
                raise Unexpected(f"{status} {body[:500]!r}")
            page = msgspec.json.decode(body, type=Page)
            came += self._take(page)
            if not page.more:
                return came

    def _take(self, page: Page) -> int:
        if page.reset:
            self.rows.clear()
        for kind, ids in page.gone.items():
            for row_id in ids:
                self.rows.pop((kind, row_id), None)
        for kind, rows in page.rows.items():
            self.rows |= {(kind, row.id): row.rev for row in rows}
        self.waiting -= {told.id for told in page.outcomes}
        self.cookie = page.cookie
        return sum(map(len, page.rows.values()))


def body_of(commands: list[dict[str, Any]]) -> bytes:
    """The body of a push."""
    return msgspec.json.encode({"protocol": 1, "app": "2026.11.0", "commands": commands})
