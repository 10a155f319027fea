"""`python -m tests.bench.hostile`: what asks too much, the limit that caught it, milliseconds, and memory that stays.

The demo is served on a port by a process of its own. The time is that of a whole request over HTTP, the fastest of
seven, so that it says little of what else the machine does; the memory is what the process has more after all seven.
"""

import tempfile
import time
from pathlib import Path

import httpx

from tests.graphql.hostile import CASES
from tests.running import Running

TIMES = 7


def resident(pid: int) -> int:
    """The memory of a process in KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def largest(pid: int) -> int:
    """The memory of the largest of a process and its children, in KiB: the worker is the one that grows."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return max(resident(int(each)) for each in [pid, *children])


def measured(server: Running) -> None:
    """Prints the table."""
    assert server.process is not None
    with httpx.Client(base_url=server.url, timeout=60, headers={"Content-Type": "application/json"}) as http:
        login = http.post("/auth/login", json={"username": "manager", "password": "manager-demo"}).json()
        http.headers["Authorization"] = f"Bearer {login['token']}"
        http.post("/graphql", json={"query": "{ me { name } }"}).raise_for_status()
        print("| request | caught by | ms | KiB that stay |\n|---|---|---|---|")
        for case in CASES:
            before, fastest = largest(server.process.pid), 60.0
            for _ in range(TIMES):
                began = time.perf_counter()
                answer = http.post("/graphql", content=case.body)
                fastest = min(fastest, time.perf_counter() - began)
            code = answer.json()["errors"][0]["extensions"]["code"]
            print(f"| {case.name} | `{code}` | {fastest * 1000:.1f} | {largest(server.process.pid) - before:,} |")


def main() -> None:
    """Serves the demo and measures."""
    with tempfile.TemporaryDirectory(prefix="jieche-hostile-") as folder:
        server = Running(Path(folder))
        server.start()
        try:
            measured(server)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
