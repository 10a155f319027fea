"""A small dealership in a test: a group with two stores, its people, tablets that push and pull through the bus.

Whatever runs here is proven on the side: sent again it gives its first outcome and changes nothing, and a tablet that
followed along holds exactly what a new tablet would load (zulip's verify_action).
"""

import base64
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from server.commands.bus import Actor, Answer, Bus, Submission
from server.commands.envelope import envelope
from server.commands.every import REGISTRY
from server.domain.ids import uuid7
from server.domain.roles import PEOPLE
from server.domain.rows.inbox import Cause, SentCommand
from server.queries.callers import Caller
from server.queries.pull import Cookie, pull
from server.store.database import Database
from server.store.journal import Outcome

START = datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC)
Rows = dict[str, dict[str, dict[str, Any]]]


@dataclass
class Tablet:
    """A device with its queue and its copy of the rows; `user_id` is who holds it."""

    id: str
    store_id: str
    user_id: str
    seq: int = 0
    cookie: Cookie | None = None
    rows: Rows = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    told: dict[str, Outcome] = field(default_factory=dict)
    applied_through: int = 0
    resets: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def jwk(self) -> dict[str, str]:
        """The public half of the tablet's key (RFC 7518 §6.2.1)."""
        numbers = self.key.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256"} | {
            name: base64.urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode()
            for name, value in (("x", numbers.x), ("y", numbers.y))
        }


class Shop:
    """Commands run as people: `await shop.do("advisor", "visit.open", …)`; pushes run as tablets."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.now = START
        self.bus = Bus(db, clock=lambda: self.now)
        self.group_id, self.epoch = uuid7(), uuid7()
        self.stores = [uuid7(), uuid7()]
        self.people = {role: uuid7() for role in PEOPLE}
        self.followers = [Tablet(uuid7(), store, self.people["manager"]) for store in self.stores]
        self.rng = random.Random(7)

    @classmethod
    async def open(cls, db: Database, like: "Shop | None" = None) -> "Shop":
        """Writes the group, its stores and one person of each role in the first store; `like` gives them their ids."""
        shop = cls(db)
        if like is not None:
            shop.group_id, shop.stores, shop.people, shop.now = like.group_id, like.stores, like.people, like.now
            shop.followers = [Tablet(uuid7(), store, shop.people["manager"]) for store in shop.stores]
        group = "INSERT INTO groups (id, name, position, epoch, journal_count, journal_hash) VALUES (?, ?, 0, ?, 0, '')"
        store = (
            "INSERT INTO stores (id, group_id, name, name_en, phone, address, time_zone, labour_rate_fen) "
            "VALUES (?, ?, '锦程门店', 'Jincheng', '+862812345678', '锦程路1号', 'Asia/Shanghai', 12000)"
        )
        async with db.write() as tx:
            await tx.run((group, (shop.group_id, "锦程集团", shop.epoch)))
            await tx.run(*((store, (store_id, shop.group_id)) for store_id in shop.stores))
        for role, person in shop.people.items():
            await shop.bus.run(shop.server(), "staff.put", {"staff_id": person, "name": role, "role": role})
        return shop

    def server(self) -> Actor:
        """The server itself, for its own commands."""
        return Actor(group_id=self.group_id, store_id=self.stores[0], door="server", role="server")

    def person(self, role: str, store: int = 0) -> Actor:
        """The person of this role, at a program's door."""
        return Actor(group_id=self.group_id, store_id=self.stores[store], door="graphql", user_id=self.people[role])

    def link(self, visit_id: str) -> Actor:
        """A customer who holds the link to a visit."""
        return Actor(group_id=self.group_id, store_id=self.stores[0], door="portal", role="link", visit_id=visit_id)

    # One command

    async def run(self, actor: Actor, command: str, /, command_id: str | None = None, **fields: Any) -> Outcome:
        """Runs one command twice under one id; the second time must answer the first outcome and change nothing."""
        command_id = command_id or uuid7()
        outcome = await self.bus.run(actor, command, plain(fields), command_id)
        position = await self.position()
        assert await self.bus.run(actor, command, plain(fields), command_id) == outcome
        assert await self.position() == position
        await self.followed()
        return outcome

    async def do(
        self, role: str, command: str, /, command_id: str | None = None, store: int = 0, **fields: Any
    ) -> Outcome:
        """Runs one command as a person of this role, as GraphQL would."""
        return await self.run(self.person(role, store), command, command_id, **fields)

    async def serve(self, command: str, /, **fields: Any) -> Outcome:
        """Runs one of the server's own commands."""
        return await self.run(self.server(), command, **fields)

    async def given(self, role: str, command: str, /, **fields: Any) -> Outcome:
        """Runs one command that must be applied and proves nothing: for what a test begins with."""
        outcome = await self.bus.run(self.person(role), command, plain(fields))
        assert outcome.outcome == "applied", outcome
        return outcome

    async def done(self, role: str, command: str, /, **fields: Any) -> Outcome:
        """Like `do`, for what must be applied."""
        outcome = await self.do(role, command, **fields)
        assert outcome.outcome == "applied", outcome
        return outcome

    async def refused(self, role: str, command: str, because: str, /, **fields: Any) -> Cause:
        """Like `do`, for what must change nothing but the inbox, where the whole command stands with its reason."""
        store = fields.get("store", 0)
        before = await self.fresh(store)
        outcome = await self.do(role, command, **fields)
        assert (outcome.outcome, outcome.reason and outcome.reason.code) == ("rejected", because), outcome
        after = await self.fresh(store)
        review = after["reviews"].pop(str(outcome.review))
        assert {k: v for k, v in after.items() if v} == before
        sent = plain({name: value for name, value in fields.items() if name not in ("store", "command_id")})
        assert (review["command"]["name"], review["command"]["fields"], review["state"]) == (command, sent, "open")
        assert outcome.reason is not None
        return outcome.reason

    async def kept(self, role: str, command: str, because: str, /, **fields: Any) -> Outcome:
        """Like `do`, for a fact that is stored and put up for review."""
        return self._reviewed(await self.do(role, command, **fields), "kept", because)

    async def merged(self, role: str, command: str, because: str | None, /, **fields: Any) -> Outcome:
        """Like `do`, for what met someone else's change; `because` is why a value was set aside (None: none was)."""
        return self._reviewed(await self.do(role, command, **fields), "merged", because)

    def _reviewed(self, outcome: Outcome, word: str, because: str | None) -> Outcome:
        assert (outcome.outcome, outcome.reason and outcome.reason.code) == (word, because), outcome
        assert (outcome.review is None) == (because is None)
        return outcome

    # Tablets

    async def tablet(self, role: str = "manager", store: int = 0) -> Tablet:
        """A tablet on which this person has signed in."""
        tablet = Tablet(uuid7(), self.stores[store], self.people[role])
        fields = {"device_id": tablet.id, "name": "平板", "public_key": tablet.jwk(), "enrolled_by": tablet.user_id}
        await self.bus.run(self.server(), "device.enrol", fields)
        queue = (
            "INSERT INTO device_queues (device_id, group_id, store_id, next_seq, attempts) VALUES (?, ?, ?, 1, '{}')"
        )
        async with self.db.write() as tx:
            await tx.run((queue, (tablet.id, self.group_id, tablet.store_id)))
        return tablet

    async def sign_in(self, tablet: Tablet, role: str) -> None:
        """Another person signs in on the tablet, which stays in the first one's hands."""
        session = (
            "INSERT INTO sessions (id, token_hash, user_id, device_id, created_at, expires_at) "
            "VALUES (?, ?, ?, ?, ?, ?)"
        )
        row = (uuid7(), uuid7(), self.people[role], tablet.id, self.now, self.now + timedelta(days=1))
        async with self.db.write() as tx:
            await tx.run((session, row))

    def queued(
        self, tablet: Tablet, command: str, /, lane: str | None = None, issued_at: datetime | None = None,
        by: str | None = None, **fields: Any,
    ) -> tuple[int, SentCommand]:  # fmt: skip
        """The next command of a tablet's queue: (seq, sent). `by` is a role other than that of who holds it."""
        tablet.seq += 1
        sent = SentCommand(
            id=uuid7(), name=command, fields=plain(fields), issued_at=issued_at or self.now,
            user_id=self.people[by] if by else tablet.user_id, device_id=tablet.id, lane=lane,
        )  # fmt: skip
        return tablet.seq, sent

    async def push(self, tablet: Tablet, *commands: tuple[int, SentCommand], bus: Bus | None = None) -> Answer:
        """Sends commands as one push; raises Gap or Forked."""
        actor = Actor(
            group_id=self.group_id, store_id=tablet.store_id, door="tablet", user_id=tablet.user_id, device_id=tablet.id
        )
        envelopes = [envelope(sent, seq) for seq, sent in commands]
        answer = await (bus or self.bus).submit(Submission(actor, envelopes, queue=True))
        tablet.outcomes |= {outcome.id: outcome for outcome in answer.outcomes}
        return answer

    async def send(self, tablet: Tablet, command: str, /, lane: str | None = None, **fields: Any) -> Outcome:
        """Queues one command and pushes it."""
        answer = await self.push(tablet, self.queued(tablet, command, lane, **fields))
        await self.followed()
        return answer.outcomes[0]

    # What tablets hold

    def caller(self, tablet: Tablet) -> Caller:
        """Who holds the tablet, as a door knows the person."""
        return Caller(
            session_id="", group_id=self.group_id, store_id=tablet.store_id, user_id=tablet.user_id, username="",
            name="", role=self.role_of(tablet), device_id=tablet.id,
        )  # fmt: skip

    def role_of(self, tablet: Tablet) -> str:
        """The role of who holds the tablet."""
        return next(role for role, person in self.people.items() if person == tablet.user_id)

    async def next_page(self, tablet: Tablet, limit: int) -> dict[str, Any]:
        """Takes the next page into the tablet's copy."""
        page = await pull(self.db, self.caller(tablet), tablet.cookie, limit, self.now)
        content = msgspec.json.decode(page.json())
        take(tablet, content)
        tablet.cookie = page.cookie
        tablet.told |= {outcome.id: outcome for outcome in page.outcomes}
        return content

    async def pull(self, tablet: Tablet, limit: int = 5000) -> int:
        """Brings the tablet's copy up to date; the number of pages it took."""
        pages = 1
        while (await self.next_page(tablet, limit))["more"]:
            pages += 1
        return pages

    async def fresh(self, store: int = 0, role: str = "manager") -> Rows:
        """What a new tablet of the store would hold in the hands of this role, empty kinds left out."""
        tablet = Tablet(uuid7(), self.stores[store], self.people[role])
        await self.pull(tablet)
        return held(tablet)

    async def followed(self) -> None:
        """Whoever followed along holds exactly what a new tablet would load: the replay check, in both stores."""
        for tablet in self.followers:
            while True:
                begun = await self.position()
                await self.pull(tablet)
                fresh = await self.fresh(self.stores.index(tablet.store_id), self.role_of(tablet))
                if await self.position() == begun:  # else a worker wrote between the two looks
                    break
            assert held(tablet) == fresh

    async def row(self, kind: str, row_id: str, store: int = 0) -> dict[str, Any]:
        """One row as a fresh tablet of a store sees it."""
        return (await self.fresh(store))[kind][row_id]

    async def rows(self, kind: str, store: int = 0) -> list[dict[str, Any]]:
        """All rows of a kind as a fresh tablet of a store sees them."""
        return list((await self.fresh(store)).get(kind, {}).values())

    async def position(self) -> int:
        """Where the group's feed and journal end: it stands still when nothing was written."""
        async with self.db.read() as tx:
            [[row]] = await tx.run(("SELECT position FROM groups WHERE id = ?", (self.group_id,)))
        return row[0]

    async def promises(self, kind: str = "message") -> list[dict[str, Any]]:
        """What waits in the outbox, oldest first: its payload, and what it is about."""
        async with self.db.read() as tx:
            [rows] = await tx.run(
                (
                    "SELECT id, visit_id, dedupe, payload FROM outbox WHERE group_id = ? AND kind = ? ORDER BY id",
                    (self.group_id, kind),
                ),
            )
        names = ("id", "visit_id", "dedupe")
        return [dict(zip(names, row, strict=False)) | msgspec.json.decode(row[3]) for row in rows]

    def later(self, **delta: float) -> None:
        """The server's clock moves on."""
        self.now += timedelta(**delta)


def take(tablet: Tablet, page: dict[str, Any]) -> None:
    """What a tablet does with a page: an id is never among the rows and among what is gone."""
    if page["reset"]:
        tablet.rows, tablet.resets = {}, tablet.resets + 1
    tablet.applied_through = page["applied_through"]
    for kind, ids in page["gone"].items():
        assert not {row["id"] for row in page["rows"].get(kind, [])}.intersection(ids)
        for row_id in ids:
            tablet.rows.get(kind, {}).pop(row_id, None)
    for kind, rows in page["rows"].items():
        tablet.rows.setdefault(kind, {}).update({row["id"]: row for row in rows})


def held(tablet: Tablet) -> Rows:
    """The tablet's rows, empty kinds left out."""
    return {kind: rows for kind, rows in tablet.rows.items() if rows}


def plain(value: Any) -> Any:
    """As it would travel: datetimes and structs become JSON values."""
    return msgspec.to_builtins(value)


__all__ = ["REGISTRY", "Shop", "Tablet", "plain"]
