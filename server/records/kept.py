"""A visit that is over, as its records need it: the newest closing document, and what only the rows know."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from server.documents.document import Document
from server.documents.labels import Words
from server.domain.rows.evidence import Signature
from server.domain.rows.visits import Visit
from server.queries.rows import hanging_on, read
from server.queries.sight import Sight
from server.queries.visits import (
    StoreFacts,
    VisitRows,
    closing_signature,
    item_names,
    standing_document,
    store_facts,
    visit_rows,
)  # fmt: skip
from server.store.database import Database


class Kept(Struct, frozen=True, kw_only=True):
    """`document` is what was signed at the end, as amended since; of a release, what would have been signed."""

    visit: Visit
    document: Document
    contract: Signature | None
    handover: Signature | None
    store: StoreFacts
    item_names: Mapping[str, Words]

    def local(self, moment: datetime) -> datetime:
        """The moment on the store's clock."""
        return moment.astimezone(ZoneInfo(self.store.time_zone))


async def kept_visit(db: Database, group_id: str, visit_id: str) -> Kept | None:
    """The visit under this id or alias; None when the group has none, or when the car was not handed over."""
    rows = await visit_rows(db, group_id, visit_id)
    if rows is None or rows.visit.stage != "handed_over":
        return None
    [kept] = await _kept(db, group_id, [rows])
    return kept


async def kept_visits(db: Database, group_id: str, ids: list[str]) -> list[Kept]:
    """Visits of one store that were handed over, in the order of `ids`, in a number of statements that is fixed."""
    return await _kept(db, group_id, await _rows(db, group_id, ids)) if ids else []


async def _kept(db: Database, group_id: str, visits: Iterable[VisitRows]) -> list[Kept]:
    visits, names = list(visits), await item_names(db, group_id)
    stores = {store_id: await store_facts(db, store_id) for store_id in {rows.visit.store_id for rows in visits}}
    return [
        Kept(
            visit=rows.visit, document=standing_document(rows), store=stores[rows.visit.store_id], item_names=names,
            contract=_contract(rows.signatures), handover=closing_signature(rows.signatures),
        )
        for rows in visits
    ]  # fmt: skip


def _contract(signatures: list[Signature]) -> Signature | None:
    """The newest contract that was signed when the car came in."""
    signed = [s for s in signatures if s.purpose == "contract" and s.state == "accepted"]
    return max(signed, key=lambda signature: signature.received_at, default=None)


async def _rows(db: Database, group_id: str, ids: list[str]) -> list[VisitRows]:
    """What closing documents are made of: no damages, progress, link or subscriptions."""
    async with db.read() as tx:
        visits = await read(tx, db.dialect, Sight.everything(group_id), "visits", ids)
        people = await read(
            tx, db.dialect, Sight.everything(group_id), "customers", {v.customer_id for v in visits.values()}
        )
        cars = await read(
            tx, db.dialect, Sight.everything(group_id), "vehicles", {v.vehicle_id for v in visits.values()}
        )
    signatures = await hanging_on(db, Sight.everything(group_id), "signatures", ids)
    amendments = await hanging_on(db, Sight.everything(group_id), "amendments", ids)
    unsigned = [one for one in ids if closing_signature(signatures.get(one, [])) is None]
    lines, findings, photos = [
        await hanging_on(db, Sight.everything(group_id), kind, unsigned) if unsigned else {}
        for kind in ("estimate_lines", "findings", "photos")
    ]
    rows = [
        VisitRows(
            visit=visit, customer=people[visit.customer_id], vehicle=cars[visit.vehicle_id],
            damages=[], findings=findings.get(visit.id, []), lines=lines.get(visit.id, []), progress=[],
            photos=photos.get(visit.id, []), signatures=signatures.get(visit.id, []),
            amendments=amendments.get(visit.id, []), link=None, subscriptions=[],
        )
        if visit.customer_id in people and visit.vehicle_id in cars
        else await visit_rows(db, group_id, visit.id)  # a person or car that has left every tablet
        for visit in (visits[one] for one in ids)
    ]  # fmt: skip
    return [one for one in rows if one is not None]
