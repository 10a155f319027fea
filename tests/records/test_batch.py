"""A period of many visits is read in pages, each with the same few statements however many visits it holds."""

from datetime import date
from typing import Any

import pytest

from server.domain.ids import uuid7
from server.queries.pages import Window
from server.records.batch import Period, filed_page
from server.store.database import Database
from server.store.tables.visits import Visits
from tests.delivery.signing import sign
from tests.shop import Shop
from tests.visits import ready_visit

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="module")
COPIES = 2000
COLUMNS = [column._meta.db_column_name for column in Visits._meta.columns]


class Counted(Database):
    """The same database; counts the statements of what is read."""

    def __init__(self, db: Database) -> None:
        super().__init__(db.engine)
        self.transactions: list[Any] = []

    def read(self):
        self.transactions.append(super().read())
        return self.transactions[-1]

    def counted(self) -> int:
        """The statements since the last time."""
        done, self.transactions = self.transactions, []
        return sum(transaction.statements for transaction in done)


async def _copy(shop: Shop, visit_id: str, times: int) -> None:
    """The same closed visit again, so many times, with its signature."""
    feed = (
        "INSERT INTO feed (group_id, store_id, kind, id, parent_id, rev, position, gone, body) "
        "SELECT group_id, store_id, kind, ?, CASE WHEN parent_id IS NULL THEN NULL ELSE ? END, rev, ?, gone, "
        "replace(body, ?, ?) FROM feed WHERE group_id = ? AND {0} = ? AND kind = ?"
    )
    names = ", ".join(COLUMNS)
    visits = f"INSERT INTO visits ({names}) SELECT {names.replace('id', '?', 1)} FROM visits WHERE id = ?"
    async with shop.db.write() as tx:
        for at in range(times):
            new, place = uuid7(), 1_000_000 + 2 * at
            await tx.run(
                (visits, (new, visit_id)),
                (feed.format("id"), (new, new, place, visit_id, new, shop.group_id, visit_id, "visits")),
                (
                    feed.format("parent_id"),
                    (uuid7(), new, place + 1, visit_id, new, shop.group_id, visit_id, "signatures"),
                ),
            )


async def test_two_thousand_visits_take_the_same_few_statements_a_page(shop):
    visit = await ready_visit(shop)
    await sign(shop, visit.id)
    period = Period(shop.stores[0], "Asia/Shanghai", date(2026, 11, 21), date(2026, 11, 21))
    counted = Counted(shop.db)
    assert len((await filed_page(counted, shop.group_id, "health", period, Window(500))).filed) == 1
    of_one = counted.counted()
    await _copy(shop, visit.id, COPIES)
    seen: set[str] = set()
    after, pages = None, 0
    while pages == 0 or after is not None:
        page = await filed_page(counted, shop.group_id, "health", period, Window(500, after))
        seen |= {one.visit_id for one in page.filed}
        after, pages = page.after, pages + 1
    assert (len(seen), pages) == (COPIES + 1, 5)
    assert counted.counted() == pages * of_one
    assert of_one <= 8
