"""The bus: the one way to run a command. Waiting submissions of a dealer group share one transaction (group commit)."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from server.commands.batch import Batch
from server.commands.envelope import Envelope, envelope, sent_now
from server.commands.submission import Actor, Answer, Failed, Forked, Gap, Submission
from server.domain.ids import uuid7
from server.domain.terms import Terms
from server.store.database import Database, Unavailable
from server.store.journal import Outcome

PER_COMMIT = 500
"""At the most so many commands share a transaction: more gain nothing, and keep others waiting."""

Waiting = tuple[Submission, "asyncio.Future[Answer]"]
Committed = Callable[[str, set[str]], None]


class CommandFailed(Exception):
    """A command failed unexpectedly (a bug of ours) and has no outcome; nothing of it was written."""


class Bus:
    """Runs submissions against a database. `clock` gives the server's time; `heard` is called after each commit.

    `terms` are the settings that handlers go by.
    """

    def __init__(self, db: Database, clock: Callable[[], datetime] | None = None, terms: Terms | None = None) -> None:
        self.db = db
        self.terms = terms or Terms()
        self.clock = clock or (lambda: datetime.now(UTC))
        self.heard: list[Committed] = []
        self._waiting: defaultdict[str, deque[Waiting]] = defaultdict(deque)
        self._draining: dict[str, asyncio.Task[None]] = {}

    async def submit(self, submission: Submission) -> Answer:
        """Runs the commands of one request, durably, before it answers. Raises Gap or Forked when nothing could run."""
        group_id = submission.actor.group_id
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[group_id].append((submission, future))
        if group_id not in self._draining:
            self._draining[group_id] = asyncio.create_task(self._drain(group_id))
        return await future

    async def run(self, actor: Actor, name: str, fields: dict[str, Any], command_id: str | None = None) -> Outcome:
        """Runs one command that came through no queue; raises CommandFailed for a bug of ours."""
        sent = sent_now(command_id or uuid7(), name, fields, actor.user_id, self.clock())
        env = envelope(sent, internal=actor.role == "server")
        answer = await self.submit(Submission(actor, [env]))
        if not answer.outcomes:
            raise CommandFailed(name)
        return answer.outcomes[0]

    async def _drain(self, group_id: str) -> None:
        queue = self._waiting[group_id]
        try:
            while queue:
                taken = _take(queue)
                try:
                    answers = await self._commit(group_id, [submission for submission, _ in taken])
                except Exception as error:
                    answers = [error] * len(taken)
                for (_, future), answer in zip(taken, answers, strict=True):
                    if not future.done():
                        _settle(future, answer)
                await asyncio.sleep(0)
        finally:
            del self._draining[group_id]

    async def _commit(self, group_id: str, submissions: list[Submission]) -> list[Answer | Exception]:
        """All in one transaction; if their rows cannot be written, each by itself, down to the one bad command."""
        try:
            return await self._transaction(group_id, submissions, frozenset())
        except Unavailable:
            raise
        except Exception:
            if len(submissions) > 1:
                return [(await self._commit(group_id, [one]))[0] for one in submissions]
            return [await self._one_by_one(group_id, submissions[0])]

    async def _one_by_one(self, group_id: str, submission: Submission) -> Answer | Exception:
        outcomes: list[Outcome] = []
        answer: Answer | Exception = Answer(outcomes)
        for env in submission.envelopes:
            alone = Submission(submission.actor, [env], submission.queue)
            try:
                answer = (await self._transaction(group_id, [alone], frozenset()))[0]
            except Unavailable:
                raise
            except Exception:
                answer = await self._without(group_id, alone)
            if not isinstance(answer, Answer):
                return answer
            outcomes += answer.outcomes
            if answer.failed:
                break
        assert isinstance(answer, Answer)
        return Answer(outcomes, answer.next_seq, answer.failed)

    async def _without(self, group_id: str, alone: Submission) -> Answer | Exception:
        """Counts the attempt of a command whose rows cannot be written."""
        broken = frozenset(env.sent.id for env in alone.envelopes)
        try:
            return (await self._transaction(group_id, [alone], broken))[0]
        except Unavailable:
            raise
        except Exception as error:
            return error

    async def _transaction(
        self, group_id: str, submissions: list[Submission], broken: frozenset[str]
    ) -> list[Answer | Exception]:
        batch = Batch(self.db.dialect, group_id, self.clock(), broken)
        async with self.db.write() as tx:
            await batch.open(tx, submissions)
            batch.work.terms = self.terms
            answers: list[Answer | Exception] = [await batch.run(tx, submission) for submission in submissions]
            statements, stores = await batch.closing(tx)
            await tx.finish(*statements)
        for listener in self.heard:
            listener(group_id, stores)
        return answers


def _take(queue: deque[Waiting]) -> list[Waiting]:
    """The oldest, and beside it the smallest: ten commands need not wait until forty full queues are empty.

    The oldest always goes, so no queue waits for ever; of one tablet's submissions none overtakes another.
    """
    taken = [queue.popleft()]
    room = PER_COMMIT - _size(taken[0])
    turn = {waiting[0].actor.device_id or id(waiting): waiting for waiting in reversed(queue)}
    for waiting in sorted(turn.values(), key=_size):
        if (room := room - _size(waiting)) < 0:
            break
        taken.append(waiting)
    chosen = {id(waiting) for waiting in taken}
    rest = [waiting for waiting in queue if id(waiting) not in chosen]
    queue.clear()
    queue.extend(rest)
    return taken


def _size(waiting: Waiting) -> int:
    return len(waiting[0].envelopes)


def _settle(future: "asyncio.Future[Answer]", answer: Answer | Exception) -> None:
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)


__all__ = ["Actor", "Answer", "Bus", "CommandFailed", "Envelope", "Failed", "Forked", "Gap", "Submission"]
