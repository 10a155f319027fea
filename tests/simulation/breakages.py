"""The product broken on purpose, one way at a time: a simulator that finds none of these would prove nothing."""

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from server.commands import common, identity, inbox, merges
from server.commands.batch import Batch
from server.commands.bus import Bus
from server.commands.common import get
from server.commands.registry import REGISTRY
from server.domain import merge
from server.domain.reasons import Reason, Rejected
from server.domain.rows.customers import Consent, Customer
from server.domain.stages import CLOSED
from server.queries import pull
from server.store import feed, flush
from server.store.feed import Dialect
from server.store.journal import Journal
from server.store.work import Work
from tests.simulation import house
from tests.simulation.ids import new_id
from tests.simulation.model import Broken
from tests.simulation.runner import Ground, Result, ground
from tests.simulation.tablet import Tablet

MOST_SEEDS = 60
"""A breakage that so many seeds do not show counts as not found."""


class Breakage(NamedTuple):
    """One way to be wrong, and the engine that it needs."""

    words: str
    apply: Callable[[pytest.MonkeyPatch], None]
    engine: str = "sqlite"


def _runs_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Batch, "_again", lambda self, env, device_id: None)


def _no_receipts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Journal, "echo", lambda self, device_id, seq, command_id: None)


def _applied_before_journal(patch: pytest.MonkeyPatch) -> None:
    async def transaction(self: Any, group_id: str, submissions: Any, broken: Any) -> Any:
        batch = Batch(self.db.dialect, group_id, self.clock(), broken)
        async with self.db.write() as tx:
            await batch.open(tx, submissions)
            answers = [await batch.run(tx, submission) for submission in submissions]
            statements, _ = await batch.closing(tx)
            book = ('INSERT INTO "journal"', 'INSERT INTO "receipts"', "UPDATE")
            await tx.finish(*(one for one in statements if not one[0].startswith(book)))
        async with self.db.write() as tx:
            await tx.finish(*(one for one in statements if one[0].startswith(book)))
        return answers

    patch.setattr(Bus, "_transaction", transaction)


def _forgotten_alias(patch: pytest.MonkeyPatch) -> None:
    def alias(work: Any, kind: Any, field: str, old_id: str, canonical_id: str) -> None:
        work.merged(field, None, old_id, canonical_id, canonical_id)

    patch.setattr(identity, "_alias", alias)


def _skipped_row(patch: pytest.MonkeyPatch) -> None:
    real = pull._rows

    async def rows(*args: Any) -> Any:
        found, gone, last, more = await real(*args)
        return found, gone, last + 1 if more else last, more

    patch.setattr(pull, "_rows", rows)


def _no_repointing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(merges, "_repoint", lambda work, struct, old_id, new_id: [])


def _nothing_blocked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(inbox, "blocker", lambda work, by, env, before=None: None)


def _outcomes_of_later(patch: pytest.MonkeyPatch) -> None:
    real_pull, real = pull.pull, pull._outcomes
    here: dict[str, Any] = {}

    async def of_now(who: Any, start: int, rest: Any) -> Any:
        async with here["db"].read() as another:
            return await real(another, who, start, 2**62, *rest)

    async def later(tx: Any, who: Any, start: int, end: int, *rest: Any) -> Any:
        return await asyncio.create_task(of_now(who, start, rest))

    async def noted(db: Any, *args: Any) -> Any:
        here["db"] = db
        return await real_pull(db, *args)

    patch.setattr(pull, "_outcomes", later)
    patch.setattr(house, "pull", noted)


def _last_write_wins(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(merge, "scalar", lambda current, seen, wanted: (wanted, False))


def _no_fork(patch: pytest.MonkeyPatch) -> None:
    async def numbered(self: Any, *args: Any) -> None:
        return None

    patch.setattr(Batch, "_numbered", numbered)


def _same_epoch(patch: pytest.MonkeyPatch) -> None:
    async def unnoticed(db: Any, data: Any) -> list[str]:
        return []

    patch.setattr(house, "notice_restore", unnoticed)


def _half_refused(patch: pytest.MonkeyPatch) -> None:
    real_discard, real_put = Work.discard, inbox.put

    def discard(self: Any) -> None:
        self.dropped = getattr(self, "draft", {})
        real_discard(self)

    def put(work: Any, *args: Any, **more: Any) -> Any:
        outcome = real_put(work, *args, **more)
        work.draft = work.dropped | work.draft
        return outcome

    patch.setattr(Work, "discard", discard)
    patch.setattr(inbox, "put", put)


def _gone_for_good(patch: pytest.MonkeyPatch) -> None:
    def is_gone(work: Any, store_id: str, before: dict[str, bool], hidden: bool | None, parent: Any) -> bool:
        return hidden if hidden is not None else before.get(store_id, False)

    patch.setattr(flush, "_is_gone", is_gone)


def _newest_consent(patch: pytest.MonkeyPatch) -> None:
    def set_consent(work: Any, by: Any, c: Any) -> None:
        customer = get(work, Customer, c.customer_id)
        consent = Consent(
            id=by.command_id, purpose=c.purpose, channel=c.channel, decision=c.decision, decided_at=c.decided_at,
            source=c.source, lifts=c.lifts or [], recorded_by=by.user_id,
        )  # fmt: skip
        others = [other for other in customer.consents if other.purpose != c.purpose]
        work.change(customer, consents=[*others, consent])

    spec = REGISTRY["customer.set_consent"]
    patch.setitem(REGISTRY, spec.name, spec._replace(handler=set_consent))


def _late_facts_refused(patch: pytest.MonkeyPatch) -> None:
    def refuse(work: Any, visit: Any) -> None:
        if visit.stage in CLOSED:
            raise Rejected(Reason.WRONG_STAGE, "visits", visit.id, current=visit.stage)

    for module in ("visits", "walkaround", "findings", "repairs", "photos"):
        patch.setattr(f"server.commands.{module}.keep_if_closed", refuse)
    patch.setattr(common, "keep_if_closed", refuse)


def _guess_dropped_early(patch: pytest.MonkeyPatch) -> None:
    def answered(self: Tablet, answer: Any) -> None:
        self.done += [queued for queued in self.queue if queued.seq < answer["next_seq"]]
        self.queue = [queued for queued in self.queue if queued.seq >= answer["next_seq"]]

    patch.setattr(Tablet, "answered", answered)


def _pages_shown_as_they_come(patch: pytest.MonkeyPatch) -> None:
    def take(self: Tablet, page: Any, chance: Any, now: Any) -> bool:
        self.land([page], chance, now)
        return not page["more"]

    patch.setattr(Tablet, "take", take)


def _reset_empties_queue(patch: pytest.MonkeyPatch) -> None:
    real = Tablet._compare

    def compare(self: Tablet, *args: Any) -> None:
        self.queue = []
        real(self, *args)

    patch.setattr(Tablet, "_compare", compare)


def _answered_not_kept(patch: pytest.MonkeyPatch) -> None:
    real = Tablet._settle

    def settle(self: Tablet, *args: Any) -> None:
        real(self, *args)
        self.done.clear()

    patch.setattr(Tablet, "_settle", settle)


def _new_ids_after_fork(patch: pytest.MonkeyPatch) -> None:
    real = Tablet.enrol_afresh

    def enrol(self: Tablet, chance: Any, now: Any) -> None:
        real(self, chance, now)
        for queued in self.queue:
            object.__setattr__(queued.command, "id", new_id(chance, now))

    patch.setattr(Tablet, "enrol_afresh", enrol)


def _no_lock(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(feed.DIALECTS, "postgres", Dialect(**(feed.POSTGRES._asdict() | {"lock": ""})))


BREAKAGES = (
    Breakage("a command that ran runs again when it is repeated", _runs_again),
    Breakage("a repeat under another number leaves no receipt", _no_receipts),
    Breakage("rows are committed before the journal", _applied_before_journal),
    Breakage("the alias of a joined record is forgotten", _forgotten_alias),
    Breakage("the cookie goes past a row that was not sent", _skipped_row),
    Breakage("a merge leaves visits and cars with the old id", _no_repointing),
    Breakage("nothing is ever blocked", _nothing_blocked),
    Breakage("outcomes come from a later snapshot than rows", _outcomes_of_later),
    Breakage("the last write wins, whatever was seen", _last_write_wins),
    Breakage("a number used twice goes unnoticed", _no_fork),
    Breakage("a restored database keeps its epoch", _same_epoch),
    Breakage("a refused command leaves half of its work behind", _half_refused),
    Breakage("a row that comes back into a scope stays gone", _gone_for_good),
    Breakage("a newer consent replaces the older ones", _newest_consent),
    Breakage("facts that come late are refused", _late_facts_refused),
    Breakage("tablet: a guess is dropped as soon as the push is answered", _guess_dropped_early),
    Breakage("tablet: pages are shown as they come", _pages_shown_as_they_come),
    Breakage("tablet: a reset empties the queue", _reset_empties_queue),
    Breakage("tablet: answered commands are not kept", _answered_not_kept),
    Breakage("tablet: after a fork commands get new ids", _new_ids_after_fork),
    Breakage("PostgreSQL: the group's lock is dropped", _no_lock, "postgres"),
)


async def found(place: Ground, breakage: Breakage, seeds: range) -> Result | None:
    """The first of these seeds that shows the breakage, or None."""
    with pytest.MonkeyPatch.context() as patch:
        breakage.apply(patch)
        for seed in seeds:
            result = await place.run(seed)
            if result.broken:
                return result
    return None


async def table(engine: str) -> int:
    """Prints how many seeds each breakage took; 1 if one was not found."""
    missed = 0
    async with ground(engine) as place:
        for breakage in BREAKAGES:
            if breakage.engine != engine:
                continue
            result = await found(place, breakage, range(1, MOST_SEEDS + 1))
            missed += result is None
            words = f"{result.seed:4}  {_short(result.broken)}" if result and result.broken else "   –  not found"
            print(f"{breakage.words:62}{words}", flush=True)
    return 1 if missed else 0


def _short(broken: Broken) -> str:
    return f"promise {broken.promise}: {broken.text[:100]}"
