"""The access log: durable before it is answered, one chain for each group, however many write at once."""

import asyncio

import pytest

from server.doctor import examine
from server.domain.ids import uuid7
from server.store.database import Database
from server.store.looks import Look, Looks
from tests.shop import Shop


def look(group_id: str, **fields) -> Look:
    """A technician saw a customer's name, unless said otherwise."""
    said = {
        "user_id": uuid7(), "device_id": None, "role": "technician", "door": "graphql", "subject_type": "customers",
        "subject_id": uuid7(), "reason": None, "fields": ["name"],
    }  # fmt: skip
    return Look(group_id=group_id, **said | fields)


async def written(db: Database, group_id: str) -> list[tuple]:
    """(n, subject) of a group's looks, in their order."""
    async with db.read() as tx:
        [rows] = await tx.run(("SELECT n, subject_id FROM access_log WHERE group_id = ? ORDER BY n", (group_id,)))
    return rows


async def the_looks_that_come_at_once_through_two_servers_are_one_chain(db, tmp_path):
    shop = await Shop.open(db)
    doors = [Looks(db), Looks(db)]
    noted = [look(shop.group_id) for _ in range(60)]
    await asyncio.gather(*(doors[n % 2].note([one]) for n, one in enumerate(noted)))
    rows = await written(db, shop.group_id)
    assert [n for n, _ in rows] == list(range(1, 61))
    assert {subject for _, subject in rows} == {one.subject_id for one in noted}
    assert await examine(db, tmp_path) == []


async def the_groups_have_chains_of_their_own(db, tmp_path):
    ours, theirs = uuid7(), uuid7()
    await Looks(db).note([look(ours), look(theirs), look(ours)])
    assert [n for n, _ in await written(db, ours)] == [1, 2]
    assert [n for n, _ in await written(db, theirs)] == [1]
    assert await examine(db, tmp_path) == []


async def a_look_that_cannot_be_written_is_refused_and_the_next_one_is_not(db):
    group_id = uuid7()
    looks = Looks(db)
    async with db.write() as tx:
        await tx.run(("ALTER TABLE access_log RENAME TO hidden", ()))
    with pytest.raises(Exception, match="access_log"):
        await looks.note([look(group_id)])
    async with db.write() as tx:
        await tx.run(("ALTER TABLE hidden RENAME TO access_log", ()))
    await looks.note([look(group_id)])
    assert [n for n, _ in await written(db, group_id)] == [1]
