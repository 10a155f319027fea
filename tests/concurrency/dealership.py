"""A dealership with visits under way, and tablets that have signed in to it, before its server starts."""

from datetime import UTC, datetime

from server.auth.sessions import Account, Named, open_session
from server.domain.ids import uuid7
from server.store.database import Database
from tests.auth.app import hire
from tests.concurrency.line import Line
from tests.concurrency.tablet import Tablet
from tests.shop import Shop
from tests.visits import Ids, diagnosing


class Dealership:
    """Two stores, a manager in each, and `visits` being diagnosed in the first one."""

    def __init__(self, shop: Shop, managers: list[str], visits: list[Ids]) -> None:
        self.shop, self.managers, self.visits = shop, managers, visits

    @classmethod
    async def open(cls, db: Database, visits: int) -> "Dealership":
        """Founds it in an empty database."""
        shop = await Shop.open(db)
        shop.now = datetime.now(UTC)
        managers = [await hire(shop, f"manager{store}", "manager", store) for store in range(2)]
        return cls(shop, managers, [await diagnosing(shop) for _ in range(visits)])

    async def tablet(self, port: int, store: int = 0) -> Tablet:
        """A tablet of a store, its manager signed in."""
        shop, device_id, user = self.shop, uuid7(), self.managers[store]
        fields = {"device_id": device_id, "name": "平板", "public_key": shop.followers[0].jwk(), "enrolled_by": user}
        await shop.bus.run(shop.server(), "device.enrol", fields)
        who = Account(user, shop.group_id, shop.stores[store], "", True, "advisor", "advisor")
        opened = await open_session(shop.db, who, Named(device_id, "平板"), datetime.now(UTC), 1, "192.0.2.1")
        assert opened.token
        return Tablet(Line(port, opened.token), device_id, shop.stores[store])
