"""A model of a tablet: the client's side of the sync protocol, without a network and without guesses' content."""

import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from server.queries.pull import Cookie
from tests.simulation.ids import b64, new_id

Wire = dict[str, Any]
Rows = dict[str, dict[str, Wire]]


@dataclass(frozen=True)
class Command:
    """What a person did once. `marks` are the values typed, `saw` the values shown where they were typed over.

    `seen` is (epoch, position) of the rows that the person looked at, `shown` the prices that a customer decided on.
    """

    id: str
    name: str
    fields: Wire
    user: str
    issued_at: datetime
    lane: str | None
    author: str
    marks: frozenset[str]
    saw: frozenset[str]
    seen: tuple[str, int]
    shown: dict[str, int]


@dataclass
class Queued:
    """A command under a number of a device; `outcome` is what a push answered, `n` the order of typing."""

    command: Command
    n: int
    device_id: str
    seq: int
    outcome: Wire | None = None


class Device:
    """An identity at the server: an id, and a key that never leaves."""

    def __init__(self, chance: Random, now: datetime) -> None:
        self.id = new_id(chance, now)
        self.key = ec.derive_private_key(chance.getrandbits(250) + 1, ec.SECP256R1())
        numbers = self.key.public_key().public_numbers()
        x, y = (b64(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
        self.jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    def __deepcopy__(self, memo: Any) -> "Device":
        return self


@dataclass
class Tablet:
    """`people` may work on it, `skew` is how wrong its clock is; `base` are the server's rows as shown."""

    name: str
    home: str
    people: list[str]
    device: Device
    app: str
    skew: timedelta = timedelta(0)
    tokens: dict[str, str] = field(default_factory=dict)
    issued: dict[str, Command] = field(default_factory=dict)
    inherited: dict[str, Command] = field(default_factory=dict)
    queue: list[Queued] = field(default_factory=list)
    done: list[Queued] = field(default_factory=list)
    base: Rows = field(default_factory=dict)
    cookie: str | None = None
    staged: list[Wire] = field(default_factory=list)
    next_seq: int = 1
    devices: list[Device] = field(default_factory=list)

    @property
    def forks(self) -> int:
        """How often it had to become another device."""
        return len(self.devices)

    def clone(self, name: str) -> "Tablet":
        """The same memory in another tablet: a restored image."""
        twin = copy.deepcopy(self)
        twin.name, twin.issued, twin.inherited = name, {}, self.issued | self.inherited
        return twin

    @property
    def at(self) -> tuple[str, int]:
        """Epoch and position of the rows that it shows."""
        if self.cookie is None:
            return "", 0
        cookie = Cookie.read(self.cookie)
        return cookie.epoch, cookie.position

    @property
    def scope(self) -> str:
        """The store whose rows it shows."""
        return Cookie.read(self.cookie).scope if self.cookie else self.home

    def type(self, command: Command) -> None:
        """A tap: numbered and stored at once."""
        self.issued[command.id] = command
        self.queue.append(Queued(command, len(self.issued) + len(self.inherited), self.device.id, self.next_seq))
        self.next_seq += 1

    # Push

    def batch(self, most: int) -> list[Wire]:
        """The next commands without an outcome."""
        waiting = [queued for queued in self.queue if queued.outcome is None]
        return [
            {
                "seq": queued.seq, "id": queued.command.id, "name": queued.command.name,
                "issued_at": queued.command.issued_at.isoformat(), "user": queued.command.user,
                "lane": queued.command.lane, "fields": queued.command.fields,
            }
            for queued in waiting[:most]
        ]  # fmt: skip

    def answered(self, answer: Wire) -> None:
        """Notes outcomes beside their commands; the guesses stay until a pull has brought the rows."""
        outcomes = {outcome["id"]: outcome for outcome in answer["outcomes"]}
        for queued in self.queue:
            queued.outcome = outcomes.get(queued.command.id, queued.outcome)

    def gap(self, next_seq: int, chance: Random, now: datetime) -> None:
        """The server wants commands from `next_seq` on: those that it answered before go back into the queue."""
        again = [d for d in self.done if d.device_id == self.device.id and d.seq >= next_seq]
        self.done = [d for d in self.done if d.device_id != self.device.id or d.seq < next_seq]
        self.queue = sorted([*again, *self.queue], key=lambda queued: queued.seq)
        for queued in self.queue:
            if queued.seq >= next_seq:
                queued.outcome = None
        waiting = [queued.seq for queued in self.queue if queued.outcome is None]
        if not waiting or waiting[0] > next_seq:
            self.enrol_afresh(chance, now)

    def enrol_afresh(self, chance: Random, now: datetime) -> None:
        """Becomes a new device; the queue goes out again under new numbers with the same command ids."""
        self.devices.append(self.device)
        self.device = Device(chance, now)
        self.tokens.clear()
        self._number_from(1)

    def _number_from(self, seq: int) -> None:
        for queued in self.queue:
            queued.device_id, queued.seq, queued.outcome = self.device.id, seq, None
            seq += 1
        self.next_seq = seq

    # Pull

    @property
    def position(self) -> str | None:
        """Where the next page starts: after what is staged, else after what is shown."""
        return self.staged[-1]["cookie"] if self.staged else self.cookie

    def take(self, page: Wire, chance: Random, now: datetime) -> bool:
        """Puts a page aside; the last one shows them all. Gives whether it was the last."""
        if page["reset"]:
            self.staged = []
        self.staged.append(page)
        if page["more"]:
            return False
        pages, self.staged = self.staged, []
        self.land(pages, chance, now)
        return True

    def land(self, pages: list[Wire], chance: Random, now: datetime) -> None:
        """Shows the pages and lets go of commands whose own outcome came with them or before them."""
        reset = pages[0]["reset"] or self.cookie is None
        if reset:
            self.base = {}
        for page in pages:
            self._show(page)
        self.cookie = pages[-1]["cookie"]
        told = {outcome["id"] for page in pages for outcome in page["outcomes"]}
        through: int = pages[-1]["applied_through"]
        if reset:
            self._compare(told, through, chance, now)
        else:
            self._settle(told, through, chance, now)

    def _show(self, page: Wire) -> None:
        for kind, ids in page["gone"].items():
            for row_id in ids:
                self.base.get(kind, {}).pop(row_id, None)
        for kind, rows in page["rows"].items():
            self.base.setdefault(kind, {}).update({row["id"]: row for row in rows})

    def _settle(self, told: set[str], through: int, chance: Random, now: datetime) -> None:
        """A queued number that the server has passed without an outcome of its own is a fork."""
        settled = [q for q in self.queue if q.command.id in told or (q.outcome and q.seq <= through)]
        gone = {queued.command.id for queued in settled}
        self.queue = [queued for queued in self.queue if queued.command.id not in gone]
        self.done += settled
        if any(queued.seq <= through for queued in self.queue):
            self.enrol_afresh(chance, now)
        elif any(d.seq > through for d in self.done if d.device_id == self.device.id):
            self.gap(through + 1, chance, now)

    def _compare(self, told: set[str], through: int, chance: Random, now: datetime) -> None:
        """After a reset nothing counts but what these pages told: all else that was ever answered goes out again."""
        every = sorted([*self.done, *self.queue], key=lambda queued: queued.n)
        self.done = [queued for queued in every if queued.command.id in told]
        self.queue = [queued for queued in every if queued.command.id not in told]
        if any(q.device_id == self.device.id and q.seq <= through for q in self.queue):
            self.enrol_afresh(chance, now)
        else:
            self._number_from(through + 1)
