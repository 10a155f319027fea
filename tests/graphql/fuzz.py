"""`python -m tests.graphql.fuzz --documents 20000`: random operations at a running product, one after another.

What counts as a breach: a status of 500 or more, an answer of another shape than docs/graphql.md says, a code that is
not in its table, two seconds of processor time, words of ours (a stack trace, SQL, a type, a path), and texts of the
sender in the log. Whether the database is whole says `doctor`.
"""

import argparse
import json
import os
import random
import re
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from graphql import build_schema

from server.graphql import limits
from tests.graphql.grammar import Documents, bent
from tests.portal.grammar import CANARY, JUNK
from tests.running import ROOT, Running

PEOPLE = ("manager", "advisor", "technician", "inspector", "crm", "claims", "admin")
BOUND = 2.0
"""Seconds of processor time that one request may take."""
LEAK = re.compile(
    r"Traceback|SELECT |INSERT INTO|UPDATE \w+ SET|\.py\b|/server/|site-packages|<class|object at 0x|NoneType|"
    r"sqlite3|asyncpg|piccolo|msgspec\.|strawberry|litestar|Exception\b|TypeError|KeyError|ValueError|AttributeError"
)
ANSWERS = {
    "application/json": {200, 400, 401, 405, 413, 415},
    "application/graphql-response+json": {200, 400, 401, 403, 405, 413, 415},
}
ACCEPTS = (*ANSWERS, "*/*", "", "application/graphql-response+json;q=1, application/json", "text/plain", "q;;=")
DOORS = ("application/json",) * 40 + ("application/json; charset=utf-8", "text/plain", "application/graphql", "", "x")
TICK = 1 / os.sysconf("SC_CLK_TCK")


@dataclass
class Fuzzed:
    """What a run came to."""

    statuses: Counter[int] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)
    whole: int = 0
    processor: float = 0
    slowest: float = 0
    heaviest: str = ""


class Fuzz:
    """Operations at a running product with the demo dealership; the same seed sends the same, but for ids."""

    def __init__(self, server: Running, seed: int) -> None:
        self.server, self.chance, self.result = server, random.Random(seed), Fuzzed()
        schema = build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))
        self.documents = Documents(schema, self.chance, ids_of(server))
        self.known = documented_codes()
        self.tokens: list[str] = []

    def run(self, count: int) -> Fuzzed:
        """Sends so many operations, one at a time: what the server's processor does meanwhile is theirs."""
        assert self.server.process is not None
        server_id = self.server.process.pid
        with httpx.Client(base_url=self.server.url, timeout=60) as client:
            for person in PEOPLE:
                login = client.post("/auth/login", json={"username": person, "password": f"{person}-demo"})
                self.tokens.append(login.json()["token"])
            for request in self._requests(client, count):
                before = worked(server_id)
                try:
                    answer = client.send(request)
                    problem, text = self._judged(answer), f"{answer.status_code} {answer.text[:500]}"
                except httpx.TransportError as error:
                    problem, text = "no answer", str(error)
                self._count(worked(server_id) - before, request)
                if problem:
                    said = f"{problem}: {request.method} {request.url.query[:300]!r} {request.content[:1500]!r}"
                    self.result.breaches.append(f"{said} → {text}")
        log = self.server.log()
        self.result.breaches += [f"the log holds {word}" for word in (CANARY, "Traceback", "failed") if word in log]
        return self.result

    def _requests(self, client: httpx.Client, count: int) -> Iterator[httpx.Request]:
        for _ in range(count):
            headers = {"Accept": self.chance.choice(ACCEPTS)}
            if self.chance.random() < 0.98:
                headers["Authorization"] = f"Bearer {self.chance.choice(self.tokens)}"
            body = self._body()
            if self.chance.random() < 0.04 and isinstance(body, dict):
                asked = {key: value if isinstance(value, str) else _json(value) for key, value in body.items()}
                query = urlencode(asked, errors="replace")[:30_000]
                yield client.build_request("GET", f"/graphql?{query}", headers=headers)
                continue
            headers["Content-Type"] = self.chance.choice(DOORS)
            yield client.build_request("POST", "/graphql", content=self._broken(_json(body).encode()), headers=headers)

    def _body(self) -> Any:
        operation = self.documents.operation()
        bend = self.chance.random() < 0.3
        body: dict[str, Any] = {"query": bent(operation.query, self.chance) if bend else operation.query}
        if operation.variables or self.chance.random() < 0.5:
            body["variables"] = operation.variables
        if operation.name:
            body["operationName"] = operation.name
        roll = self.chance.random()
        if roll < 0.02:
            body[self.chance.choice(("query", "variables", "operationName", "extensions"))] = self.chance.choice(JUNK)
        elif roll < 0.03:
            named = self.chance.choice(("a" * 64, "", 7, None, CANARY))
            body["extensions"] = {"persistedQuery": {"version": 1, "sha256Hash": named}}
        elif roll < 0.035:
            return self.chance.choice((*JUNK, [body, body]))
        return body

    def _broken(self, body: bytes) -> bytes:
        """Now and then cut off, with bytes turned, or with noise in the middle."""
        roll = self.chance.random()
        place, noise = self.chance.randrange(len(body) + 1), self.chance.randbytes(self.chance.randrange(1, 5))
        if roll < 0.01:
            return body[:place]
        if roll < 0.03:
            return body[:place] + noise + body[place + len(noise) :]
        return body[:place] + noise + body[place:] if roll < 0.04 else body

    def _count(self, seconds: float, request: httpx.Request) -> None:
        self.result.processor += seconds
        if seconds > self.result.slowest:
            self.result.slowest, self.result.heaviest = seconds, request.content[:3000].decode(errors="replace")
        if seconds > BOUND:
            self.result.breaches.append(f"{seconds:.1f} s of processor time: {request.content[:3000]!r}")

    def _judged(self, answer: httpx.Response) -> str | None:
        self.result.statuses[answer.status_code] += 1
        media_type = answer.headers.get("content-type", "").split(";")[0]
        if answer.status_code not in ANSWERS.get(media_type, ()):
            return f"{answer.status_code} as {media_type}"
        try:
            told = json.loads(answer.text)
        except ValueError:
            return "no JSON"
        if found := LEAK.search(json.dumps(told.get("errors", []))):
            return f"a leak of {found[0]}"
        if problem := self._misshapen(told):
            return problem
        self.result.whole += "errors" not in told
        for result in (told.get("data") or {}).values():
            if isinstance(result, dict) and isinstance(result.get("outcome"), str):
                self.result.outcomes[result["outcome"]] += 1
        return None

    def _misshapen(self, told: Any) -> str | None:
        """What is wrong with the answer's shape, if anything: `data`, `errors`, and in each error a known code."""
        if not isinstance(told, dict) or not told.keys() <= {"data", "errors", "extensions"}:
            return "not an answer of GraphQL"
        if not ("data" in told or told.get("errors")):
            return "neither data nor errors"
        for error in told.get("errors", []):
            code = error.get("extensions", {}).get("code")
            self.result.codes[code] += 1
            if code in ("internal_error", "unavailable", "timeout") or code not in self.known:
                return f"code {code}"
            if not error.get("message") or not error.keys() <= {"message", "locations", "path", "extensions"}:
                return "not an error of GraphQL"
        return None


def worked(server_id: int) -> float:
    """Seconds of processor time that the workers of a server have spent so far."""
    children = Path(f"/proc/{server_id}/task/{server_id}/children").read_text().split()
    spent = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13] for pid in children)
    return sum(int(ticks) for both in spent for ticks in both) * TICK


def ids_of(server: Running) -> dict[str, list[str]]:
    """The ids of the rows in the SQLite file, by kind; some of each."""
    kinds: dict[str, list[str]] = {}
    file = sqlite3.connect(f"file:{server.folder}/shop.db?mode=ro", uri=True)
    for kind, row_id in file.execute("SELECT kind, id FROM feed WHERE body IS NOT NULL ORDER BY id"):
        kinds.setdefault(kind, []).append(row_id)
    file.close()
    return {kind: ids[:: max(1, len(ids) // 200)] for kind, ids in kinds.items()}


def documented_codes() -> set[str]:
    """The codes that docs/graphql.md promises."""
    page = (ROOT / "docs/graphql.md").read_text(encoding="utf-8")
    table = page.split("## Errors")[1].split("## Limits")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    beyond = {limit.code for limit in vars(limits).values() if isinstance(limit, limits.Limit)}
    return {code for row in rows for code in re.findall(r"`(\w+)`", row)} | beyond


def _json(value: Any) -> str:
    return json.dumps(value)


def served(folder: Path, customers: int = 60) -> Running:
    """The product with the demo, its log as talkative as it gets."""
    server = Running(folder, customers=customers, log_level="debug", graphiql="true", embedded_worker="false")
    server.start()
    return server


def main() -> None:
    """Prints the figures, then every breach; ends with 1 if there was one."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--documents", type=int, default=20_000)
    asked.add_argument("--seed", type=int, default=11)
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="jieche-fuzz-") as folder:
        server = served(Path(folder))
        try:
            began, fuzz = time.monotonic(), Fuzz(server, wanted.seed)
            result = fuzz.run(wanted.documents)
            load = os.getloadavg()[1]
            print(f"{wanted.documents:,} documents in {time.monotonic() - began:,.0f} s, load {load:.1f}")
            print(f"processor: {result.processor:,.1f} s, the heaviest {result.slowest:.2f} s: {result.heaviest[:400]}")
            print(f"statuses {dict(sorted(result.statuses.items()))}, without any error {result.whole:,}")
            print(f"codes {dict(result.codes.most_common())}\noutcomes {dict(result.outcomes.most_common())}")
            print(f"doctor: {server.run('doctor').strip().splitlines()[-1]}")
        finally:
            server.stop()
    print(f"{len(result.breaches)} breaches", *result.breaches[:40], sep="\n")
    raise SystemExit(bool(result.breaches))


if __name__ == "__main__":
    main()
