"""The projection: rows of every kind go in as JSON and come back through Piccolo with the same values."""

import itertools
import json
import random
import types
import typing
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone

import msgspec
from msgspec import Struct

from server.domain.fields import Id
from server.domain.ids import uuid7
from server.domain.rows import KINDS
from server.domain.rows.catalogue import Alias
from server.domain.rows.vehicles import Appointment
from server.store.database import Database
from server.store.projection import upsert
from server.store.tables import TABLE_OF, Aliases, Appointments

GROUP = uuid7()


def made(hint: typing.Any, dice: random.Random) -> typing.Any:
    """Any value that a field may hold; half of those that may be null are."""
    if hint == Id:
        return uuid7()
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return None if dice.random() < 0.5 else made(args[0], dice)
    if origin is typing.Annotated:
        return made(args[0], dice)
    if origin is typing.Literal:
        return dice.choice(args)
    if origin is list:
        return [made(args[0], dice) for _ in range(dice.randrange(3))]
    if origin is dict:
        return {"words": 'it\'s "quoted" ☃', "深": [1, None, True, 1.5], "empty": {}}
    if isinstance(hint, type) and issubclass(hint, Struct):
        hints = typing.get_type_hints(hint, include_extras=True)
        return hint(**{name: made(inner, dice) for name, inner in hints.items()})
    return PLAIN[hint](dice)


PLAIN: dict[typing.Any, typing.Callable[[random.Random], typing.Any]] = {
    str: lambda dice: dice.choice(["", "川A·12345", 'it\'s "quoted" \\ ☃', "0012", "null"]),
    int: lambda dice: dice.choice([0, 1, 20_000_000]),
    bool: lambda dice: dice.random() < 0.5,
    float: lambda dice: dice.random(),
    datetime: lambda dice: datetime(2026, 11, 21, 1, 2, 3, dice.choice([0, 4000, 123456]), UTC),
    date: lambda dice: date(2026, 2, dice.randrange(1, 29)),
    typing.Any: lambda dice: dice.choice([None, 1, "words", {"a": []}]),
}


async def projected(db: Database, kind: str, rows: Sequence[Struct]) -> None:
    async with db.write() as tx:
        await tx.finish((upsert(kind, db.dialect), (GROUP, msgspec.json.encode(rows).decode())))


async def read_back(kind: str) -> dict[str, dict[str, typing.Any]]:
    rows = await TABLE_OF[kind].select().output(load_json=True)
    return {row["id"]: row for row in rows}


def as_read(row: Struct) -> dict[str, typing.Any]:
    """What Piccolo gives for a row: plain columns as Python values, everything nested as JSON."""
    values = {field: getattr(row, field) for field in row.__struct_fields__}
    nested = {field: value for field, value in values.items() if isinstance(value, list | dict | Struct)}
    return values | json.loads(msgspec.json.encode(nested)) | {"group_id": GROUP}


async def a_row_of_each_kind_is_written_and_rewritten(db: Database):
    for kind, struct in KINDS.items():
        dice = random.Random(kind)
        rows = [made(struct, dice) for _ in range(6)]
        await projected(db, kind, rows)
        assert await read_back(kind) == {row.id: as_read(row) for row in rows}
        changed = [msgspec.structs.replace(made(struct, dice), id=row.id) for row in rows[:3]]
        changed.append(made(struct, dice))
        await projected(db, kind, changed)
        assert await read_back(kind) == {row.id: as_read(row) for row in [*rows, *changed]}


async def an_instant_with_any_offset_is_kept_and_compared_in_utc(db: Database):
    row = typing.cast(Appointment, made(Appointment, random.Random(1)))
    for microsecond, hours in itertools.product((0, 4000, 999_999), (0, 8, -3.5)):
        at = datetime(2026, 11, 21, 1, 2, 3, microsecond, timezone(timedelta(hours=hours)))
        await projected(db, "appointments", [msgspec.structs.replace(row, at=at)])
        found = await Appointments.select(Appointments.at).where(
            (Appointments.at >= at) & (Appointments.at < at + timedelta(microseconds=1))
        )
        assert found == [{"at": at}]
        assert found[0]["at"].utcoffset() == timedelta(0)


async def an_empty_array_changes_nothing(db: Database):
    await projected(db, "aliases", [])
    assert await Aliases.count() == 0


async def a_thousand_rows_are_one_statement(db: Database):
    rows = [Alias(id=uuid7(), rev=1, canonical_id=uuid7(), type="visits") for _ in range(1000)]
    await projected(db, "aliases", rows)
    assert await Aliases.count() == 1000
