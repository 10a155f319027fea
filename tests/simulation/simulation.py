"""One run: a plan of events made from a seed, played against the real server; then silence, and the promises."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from msgspec import json

from server.domain.roles import may
from server.sweep import sweep
from tests.simulation import profile_work as profile
from tests.simulation import service_work as service
from tests.simulation import visit_work as visit
from tests.simulation.hand import Hand, Typed, lane_of
from tests.simulation.house import APPS, House, Lost
from tests.simulation.ledger import Ledger
from tests.simulation.model import Broken, Model
from tests.simulation.network import Network
from tests.simulation.screen import Screen
from tests.simulation.storage import Storage
from tests.simulation.tablet import Command, Device, Rows, Tablet
from tests.simulation.world import World

EVENTS = {
    "type": 30, "sync": 24, "push": 8, "pull": 8, "program": 9, "together": 5, "deliver": 7, "between": 5,
}  # fmt: skip
FAULTS = {
    "crash": 4, "clone": 1.5, "clock": 2, "night": 1.5, "month": 0.6, "backup": 3, "restore": 1, "transfer": 0.5,
    "poison": 1.5, "upgrade": 0.5,
}  # fmt: skip
LENGTH = 120
WORK: dict[Callable[[Hand], Typed | None], float] = {
    profile.register_customer: 3, profile.update_customer: 7, profile.note_customer: 3, profile.consent: 4,
    profile.tag_customer: 2, profile.merge("customers", "customer.merge"): 3,
    profile.unmerge("customers", "customer.unmerge"): 3, profile.register_vehicle: 3, profile.update_vehicle: 4,
    profile.change_owner: 1.5, profile.merge("vehicles", "vehicle.merge"): 1.5,
    profile.unmerge("vehicles", "vehicle.unmerge"): 1, profile.book: 1.5, profile.move_appointment: 1.5,
    profile.resolve: 7, profile.nonsense: 1.5, visit.open_visit: 5, visit.walkaround: 4, visit.concern: 2,
    visit.damage: 1.5, visit.promise: 3, visit.assign: 2, visit.advise: 1.5, visit.cancel: 0.7, visit.photo: 2,
    visit.waive: 1, visit.finding: 2.5, visit.revise_finding: 4, visit.publish: 1, visit.add_line: 5,
    visit.revise_line: 5, visit.drop_line: 2, visit.present: 3, visit.decide: 5, visit.use_part: 1.5,
    visit.repair_note: 2, visit.issue: 3, visit.pay: 4, visit.sign: 5, visit.release: 0.7, visit.survey: 1,
    visit.next_step: 14, visit.bargain: 4, service.clock_on: 1.5, service.clock_off: 1.5, service.call: 1,
    service.add_recall: 1, service.close_recall: 0.7, profile.accept: 1.5, profile.set_contact: 2,
    service.complain: 1.5, service.step: 3, service.assign_complaint: 1, service.ask: 1, service.answer: 2,
}  # fmt: skip
CREWS = (("advisor_a", "technician_a"), ("manager_a", "inspector_a"), ("manager_b", "advisor_b"))
PROGRAMS = ("manager_a", "crm_a", "manager_b")


@dataclass(frozen=True)
class Event:
    """Something happens; everything left open is decided by a chance of its own, so that events can be left out."""

    kind: str
    seed: int


def plan(seed: int, length: int = LENGTH) -> list[Event]:
    """The events of a seed. Each fault is sometimes absent and sometimes frequent."""
    chance = Random(seed)
    faults = {kind: weight * chance.choice((0, 1, 1, 3)) for kind, weight in FAULTS.items()}
    weights = EVENTS | faults
    kinds = chance.choices(list(weights), list(weights.values()), k=length)
    return [Event(kind, chance.getrandbits(48)) for kind in kinds]


@dataclass
class Pending:
    """A program's mutation, sent again until it is answered."""

    command: Command
    store_id: str


@dataclass
class Simulation:
    """The server, the tablets, and what is known of them."""

    world: World
    storage: Storage
    data: Path
    seed: int
    tablets: list[Tablet] = field(default_factory=list)
    programs: list[Pending] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ledger = Ledger()
        self.model = Model(self.ledger)
        self.house = House(self.storage, self.ledger, self.world.group_id, self.data)
        self.network = Network(self.house, self.model)
        taste = Random(-self.seed)
        self.work = {act: weight * taste.choice((0.1, 0.5, 1, 1, 4)) for act, weight in WORK.items()}

    async def begin(self) -> None:
        """The dealership opens: three tablets, each with its crew."""
        await self.house.start(await self.storage.copy(self.world.url))
        [[epoch, position]] = await self.house.read("SELECT epoch, position FROM groups")
        rows = await self.house.read("SELECT store_id, kind, id, rev, gone FROM feed")
        commands = await self.house.read("SELECT command_id, position FROM journal")
        self.ledger.begin(epoch, rows, dict(commands), position)
        chance = Random(1)
        for number, crew in enumerate(CREWS, start=1):
            people = [self.world.people[person] for person in crew]
            device = Device(chance, self.house.now)
            home = self.world.store_of(crew[0])
            self.tablets.append(Tablet(f"tablet {number}", home, people, device, APPS[0]))
        for tablet in self.tablets:
            await self.network.pull(tablet, chance)

    async def end(self) -> None:
        """Closes the database and removes it."""
        await self.house.stop()
        await self.storage.drop(self.house.url)
        if self.house.saved:
            await self.storage.drop(self.house.saved[0])

    async def play(self, events: list[Event]) -> None:
        """Plays the events in order; raises Broken when a promise is seen to be broken."""
        for number, event in enumerate(events):
            self.model.say(f"{number} {event.kind}")
            chance = Random(event.seed)
            self.house.later(timedelta(seconds=chance.randint(1, 900)))
            self.house.mark()
            happened = await getattr(self, f"_{event.kind}")(chance)
            if event.kind in FAULTS and happened is not False:
                self.model.faults[event.kind] += 1

    # People

    async def _type(self, chance: Random) -> None:
        tablet = chance.choice(self.tablets)
        for _ in range(chance.choice((1, 1, 2, 4))):
            user = chance.choice(tablet.people)
            now = self.network.now(tablet)
            screen = Screen(tablet.base, [queued.command for queued in tablet.queue], tablet.scope)
            hand = Hand(chance, screen, now, user, self.world.role_of(user), tablet.device)
            if command := self._typed(hand, tablet.name, tablet.at):
                tablet.type(command)

    def _typed(self, hand: Hand, author: str, seen: tuple[str, int]) -> Command | None:
        for _ in range(12):
            act = hand.chance.choices(list(self.work), list(self.work.values()))[0]
            hand.marks.clear()
            hand.over.clear()
            hand.shown.clear()
            done = act(hand)
            if done and (may(hand.role, done[0]) or hand.chance.random() < 0.01):
                name, fields = done
                command = Command(
                    id=hand.id(), name=name, fields=fields, user=hand.user, issued_at=hand.now,
                    lane=lane_of(hand.screen, fields), author=author, marks=frozenset(hand.marks),
                    saw=frozenset(hand.over), seen=seen, shown=dict(hand.shown),
                )  # fmt: skip
                self.model.typed(command)
                return command
        return None

    async def _program(self, chance: Random) -> None:
        person = chance.choice(PROGRAMS)
        store = self.world.store_of(person)
        user, screen = self.world.people[person], Screen(await self.rows(store), [], store)
        hand = Hand(chance, screen, self.house.now, user, self.world.role_of(user), None)
        seen = (self.ledger.epoch, self.ledger.head)
        if command := self._typed(hand, f"program {person}", seen):
            self.programs.append(Pending(command, store))
        for pending in list(self.programs):
            await self._run(pending, chance)

    async def _run(self, pending: Pending, chance: Random) -> None:
        command = pending.command
        for _ in range(chance.choice((1, 1, 2))):
            request = self.house.program(command.user, pending.store_id, command.name, command.fields, command.id)
            [outcome] = await self.house.ask(request)
            if isinstance(outcome, Lost):
                return
            if isinstance(outcome, Exception):
                raise Broken("bug", f"{command.name} {command.id} failed: {self.house.bugs[-1:]}")
            self.model.heard(self.ledger.epoch, [as_told(outcome)])
        if pending in self.programs and (self.network.calm or chance.random() < 0.8):
            self.programs.remove(pending)

    async def rows(self, store_id: str) -> Rows:
        """What a new tablet of a store would hold."""
        found: Rows = {}
        live = "SELECT kind, body FROM feed WHERE store_id = ? AND NOT gone"
        for kind, body in await self.house.read(live, store_id):
            row = json.decode(body)
            found.setdefault(kind, {})[row["id"]] = row
        return found

    # Sync

    async def _sync(self, chance: Random) -> None:
        tablet = chance.choice(self.tablets)
        await self.network.push(tablet, chance)
        await self.network.pull(tablet, chance)

    async def _push(self, chance: Random) -> None:
        await self.network.push(chance.choice(self.tablets), chance)

    async def _pull(self, chance: Random) -> None:
        await self.network.pull(chance.choice(self.tablets), chance)

    async def _deliver(self, chance: Random) -> None:
        await self.network.deliver(chance, self.tablets)

    async def _together(self, chance: Random) -> None:
        await self.network.push_all(self.tablets, chance)

    async def _between(self, chance: Random) -> None:
        """A push is committed while a pull reads: another tablet's, or the tablet's own that came late."""
        one, other = chance.sample(self.tablets, 2)
        token, late = one.tokens.get(one.people[0]), one.batch(3) if chance.random() < 0.5 else []

        async def happens() -> None:
            if token and late:
                await self.network.arrives(token, late)
            else:
                await self.network.push(other, chance)

        self.house.watch.between = (chance.choice((2, 3)), happens)
        await self.network.pull(one, chance)
        self.house.watch.between = None

    # Faults

    async def _crash(self, chance: Random) -> None:
        self.house.watch.crash = (chance.choice((0, 1, 1, 2, 2, 2, 3)), chance.choice((None, 0, 1, 2, 4)))
        if chance.random() < 0.3:
            await self._program(chance)
        else:
            await self.network.push_all(chance.sample(self.tablets, chance.choice((1, 2))), chance)
        self.house.watch.crash = None

    async def _clone(self, chance: Random) -> bool:
        tablet = chance.choice(self.tablets)
        if room := len(self.tablets) < 5:
            self.tablets.append(tablet.clone(f"{tablet.name}'{len(self.tablets)}"))
        return room

    async def _clock(self, chance: Random) -> None:
        chance.choice(self.tablets).skew = timedelta(hours=chance.randint(-24 * 9, 24 * 9))

    async def _night(self, chance: Random) -> None:
        self.house.later(timedelta(days=chance.choice((1, 3))))

    async def _month(self, chance: Random) -> None:
        self.house.later(timedelta(days=chance.choice((31, 31, 100))))
        await self.sweep()
        await self.house.back_up()

    async def sweep(self) -> None:
        """What was closed 30 days ago leaves the tablets, and what left 90 days ago is forgotten."""
        process = self.house.processes[0]
        await sweep(process.db, process.bus)

    async def _backup(self, chance: Random) -> None:
        await self.house.back_up()

    async def _restore(self, chance: Random) -> bool:
        if self.house.saved is None:
            return False
        lost = await self.house.restore()
        sent = {command_id for tablet in self.tablets for command_id in tablet.issued | tablet.inherited}
        self.model.lost |= {command_id for command_id in lost - sent if command_id in self.model.issued}
        self.network.waiting.clear()
        return True

    async def _poison(self, chance: Random) -> bool:
        """A bug of ours: some command will fail once, twice, or until it is parked."""
        waiting = [queued for tablet in self.tablets for queued in tablet.queue if queued.outcome is None]
        if waiting:
            self.house.poison[chance.choice(waiting).command.id] = chance.choice((1, 2, 9))
        return bool(waiting)

    async def _upgrade(self, chance: Random) -> bool:
        """Half of the tablets get a new app, and the server stops taking the old one."""
        due = self.house.oldest_app != APPS[1]
        self.house.oldest_app = APPS[1]
        for tablet in chance.sample(self.tablets, len(self.tablets) // 2):
            tablet.app = APPS[1]
        return due

    async def _transfer(self, chance: Random) -> None:
        """A crew moves to the other store, and its tablet with it."""
        tablet = self.tablets[0]
        [[store]] = await self.house.read("SELECT store_id FROM users WHERE id = ?", tablet.people[0])
        to = next(other for other in self.world.stores if other != store)
        async with self.house.processes[0].db.write() as tx:
            await tx.run(*(("UPDATE users SET store_id = ? WHERE id = ?", (to, user)) for user in tablet.people))

    # Silence

    async def quiet(self) -> None:
        """Faults stop; everybody syncs until nothing changes any more."""
        self.network.calm = True
        chance = Random(2)
        self.model.say("silence")
        while self.network.flying:
            await self.network.deliver(chance, self.tablets)
        await self.sweep()
        for _ in range(60):
            before = self.ledger.head
            for pending in list(self.programs):
                await self._run(pending, chance)
            shown = []
            for tablet in self.tablets:
                await self.network.push(tablet, chance)
                shown.append(await self.network.pull(tablet, chance) and not tablet.queue)
            if self.ledger.head == before and all(shown):
                return
        raise Broken("2", f"queues never drain: {[(t.name, len(t.queue)) for t in self.tablets]}")


def as_told(outcome: Any) -> Any:
    """An outcome as it travels."""
    return json.decode(json.encode(outcome))
