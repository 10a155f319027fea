"""A small dealership in a test: a group with two stores, its people, tablets that push and pull through the bus."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from server.commands.bus import Actor, Answer, Bus, Submission
from server.commands.envelope import envelope
from server.commands.every import REGISTRY
from server.domain.ids import uuid7
from server.domain.roles import PEOPLE
from server.domain.rows.inbox import SentCommand
from server.queries.callers import Caller
from server.queries.pull import Cookie, pull
from server.store.database import Database
from server.store.journal import Outcome

START = datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC)
PNG = "image/jpeg"


@dataclass
class Tablet:
    """A device with its queue and its copy of the rows."""

    id: str
    store_id: str
    user_id: str
    seq: int = 0
    cookie: Cookie | None = None
    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)


class Shop:
    """Commands run as people: `await shop.do("advisor", "visit.open", …)`; pushes run as tablets."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.now = START
        self.bus = Bus(db, clock=lambda: self.now)
        self.group_id, self.epoch = uuid7(), uuid7()
        self.stores = [uuid7(), uuid7()]
        self.people = {role: uuid7() for role in PEOPLE}
        self.rng = random.Random(7)

    @classmethod
    async def open(cls, db: Database) -> "Shop":
        """Writes the group, its stores and one person of each role in the first store."""
        shop = cls(db)
        async with db.write() as tx:
            await tx.run(
                (
                    "INSERT INTO groups (id, name, position, epoch, journal_count, journal_hash) VALUES (?, ?, 0, ?, 0, '')",
                    (shop.group_id, "锦程集团", shop.epoch),
                ),
                *(
                    (
                        "INSERT INTO stores (id, group_id, name, name_en, phone, address, time_zone, labour_rate_fen) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        (
                            store,
                            shop.group_id,
                            "锦程门店",
                            "Jincheng",
                            "+862812345678",
                            "锦程路1号",
                            "Asia/Shanghai",
                            12000,
                        ),
                    )
                    for store in shop.stores
                ),
            )
        server = Actor(group_id=shop.group_id, store_id=shop.stores[0], door="server", role="server")
        for role, person in shop.people.items():
            await shop.bus.run(server, "staff.put", {"staff_id": person, "name": role, "role": role})
        return shop

    def server(self) -> Actor:
        """The server itself, for its own commands."""
        return Actor(group_id=self.group_id, store_id=self.stores[0], door="server", role="server")

    async def do(
        self, role: str, command: str, /, command_id: str | None = None, store: int = 0, **fields: Any
    ) -> Outcome:
        """Runs one command as a person of this role, as GraphQL would."""
        actor = Actor(
            group_id=self.group_id, store_id=self.stores[store], door="graphql", user_id=self.people[role],
        )  # fmt: skip
        return await self.bus.run(actor, command, plain(fields), command_id)

    async def done(self, role: str, command: str, /, **fields: Any) -> Outcome:
        """Like `do`, for what must be applied."""
        outcome = await self.do(role, command, **fields)
        assert outcome.outcome == "applied", outcome
        return outcome

    async def tablet(self, role: str = "manager", store: int = 0) -> Tablet:
        """A tablet on which this person has signed in."""
        tablet = Tablet(uuid7(), self.stores[store], self.people[role])
        key = {"kty": "EC", "crv": "P-256", "x": "x", "y": "y"}
        fields = {"device_id": tablet.id, "name": "平板", "public_key": key, "enrolled_by": tablet.user_id}
        await self.bus.run(self.server(), "device.enrol", fields)
        async with self.db.write() as tx:
            await tx.run(
                (
                    "INSERT INTO device_queues (device_id, group_id, store_id, next_seq, attempts) VALUES (?, ?, ?, 1, '{}')",
                    (tablet.id, self.group_id, tablet.store_id),
                )
            )
        return tablet

    def queued(
        self, tablet: Tablet, command: str, /, lane: str | None = None, issued_at: datetime | None = None, **fields: Any
    ) -> tuple[int, SentCommand]:
        """The next command of a tablet's queue: (seq, sent)."""
        tablet.seq += 1
        sent = SentCommand(
            id=uuid7(), name=command, fields=plain(fields), issued_at=issued_at or self.now, user_id=tablet.user_id,
            device_id=tablet.id, lane=lane,
        )  # fmt: skip
        return tablet.seq, sent

    async def push(self, tablet: Tablet, *commands: tuple[int, SentCommand]) -> Answer:
        """Sends commands as one push; raises Gap or Forked."""
        actor = Actor(
            group_id=self.group_id, store_id=tablet.store_id, door="tablet", user_id=tablet.user_id, device_id=tablet.id
        )
        answer = await self.bus.submit(Submission(actor, [envelope(sent, seq) for seq, sent in commands], queue=True))
        tablet.outcomes |= {outcome.id: outcome for outcome in answer.outcomes}
        return answer

    async def pull(self, tablet: Tablet, limit: int = 5000) -> None:
        """Brings the tablet's copy up to date."""
        person = Caller(
            session_id="", group_id=self.group_id, store_id=tablet.store_id, user_id=tablet.user_id, username="", name="",
            role="manager", device_id=tablet.id,
        )  # fmt: skip
        while True:
            page = msgspec.json.decode((p := await pull(self.db, person, tablet.cookie, limit)).json())
            if page["reset"]:
                tablet.rows = {}
            for kind, rows in page["rows"].items():
                tablet.rows.setdefault(kind, {}).update({row["id"]: row for row in rows})
            for kind, ids in page["gone"].items():
                for row_id in ids:
                    tablet.rows.get(kind, {}).pop(row_id, None)
            tablet.cookie = p.cookie
            if not page["more"]:
                return

    async def fresh(self, store: int = 0) -> dict[str, dict[str, dict[str, Any]]]:
        """What a new tablet of the store would hold, empty kinds left out."""
        tablet = Tablet(uuid7(), self.stores[store], self.people["manager"])
        await self.pull(tablet)
        return {kind: rows for kind, rows in tablet.rows.items() if rows}

    async def row(self, kind: str, row_id: str) -> dict[str, Any]:
        """One row as a fresh tablet of the first store sees it."""
        return (await self.fresh())[kind][row_id]

    def later(self, **delta: float) -> None:
        """The server's clock moves on."""
        self.now += timedelta(**delta)


def plain(value: Any) -> Any:
    """As it would travel: datetimes and structs become JSON values."""
    return msgspec.to_builtins(value)


__all__ = ["REGISTRY", "Shop", "Tablet", "plain"]
