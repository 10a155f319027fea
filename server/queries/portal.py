"""What the customer's page needs besides the visit's rows: its link, its store, names in the other language."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from server.domain.ids import derived
from server.domain.rows.catalogue import CatalogItem, InspectionItem
from server.store.database import Database
from server.store.feed import DIALECTS
from server.store.rows import DECODERS


class OpenLink(Struct, frozen=True):
    """A customer's link as the server knows it; see `domain/tokens.py` for how a token is checked against it."""

    group_id: str
    visit_id: str
    generation: int
    expires_at: datetime
    revoked: bool


class StoreCard(Struct, frozen=True):
    """How customers reach a store; `time_zone` is an IANA name."""

    name: str
    name_en: str
    phone: str
    address: str
    map_url: str | None
    time_zone: str


class Surroundings(Struct, frozen=True):
    """The visit's store, and by code the inspection template's and the catalogue's items."""

    store: StoreCard
    items: dict[str, InspectionItem]
    catalogue: dict[str, CatalogItem]


async def link_of(db: Database, visit_id: str) -> OpenLink | None:
    """The link to this visit, or to the one that it joined, whatever its state; the caller checks it."""
    columns = "SELECT l.group_id, l.visit_id, l.generation, l.expires_at, l.revoked FROM links l"
    joined = "JOIN aliases a ON a.group_id = l.group_id AND a.canonical_id = l.visit_id"
    async with db.read() as tx:
        own, first = await tx.run(
            (f"{columns} WHERE l.visit_id = ?", (visit_id,)),
            (f"{columns} {joined} WHERE a.id = ?", (visit_id,)),
        )
    rows = own or first
    return OpenLink(*rows[0][:4], revoked=bool(rows[0][4])) if rows else None


async def surroundings(
    db: Database, group_id: str, store_id: str, codes: set[str], catalogue: set[str]
) -> Surroundings:
    """The store's card, and the items with these codes; an unknown code is left out."""
    ids = [derived("inspection", code) for code in codes] + [derived("catalog", code) for code in catalogue]
    which = DIALECTS[db.dialect].ids
    async with db.read() as tx:
        stores, items = await tx.run(
            ("SELECT name, name_en, phone, address, map_url, time_zone FROM stores WHERE id = ?", (store_id,)),
            (
                f"SELECT kind, body FROM feed WHERE group_id = ? AND store_id = ? AND id IN ({which})",
                (group_id, store_id, msgspec.json.encode(sorted(ids)).decode()),
            ),
        )
    found: dict[str, dict[str, Any]] = {"inspection_items": {}, "catalog_items": {}}
    for kind, body in items:
        row = DECODERS[kind].decode(body)
        found[kind][row.code] = row
    return Surroundings(StoreCard(*stores[0]), found["inspection_items"], found["catalog_items"])


async def last_change(db: Database, group_id: str, visit_id: str, customer_id: str) -> int:
    """The newest position in the feed of all that the page shows: it grows whenever the page may differ."""
    newest = "SELECT max(position) FROM feed WHERE group_id = ? AND"
    booked = "SELECT id FROM appointments WHERE group_id = ? AND customer_id = ?"
    async with db.read() as tx:
        found = await tx.run(
            (f"{newest} id = ?", (group_id, visit_id)),
            (f"{newest} parent_id = ?", (group_id, visit_id)),
            (f"{newest} id = ?", (group_id, customer_id)),
            (f"{newest} id IN ({booked})", (group_id, group_id, customer_id)),
        )
    return max(rows[0][0] or 0 for rows in found)
