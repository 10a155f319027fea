"""The journal: every command with its one outcome, hash-chained in the order in which they ran."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from server.domain.ids import uuid7
from server.store.journal import chained, content_of, digest_of, is_whole
from tests.commands.examples import examples
from tests.commands.given import registered
from tests.shop import Shop

COLUMNS = (
    "group_id", "n", "command_id", "device_id", "seq", "name", "user_id", "door", "lane", "issued_at", "fields",
    "outcome", "reason", "merged", "salt", "review_id", "previous", "content", "received_at",
    "position",
)  # fmt: skip


async def entries(shop: Shop) -> list[dict[str, Any]]:
    """The journal in its order, with the hash of each entry."""
    names = (*COLUMNS, "hash")
    async with shop.db.read() as tx:
        [rows] = await tx.run(
            (f"SELECT {', '.join(names)} FROM journal WHERE group_id = ? ORDER BY n", (shop.group_id,)),
        )
    return [dict(zip(names, row, strict=True)) for row in rows]


async def verified(shop: Shop) -> list[dict[str, Any]]:
    """The entries, once each one's hash fits it, the one before it and the group's head."""
    found = await entries(shop)
    previous = ""
    for number, entry in enumerate(found, start=1):
        assert (entry["n"], entry["previous"]) == (number, previous)
        previous = entry["hash"]
        assert is_whole(entry), entry
        assert digest_of(chained({name: entry[name] for name in COLUMNS})) == previous, entry
    async with shop.db.read() as tx:
        [[head]] = await tx.run(
            ("SELECT journal_count, journal_hash, position FROM groups WHERE id = ?", (shop.group_id,))
        )
    assert tuple(head[:2]) == (len(found), previous)
    positions = [entry["position"] for entry in found]
    assert positions == sorted(set(positions))
    assert positions[-1] <= head[2]
    return found


async def the_chain_holds_over_every_door_and_outcome(shop):
    tablet, customer = await shop.tablet(), await registered(shop)
    china = timezone(timedelta(hours=8))
    answer = await shop.push(
        tablet,
        shop.queued(
            tablet, "customer.tag", "customer", issued_at=datetime(2026, 11, 21, 8, 30, 0, 123456, china),
            customer_id=customer, add=["爱干净😀"],
        ),
        shop.queued(tablet, "visit.cancel", issued_at=datetime(1970, 1, 1, tzinfo=china), **examples()["visit.cancel"]),
        shop.queued(tablet, "handover.sign", **examples()["handover.sign"] | {"document": {"n": 1.5, "m": 2**53 - 1}}),
    )  # fmt: skip
    shop.later(microseconds=1)
    changes = {"name": {"from": "谁", "to": "李四"}}
    await shop.merged("crm", "customer.update", "value_conflict", customer_id=customer, changes=changes)
    found = {entry["command_id"]: entry for entry in await verified(shop)}
    journalled = [found[o.id] for o in answer.outcomes]
    assert [(e["seq"], e["door"], e["device_id"]) for e in journalled] == [(i, "tablet", tablet.id) for i in (1, 2, 3)]
    assert [e["outcome"] for e in journalled] == ["applied", "rejected", "rejected"]
    assert journalled[0]["issued_at"].utcoffset() == timedelta(0)
    assert journalled[0]["user_id"] == tablet.user_id


async def a_tablet_whose_clock_stands_at_the_edge_of_time_is_heard(shop):
    tablet, customer = await shop.tablet(), await registered(shop)
    moments = (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), datetime(9999, 12, 31, tzinfo=UTC))
    for moment in moments:
        note = {"customer_id": customer, "note_id": uuid7(), "text": "一"}
        answer = await shop.push(tablet, shop.queued(tablet, "customer.add_note", issued_at=moment, **note))
        assert [o.outcome for o in answer.outcomes] == ["applied"]
    await verified(shop)
    await shop.followed()


async def a_repeated_command_is_journalled_once(shop):
    customer, command_id = await registered(shop), uuid7()
    for _ in range(3):
        await shop.bus.run(shop.person("crm"), "customer.tag", {"customer_id": customer, "add": ["VIP"]}, command_id)
    assert [e["command_id"] for e in await verified(shop)].count(command_id) == 1


async def a_changed_entry_breaks_the_chain(shop):
    await registered(shop)
    [*_, last] = await verified(shop)
    forged = {name: last[name] for name in COLUMNS} | {"fields": last["fields"].replace("王伟", "王玮")}
    assert not is_whole(forged)
    assert digest_of(chained(forged | {"content": content_of(forged)})) != last["hash"]
