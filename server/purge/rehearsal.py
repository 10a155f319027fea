"""What a purge would take, found by the very handler that takes it, on rows in memory: nothing is written."""

import json
from collections import Counter
from datetime import datetime
from typing import Any

import msgspec

from server.commands.purges import PurgeRecords, purge_records
from server.commands.registry import By
from server.domain.retention import class_of
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.visits import Visit
from server.domain.terms import Terms
from server.store import feed
from server.store.database import Database
from server.store.loading import Erased, NotLoaded, Wanted
from server.store.rows import encode
from server.store.work import Key, Work

_CLASS = {
    "messages": "messages", "reviews": "reviews", "merge_proposals": "reviews", "complaints": "complaints",
    "appointments": "appointments", "vehicles": "people", "customers": "people", "media": "media",
}  # fmt: skip
_SINCE = ("closed_at", "resolved_at", "promised_at", "created_at")


class Taken(msgspec.Struct):
    """What goes: rows and bytes by class, the oldest of each, the rows; how many records are only trimmed."""

    rows: Counter[str]
    bytes: Counter[str]
    oldest: dict[str, datetime]
    gone: dict[Key, Any]
    trimmed: int = 0

    @classmethod
    def nothing(cls) -> "Taken":
        """Before anything is taken."""
        return cls(Counter(), Counter(), {}, {})


async def rehearse(
    db: Database, group_id: str, kind: Any, ids: list[str], now: datetime, terms: Terms, taken: Taken
) -> list[str]:
    """Adds to `taken` what these rows would take with them; gives those of the ids that change or go."""
    work = Work(now, {})
    work.terms = terms
    work.erased = dict.fromkeys(taken.gone, Erased(None, {}))
    command = PurgeRecords(kind=kind, ids=ids)
    asked = Wanted(set(ids), set(), set(ids))
    while True:
        try:
            await _load(db, group_id, work, asked)
            purge_records(work, _nobody(now), command)
            break
        except NotLoaded as missing:
            work.discard()
            asked = missing.wanted
    _count(work, kind, taken)
    changed = {key[1] for key in work.draft}
    taken.trimmed += len(changed.intersection(ids))
    gone = {key[1] for key in work.draft_erased}
    return [row_id for row_id in ids if row_id in gone or row_id in changed]


def _count(work: Work, kind: str, taken: Taken) -> None:
    erased = work.draft_erased
    visits = {row.id: row for row in erased.values() if isinstance(row, Visit)}
    lines = [row for row in erased.values() if isinstance(row, EstimateLine)]
    of_visit = {one.id: class_of(one, [x for x in lines if x.visit_id == one.id]) for one in visits.values()}
    for key, row in erased.items():
        whose = next((getattr(row, name) for name in ("visit_id", "canonical_id") if getattr(row, name, None)), key[1])
        name = of_visit.get(whose) or _CLASS.get(kind, "repair")
        taken.rows[name] += 1
        taken.bytes[name] += len(encode(row))
        start = next((at for word in _SINCE if (at := getattr(row, word, None)) is not None), None)
        if start is not None:
            taken.oldest[name] = min(taken.oldest.get(name, start), start)
        taken.gone[key] = row


async def _load(db: Database, group_id: str, work: Work, asked: Wanted) -> None:
    wanted = [
        feed.by_ids(db.dialect, group_id, json.dumps(sorted(asked.ids))),
        feed.by_keys(db.dialect, group_id, json.dumps(sorted(asked.keys))),
        feed.by_parents(db.dialect, group_id, json.dumps(sorted(asked.parents))),
    ]
    async with db.read() as tx:
        found = await tx.run(*wanted)
    work.load((row for rows in found for row in rows), asked)


def _nobody(now: datetime) -> By:
    return By(
        command_id="", user_id=None, role="server", store_id="", device_id=None, door="server", visit_id=None,
        issued_at=now, today=now.date(), lane=None,
    )  # fmt: skip
