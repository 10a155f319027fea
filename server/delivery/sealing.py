"""The job `seal`: once the car is handed over and its photos are there or waived, the sealed PDF is made and filed.

With a time-stamp authority the seal carries its stamp. The customer waits half a minute for that and no longer: an
authority that gives none in three tries is done without, and whoever looks is told.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import structlog
from msgspec.structs import replace

from server.commands.bus import Actor, Bus
from server.delivery.outbox import Later, Promise
from server.documents import pdf
from server.documents.amendment import closing_signature, hash_of
from server.documents.document import Document, sha256_hex
from server.documents.seal import seal
from server.documents.sealkey import SealRefused, seal_key
from server.documents.timestamp import Authority, NoStamp, authority
from server.documents.verify import is_stamped
from server.documents.view import Extras
from server.domain.ids import derived
from server.domain.rows.evidence import Signature
from server.media import files
from server.queries.papers import UNSTAMPED
from server.queries.visits import (
    VisitRows,
    awaited_photos,
    closing_document,
    item_names,
    paper_name,
    store_facts,
    visit_rows,
)  # fmt: skip
from server.settings import Settings
from server.store.database import Database

STAMP_TRIES = 3
"""So often an authority is asked for a paper: with the pauses between (2 and 6 s, a half more or less) under 30 s."""
LOG = structlog.get_logger("delivery")


async def seal_visit(db: Database, bus: Bus, settings: Settings, promise: Promise) -> str | None:
    """Makes the PDF unless it is there; a note says what the visit lacks, which will promise anew."""
    rows = await visit_rows(db, promise.group_id, promise.visit_id or "")
    name = paper_name(rows) if rows else None
    if rows is None or name is None:
        return "not_sealed: not_handed_over"
    if awaited_photos(rows):
        return "not_sealed: waiting_for_photos"
    path = files.paper(settings.data, rows.visit.id, name)
    document, signature = closing_document(rows), closing_signature(rows.signatures)
    if not path.exists():
        extras = await _extras(db, promise.group_id, rows, document, settings.public_url)
        await sealed(settings, promise, partial(_file, settings, path, rows, document, extras))
    content = await asyncio.to_thread(path.read_bytes)
    digest = sha256_hex(content)
    fields: dict[str, Any] = {"visit_id": rows.visit.id, "pdf_sha256": digest}
    fields |= {"document": document} if signature is None else {"signature_id": signature.id}
    server = Actor(group_id=promise.group_id, store_id=rows.visit.store_id, door="server", role="server")
    await bus.run(server, "handover.seal", fields, derived("seal", rows.visit.id, name, digest))
    return await lacks_stamp(settings, content)


async def sealed(settings: Settings, promise: Promise, file: Callable[[Authority | None], None]) -> None:
    """Has a paper made; raises Later for a key that may not be used, and while a time stamp is hoped for."""
    tried = promise.payload.get("unstamped", 0)
    try:
        await asyncio.to_thread(file, authority(settings))
    except SealRefused as error:
        LOG.error("not sealed", why=error.code, say=str(error))
        raise Later(f"not_sealed: {error.code}") from None
    except NoStamp as error:
        LOG.warning("no time stamp", id=promise.id, why=error.code, tried=tried + 1)
        if tried + 1 < STAMP_TRIES:
            raise Later(f"no_time_stamp: {error.code}", unstamped=tried + 1) from None
        LOG.warning("sealed without time stamp", id=promise.id, why=error.code)
        await asyncio.to_thread(file, None)


async def lacks_stamp(settings: Settings, content: bytes) -> str | None:
    """The note on a paper that should carry a time stamp and does not."""
    return UNSTAMPED if settings.tsa_url and not await asyncio.to_thread(is_stamped, content) else None


def _file(
    settings: Settings, path: Path, rows: VisitRows, document: Document, extras: Extras, asked: Authority | None
) -> None:
    """Renders, seals and files; blocks for some 50 ms, and for the authority. A paper that is there already stays."""
    shown = {photo.sha256: _bytes(settings.data, photo.sha256) for photo in rows.photos if photo.uploaded}
    key = seal_key(settings.data)
    extras = replace(
        extras, photos={sha256: content for sha256, content in shown.items() if content}, issuer=key.issuer
    )
    paper = pdf.render(document, extras, Path(settings.font_dir))
    files.write(path, seal(paper, key, extras.made_at, store_name=extras.store_name, authority=asked), once=True)


def _bytes(data: Path, sha256: str) -> bytes | None:
    try:
        return files.place(data, sha256).read_bytes()
    except FileNotFoundError:
        return None


async def _extras(db: Database, group_id: str, rows: VisitRows, document: Document, public_url: str) -> Extras:
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
        check_url=f"{public_url}/verify?visit={visit.id}&document={hash_of(document)[:32]}",
    )  # fmt: skip


async def _device(db: Database, signature: Signature | None) -> dict[str, Any]:
    """The signing tablet's name and public key: with the key inside, the PDF proves its signature by itself."""
    if signature is None:
        return {}
    async with db.read() as tx:
        [rows] = await tx.run(("SELECT name, public_key FROM devices WHERE id = ?", (signature.device_id,)))
    return {"device_name": rows[0][0], "device_key": msgspec.json.decode(rows[0][1])} if rows else {}
