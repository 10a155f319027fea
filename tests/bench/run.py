"""`make bench`: push and pull beside raw sqlite3 writing and reading the same rows, in one run on one machine.

Figures are only comparable within a run; ratios are what to look at.
"""

import asyncio
import shutil
import sqlite3
import tempfile
import time
from pathlib import Path

from server.domain.ids import uuid7
from server.queries.callers import Caller
from server.queries.pull import pull
from server.store.database import Database
from server.store.migrate import migrate
from tests.shop import Shop
from tests.visits import check_in

COMMANDS = 4_000
TABLES = ("feed", "journal", "findings", "damages", "progress")


async def main() -> None:
    """Prints one line a figure."""
    folder = Path(tempfile.mkdtemp(prefix="jieche-bench-"))
    try:
        await _bench(folder)
    finally:
        shutil.rmtree(folder)


async def _bench(folder: Path) -> None:
    url = f"sqlite:///{folder}/bench.db"
    await migrate(url)
    shutil.copyfile(folder / "bench.db", folder / "raw.db")
    db = await Database.open(url)
    shop = await Shop.open(db)
    visits = [(await check_in(shop)).id for _ in range(20)]
    for size in (1, 10, 100, 500):
        count = min(COMMANDS, size * 200)
        rate = await _pushes(shop, visits, size, count)
        raw = _raw_write(folder, size, count)
        print(f"push, {size:>3} a push    {rate:>9,.0f} commands/s    raw sqlite3 {raw:>9,.0f}/s    {rate / raw:.0%}")
    await _pulls(shop, folder)
    await db.close()


async def _pushes(shop: Shop, visits: list[str], size: int, count: int) -> float:
    tablet = await shop.tablet()
    batches = [[_command(shop, tablet, visits, i) for i in range(size)] for _ in range(count // size)]
    start = time.perf_counter()
    for batch in batches:
        await shop.push(tablet, *batch)
    return count / (time.perf_counter() - start)


def _command(shop: Shop, tablet, visits: list[str], i: int):
    visit = visits[i % len(visits)]
    if i % 3 == 0:
        return shop.queued(
            tablet, "finding.record", visit_id=visit, finding_id=uuid7(), item_code="BRK-01", grade="red", dtcs=[],
            photos=[], measure={"value": "2.5", "unit": "mm"}, cause="磨损", plan="更换",
        )  # fmt: skip
    if i % 3 == 1:
        return shop.queued(
            tablet, "visit.add_damage", visit_id=visit, damage_id=uuid7(), panel="hood", kind="dent", severity="light",
            x=0.5, y=0.5, photos=[], known=False,
        )  # fmt: skip
    return shop.queued(
        tablet, "repair.note", visit_id=visit, note_id=uuid7(), text="已拆下前轮", visible_to_customer=False
    )


def _raw_write(folder: Path, size: int, count: int) -> float:
    """The rows that `count` commands wrote, written by sqlite3 alone: one transaction for each `size` commands."""
    source = sqlite3.connect(folder / "bench.db")
    target = sqlite3.connect(folder / "raw.db", isolation_level=None)
    target.execute("PRAGMA journal_mode = WAL")
    target.execute("PRAGMA synchronous = FULL")
    rows = {t: source.execute(f"SELECT * FROM {t} ORDER BY rowid DESC LIMIT ?", (count,)).fetchall() for t in TABLES}
    for table in TABLES:
        target.execute(f"DELETE FROM {table}")
    start = time.perf_counter()
    for first in range(0, count, size):
        target.execute("BEGIN IMMEDIATE")
        for table, all_rows in rows.items():
            part = (
                all_rows[first : first + size]
                if table in ("feed", "journal")
                else all_rows[first // 3 : (first + size) // 3]
            )
            if part:
                target.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(part[0]))})", part)
        target.execute("COMMIT")
    seconds = time.perf_counter() - start
    source.close()
    target.close()
    return count / seconds


async def _pulls(shop: Shop, folder: Path) -> None:
    person = Caller("", shop.group_id, shop.stores[0], shop.people["manager"], "", "", "manager", None)
    start = time.perf_counter()
    cookie, rows, size = None, 0, 0
    while True:
        page = await pull(shop.db, person, cookie, 5_000)
        body = page.json()
        rows, size, cookie = rows + body.count(b'"rev":'), size + len(body), page.cookie
        if not page.more:
            break
    ours = rows / (time.perf_counter() - start)
    source = sqlite3.connect(folder / "bench.db")
    start = time.perf_counter()
    found = source.execute("SELECT kind, id, body FROM feed WHERE store_id = ?", (shop.stores[0],)).fetchall()
    raw = len(found) / (time.perf_counter() - start)
    source.close()
    print(
        f"pull, first sync    {ours:>9,.0f} rows/s        raw sqlite3 {raw:>9,.0f}/s    {ours / raw:.0%}    "
        f"{size / rows:.0f} bytes/row"
    )
    start = time.perf_counter()
    for _ in range(200):
        await pull(shop.db, person, cookie, 5_000)
    print(f"pull, nothing new   {200 / (time.perf_counter() - start):>9,.0f} pulls/s")


if __name__ == "__main__":
    asyncio.run(main())
