"""Who in the whole dealer group has this phone, plate or VIN: whole, as a customer tells it, never a part."""

from typing import Literal

from msgspec import Struct

from server.queries.rows import belonging_to, rows_by_id
from server.queries.sight import Sight
from server.store.database import Database

Told = Literal["phone", "plate", "vin"]
KINDS: dict[Told, str] = {"phone": "customers", "plate": "vehicles", "vin": "vehicles"}
MOST = 20
"""Cars of one customer that come along."""


class Known(Struct, frozen=True):
    """A customer, and the cars that are theirs."""

    customer_id: str
    vehicle_ids: list[str]


async def known_by(db: Database, group_id: str, by: Told, value: str) -> list[Known]:
    """The customers with this number, or who own the car; without those whose record is only stored (仅存储)."""
    kind, eyes = KINDS[by], Sight.everything(group_id)
    async with db.read() as tx:
        [found] = await tx.run(
            ("SELECT id FROM lookups WHERE group_id = ? AND kind = ? AND key = ?", (group_id, kind, f"{by}:{value}"))
        )
    rows = (await rows_by_id(db, eyes, kind, [row_id for (row_id,) in found])).values()
    owners = [row.owner_id for row in rows if row.owner_id] if kind == "vehicles" else [row.id for row in rows]
    people = {row.id: row for row in (await rows_by_id(db, eyes, "customers", owners)).values()}
    used = sorted(customer_id for customer_id, row in people.items() if row.restricted is None)
    cars = await belonging_to(db, eyes, "vehicles", "owner_id", "id", used, MOST)
    return [Known(customer_id, [car.id for car in cars.get(customer_id, [])]) for customer_id in used]
