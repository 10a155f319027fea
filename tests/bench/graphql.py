"""`python -m tests.bench.graphql`: four operations over GraphQL, beside plain routes and the raw SQL, in one run.

One worker, eight connections that stay open, 20,000 customers, SQLite; the load comes from this process, the server is
another. Rounds take turns. The raw time is that of the same statements alone, by sqlite3 on a copy of the same file:
what one request of each operation ran, sign-in and access log too.
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
from graphql import Node, Visitor, parse, visit

from server.domain.ids import uuid7
from server.store.transaction import Transaction
from tests.bench import plain
from tests.concurrency.line import Line
from tests.running import ROOT, Running

AT_ONCE = 8
RECORDED = 20
"""Requests of each operation whose statements are run again by sqlite3."""
VISIT = """query($id: UUID!) { visit(id: $id) { id number kind payer stage moves openedAt closedAt readyAt
  concerns { words condition } advisor { name } technician { name }
  customer { id name kind preferredChannel tags phones { number label primary } }
  vehicle { id plate vin make model modelYear colour energy }
  damages { panel kind severity x y } findings { itemCode grade cause plan budgetFen }
  estimateLines { name kind quantity unit unitPriceFen discountFen amountFen decision }
  progress { kind stage text at author { name } } photos { sha256 purpose caption }
  signatures { purpose signedAt state } } }"""
SEARCH = """query($search: String!) { customers(search: $search, first: 20) {
  edges { cursor node { id name kind tags phones { number primary } } } pageInfo { hasNextPage endCursor } } }"""
TODAY = """{ visits(openOnly: true, first: 50) { edges { node { id number stage readyAt
  vehicle { plate make model } customer { name phones { number primary } }
  estimateLines { name amountFen decision } } } pageInfo { hasNextPage endCursor } } }"""
NOTE = "mutation($id: UUID!, $input: RepairNoteInput!) { repairNote(id: $id, input: $input) { outcome } }"
TEXTS = ("王伟", "138", "刘", "6666", "李娜", "1391", "赵", "0001")
Request = tuple[str, str, bytes]


class Operation(NamedTuple):
    """One thing to ask, over GraphQL and plainly; each call makes the next request."""

    name: str
    over_graphql: Callable[[], Request]
    plainly: Callable[[], Request]


def operations(visits: list[str]) -> list[Operation]:
    """The four, going round the visits and texts."""
    some, others, texts, words = cycle(visits), cycle(visits), cycle(TEXTS), cycle(TEXTS)

    def asked(query: str, **variables: Any) -> Request:
        return "POST", "/graphql", json.dumps({"query": query, "variables": variables}).encode()

    def noted() -> dict[str, Any]:
        return {"visit_id": next(some), "note_id": uuid7(), "text": "已拆下前轮", "visible_to_customer": False}

    def camel(fields: dict[str, Any]) -> dict[str, Any]:
        return {re.sub(r"_(\w)", lambda word: word[1].upper(), name): value for name, value in fields.items()}

    return [
        Operation(
            f"visit page, {fields_of(VISIT)} fields",
            lambda: asked(VISIT, id=next(some)), lambda: ("GET", f"/plain/visit/{next(others)}", b""),
        ),
        Operation(
            "customer search, 20 of 20,000",
            lambda: asked(SEARCH, search=next(texts)),
            lambda: ("GET", f"/plain/customers?search={quote(next(words))}", b""),
        ),
        Operation("today's list, 50 visits", lambda: asked(TODAY), lambda: ("GET", "/plain/today", b"")),
        Operation(
            "a mutation", lambda: asked(NOTE, id=uuid7(), input=camel(noted())),
            lambda: ("POST", "/plain/note", json.dumps(noted()).encode()),
        ),
    ]  # fmt: skip


def fields_of(query: str) -> int:
    """How many fields a document selects."""
    found: list[Node] = []

    class Fields(Visitor):
        def enter_field(self, node: Node, *_: Any) -> None:
            found.append(node)

    visit(parse(query), Fields())
    return len(found)


async def hammered(port: int, token: str, make: Callable[[], Request], seconds: float) -> list[float]:
    """The time of each request in seconds, `AT_ONCE` under way at any moment."""
    took: list[float] = []
    until = time.perf_counter() + seconds

    async def hand() -> None:
        line = Line(port, token)
        while (began := time.perf_counter()) < until:
            status, body = await line.ask(*make())
            assert status in (200, 201), (status, body[:300])
            assert b'"errors"' not in body[:2000], body[:500]
            took.append(time.perf_counter() - began)
        line.close()

    await asyncio.gather(*(hand() for _ in range(AT_ONCE)))
    return took


def raw(folder: Path, every: list[Operation]) -> dict[str, tuple[float, float]]:
    """Milliseconds of one request's statements, run by sqlite3 alone: those that read, those that write and commit."""
    recorded: dict[str, list[list[tuple[bool, Any]]]] = {}
    before = folder / "before.db"
    shutil.copyfile(folder / "shop.db", before)
    asyncio.run(_record(every, recorded))
    found: dict[str, tuple[float, float]] = {}
    line = sqlite3.connect(before, isolation_level=None, detect_types=sqlite3.PARSE_DECLTYPES, cached_statements=512)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        line.execute(f"PRAGMA {pragma}")
    for name, requests in recorded.items():
        took: dict[bool, list[float]] = {False: [], True: []}
        for transactions in requests:
            spent = {False: 0.0, True: 0.0}
            for writes, statements in transactions:
                began = time.perf_counter()
                line.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
                for sql, values in statements:
                    line.execute(sql, values).fetchall()
                line.execute("COMMIT")
                spent[writes] += time.perf_counter() - began
            for writes, seconds in spent.items():
                took[writes].append(seconds * 1000)
        found[name] = (statistics.median(took[False]), statistics.median(took[True]))
    line.close()
    return found


async def _record(every: list[Operation], recorded: dict[str, list[Any]]) -> None:
    """Runs each operation in this process, and keeps what it ran."""
    ran: list[tuple[int, bool, Any]] = []
    real = Transaction._checked

    async def noting(self: Transaction, statements: Any, *, commit: bool) -> Any:
        ran.append((id(self), self.writes, statements))
        return await real(self, statements, commit=commit)

    app = plain.app()
    async with app.lifespan(), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as http:
        login = await http.post("/auth/login", json={"username": "manager", "password": "manager-demo"})
        http.headers["Authorization"] = f"Bearer {login.json()['token']}"
        Transaction._checked = noting  # type: ignore[method-assign]
        for operation in every:
            for _ in range(RECORDED):
                ran.clear()
                _, path, body = operation.over_graphql()
                await http.post(path, content=body, headers={"Content-Type": "application/json"})
                found: list[tuple[bool, Any]] = []
                last = None
                for which, writes, statements in ran:
                    if which == last:
                        found[-1][1].extend(statements)
                    else:
                        found.append((writes, list(statements)))
                    last = which
                recorded.setdefault(operation.name, []).append(found)
        Transaction._checked = real  # type: ignore[method-assign]


def served(server: Running) -> None:
    """Starts one worker with the plain routes."""
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--port", str(server.port)]
    with open(server.folder / "server.log", "ab") as log:
        server.process = subprocess.Popen(
            [*command, "--log-level", "warning", "tests.bench.plain:app"], cwd=ROOT, env=server.environment,
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    while not server.is_ready():
        time.sleep(0.1)


def line_of(
    name: str, over: list[float], plainly: list[float], seconds: float, raw_ms: tuple[float, float] | None
) -> str:
    """A row of the table."""
    rates = [len(each) / seconds for each in (over, plainly)]
    middle, late = (statistics.quantiles(over, n=100)[at] * 1000 for at in (49, 98))
    times = statistics.quantiles(plainly, n=100)
    beside = " · ".join(f"{each:.2f}" for each in raw_ms) if raw_ms else ""
    return (
        f"| {name} | {rates[0] / rates[1]:.2f} | {rates[0]:,.0f} | {rates[1]:,.0f} | {middle:.0f} · {late:.0f} "
        f"| {times[49] * 1000:.0f} · {times[98] * 1000:.0f} | {beside} |"
    )


def main() -> None:
    """Prints the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--folder", type=Path, help="a data folder with the demo; one is made otherwise")
    asked.add_argument("--customers", type=int, default=20_000)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--seconds", type=float, default=2)
    wanted = asked.parse_args()
    folder = wanted.folder or Path(tempfile.mkdtemp(prefix="jieche-graphql-"))
    server = Running(folder, customers=None, embedded_worker="false")
    os.environ |= {name: value for name, value in server.environment.items() if name.startswith("JIECHE_")}
    if wanted.folder is None:
        command = [sys.executable, "-m", "server", "demo", "--customers", str(wanted.customers)]
        subprocess.run(command, cwd=ROOT, env=server.environment, check=True)
    file = sqlite3.connect(folder / "shop.db")
    # The repairs of the last weeks: those that a screen shows.
    rows = file.execute(
        "SELECT v.id FROM visits v JOIN users u ON u.store_id = v.store_id AND u.username = 'manager' "
        "ORDER BY v.opened_at DESC LIMIT 200"
    )
    every = operations([visit_id for (visit_id,) in rows])
    file.close()
    below = raw(folder, every)
    served(server)
    try:
        login = httpx.post(
            f"{server.url}/auth/login", json={"username": "manager", "password": "manager-demo"}, timeout=60
        )
        measured(server.port, login.json()["token"], every, below, wanted.rounds, wanted.seconds)
    finally:
        server.stop()
        if wanted.folder is None:
            shutil.rmtree(folder)


def measured(
    port: int, token: str, every: list[Operation], below: dict[str, tuple[float, float]], rounds: int, seconds: float
) -> None:
    """Rounds that take turns, then the table."""
    took: dict[str, list[float]] = {}

    def round_of(name: str, make: Callable[[], Request], length: float) -> None:
        took.setdefault(name, []).extend(asyncio.run(hammered(port, token, make, length)))

    for operation in every:  # not counted: the first of everything
        asyncio.run(hammered(port, token, operation.over_graphql, 0.3))
    for _ in range(rounds):
        for operation in every:
            round_of(f"{operation.name} g", operation.over_graphql, seconds)
            round_of(f"{operation.name} p", operation.plainly, seconds)
        round_of("g", lambda: ("POST", "/graphql", b'{"query": "{ me { name } }"}'), seconds / 2)
        round_of("p", lambda: ("GET", "/plain/nothing", b""), seconds / 2)
    print(f"load {os.getloadavg()[0]:.1f}, {rounds} rounds of {seconds} s each")
    print(
        "| operation | GraphQL : plain | GraphQL/s | plain/s | ms p50 · p99 | plain ms | raw SQL ms, reads · writes |"
    )
    print("|---|---|---|---|---|---|---|")
    for operation in every:
        over, plainly = took[f"{operation.name} g"], took[f"{operation.name} p"]
        print(line_of(operation.name, over, plainly, rounds * seconds, below[operation.name]))
    print(line_of("nothing but signing in", took["g"], took["p"], rounds * seconds / 2, None))


if __name__ == "__main__":
    main()
