"""What the subcommands of `python -m server` do."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from server import certificate, delivery
from server.auth.accounts import add_user
from server.backup import Damaged, back_up_database, back_up_files
from server.commands.bus import Bus
from server.demo.founding import add_store, found_group, stock
from server.demo.house import dealership, staff
from server.demo.load import is_empty, load
from server.doctor import examine, extent, rebuild_feed
from server.domain.ids import uuid7
from server.domain.tokens import customer_token, last_digits
from server.graphql.export import sdl
from server.logs import configure
from server.settings import Settings, settings
from server.store.database import Database, sqlite_path
from server.store.epoch import notice_restore
from server.store.migrate import migrate


@asynccontextmanager
async def opened(config: Settings) -> AsyncIterator[tuple[Database, Bus]]:
    """The migrated database and a bus on it."""
    await migrate(config.url)
    db = await Database.open(config.url)
    try:
        yield db, Bus(db)
    finally:
        await db.close()


def serve(host: str, port: int, workers: int, with_demo: bool) -> int:
    """Migrates, loads the demo if asked and empty, and serves until stopped."""
    from granian.constants import Interfaces
    from granian.server import Server

    os.environ.setdefault("JIECHE_PUBLIC_URL", f"http://127.0.0.1:{port}")  # the workers read it as well
    config = settings()
    configure(config.log_level)
    if workers > 1 and config.url.startswith("sqlite"):
        print("SQLite serves one worker; use PostgreSQL for more (docs/deploy.md).", file=sys.stderr)
        workers = 1
    asyncio.run(_prepare(config, with_demo))
    if with_demo:
        asyncio.run(_welcome(config))
    Server(
        "server.app:from_environment", address=host, port=port, interface=Interfaces.ASGI, workers=workers,
        factory=True, websockets=True, log_level=config.log_level, workers_kill_timeout=8, backpressure=4096,
        respawn_failed_workers=True,
    ).serve()  # fmt: skip
    return 0


async def _prepare(config: Settings, with_demo: bool) -> None:
    certificate.at_start(config)
    async with opened(config) as (db, _):
        await notice_restore(db, config.data)
        if with_demo and await is_empty(db):
            print("An empty database: loading the demo dealership (half a minute) …", flush=True)
            await _demo(db, 2000, 1)


async def _welcome(config: Settings) -> None:
    db = await Database.open(config.url)
    async with db.read() as tx:
        [visits] = await tx.run(
            (
                "SELECT v.id, l.generation, CAST(c.phones AS TEXT) FROM visits v JOIN links l ON l.visit_id = v.id "
                "JOIN customers c ON c.group_id = v.group_id AND c.id = v.customer_id "
                "WHERE v.stage = 'awaiting_approval' ORDER BY v.id DESC LIMIT 1",
                (),
            )
        )
    await db.close()
    print(f"\n  Jieche 接车   {config.public_url}\n")
    for person in staff():
        print(f"  {person['username']:<11}{person['password']:<17}{person['name']}  {person['role']}")
    for visit_id, generation, phones in visits:
        token = customer_token(config.secret, visit_id, generation)
        [digits, *_] = [*last_digits(phone["number"] for phone in json.loads(phones)), "none needed"]
        print(f"\n  a customer's link   {config.public_url}/c/{token}\n  the phone's digits  {digits}\n", flush=True)


async def work() -> int:
    """Sends what the outbox holds until SIGTERM or SIGINT."""
    config = settings()
    configure(config.log_level)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    certificate.at_start(config)
    async with opened(config) as (db, bus):
        await delivery.work(config, db, bus, stop)
    return 0


async def migrate_now() -> int:
    """Brings the database to the newest revision."""
    await migrate(settings().url)
    print("The database is at the newest revision.")
    return 0


async def demo(customers: int, seed: int) -> int:
    """Loads the demo into an empty database."""
    async with opened(settings()) as (db, _):
        if not await is_empty(db):
            print("The database is not empty: the demo is for an empty one.", file=sys.stderr)
            return 1
        return await _demo(db, customers, seed)


async def _demo(db: Database, customers: int, seed: int) -> int:
    loaded = await load(db, add_user, customers, seed)
    counts = f"{loaded.customers} customers, {loaded.vehicles} vehicles, {loaded.visits} visits"
    print(f"{counts} at {dealership()['group']['name']}.")
    for problem in loaded.problems[:20]:
        print(f"not applied: {problem}", file=sys.stderr)
    return 1 if loaded.problems else 0


async def store_add(name: str, name_en: str, phone: str, address: str, rate_fen: int, group: str) -> int:
    """Adds a store; the first one founds the group and gets a catalogue and inspection template to begin with."""
    config = settings()
    async with opened(config) as (db, bus):
        async with db.read() as tx:
            [groups] = await tx.run(("SELECT id FROM groups", ()))
        group_id, store_id = groups[0][0] if groups else uuid7(), uuid7()
        if not groups:
            await found_group(db, group_id, group or name)
        facts = {"name": name, "name_en": name_en or name, "phone": phone, "address": address}
        settled = {"time_zone": config.time_zone, "labour_rate_fen": rate_fen}
        await add_store(db, {"id": store_id, "group_id": group_id, **facts, **settled})
        if not groups:
            await stock(bus, group_id, store_id)
    print(f"{name} is open: {store_id}")
    return 0


async def one_store(db: Database, store: str | None) -> tuple[str, str, str, str] | None:
    """Id, group, name and clock of the store that is meant; None, and a word why, when that is not one."""
    async with db.read() as tx:
        [stores] = await tx.run(("SELECT id, group_id, name, time_zone FROM stores ORDER BY name", ()))
    chosen = [row for row in stores if store in (None, row[0])]
    if not stores:
        print("There is no store yet: python -m server store add --name …", file=sys.stderr)
    elif len(chosen) != 1:
        names = ", ".join(f"{row[0]} {row[2]}" for row in stores)
        print(f"Name one store with --store: {names}", file=sys.stderr)
    return chosen[0] if len(chosen) == 1 else None


def export_schema(check: str | None) -> int:
    """Writes the GraphQL schema, or compares it with a file."""
    schema = sdl()
    if check is None:
        print(schema, end="")
        return 0
    if Path(check).read_text(encoding="utf-8") == schema:
        return 0
    print(f"{check} differs from the code: run `make schema`.", file=sys.stderr)
    return 1


def seal(export: str | None, csr: str | None, install: str | None, organization: str) -> int:
    """Shows the certificate of the seal, writes it or a request for a better one, or installs that."""
    config = settings()
    try:
        if export:
            return certificate.export(config, export)
        if csr:
            return certificate.ask(config, csr, organization)
        return certificate.put(config, install) if install else certificate.show(config)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 1


def backup(folder: str) -> int:
    """Copies database, photos, PDFs and keys into a folder; PostgreSQL's own tools copy PostgreSQL."""
    config, target = settings(), Path(folder)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    if config.url.startswith("sqlite"):
        try:
            back_up_database(sqlite_path(config.url), target / "jieche.db")
        except (Damaged, sqlite3.Error) as error:
            print(f"The database was not copied: {error}", file=sys.stderr)
            return 1
        print(f"The database was copied and checked: {target / 'jieche.db'}")
    else:
        print("The database is PostgreSQL: pg_dump it first (docs/restore.md).")
    print(f"{back_up_files(config.data, target / 'files')} new files were copied to {target / 'files'}")
    print(
        "The keys are among them: whoever has this folder can seal papers in your name. Keep it as safe as the server."
    )
    return 0


async def doctor(rebuild: bool) -> int:
    """Examines the database; one line for each breach."""
    config = settings()
    async with opened(config) as (db, _):
        if rebuild:
            print(f"{await rebuild_feed(db)} rows of the feed were written anew.")
        breaches = await examine(db, config.data)
        told = await extent(db)
    for line in told:
        print(line)
    for breach in breaches:
        print(breach)
    print(f"{len(breaches)} breaches." if breaches else "Journal, outcomes, feed and photos are whole.")
    return 1 if breaches else 0
