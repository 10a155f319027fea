"""The job `seal` of an amendment: its paper is made, sealed and filed beside that of the visit."""

import asyncio
from functools import partial
from pathlib import Path

from server.commands.bus import Actor, Bus
from server.delivery.outbox import Promise
from server.delivery.sealing import lacks_stamp, sealed
from server.documents import amendment_pdf
from server.documents.amendment import hash_of, in_order, left_with
from server.documents.amendment_pdf import Around
from server.documents.document import Document, sha256_hex
from server.documents.seal import seal
from server.documents.sealkey import seal_key
from server.documents.timestamp import Authority
from server.domain.ids import derived
from server.domain.rows.evidence import Amendment
from server.media import files
from server.queries.visits import VisitRows, closed_when, item_names, store_facts, visit_rows
from server.settings import Settings
from server.store.database import Database


async def seal_amendment(db: Database, bus: Bus, settings: Settings, promise: Promise) -> str | None:
    """Makes the PDF unless it is there."""
    rows = await visit_rows(db, promise.group_id, promise.visit_id or "")
    found = _with_before(rows, promise.payload["amendment_id"]) if rows else None
    if rows is None or found is None:
        return "not_sealed: no_amendment"
    amendment, before = found
    path = files.paper(settings.data, rows.visit.id, amendment.id)
    if not path.exists():
        around = await _around(db, promise.group_id, rows, amendment, settings.public_url)
        await sealed(settings, promise, partial(_file, settings, path, amendment, before, around))
    content = await asyncio.to_thread(path.read_bytes)
    digest = sha256_hex(content)
    fields = {"visit_id": rows.visit.id, "amendment_id": amendment.id, "pdf_sha256": digest}
    server = Actor(group_id=promise.group_id, store_id=rows.visit.store_id, door="server", role="server")
    await bus.run(server, "handover.seal_amendment", fields, derived("seal", rows.visit.id, amendment.id, digest))
    return await lacks_stamp(settings, content)


def _with_before(rows: VisitRows, amendment_id: str) -> tuple[Amendment, Document] | None:
    """The amendment, and the document that it names."""
    closing = left_with(rows.visit, rows.signatures)
    if closing is None:
        return None
    before = closing
    for amendment in in_order(hash_of(closing), rows.amendments):
        if amendment.id == amendment_id:
            return amendment, before
        before = amendment.document
    return None


def _file(
    settings: Settings, path: Path, amendment: Amendment, before: Document, around: Around, asked: Authority | None
) -> None:
    """Renders, seals and files, like the paper of a handover."""
    paper = amendment_pdf.render(amendment.document, before, around, Path(settings.font_dir))
    key, about = seal_key(settings.data), {"store_name": around.store_name, "reason": "更正 Amendment"}
    files.write(path, seal(paper, key, around.made_at, **about, authority=asked), once=True)


async def _around(db: Database, group_id: str, rows: VisitRows, amendment: Amendment, public_url: str) -> Around:
    visit, car = rows.visit, rows.vehicle
    store = await store_facts(db, visit.store_id)
    earlier = next((one for one in rows.amendments if one.document_hash == amendment.amends), None)
    return Around(
        store_name=store.name, made_at=amendment.received_at, time_zone=store.time_zone,
        before_at=earlier.amended_at if earlier else closed_when(rows),
        store_contact=" · ".join(filter(None, (store.address, store.phone))), visit_number=visit.number,
        vehicle=" ".join(str(word) for word in (car.make, car.model, car.model_year) if word),
        item_names=await item_names(db, group_id),
        check_url=f"{public_url}/verify?visit={visit.id}&document={amendment.document_hash[:32]}",
    )  # fmt: skip
