"""Loads the demo dealership through the command bus, each command at the time when it was issued."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from random import Random

from msgspec import Struct

from server.commands.bus import Actor, Bus, Submission
from server.commands.envelope import envelope
from server.demo.board import today_board
from server.demo.fleet import cars_of
from server.demo.founding import add_store, found_group, stock
from server.demo.history import history
from server.demo.house import dealership, staff, staff_id
from server.demo.people import enrolment, people
from server.demo.service import recalls
from server.demo.step import SHOP_TIME, Step
from server.domain.rows.inbox import SentCommand
from server.store.database import Database

AddUser = Callable[..., Awaitable[str]]
AT_ONCE = 1000


class Loaded(Struct, frozen=True):
    """What was loaded; `problems` lists commands that were not simply applied (there should be none)."""

    customers: int
    vehicles: int
    visits: int
    problems: list[str]


class DemoClock:
    """The server's time while the demo loads: the time of the step that runs."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


async def is_empty(db: Database) -> bool:
    """Whether no dealer group exists yet."""
    async with db.read() as tx:
        [groups] = await tx.run(("SELECT count(*) FROM groups", ()))
    return groups[0][0] == 0


async def load(db: Database, add_user: AddUser, customers: int = 2000, seed: int = 1) -> Loaded:
    """Fills an empty database; the same customers and seed give the same dealership on the same day."""
    now = datetime.now(UTC)
    clock = DemoClock(now - timedelta(days=800))
    loader = _Loader(db, Bus(db, clock), clock)
    await found_group(db, loader.group_id, loader.group["name"])
    for store in loader.stores:
        await add_store(db, store)
    loader.problems += await stock(loader.bus, loader.group_id, loader.store_id)
    for person in staff():
        await add_user(
            db, loader.bus, loader.group_id, person["store_id"], person["username"], person["password"], person["name"],
            person["role"], person["id"],
        )  # fmt: skip
    rng, today = Random(seed), now.astimezone(SHOP_TIME).date()
    households = list(people(rng, customers, today))
    steps = [s for household in households for s in enrolment(household)]
    for start in range(0, len(steps), AT_ONCE):
        await loader.run(steps[start : start + AT_ONCE])
    cars = cars_of(households)
    visits, called_back = 0, list(recalls(cars, now))
    for stay in history(rng, cars, today, visits=max(20, customers // 5)):
        visits += 1
        for _, part in groupby(stay, key=lambda one: one.at.astimezone(SHOP_TIME).date()):
            await loader.run(part)
    await loader.run(called_back)
    for one in today_board(rng, cars, now):
        visits += one.name == "visit.open"
        await loader.run([one])
    await loader.forget_old_messages(now - timedelta(days=1))
    return Loaded(len(households), sum(len(h["vehicles"]) for h in households), visits, loader.problems)


class _Loader:
    def __init__(self, db: Database, bus: Bus, clock: DemoClock) -> None:
        self.db, self.bus, self.clock = db, bus, clock
        self.problems: list[str] = []
        house = dealership()
        self.group, self.stores = house["group"], house["stores"]
        self.group_id, self.store_id = self.group["id"], self.stores[0]["id"]

    async def run(self, steps: Iterable[Step]) -> None:
        """Runs steps in order, as their authors, in one transaction at the time of the last."""
        steps = list(steps)
        if not steps:
            return
        self.clock.now = max(s.at for s in steps)
        people = Actor(group_id=self.group_id, store_id=self.store_id, door="server", user_id=None)
        sent = [SentCommand(s.id, s.name, s.fields, s.at, staff_id(s.user), None, None) for s in steps]
        await self._submit(people, sent)

    async def _submit(self, actor: Actor, commands: list[SentCommand]) -> None:
        answer = await self.bus.submit(Submission(actor, [envelope(sent) for sent in commands]))
        for sent, outcome in zip(commands, answer.outcomes, strict=False):
            if outcome.outcome != "applied":
                code = outcome.reason.code if outcome.reason else ""
                self.problems.append(f"{sent.name} {outcome.outcome} {code}")
        if answer.failed:
            self.problems.append(f"{answer.failed.id} failed")

    async def forget_old_messages(self, before: datetime) -> None:
        """Nobody is told today what happened two years ago; old papers are sealed when somebody asks for one."""
        async with self.db.write() as tx:
            await tx.run(("DELETE FROM outbox WHERE created_at < ?", (before,)))
