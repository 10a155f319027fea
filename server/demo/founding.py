"""A dealer group's first steps, for the demo and for real: the group, its stores, catalogue and inspection template."""

from datetime import UTC, datetime
from typing import Any

from server.commands.bus import Actor, Bus, Submission
from server.commands.envelope import envelope, sent_now
from server.commands.every import REGISTRY
from server.demo.catalogue import catalogue, inspection_template
from server.domain.ids import uuid7
from server.store.database import Database

assert REGISTRY, "importing the commands fills the registry"

STORE = ("id", "group_id", "name", "name_en", "phone", "address", "time_zone", "labour_rate_fen")


async def found_group(db: Database, group_id: str, name: str) -> None:
    """A group with an empty feed and journal; its epoch names this life of the database."""
    async with db.write() as tx:
        await tx.finish(
            (
                "INSERT INTO groups (id, name, position, epoch, journal_count, journal_hash) "
                "VALUES (?, ?, 0, ?, 0, '')",
                (group_id, name, uuid7()),
            )
        )


async def add_store(db: Database, store: dict[str, Any]) -> None:
    """A store of a group, with the fields of `STORE`."""
    marks = ", ".join("?" * len(STORE))
    async with db.write() as tx:
        await tx.finish(
            (f"INSERT INTO stores ({', '.join(STORE)}) VALUES ({marks})", tuple(store[name] for name in STORE))
        )


async def stock(bus: Bus, group_id: str, store_id: str) -> list[str]:
    """Catalogue and inspection template of a common workshop, priced as of today; gives what was not applied."""
    server = Actor(group_id=group_id, store_id=store_id, door="server", role="server")
    now = bus.clock()
    wanted = [("catalog.put", item) for item in catalogue(datetime.now(UTC).date())]
    wanted += [("inspection.put", item) for item in inspection_template()]
    commands = [envelope(sent_now(uuid7(), name, item, None, now), internal=True) for name, item in wanted]
    answer = await bus.submit(Submission(server, commands))
    return [outcome.id for outcome in answer.outcomes if outcome.outcome != "applied"]
