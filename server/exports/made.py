"""The file behind a request: made whole beside the database, then sent; it never lies under a name on the disk."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

import msgspec
from msgspec import Struct

from server.archive.packed import pack
from server.archive.zipped import PIECE, Item, length, sent
from server.exports.customer_list import write_list
from server.exports.mark import Mark
from server.exports.requests import Export
from server.queries.rows import rows_by_id
from server.queries.sight import Sight
from server.queries.stores import stores_by_id
from server.records.batch import Kind, Period
from server.records.export import export as write_records
from server.store.database import Database


class Made(Struct, frozen=True):
    """Bytes of a known number, and whose data is in them, each customer once."""

    size: int
    pieces: AsyncIterator[bytes]
    media_type: str
    customers: list[str]


async def make(db: Database, data: Path, sight: Sight, export: Export, mark: Mark, now: datetime) -> Made | None:
    """The file as of now, marked; None when its customer is gone."""
    if export.kind == "customer-archive":
        return await _archive(db, data, sight, export, mark, now)
    file = TemporaryFile()  # noqa: SIM115  (`_read` closes it)
    out = TextIOWrapper(file, "utf-8", newline="")
    store = (await stores_by_id(db, sight.group_id))[export.store_id]
    if export.kind == "customer-list":
        kind, customers = "text/csv; charset=utf-8", await write_list(db, sight, store, mark, out)
    else:
        which = cast(Kind, export.kind.removeprefix("records-"))
        first, last = (date.fromisoformat(day or "") for day in (export.first_day, export.last_day))
        period = Period(store.id, store.time_zone, first, last)
        written = await write_records(db, sight.group_id, which, period, store.name, out, mark)
        kind, customers = "application/json", written.customers
    out.detach()
    return Made(file.seek(0, 2), _read(file), kind, customers)


async def _archive(db: Database, data: Path, sight: Sight, export: Export, mark: Mark, now: datetime) -> Made | None:
    found = await rows_by_id(db, sight, "customers", [export.customer_id] if export.customer_id else [])
    if not found:
        return None
    [customer] = found.values()
    items = await pack(db, data, sight.group_id, customer, now)
    manifest = {"export": mark, "files": [{"name": item.name, "bytes": item.size} for item in items]}
    content = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    items = [Item("export.json", len(content), content), *items]
    return Made(length(items), sent(items, now), "application/zip", [customer.id])


async def _read(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        file.seek(0)
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
