"""`python -m tests.bench.sockets`: thousands of idle subscriptions at one server process: memory, a ring, idle work.

Each connection is a graphql-transport-ws socket of its own, signed in, with one `storeChanged`; a person has at most
100 of them, so as many people as it takes share them. The memory is that of the worker, kernel buffers apart.
"""

import argparse
import asyncio
import json
import os
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from server.auth.sessions import Account, open_session
from server.domain.ids import uuid7
from server.graphql.limits import WATCHED
from server.store.database import Database
from server.store.migrate import migrate
from tests.auth.app import hire
from tests.bench.hostile import largest
from tests.graphql.fuzz import worked
from tests.graphql.raw import HANDSHAKE, framed
from tests.running import Running
from tests.shop import Shop

LISTEN = {"query": "subscription { storeChanged { at storeId } }"}
REGISTER = (
    "mutation($id: UUID!, $input: CustomerRegisterInput!) { customerRegister(id: $id, input: $input) { outcome } }"
)
OPENING = 50
"""Connections that are opened at the same time."""
IDLE = 60
"""Seconds of doing nothing."""


class Watcher:
    """One socket and what it heard."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int, token: str) -> "Watcher":
        """Signed in, and listening."""
        self = cls(*await asyncio.open_connection("127.0.0.1", port))
        self.writer.write(HANDSHAKE + framed("connection_init", payload={"token": token}))
        await self.reader.readuntil(b"\r\n\r\n")
        assert (await self.hear())["type"] == "connection_ack"
        self.writer.write(framed("subscribe", id="1", payload=LISTEN))
        # A second operation is answered after the first has begun.
        self.writer.write(framed("subscribe", id="2", payload={"query": "{ me { id } }"}))
        while (await self.hear())["type"] != "complete":
            pass
        return self

    async def hear(self) -> dict[str, Any]:
        """The next message; the server's frames are short ones, and whole."""
        first, length = await self.reader.readexactly(2)
        if length == 126:
            length = int.from_bytes(await self.reader.readexactly(2), "big")
        body = await self.reader.readexactly(length)
        assert first == 0x81, (first, body)
        return json.loads(body)


async def people(url: str, count: int) -> list[str]:
    """A shop in an empty database; gives the tokens of so many people."""
    await migrate(url)
    db = await Database.open(url)
    shop, tokens = await Shop.open(db), []
    for n in range(count):
        username = f"person{n}"
        person = await hire(shop, username, "manager")
        who = Account(person, shop.group_id, shop.stores[0], "", True, "manager", username)
        opened = await open_session(db, who, None, datetime.now(UTC), 1, "192.0.2.1")
        assert opened.token
        tokens.append(opened.token)
    await db.close()
    return tokens


async def measured(server: Running, tokens: list[str], count: int) -> None:
    """Prints the figures."""
    assert server.process is not None
    pid = server.process.pid
    warm = [await Watcher.open(server.port, tokens[0]) for _ in range(20)]
    before, began = largest(pid), time.perf_counter()
    watchers: list[Watcher] = []
    for first in range(0, count, OPENING):
        numbers = range(first, min(first + OPENING, count))
        opening = (Watcher.open(server.port, tokens[1 + n // WATCHED.most]) for n in numbers)
        watchers += await asyncio.gather(*opening)
    took, more = time.perf_counter() - began, largest(pid) - before
    print(f"{count:,} sockets in {took:.0f} s; load {os.getloadavg()[0]:.1f}")
    print(f"memory {before / 1024:,.0f} MiB before, {more / 1024:,.0f} MiB more: {more / count:.1f} KiB a socket")
    spent = worked(pid)
    await asyncio.sleep(IDLE)
    print(f"idle: {worked(pid) - spent:.1f} s of processor time in {IDLE} s")
    print(f"idle for {IDLE} s: {(largest(pid) - before) / 1024:,.0f} MiB more than before")
    await rung(server, tokens[0], [*warm, *watchers])
    print(f"after it {(largest(pid) - before) / 1024:,.0f} MiB more than before")


async def rung(server: Running, token: str, watchers: list[Watcher]) -> None:
    """One change, and how long until each has heard of it."""
    assert server.process is not None
    heard: list[float] = []

    async def hear(watcher: Watcher) -> None:
        while (await watcher.hear())["type"] != "next":
            pass
        heard.append(time.perf_counter())

    waiting = [asyncio.create_task(hear(watcher)) for watcher in watchers]
    spent = worked(server.process.pid)
    async with httpx.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {token}"}) as http:
        fields = {"customerId": uuid7(), "name": "王伟", "phones": []}
        body = {"query": REGISTER, "variables": {"id": uuid7(), "input": fields}}
        began = time.perf_counter()
        answer = await http.post("/graphql", json=body, timeout=60)
        assert answer.json() == {"data": {"customerRegister": {"outcome": "APPLIED"}}}, answer.text
    await asyncio.wait_for(asyncio.gather(*waiting), 120)
    took = sorted(at - began for at in heard)
    print(f"a ring: the first after {took[0]:.2f} s, the middle {took[len(took) // 2]:.2f} s, all {took[-1]:.2f} s")
    spent = worked(server.process.pid) - spent
    print(f"its processor time {spent:.1f} s; load {os.getloadavg()[0]:.1f}")


def main() -> None:
    """Serves an empty shop and measures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sockets", type=int, default=5_000)
    wanted = asked.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="jieche-sockets-") as folder:
        server = Running(Path(folder), customers=None, embedded_worker="false")
        tokens = asyncio.run(people(f"sqlite:///{folder}/shop.db", 2 + wanted.sockets // WATCHED.most))
        server.start()
        try:
            asyncio.run(measured(server, tokens, min(wanted.sockets, hard - 200)))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
