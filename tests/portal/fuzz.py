"""`python -m tests.portal.fuzz --count 10000`: random requests at every public route of a running product.

What counts as a breach: a status of 500 or more, words of a stack trace, data of a person who is not the link's own, a
text of the sender in the log, script in a page, and any change of a visit whose link was not used.
"""

import argparse
import asyncio
import json
import logging
import random
import re
import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from server.app import create_app
from server.domain.tokens import customer_token
from server.settings import Settings
from tests.portal.grammar import CANARY, SCRIPT, TEXTS, Grammar
from tests.running import Running

SECRET = "a secret of this test"
AT_ONCE = 6
TRACE = re.compile(r"Traceback|File \"/|\.py\"?, line|\.py:\d+|sqlite3\.|asyncpg|msgspec\.|site-packages")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get")
ACCEPTS = (
    "",
    "*/*",
    "text/html",
    "application/json",
    "application/msgpack",
    "application/graphql-response+json",
    "q;;=",
)
CODINGS = ("", "gzip", "zstd", "identity;q=0", "gzip;q=x, *", "br")


@dataclass
class Guest:
    """A customer with a link: what is theirs to see."""

    visit_id: str
    token: str
    phones: list[str]
    own: set[str]
    cookies: dict[str, str] = field(default_factory=dict)
    locked: bool = False


@dataclass
class Fuzzed:
    """What a run came to."""

    statuses: Counter[int] = field(default_factory=Counter)
    routes: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    bodies: int = 0
    breaches: list[str] = field(default_factory=list)
    seconds: float = 0


class Fuzz:
    """Requests at a running product with the demo dealership; the same seed sends the same."""

    def __init__(self, server: Running, seed: int) -> None:
        self.server, self.chance, self.result = server, random.Random(seed), Fuzzed()
        self.rows = rows_of(server)
        self.guests = self._guests()
        self.victims = [self.guests.pop() for _ in range(3)]
        # Some links are forwarded ones: nobody names the digits.
        for guest in self.guests[::4] if _asks_for_digits() else []:
            guest.locked = True
        self.personal = set().union(*(_personal(row) for row in self.rows["customers"].values()))
        self.personal |= {car["vin"] for car in self.rows["vehicles"].values() if car["vin"]}
        ids = [row_id for kind in ("visits", "customers", "vehicles", "estimate_lines") for row_id in self.rows[kind]]
        self.grammar = Grammar(self.chance, ids)
        self.routes = _routes()

    def _guests(self) -> list[Guest]:
        found = []
        for visit_id in open_links(self.server):
            visit = self.rows["visits"][visit_id]
            customer = self.rows["customers"][visit["customer_id"]]
            car = self.rows["vehicles"][visit["vehicle_id"]]
            owner = self.rows["customers"].get(car["owner_id"] or "", customer)
            own = _personal(customer) | _personal(owner) | self._cars_of(customer["id"])
            token = customer_token(SECRET.encode(), visit["id"], 1)
            found.append(Guest(visit["id"], token, [p["number"] for p in customer["phones"]], own))
        return found

    def _cars_of(self, customer_id: str) -> set[str]:
        """What names the cars that the customer owns or brought: the archive tells of all of them."""
        visits = self.rows["visits"].values()
        brought = {visit["vehicle_id"] for visit in visits if visit["customer_id"] == customer_id}
        cars = [car for car in self.rows["vehicles"].values() if customer_id == car["owner_id"] or car["id"] in brought]
        return {word for car in cars for word in (car["vin"], car["plate"]) if word}

    async def run(self, count: int) -> Fuzzed:
        """Sends so many requests, a few at once."""
        before, start = self._of_victims(), time.monotonic()
        limits = httpx.Limits(max_connections=AT_ONCE)
        async with httpx.AsyncClient(base_url=self.server.url, timeout=30, limits=limits) as client:
            for guest in self.guests:
                if not guest.locked:
                    await self._unlock(client, guest)
            waiting = (self._request() for _ in range(count))
            hands = [self._send(client, waiting) for _ in range(AT_ONCE)]
            await asyncio.gather(*hands)
        self.result.seconds = time.monotonic() - start
        if self._of_victims() != before:
            self.result.breaches.append("a visit changed whose link was not used")
        self._read_log()
        return self.result

    async def _unlock(self, client: httpx.AsyncClient, guest: Guest) -> None:
        answer = await client.post(f"/c/{guest.token}/unlock", json={"digits": guest.phones[0][-4:]})
        assert answer.status_code in (200, 404, 405), answer.text
        guest.cookies = dict(answer.cookies)
        client.cookies.clear()

    def _request(self) -> tuple[str, Guest | None, httpx.Request | None, bytes]:
        """A request to a route, or bytes that are hardly HTTP."""
        if self.chance.random() < 0.02:
            return "raw", None, None, self._raw()
        path, methods = self.chance.choice(self.routes)
        guest = self.chance.choice(self.guests) if "{token" in path and self.chance.random() < 0.8 else None
        url = "/".join(self._part(part, guest) for part in path.split("/"))
        method = self.chance.choice(methods if self.chance.random() < 0.85 else METHODS)
        body, kind = self.grammar.body(path) if method != "GET" or self.chance.random() < 0.7 else (b"", "")
        headers = {
            "Content-Type": kind, "Accept": self.chance.choice(ACCEPTS), "Accept-Encoding": self.chance.choice(CODINGS)
        }  # fmt: skip
        headers |= self._strange()
        if guest and guest.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in guest.cookies.items())
        query = self._query()
        request = httpx.Request(method, f"{self.server.url}{url}{query}", content=body, headers=headers)
        return path, guest, request, body

    def _part(self, part: str, guest: Guest | None) -> str:
        if not part.startswith("{"):
            return part
        if part.startswith("{token") and guest:
            return guest.token
        choices = (
            "x" * 43, customer_token(b"another", self.chance.choice(self.guests).visit_id, 1), "a" * 64, "%00", "..",
            self.chance.choice(self.grammar.ids), "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%ff%fe",
            quote(self.chance.choice(TEXTS)[:300], errors="replace"), "A" * 5_000,
        )  # fmt: skip
        return self.chance.choice(choices)

    def _query(self) -> str:
        if self.chance.random() < 0.7:
            return ""
        name = self.chance.choice(("lang", "said", "cookie", "limit", "purpose", "query", "variables", "x"))
        return f"?{name}={quote(self.chance.choice(TEXTS)[:500], errors='replace')}"

    def _strange(self) -> dict[str, str]:
        choices: tuple[dict[str, str], ...] = (
            {}, {}, {}, {}, {"Authorization": "Bearer " + "x" * 43}, {"Authorization": "Basic %%"},
            {"Cookie": "jieche_door=x; a"}, {"Origin": "https://evil.example"}, {"If-None-Match": '"' * 99},
            {"Content-Encoding": "gzip"}, {"Range": "bytes=0-"}, {"X-Forwarded-For": "1.2.3.4"},
            {"Accept-Language": "en;q=x,,;"}, {"Sec-Fetch-Site": "cross-site"}, {"Upgrade": "websocket"},
            {"Transfer-Encoding": "chunked"}, {"Expect": "100-continue"},
        )  # fmt: skip
        return self.chance.choice(choices)

    def _raw(self) -> bytes:
        first = self.chance.choice((b"GET /c/x HTTP/1.1\r\n", b"POST /auth/login HTTP/1.1\r\nHost: x\r\n", b"", b"\0"))
        more = self.chance.choice(
            (b"Content-Length: -1\r\n", b"Content-Length: 9\r\nContent-Length: 3\r\n", b": x\r\n")
        )
        return first + more + self.chance.randbytes(self.chance.randrange(300)) + b"\r\n\r\n"

    async def _send(self, client: httpx.AsyncClient, waiting: Iterator[Any]) -> None:
        for path, guest, request, body in waiting:
            if request is None:
                await self._send_raw(body)
                continue
            try:
                status, text, media_type = await self._asked(client, request)
            except (httpx.TransportError, httpx.LocalProtocolError):
                status, text, media_type = 0, "", ""
            self.result.statuses[status] += 1
            self.result.routes[path] += 1
            self.result.bodies += bool(body)
            if path.endswith(("/commands", "/form")) and status == 200 and text.startswith("{"):
                self.result.outcomes[json.loads(text)["outcome"]] += 1
            if problem := self._judged(status, text, media_type, guest):
                what = (
                    f"{problem}: {request.method} {path} {status} {body[:300]!r} {dict(request.headers)} → {text[:300]}"
                )
                self.result.breaches.append(what)

    async def _asked(self, client: httpx.AsyncClient, request: httpx.Request) -> tuple[int, str, str]:
        """Status, text and media type; of a live line only its beginning."""
        answer = await client.send(request, stream=True)
        media_type = answer.headers.get("content-type", "")
        try:
            if not media_type.startswith("text/event-stream"):
                await answer.aread()
                return answer.status_code, answer.content.decode(errors="replace"), media_type
            return answer.status_code, "", media_type
        finally:
            await answer.aclose()

    async def _send_raw(self, body: bytes) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        try:
            writer.write(body)
            answer = await asyncio.wait_for(reader.read(200), 0.3)
        except (TimeoutError, OSError):
            answer = b""
        finally:
            writer.close()
        status = int(found[1]) if (found := re.match(rb"HTTP/1\.\d (\d{3})", answer)) else 0
        self.result.statuses[status] += 1
        self.result.routes["raw"] += 1
        if status >= 500:
            self.result.breaches.append(f"raw {status} {body!r}")

    def _judged(self, status: int, text: str, media_type: str, guest: Guest | None) -> str | None:
        if status >= 500:
            return "a failure"
        if "javascript" in media_type:
            return None
        if TRACE.search(text):
            return "a stack trace"
        if SCRIPT in text and "text/html" in media_type:
            return "script"
        own = guest.own if guest and not guest.locked else set[str]()
        if leaked := next((word for word in self.personal - own if word in text), None):
            return f"a leak of {leaked}"
        return None

    def _of_victims(self) -> list[Any]:
        rows = rows_of(self.server)
        ids = {victim.visit_id for victim in self.victims}
        visits = [rows["visits"][visit_id] for visit_id in sorted(ids)]
        lines = [line for line in rows["estimate_lines"].values() if line["visit_id"] in ids]
        return [visits, sorted(lines, key=lambda line: line["id"])]

    def _read_log(self) -> None:
        log = self.server.log()
        words = {CANARY, "Traceback", *self.personal, *(guest.token for guest in self.guests)}
        self.result.breaches += [f"the log holds {word}" for word in words if word and word in log]


def rows_of(server: Running) -> dict[str, dict[str, Any]]:
    """The rows of the SQLite file by kind and id."""
    file = sqlite3.connect(f"file:{server.folder}/shop.db?mode=ro", uri=True)
    kinds: dict[str, dict[str, Any]] = {kind: {} for kind in ("visits", "customers", "vehicles", "estimate_lines")}
    for kind, row_id, body in file.execute("SELECT kind, id, body FROM feed WHERE body IS NOT NULL"):
        if kind in kinds:
            kinds[kind][row_id] = json.loads(body)
    file.close()
    return kinds


def open_links(server: Running) -> list[str]:
    """Visits whose link works."""
    with sqlite3.connect(f"file:{server.folder}/shop.db?mode=ro", uri=True) as file:
        now = datetime.now(UTC).isoformat(sep=" ")
        found = file.execute("SELECT visit_id FROM links WHERE NOT revoked AND expires_at > ? ORDER BY 1", (now,))
        return [visit_id for (visit_id,) in found]


def _asks_for_digits() -> bool:
    return any(path.endswith("/unlock") for path, _ in _routes())


def _personal(customer: dict[str, Any]) -> set[str]:
    """What says who somebody is; names alone are shared by many."""
    numbers = {phone["number"] for phone in customer["phones"]}
    words = numbers | {number.removeprefix("+86") for number in numbers}
    return words | {word for word in (customer["email"], customer["address"]) if word}


def _routes() -> list[tuple[str, list[str]]]:
    """Every route of the product with its methods; those of the customer's page more often than others."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=folder))
    found = [(route.path, sorted({*getattr(route, "methods", ())} - {"OPTIONS"})) for route in app.routes]
    asked = [(path, methods) for path, methods in found if methods]
    often = [(path, ["POST"]) for path, methods in asked if "POST" in methods for _ in range(_weight(path))]
    return asked + often + [(path, methods) for path, methods in asked if path.startswith("/c/{token")]


def _weight(path: str) -> int:
    """Where strangers may write is looked at most."""
    return {"/c/{token:str}/commands": 16, "/c/{token:str}/form": 8}.get(path, 2)


def served(folder: Path, customers: int = 60) -> Running:
    """The product with the demo, its log as talkative as it gets."""
    server = Running(folder, customers=customers, secret_key=SECRET, log_level="debug", public_url="http://127.0.0.1")
    server.start()
    return server


def main() -> None:
    """Prints the figures, then every breach."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=5)
    wanted = asked.parse_args()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    folder = Path(tempfile.mkdtemp(prefix="jieche-fuzz-"))
    server = served(folder)
    try:
        result = asyncio.run(Fuzz(server, wanted.seed).run(wanted.count))
        print(f"{sum(result.statuses.values()):,} requests, {result.bodies:,} with a body, in {result.seconds:.0f} s")
        print(f"statuses: {dict(sorted(result.statuses.items()))}")
        print(f"{len(result.routes)} routes: {dict(sorted(result.routes.items()))}")
        print(f"commands that were read: {dict(result.outcomes)}")
        print("\n".join(result.breaches[:40]) or "no breach")
        print(server.run("doctor"))
    finally:
        server.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
