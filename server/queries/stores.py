"""The store (门店) that a person works in."""

from msgspec import Struct

from server.domain.fields import Id
from server.store.database import Database


class Store(Struct, frozen=True):
    """A store of the dealer group; `labour_rate_fen` is the price of an hour, `time_zone` an IANA name."""

    id: Id
    name: str
    name_en: str
    phone: str
    address: str
    map_url: str | None
    time_zone: str
    labour_rate_fen: int


async def stores_by_id(db: Database, group_id: str) -> dict[str, Store]:
    """The stores of a group."""
    columns = ", ".join(Store.__struct_fields__)
    async with db.read() as tx:
        [rows] = await tx.run((f"SELECT {columns} FROM stores WHERE group_id = ?", (group_id,)))
    return {row[0]: Store(*row) for row in rows}
