"""The job `seal`: once the car is handed over and its photos are there or waived, the sealed PDF is made and filed."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from server.commands.bus import Actor, Bus
from server.delivery.outbox import Promise
from server.documents import pdf
from server.documents.document import sha256_hex
from server.documents.seal import seal, seal_key
from server.documents.view import Extras
from server.domain.ids import derived
from server.domain.rows.evidence import Signature
from server.media import files
from server.queries.visits import (
    VisitRows,
    awaited_photos,
    closing_document,
    closing_signature,
    item_names,
    paper_name,
    store_facts,
    visit_rows,
)  # fmt: skip
from server.settings import Settings
from server.store.database import Database


async def seal_visit(db: Database, bus: Bus, settings: Settings, promise: Promise) -> str | None:
    """Makes the PDF unless it is there; a note says what the visit lacks, which will promise anew."""
    rows = await visit_rows(db, promise.group_id, promise.visit_id or "")
    name = paper_name(rows) if rows else None
    if rows is None or name is None:
        return "not_sealed: not_handed_over"
    if awaited_photos(rows):
        return "not_sealed: waiting_for_photos"
    path = files.paper(settings.data, rows.visit.id, name)
    if not path.exists():
        extras = await _extras(db, promise.group_id, rows, settings.public_url)
        await asyncio.to_thread(_file, settings, path, rows, extras)
    digest = sha256_hex(await asyncio.to_thread(path.read_bytes))
    signature = closing_signature(rows.signatures)
    fields = {"visit_id": rows.visit.id, "pdf_sha256": digest, "signature_id": signature.id if signature else None}
    server = Actor(group_id=promise.group_id, store_id=rows.visit.store_id, door="server", role="server")
    await bus.run(server, "handover.seal", fields, derived("seal", rows.visit.id, name, digest))
    return None


def _file(settings: Settings, path: Path, rows: VisitRows, extras: Extras) -> None:
    """Renders, seals and files; blocks for some 50 ms."""
    shown = {photo.sha256: _bytes(settings.data, photo.sha256) for photo in rows.photos if photo.uploaded}
    extras = replace(extras, photos={sha256: content for sha256, content in shown.items() if content})
    paper = pdf.render(closing_document(rows), extras, Path(settings.font_dir))
    sealed = seal(paper, seal_key(settings.data), extras.made_at, store_name=extras.store_name)
    files.write(path, sealed)


def _bytes(data: Path, sha256: str) -> bytes | None:
    try:
        return files.place(data, sha256).read_bytes()
    except FileNotFoundError:
        return None


async def _extras(db: Database, group_id: str, rows: VisitRows, public_url: str) -> Extras:
    visit, car = rows.visit, rows.vehicle
    store = await store_facts(db, visit.store_id)
    signature = closing_signature(rows.signatures)
    assert visit.closed_at is not None
    return Extras(
        store_name=store.name, made_at=visit.closed_at, time_zone=store.time_zone,
        store_contact=" · ".join(filter(None, (store.address, store.phone))), visit_number=visit.number,
        time_in=visit.opened_at, time_out=visit.closed_at,
        vehicle=" ".join(str(word) for word in (car.make, car.model, car.model_year) if word),
        item_names=await item_names(db, group_id), **await _device(db, signature),
        waived={photo.sha256: photo.waived for photo in rows.photos if photo.waived},
        signature=signature, release=visit.release if signature is None else None,
        check_url=_check_url(public_url, signature),
    )  # fmt: skip


def _check_url(public_url: str, signature: Signature | None) -> str:
    """Where the QR code leads; it names the visit and the document, and nobody."""
    if signature is None:
        return f"{public_url}/verify"
    return f"{public_url}/verify?visit={signature.visit_id}&document={signature.document_hash[:32]}"


async def _device(db: Database, signature: Signature | None) -> dict[str, Any]:
    """The signing tablet's name and public key: with the key inside, the PDF proves its signature by itself."""
    if signature is None:
        return {}
    async with db.read() as tx:
        [rows] = await tx.run(("SELECT name, public_key FROM devices WHERE id = ?", (signature.device_id,)))
    return {"device_name": rows[0][0], "device_key": msgspec.json.decode(rows[0][1])} if rows else {}
