"""One visit with all that hangs on it, as its documents, the customer's page and people's queries need it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct

from server.documents.amendment import closing_signature, hash_of, in_order, left_with
from server.documents.document import Document, build
from server.documents.labels import Words
from server.domain.fields import SignaturePurpose
from server.domain.rows.customers import Customer
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.evidence import Amendment, Photo, Signature
from server.domain.rows.findings import Damage, Finding, Progress
from server.domain.rows.internal import Link, PushSubscription
from server.domain.rows.vehicles import Vehicle
from server.domain.rows.visits import Visit
from server.store.database import Database, Statement, Transaction
from server.store.rows import DECODERS

Key = tuple[str, str]


class VisitRows(Struct, frozen=True, kw_only=True):
    """A visit and its rows, each kind in the order of ids; `customer` brought the car, aliases are resolved."""

    visit: Visit
    customer: Customer
    vehicle: Vehicle
    damages: list[Damage]
    findings: list[Finding]
    lines: list[EstimateLine]
    progress: list[Progress]
    photos: list[Photo]
    signatures: list[Signature]
    amendments: list[Amendment]
    link: Link | None
    subscriptions: list[PushSubscription]


class _Found:
    """Rows of the feed by kind and id; `gone` holds those that no store has any more."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self.bodies: dict[Key, str] = {}
        self.gone: dict[Key, bool] = {}
        for kind, row_id, gone, body in rows:
            self.bodies[kind, row_id] = body
            self.gone[kind, row_id] = bool(gone) and self.gone.get((kind, row_id), True)

    def row(self, kind: str, row_id: str, *, gone: bool = False) -> Any:
        """The row, decoded; one that left every store only if `gone` says that it may."""
        body = self.bodies.get((kind, row_id))
        return None if body is None or (self.gone[kind, row_id] and not gone) else DECODERS[kind].decode(body)

    def every(self, kind: str) -> list[Any]:
        """All rows of a kind in the order of their ids."""
        return [DECODERS[kind].decode(self.bodies[key]) for key in sorted(self.bodies) if key[0] == kind]


async def visit_rows(db: Database, group_id: str, visit_id: str) -> VisitRows | None:
    """The visit under this id or alias, in one or two hops; None when the group has no such visit."""
    async with db.read() as tx:
        found = await _around(tx, group_id, visit_id)
        visit: Visit | None = found.row("visits", visit_id, gone=True)
        if visit is None:
            alias = found.row("aliases", visit_id)
            if alias is None or alias.type != "visits":
                return None
            found = await _around(tx, group_id, alias.canonical_id)
            visit = found.row("visits", alias.canonical_id, gone=True)
            if visit is None:
                return None
        customer = await _canonical(tx, group_id, found, "customers", visit.customer_id)
        vehicle = await _canonical(tx, group_id, found, "vehicles", visit.vehicle_id)
    return VisitRows(
        visit=visit, customer=customer, vehicle=vehicle, damages=found.every("damages"),
        findings=found.every("findings"), lines=found.every("estimate_lines"), progress=found.every("progress"),
        photos=found.every("photos"), signatures=found.every("signatures"),
        amendments=found.every("amendments"),
        link=next(iter(found.every("links")), None), subscriptions=found.every("push_subscriptions"),
    )  # fmt: skip


async def _around(tx: Transaction, group_id: str, visit_id: str) -> _Found:
    """The visit (or what it is an alias of), its rows, and the customer and vehicle that it names, in one hop."""
    people = (
        "SELECT f.kind, f.id, f.gone, f.body FROM visits v JOIN feed f ON f.group_id = v.group_id "
        "AND f.id IN (v.customer_id, v.vehicle_id) WHERE v.group_id = ? AND v.id = ?"
    )
    rows = await tx.run(
        _feed("id = ?", group_id, visit_id), _feed("parent_id = ?", group_id, visit_id), (people, (group_id, visit_id))
    )
    return _Found(row for part in rows for row in part)


async def _canonical(tx: Transaction, group_id: str, found: _Found, kind: str, row_id: str) -> Any:
    """The row itself, or the one that it was merged into."""
    row = found.row(kind, row_id)
    while row is None and (alias := found.row("aliases", row_id)) is not None:
        row_id = alias.canonical_id
        [rows] = await tx.run(_feed("id = ?", group_id, row_id))
        found = _Found(rows)
        row = found.row(kind, row_id)
    return row or found.row(kind, row_id, gone=True)


def _feed(condition: str, *values: object) -> Statement:
    return f"SELECT kind, id, gone, body FROM feed WHERE group_id = ? AND body <> '' AND {condition}", values


def document_of(rows: VisitRows, purpose: SignaturePurpose) -> Document:
    """The document as it would be signed now."""
    return build(purpose, rows.visit, rows.vehicle, rows.customer, rows.damages, rows.findings, rows.lines, rows.photos)


def closing_document(rows: VisitRows) -> Document:
    """What was signed when the car left, to the letter; of a release, what its paper says or would say now."""
    return left_with(rows.visit, rows.signatures) or document_of(rows, "handover")


def standing_document(rows: VisitRows) -> Document:
    """The closing document as amended so far."""
    closing = closing_document(rows)
    chain = in_order(hash_of(closing), rows.amendments)
    return chain[-1].document["amended"] if chain else closing


def paper_name(rows: VisitRows) -> str | None:
    """The name of the sealed PDF of a visit: its signature's id or `release`; None before the car was handed over."""
    if rows.visit.stage != "handed_over":
        return None
    signature = closing_signature(rows.signatures)
    return signature.id if signature else "release"


def amendment_named(rows: VisitRows, file: str) -> Amendment | None:
    """The amendment whose PDF is called `{id}.pdf`."""
    return next((one for one in rows.amendments if file == f"{one.id}.pdf"), None)


def closed_when(rows: VisitRows) -> datetime:
    """When the customer signed for the car; without a signature, when it left."""
    signature = closing_signature(rows.signatures)
    return signature.signed_at if signature else rows.visit.closed_at or rows.visit.opened_at


def awaited_photos(rows: VisitRows) -> list[str]:
    """SHA-256 of the photos that the seal still waits for: neither here nor waived."""
    return sorted({photo.sha256 for photo in rows.photos if not photo.uploaded and photo.waived is None})


async def item_names(db: Database, group_id: str) -> dict[str, Words]:
    """The names of the inspection template's items, by code."""
    async with db.read() as tx:
        [rows] = await tx.run(("SELECT code, name, name_en FROM inspection_items WHERE group_id = ?", (group_id,)))
    return {code: Words(name, name_en) for code, name, name_en in rows}


class StoreFacts(Struct, frozen=True):
    """What documents and messages say of a store."""

    name: str
    time_zone: str
    phone: str
    address: str


async def store_facts(db: Database, store_id: str) -> StoreFacts:
    """The store's name, clock and where to find it."""
    async with db.read() as tx:
        [rows] = await tx.run(("SELECT name, time_zone, phone, address FROM stores WHERE id = ?", (store_id,)))
    return StoreFacts(*rows[0])
