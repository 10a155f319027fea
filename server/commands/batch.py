"""One transaction for the waiting pushes of a dealer group: lock, load, run each command once, flush."""

import json
import traceback
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import structlog

from server.commands.envelope import Envelope
from server.commands.execute import execute
from server.commands.inbox import put
from server.commands.registry import By
from server.commands.submission import Actor, Answer, Failed, Forked, Gap, Submission
from server.domain.reasons import Reason, cause
from server.domain.rows.catalogue import StaffMember
from server.store import feed, flush, journal
from server.store.database import Transaction
from server.store.feed import Statement
from server.store.journal import Journal, Known, Outcome
from server.store.loading import NotLoaded, Wanted
from server.store.outbox import promised
from server.store.work import Work

ATTEMPTS = 5
"""A command that failed this often (a bug of ours) is parked in the inbox, so that it never blocks a queue for good."""


class Batch:
    """The submissions of one transaction; `broken` are commands whose flush failed, which are not run again."""

    def __init__(self, dialect: str, group_id: str, now: datetime, broken: frozenset[str] = frozenset()) -> None:
        self.dialect, self.group_id, self.now, self.broken = dialect, group_id, now, broken
        self.seqs: dict[str, int] = {}
        self.homes: dict[str, str] = {}
        self.attempts: dict[str, dict[str, int]] = {}

    async def open(self, tx: Transaction, submissions: list[Submission]) -> None:
        """Takes the group's lock and loads what the commands name in one hop; what those rows name in another."""
        envelopes = [env for s in submissions for env in s.envelopes]
        devices = _json({s.actor.device_id for s in submissions if s.actor.device_id})
        people = {env.sent.user_id or s.actor.user_id for s in submissions for env in s.envelopes} - {None}
        asked = _wanted(submissions, {str(p) for p in people})
        group, dialect = self.group_id, self.dialect
        head, stores, known, queues, signed, *rows = await tx.run(
            feed.head(dialect, group),
            feed.stores(group),
            feed.known_outcomes(dialect, group, _json({env.sent.id for env in envelopes})),
            feed.queues(dialect, devices),
            feed.signed_in(dialect, devices),
            *self._loading(asked),
        )
        self.position, self.epoch, count, digest = head[0]
        self.journal = Journal(group, count, digest)
        self.today = {store: self.now.astimezone(ZoneInfo(zone)).date() for store, zone in stores}
        self.known: dict[str, Known] = {row[0]: journal.known(row) for row in known}
        for device_id, home, next_seq, attempts in queues:
            self.seqs[device_id], self.homes[device_id] = next_seq, home
            self.attempts[device_id] = json.loads(attempts) if isinstance(attempts, str) else dict(attempts or {})
        self.signed_in = {(device_id, user_id) for device_id, user_id in signed}
        self.work = Work(self.now, dict(stores))
        self._take(rows, asked)
        await self._follow(tx, envelopes)

    def _loading(self, asked: Wanted) -> list[Statement]:
        dialect, group = self.dialect, self.group_id
        statements = [
            feed.by_ids(dialect, group, _json(asked.ids)) if asked.ids else None,
            feed.by_keys(dialect, group, _json(asked.keys)) if asked.keys else None,
            feed.by_parents(dialect, group, _json(asked.parents)) if asked.parents else None,
        ]
        return [statement for statement in statements if statement]

    def _take(self, rows: list[list[tuple[Any, ...]]], asked: Wanted) -> None:
        self.work.load((row for found in rows for row in found), asked)

    async def _load(self, tx: Transaction, asked: Wanted) -> None:
        self._take(await tx.run(*self._loading(asked)), asked)
        if asked.pasts:
            [changes] = await tx.run(feed.last_changes(self.dialect, self.group_id, _json(asked.pasts)))
            self.work.recall(changes, asked.pasts)

    async def _follow(self, tx: Transaction, envelopes: list[Envelope]) -> None:
        """Loads what loaded rows name: a line's visit, a visit's customer and car, what an alias stands for.

        Then by the keys that follow from them.
        """
        for _ in range(2):
            named = {ref for row in self.work.rows.values() for ref in _references(row)} - self.work.loaded_ids
            if named:
                await self._load(tx, Wanted(named, set(), set()))
        if keys := {key for env in envelopes for key in _following(self.work, env)} - self.work.loaded_keys:
            await self._load(tx, Wanted(set(), keys, set()))

    async def run(self, tx: Transaction, submission: Submission) -> Answer | Gap | Forked:
        """Runs a submission's commands in order; a gap or fork runs nothing."""
        device_id = submission.actor.device_id if submission.queue else None
        if device_id and (problem := await self._numbered(tx, device_id, submission.envelopes)):
            return problem
        outcomes: list[Outcome] = []
        failed = None
        for env in submission.envelopes:
            result = self._again(env, device_id) or await self._once(tx, submission.actor, env, device_id)
            if isinstance(result, Failed):
                failed = result
                break
            outcomes.append(result)
        return Answer(outcomes, self.seqs.get(device_id) if device_id else None, failed)

    async def _numbered(self, tx: Transaction, device_id: str, envelopes: list[Envelope]) -> Gap | Forked | None:
        expected, elsewhere = self.seqs[device_id], set[tuple[int, str]]()
        for env in envelopes:
            assert env.seq is not None
            if env.seq > expected:
                return Gap(self.seqs[device_id])
            if env.seq < expected:
                ran = self.known.get(env.sent.id)
                if ran is None:
                    return Forked()
                if (ran.device_id, ran.seq) != (device_id, env.seq):
                    elsewhere.add((env.seq, env.sent.id))
            else:
                expected += 1
        return Forked() if elsewhere - await self._echoed(tx, device_id, elsewhere) else None

    async def _echoed(self, tx: Transaction, device_id: str, numbers: set[tuple[int, str]]) -> set[tuple[int, str]]:
        """The numbers under which this device sent commands that had run before: (seq, command)."""
        if not numbers:
            return set()
        ids = _json({command_id for _, command_id in numbers})
        [rows] = await tx.run(feed.receipts(self.dialect, device_id, ids))
        return {(seq, command_id) for seq, command_id in rows} | self.journal.echoed(device_id)

    def _again(self, env: Envelope, device_id: str | None) -> Outcome | None:
        """The first outcome of a command that ran before, from whichever device or door."""
        ran = self.known.get(env.sent.id)
        if ran is None:
            return None
        if device_id and env.seq is not None and env.seq >= self.seqs[device_id]:
            self.seqs[device_id] = env.seq + 1
            self.journal.echo(device_id, env.seq, env.sent.id)
        return msgspec.structs.replace(ran.outcome, seq=env.seq)

    async def _once(self, tx: Transaction, actor: Actor, env: Envelope, device_id: str | None) -> Outcome | Failed:
        by = self._by(actor, env)
        try:
            if env.sent.id in self.broken:
                raise RuntimeError("its rows could not be written")
            outcome = await self._execute(tx, by, env)
        except Exception as error:
            self.work.discard()
            attempt = self._attempt(device_id, env, error)
            if device_id is None or attempt < ATTEMPTS:
                return Failed(env.seq, env.sent.id, attempt)
            outcome = put(self.work, by, env, "rejected", cause(Reason.INTERNAL_ERROR, "command", env.sent.name))
            self.work.accept(env.sent)
        self.journal.append(env.sent, outcome, actor.door)
        self.known[env.sent.id] = Known(env.sent.device_id, env.seq, outcome)
        if device_id and env.seq is not None:
            self.seqs[device_id] = env.seq + 1
            self.attempts[device_id].pop(str(env.seq), None)
        return outcome

    async def _execute(self, tx: Transaction, by: By, env: Envelope) -> Outcome:
        while True:
            try:
                return execute(self.work, by, env)
            except NotLoaded as missing:
                await self._load(tx, missing.wanted)

    def _attempt(self, device_id: str | None, env: Envelope, error: Exception) -> int:
        report(env.sent.name, env.sent.id, error)
        if device_id is None:
            return 1
        counts = self.attempts[device_id]
        counts[str(env.seq)] = counts.get(str(env.seq), 0) + 1
        return counts[str(env.seq)]

    def _by(self, actor: Actor, env: Envelope) -> By:
        user_id = env.sent.user_id or actor.user_id
        role = actor.role
        if role is None:
            person = self.work.find(StaffMember, user_id) if user_id else None
            here = user_id == actor.user_id or (actor.device_id, user_id) in self.signed_in or actor.door == "server"
            role = person.role if person and person.active and here else "unknown"
        return By(
            command_id=env.sent.id, user_id=user_id, role=role, store_id=actor.store_id, device_id=actor.device_id,
            door=actor.door, visit_id=actor.visit_id, issued_at=env.sent.issued_at, today=self.today[actor.store_id],
            lane=env.sent.lane, home=self.homes.get(actor.device_id or "", actor.store_id), scopes=actor.scopes,
        )  # fmt: skip

    async def closing(self, tx: Transaction) -> tuple[list[Statement], set[str]]:
        """Everything that this batch writes, and the stores whose tablets must hear of it."""
        if missing := flush.missing_parents(self.work):
            await self._load(tx, Wanted(missing, set(), set()))
        start = self.position
        statements, position, stores = flush.statements(self.work, self.dialect, self.group_id, start)
        entries, position = self.journal.statements(self.dialect, position, self.now)
        statements += entries + promised(self.work, self.dialect, self.group_id)
        statements += [
            feed.move_queue(device_id, seq, json.dumps(self.attempts[device_id]))
            for device_id, seq in self.seqs.items()
        ]
        if position != start:
            statements.append(feed.move_head(self.group_id, position, self.journal.count, self.journal.digest))
        return statements, stores


def _wanted(submissions: list[Submission], people: set[str]) -> Wanted:
    """What the handlers of these commands will ask for, as far as it can be told beforehand."""
    wanted = Wanted(people, set(), set())
    for submission in submissions:
        actor = submission.actor
        wanted.ids.update([actor.visit_id] if actor.visit_id else [])
        wanted.keys.update([f"blocks:{actor.device_id}"] if actor.device_id else [])
        for env in submission.envelopes:
            wanted.ids.update(env.ids)
            if env.spec is not None and env.command is not None:
                wanted.keys.update(env.spec.keys(env.command) if env.spec.keys else [])
                wanted.ids.update(env.spec.ids(env.command) if env.spec.ids else [])
                wanted.parents.update(env.ids if env.spec.whole_visit else [])
    return wanted


def _following(work: Work, env: Envelope) -> list[str]:
    with suppress(NotLoaded):
        if env.spec is not None and env.spec.follow is not None and env.command is not None:
            return env.spec.follow(work, env.command)
    return []


def _json(values: Collection[str]) -> str:
    return json.dumps(sorted(values))


def _references(row: Any) -> list[str]:
    names = ("visit_id", "customer_id", "vehicle_id", "canonical_id", "comeback_of")
    return [value for name in names if (value := getattr(row, name, None))]


def report(name: str, command_id: str, error: Exception) -> None:
    """Logs a failure of ours: command, id, kind of error and place; never what a person entered."""
    frame = traceback.extract_tb(error.__traceback__)[-1] if error.__traceback__ else None
    place = f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" if frame else ""
    log = structlog.get_logger("bus")
    log.error("command failed", command=name, id=command_id, error=type(error).__name__, at=place)
