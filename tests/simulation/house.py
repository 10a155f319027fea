"""The server of a simulation: the real bus, queries and sign-in over a real database, in a process that may die."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from server.auth import sessions
from server.auth.sessions import Account, Named
from server.commands import batch
from server.commands.bus import Actor, Bus, Forked, Gap, Submission
from server.commands.envelope import Envelope, envelope
from server.commands.registry import By
from server.domain.rows.inbox import SentCommand
from server.http.errors import Problem
from server.queries.callers import Caller, caller
from server.queries.pull import Cookie, FromTheFuture, checksum, pull
from server.store.database import Unavailable
from server.store.epoch import Mark, notice_restore, renew_epoch, write_marks
from server.store.journal import Outcome
from server.store.work import Work
from server.sync.push import check_app
from tests.simulation.ledger import Ledger, head_of
from tests.simulation.storage import Storage, Watch, WatchedDatabase, relaxed

START = datetime(2030, 3, 4, 0, 30, tzinfo=UTC)
SESSION_DAYS = 2
APPS = ("2026.10.0", "2026.11.0")
"""The apps on the tablets: from some moment on the server takes only the newer one."""
REPORT, EXECUTE = batch.report, batch.execute
Wire = dict[str, Any]
Push = tuple[str, list[Wire], int, str]
"""Token, commands, number of the process, version of the app."""


class Lost(Exception):
    """No answer came: the request or its answer was lost, or the server died."""


class Refused(Exception):
    """The door answered with a problem; nothing ran."""

    def __init__(self, status: int, code: str, **facts: Any) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code, self.facts = status, code, facts


class Process:
    """One server process: its connections and its bus."""

    def __init__(self, db: WatchedDatabase, bus: Bus) -> None:
        self.db, self.bus = db, bus


class House:
    """Doors for tablets and programs; `now` is the server's clock.

    `poison` says how often a command will fail as a bug of ours would make it; `bugs` are failures that nobody planned.
    """

    def __init__(self, storage: Storage, ledger: Ledger, group_id: str, data: Path) -> None:
        self.storage, self.ledger, self.group_id, self.data = storage, ledger, group_id, data
        self.now = START
        self.watch = Watch(ledger)
        self.processes: list[Process] = []
        self.url = ""
        self.bugs: list[str] = []
        self.poison: dict[str, int] = {}
        self.saved: tuple[str, int] | None = None
        self.marks: dict[str, Mark] = {}
        self.oldest_app = APPS[0]

    # Life of the process

    async def start(self, url: str) -> None:
        """Opens the database in every process."""
        self.url = url
        self.watch.died.clear()
        batch.report, batch.execute = self._report, self._execute
        for _ in range(self.storage.workers):
            db = await WatchedDatabase.open(url)
            db.watch = self.watch
            await relaxed(db)
            self.processes.append(Process(db, Bus(db, clock=lambda: self.now)))
        await self._learn_of_cut()

    async def _learn_of_cut(self) -> None:
        """A commit that was under way when the process died was made or was not: only the database knows."""
        cut, self.watch.cut = self.watch.cut, []
        for statements in cut:
            [[position]] = await self.read("SELECT position FROM groups WHERE id = ?", self.group_id)
            if 0 < head_of(statements) <= position:
                self.ledger.note(statements)

    def _execute(self, work: Work, by: By, env: Envelope) -> Outcome:
        if self.poison.get(env.sent.id):
            self.poison[env.sent.id] -= 1
            raise ZeroDivisionError("poisoned")
        return EXECUTE(work, by, env)

    def _report(self, name: str, command_id: str, error: Exception) -> None:
        if command_id in self.poison:
            return
        frame = error.__traceback__
        while frame and frame.tb_next:
            frame = frame.tb_next
        place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else ""
        self.bugs.append(f"{name} {command_id}: {type(error).__name__} {error} at {place}")

    async def stop(self) -> None:
        """Closes every connection."""
        batch.report, batch.execute = REPORT, EXECUTE
        for process in self.processes:
            for task in list(process.bus._draining.values()):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await process.db.close()
        self.processes.clear()

    async def _die(self, asking: list[asyncio.Future[Any]]) -> None:
        """What is on disk at this moment is what the next process finds; nobody who asks gets an answer."""
        found = self.url if self.shared else await self.storage.copy(self.url)
        for task in asking:
            task.cancel()
        await asyncio.wait(asking)
        await self.stop()
        await self._moved(found)

    @property
    def shared(self) -> bool:
        """Whether the database has a server of its own, which outlives our processes and copies nothing in use."""
        return self.storage.workers > 1

    async def _moved(self, url: str) -> None:
        old = self.url
        self.watch.crash = self.watch.between = None
        await self.start(url)
        if url != old:
            await self.storage.drop(old)

    async def back_up(self) -> None:
        """Last night's backup."""
        if self.saved:
            await self.storage.drop(self.saved[0])
        if self.shared:
            await self.stop()
        self.saved = await self.storage.copy(self.url), self.ledger.head
        if self.shared:
            await self.start(self.url)

    async def restore(self) -> set[str]:
        """The database goes back to the backup and begins a new epoch; gives the commands that it lost."""
        assert self.saved
        url, position = self.saved
        await self.stop()
        await self._moved(await self.storage.copy(url))
        write_marks(self.data, self.marks)
        await notice_restore(self.processes[0].db, self.data)
        return self.ledger.restored(await self.epoch(), position)

    def mark(self) -> None:
        """Notes beside the database how far it has come, as the server does every second."""
        self.marks = {self.group_id: Mark(self.ledger.epoch, self.ledger.head)}

    async def epoch(self) -> str:
        """The epoch that the database is in."""
        [[epoch]] = await self.read("SELECT epoch FROM groups WHERE id = ?", self.group_id)
        return epoch

    async def ask(self, *requests: Awaitable[Any]) -> list[Any]:
        """What the requests gave, or the exceptions they raised; when the process dies, all of them are `Lost`."""
        tasks = [asyncio.ensure_future(request) for request in requests]
        died = asyncio.ensure_future(self.watch.died.wait())
        pending = set(tasks)
        while pending and not died.done():
            _, rest = await asyncio.wait({*pending, died}, return_when=asyncio.FIRST_COMPLETED)
            pending = rest - {died}
        if died.done():
            await self._die(tasks)
        died.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        lost = [Lost() if isinstance(r, asyncio.CancelledError) else r for r in results]
        return [Refused(503, "unavailable") if isinstance(r, Unavailable) else r for r in lost]

    # Doors

    async def login(self, device_id: str, key: Wire, user_id: str, store_id: str) -> str:
        """Signs a person in on a tablet as `POST /auth/login` does, the password aside; gives the token."""
        process = self.processes[0]
        known = await sessions.known_device(process.db, device_id)
        if known is None:
            fields = {"device_id": device_id, "name": "平板", "public_key": key, "enrolled_by": user_id}
            await process.bus.run(self.server(store_id), "device.enrol", fields)
            known = await sessions.known_device(process.db, device_id)
        if known is None or known.public_key != key:
            raise Refused(409, "device_key_changed")
        who, tablet = (
            Account(user_id, self.group_id, store_id, "", True, "advisor", "advisor"),
            Named(device_id, known.name),
        )
        opened = await sessions.open_session(process.db, who, tablet, self.now, SESSION_DAYS, "192.0.2.1")
        assert opened.token
        return opened.token

    async def _caller(self, process: Process, token: str) -> Caller:
        person = await caller(process.db, token, self.now)
        if not isinstance(person, Caller):
            raise Refused(401, "unauthorized")
        return person

    async def push(self, token: str, commands: list[Wire], worker: int = 0, app: str = APPS[1]) -> Wire:
        """`POST /sync/push`."""
        return await self._submit(*await self._submission(token, commands, worker, app))

    async def push_together(self, *pushes: Push) -> list[Any]:
        """Pushes of one moment: who may come in is asked before, so that all of them always share one transaction."""
        known = [(await self.ask(self._submission(*push)))[0] for push in pushes]
        answers = iter(await self.ask(*(self._submit(*one) for one in known if isinstance(one, tuple))))
        return [next(answers) if isinstance(one, tuple) else one for one in known]

    async def _submission(self, token: str, commands: list[Wire], worker: int, app: str) -> tuple[Process, Submission]:
        try:
            check_app(app, self.oldest_app)
        except Problem as problem:
            raise Refused(problem.status, problem.code) from None
        process = self.processes[worker % len(self.processes)]
        person = await self._caller(process, token)
        actor = Actor(
            group_id=person.group_id, store_id=person.store_id, door="tablet", user_id=person.user_id,
            device_id=person.device_id,
        )  # fmt: skip
        envelopes = [envelope(_sent(person, command), command["seq"]) for command in commands]
        return process, Submission(actor, envelopes, queue=True)

    async def _submit(self, process: Process, submission: Submission) -> Wire:
        try:
            answer = await process.bus.submit(submission)
        except Gap as gap:
            raise Refused(409, "gap", next_seq=gap.next_seq) from None
        except Forked:
            raise Refused(409, "forked_device") from None
        return msgspec.json.decode(msgspec.json.encode(answer))

    async def pull(self, token: str, cookie: str | None, limit: int, worker: int = 0) -> Wire:
        """`GET /sync/pull`."""
        process = self.processes[worker % len(self.processes)]
        person = await self._caller(process, token)
        seen = Cookie.read(cookie) if cookie else None
        try:
            page = await pull(process.db, person, seen, limit, self.now)
        except FromTheFuture as restored:
            epoch = await renew_epoch(process.db, self.data, self.group_id, restored.epoch, "a cookie from the future")
            self.ledger.restored(epoch, self.ledger.head)
            page = await pull(process.db, person, seen, limit, self.now)
        return msgspec.json.decode(page.json())

    async def checksum(self, token: str, cookie: str) -> dict[str, Wire]:
        """`GET /sync/checksum`."""
        process = self.processes[0]
        return await checksum(process.db, await self._caller(process, token), Cookie.read(cookie))

    async def program(self, user_id: str, store_id: str, name: str, fields: Wire, command_id: str) -> Outcome:
        """A mutation through GraphQL."""
        actor = Actor(group_id=self.group_id, store_id=store_id, door="graphql", user_id=user_id)
        return await self.processes[-1].bus.run(actor, name, fields, command_id)

    def server(self, store_id: str) -> Actor:
        """The server itself, for its own commands."""
        return Actor(group_id=self.group_id, store_id=store_id, door="server", role="server")

    async def serve(self, store_id: str, name: str, fields: Wire, command_id: str) -> Outcome:
        """One of the server's own commands."""
        return await self.processes[0].bus.run(self.server(store_id), name, fields, command_id)

    async def read(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Rows of one statement."""
        async with self.processes[0].db.read() as tx:
            [rows] = await tx.run((sql, params))
        return rows

    def later(self, delta: timedelta) -> None:
        """The server's clock goes on."""
        self.now += delta


def _sent(person: Caller, command: Wire) -> SentCommand:
    return SentCommand(
        id=command["id"], name=command["name"], fields=command["fields"],
        issued_at=datetime.fromisoformat(command["issued_at"]), user_id=command["user"], device_id=person.device_id,
        lane=command["lane"],
    )  # fmt: skip
