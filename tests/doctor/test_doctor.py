"""`doctor` notices each kind of breach and names its row; the feed can be rebuilt from the tables."""

from pathlib import Path

import pytest

from server.doctor import examine, extent, rebuild_feed
from server.store.looks import Look, Looks
from tests.shop import Shop
from tests.visits import Ids, check_in, ready_visit


@pytest.fixture
async def shop(db) -> Shop:
    return await Shop.open(db)


@pytest.fixture
async def visit(shop) -> Ids:
    """A visit with something of everything, sent by a tablet as well."""
    tablet = await shop.tablet()
    visit = await ready_visit(shop)
    await shop.push(tablet, shop.queued(tablet, "customer.tag", customer_id=visit.customer_id, add=["常客"]))
    for fields in (["name"], ["phones"], ["photo"]):
        await Looks(shop.db).note([look_of(shop, visit, fields)])
    return visit


def look_of(shop: Shop, visit: Ids, fields: list[str]) -> Look:
    """The manager looks at the visit's customer."""
    return Look(
        group_id=shop.group_id, user_id=shop.people["manager"], device_id=None, role="manager", door="graphql",
        subject_type="customers", subject_id=visit.customer_id, reason="对账", fields=fields,
    )  # fmt: skip


async def change(shop: Shop, sql: str, *params: object) -> None:
    """Damage, done behind the bus's back."""
    async with shop.db.write() as tx:
        await tx.finish((sql, params))


async def a_whole_database_has_no_breach(shop, visit, tmp_path):
    assert await examine(shop.db, tmp_path) == []


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE journal SET fields = '{}' WHERE n = 5", "entry 5 "),
        ("UPDATE journal SET outcome = 'kept' WHERE n = 3", "entry 3 "),
        ("DELETE FROM journal WHERE n = 4", "the chain is broken here"),
        ("DELETE FROM journal WHERE n = (SELECT max(n) FROM journal)", "it ends at"),
        ("UPDATE access_log SET user_id = NULL WHERE n = 2", "access log"),
        ("DELETE FROM access_log WHERE n = 2", "entry 3: the chain is broken here"),
        ("DELETE FROM access_log WHERE n = 3", "it does not end where its head says"),
        ("UPDATE device_queues SET next_seq = next_seq + 1", "next_seq is 3, 1 numbers were answered"),
        ("UPDATE customers SET name = '别人'", "feed and table differ"),
        ("DELETE FROM feed WHERE kind = 'visits'", "it is in its table and not in the feed"),
        ("DELETE FROM estimate_lines", "it is in the feed and not in its table"),
    ],
)
async def a_breach_is_named_with_its_row(shop, visit, tmp_path, sql, says):
    await change(shop, sql)
    assert any(says in line for line in await examine(shop.db, tmp_path))


async def a_missing_or_changed_photo_is_named(shop, tmp_path: Path):
    await shop.bus.run(shop.server(), "media.store", {"sha256": "a" * 64, "media_type": "image/jpeg", "bytes": 3})
    assert await examine(shop.db, tmp_path) == [f"media {'a' * 64}: the file is missing"]
    path = tmp_path / "media" / "aa" / ("a" * 62)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"xyz")
    assert await examine(shop.db, tmp_path) == [f"media {'a' * 64}: the file holds something else"]


async def the_feed_is_rebuilt_from_the_tables_and_tablets_get_it(shop, visit, tmp_path):
    tablet = await shop.tablet("advisor")
    await shop.pull(tablet)
    before = await shop.fresh()
    await change(shop, "DELETE FROM feed WHERE kind IN ('visits', 'progress')")
    await change(shop, "UPDATE feed SET rev = 99 WHERE kind = 'customers'")
    assert await rebuild_feed(shop.db) == 2 + len(before["progress"])
    assert await examine(shop.db, tmp_path) == []
    assert await shop.fresh() == before
    await shop.pull(tablet)
    assert {kind: rows for kind, rows in tablet.rows.items() if rows} == before
    await check_in(shop)


async def an_operator_reads_how_far_the_database_has_come(shop, visit):
    [line] = [line for line in await extent(shop.db) if shop.group_id in line]
    async with shop.db.read() as tx:
        [[(position, count)]] = await tx.run(
            ("SELECT position, journal_count FROM groups WHERE id = ?", (shop.group_id,))
        )
    at = f"{shop.now:%Y-%m-%d %H:%M:%S} UTC"
    assert line == f"group {shop.group_id}: position {position}, {count} commands, the last one at {at}"
    assert "王小明" not in line
