"""`python -m server records`: what the law wants kept of each visit, of a period, as one JSON file."""

import asyncio
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import TextIO

from server.cli import one_store, opened
from server.records.batch import Kind, Period
from server.records.export import export
from server.settings import settings


def records(kind: Kind, store: str | None, first: date, last: date, target: str | None) -> int:
    """Writes a period's records; 0: all are complete, 1: something lacks, 2: nothing was written."""
    if last < first:
        print("The last day is before the first.", file=sys.stderr)
        return 2
    return asyncio.run(_records(kind, store, first, last, target))


async def _records(kind: Kind, store: str | None, first: date, last: date, target: str | None) -> int:
    async with opened(settings()) as (db, _):
        chosen = await one_store(db, store)
        if chosen is None:
            return 2
        store_id, group_id, name, zone = chosen
        period = Period(store_id, zone, first, last)
        with _opened(target) as out:
            written = await export(db, group_id, kind, period, name, out)
    print(f"{written.complete} complete, {written.incomplete} incomplete.", file=sys.stderr)
    return 1 if written.incomplete else 0


def _opened(target: str | None) -> AbstractContextManager[TextIO]:
    return open(target, "w", encoding="utf-8") if target else nullcontext(sys.stdout)
