"""The way between a tablet and the doors: it drops, doubles, delays and reorders what is sent."""

from random import Random
from typing import Any

from tests.simulation.house import APPS, House, Lost, Refused, Wire
from tests.simulation.model import Broken, Model
from tests.simulation.tablet import Tablet

PUSHES = {"": 52, "lost": 8, "unanswered": 12, "late": 6, "twice": 8, "slow": 8, "unavailable": 3}
PULLS = {"": 66, "lost": 8, "unanswered": 6, "slow": 12, "half": 8}
PAGES = (9, 40, 5000)


class Network:
    """`flying` are pushes that arrive later although nobody waits; `waiting` answers that arrive later, if wanted."""

    def __init__(self, house: House, model: Model) -> None:
        self.house, self.model = house, model
        self.flying: list[tuple[str, list[Wire]]] = []
        self.waiting: dict[str, tuple[str, Wire]] = {}
        self.calm = False

    def _fate(self, chance: Random, fates: dict[str, int]) -> str:
        fate = "" if self.calm else chance.choices(list(fates), list(fates.values()))[0]
        if fate:
            self.model.faults[fate] += 1
        return fate

    def now(self, tablet: Tablet) -> Any:
        """What a tablet's clock shows."""
        return self.house.now + tablet.skew

    async def sign_in(self, tablet: Tablet, chance: Random) -> bool:
        """Everybody who works on the tablet signs in, if somebody's token was refused."""
        for user in tablet.people:
            if user in tablet.tokens:
                continue
            login = self.house.login(tablet.device.id, tablet.device.jwk, user, tablet.home)
            [token] = await self.house.ask(login)
            if isinstance(token, Lost):
                return False
            if isinstance(token, Exception):
                raise token
            tablet.tokens[user] = token
        return True

    async def push(self, tablet: Tablet, chance: Random) -> None:
        """One push of some commands."""
        self.waiting.pop(tablet.name, None)
        if not await self.sign_in(tablet, chance):
            return
        batch = tablet.batch(500 if self.calm else chance.choice((1, 3, 500)))
        fate = self._fate(chance, PUSHES)
        if not batch or fate in ("lost", "unavailable"):
            return
        token = tablet.tokens[tablet.people[0]]
        self.model.say(f"  {tablet.name} pushes {batch[0]['seq']}–{batch[-1]['seq']} {fate}")
        if fate in ("late", "twice"):
            self.flying.append((token, batch))
        if fate == "late":
            return
        [answer] = await self.house.ask(self.house.push(token, batch, chance.randrange(2), tablet.app))
        self._push_came(tablet, answer, fate, chance)

    async def push_all(self, tablets: list[Tablet], chance: Random) -> None:
        """Several tablets push at the same moment: their commands share a transaction, and what befalls it."""
        pushing: list[Tablet] = []
        for tablet in tablets:
            self.waiting.pop(tablet.name, None)
            if await self.sign_in(tablet, chance) and tablet.batch(1):
                pushing.append(tablet)
        batches = [tablet.batch(chance.choice((1, 3, 500))) for tablet in pushing]
        pushes = [
            (tablet.tokens[tablet.people[0]], batch, number, tablet.app)
            for number, (tablet, batch) in enumerate(zip(pushing, batches, strict=True))
        ]
        words = [f"{t.name} {b[0]['seq']}–{b[-1]['seq']}" for t, b in zip(pushing, batches, strict=True)]
        self.model.say(f"  together push {', '.join(words)}")
        for tablet, answer in zip(pushing, await self.house.push_together(*pushes), strict=True):
            self._push_came(tablet, answer, self._fate(chance, {"": 4, "unanswered": 1}), chance)

    def _push_came(self, tablet: Tablet, answer: Any, fate: str, chance: Random) -> None:
        if isinstance(answer, dict):
            self._heard(answer)
        if fate == "unanswered" or isinstance(answer, Lost):
            self.model.say(f"  {tablet.name} hears nothing")
        elif isinstance(answer, Refused):
            self.mend(tablet, answer, chance)
        elif isinstance(answer, Exception):
            raise answer
        elif fate == "slow":
            self.waiting[tablet.name] = ("push", answer)
        else:
            self.answered(tablet, answer)

    def _heard(self, answer: Wire) -> None:
        self.model.heard(self.model.ledger.epoch, answer["outcomes"])
        if answer["failed"] and answer["failed"]["id"] not in self.house.poison:
            raise Broken("bug", f"a command failed: {self.house.bugs[-1:]}")

    def answered(self, tablet: Tablet, answer: Wire) -> None:
        """A push was answered."""
        tablet.answered(answer)
        words = [f"{outcome['seq']} {outcome['outcome']}{_reason(outcome)}" for outcome in answer["outcomes"]]
        self.model.say(f"  {tablet.name} hears {', '.join(words)}")
        self.model.look(tablet)

    def mend(self, tablet: Tablet, refusal: Refused, chance: Random) -> None:
        """What a tablet does about a problem; the queue is kept."""
        self.model.say(f"  {tablet.name} is refused: {refusal}")
        if refusal.code == "unauthorized":
            tablet.tokens.clear()
            self.model.faults["token expired"] += 1
        elif refusal.code == "app_too_old":
            self.model.faults["app too old"] += 1
            if self.calm or chance.random() < 0.3:
                tablet.app = APPS[1]
        elif refusal.code == "gap":
            tablet.gap(refusal.facts["next_seq"], chance, self.now(tablet))
        elif refusal.code == "forked_device":
            self.model.faults["fork"] += 1
            tablet.enrol_afresh(chance, self.now(tablet))
        self.model.look(tablet)

    async def pull(self, tablet: Tablet, chance: Random) -> bool:
        """Pages until nothing is left; gives whether the tablet shows them."""
        self.waiting.pop(tablet.name, None)
        if not await self.sign_in(tablet, chance):
            return False
        limit = 5000 if self.calm else chance.choice(PAGES)
        while True:
            fate = self._fate(chance, PULLS)
            if fate == "lost":
                return False
            token = tablet.tokens[tablet.people[0]]
            request = self.house.pull(token, tablet.position, limit, chance.randrange(2))
            [page] = await self.house.ask(request)
            if fate == "unanswered" or isinstance(page, Lost):
                return False
            if isinstance(page, Refused):
                self.mend(tablet, page, chance)
                return False
            if isinstance(page, Exception):
                raise page
            if fate == "slow":
                self.waiting[tablet.name] = ("pull", page)
                return False
            if self.came(tablet, page, chance):
                return True
            if fate == "half":
                return False

    def came(self, tablet: Tablet, page: Wire, chance: Random) -> bool:
        """A page came; the last one is shown together with those before it."""
        forks, before = tablet.forks, tablet.cookie
        last = tablet.take(page, chance, self.now(tablet))
        if tablet.cookie == before and not last:
            return False
        if tablet.forks > forks:
            self.model.faults["fork"] += 1
        epoch, position = tablet.at
        self.model.heard(epoch, page["outcomes"])
        how = " after a reset" if page["reset"] else ""
        self.model.say(f"  {tablet.name} shows {position}{how}, {len(tablet.queue)} queued")
        self.model.landed(tablet)
        self.model.look(tablet)
        return last

    async def deliver(self, chance: Random, tablets: list[Tablet]) -> None:
        """Something that was on its way for long arrives."""
        names = {tablet.name: tablet for tablet in tablets}
        if self.flying and (not self.waiting or chance.random() < 0.5):
            await self.arrives(*self.flying.pop(chance.randrange(len(self.flying))))
        elif self.waiting:
            name = chance.choice(sorted(self.waiting))
            kind, answer = self.waiting.pop(name)
            if kind == "push":
                self.answered(names[name], answer)
            else:
                self.came(names[name], answer, chance)

    async def arrives(self, token: str, batch: list[Wire]) -> None:
        """A push for whose answer nobody waits any more."""
        self.model.say(f"  an old push of {batch[0]['seq']}–{batch[-1]['seq']} arrives")
        [answer] = await self.house.ask(self.house.push(token, batch))
        if isinstance(answer, dict):
            self._heard(answer)
        elif not isinstance(answer, Lost | Refused):
            raise answer


def _reason(outcome: Wire) -> str:
    return f" ({outcome['reason']['code']})" if outcome["reason"] else ""
