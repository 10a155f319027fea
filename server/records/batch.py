"""The records of a period: pages of a store's visits in the order in which the cars left."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from server.domain.fields import Id
from server.queries.pages import Condition, Order, Window, cursor, select
from server.records import health, warranty
from server.records.done import Lack
from server.records.kept import Kept, kept_visits
from server.store.database import Database

Kind = Literal["health", "warranty"]
Record = dict[str, Any]

MOST_DAYS = 366
MOST, USUAL = 500, 200
"""Visits of a page: at the most, and when nobody says how many."""

_LEFT = Order(("closed_at", "id"), tuple[datetime, Id])
_MADE: dict[Kind, Callable[[Kept], Record | None]] = {"health": health.health, "warranty": warranty.warranty}
_LACKS: dict[Kind, Callable[[Record], list[Lack]]] = {"health": health.lacks, "warranty": warranty.lacks}
_UNDER_WARRANTY = (
    "(t.kind = 'warranty' OR t.payer = 'warranty' OR EXISTS (SELECT 1 FROM estimate_lines l "
    "WHERE l.group_id = t.group_id AND l.visit_id = t.id AND l.payer = 'warranty'))"
)


class Filed(Struct, frozen=True):
    """A record with what it lacks; complete when nothing does."""

    visit_id: Id
    number: str
    plate: str | None
    record: Record
    problems: list[Lack]


class Period(Struct, frozen=True):
    """Days on the store's clock, both included, on which cars left."""

    store_id: Id
    time_zone: str
    first: date
    last: date


class FiledPage(Struct, frozen=True):
    """Records of one page; `skipped` visits had nothing to record, `after` is the cursor of the next page.

    `customers` are those whose visits were filed.
    """

    filed: list[Filed]
    customers: list[str]
    skipped: int
    after: str | None


def filed(kind: Kind, kept: Kept) -> Filed | None:
    """The visit's record of this kind; None when nothing was repaired, or not under warranty."""
    record = _MADE[kind](kept)
    if record is None:
        return None
    visit = kept.visit
    return Filed(visit.id, visit.number, kept.document["plate"], record, _LACKS[kind](record))


def without_problems(one: Filed) -> dict[str, Any]:
    """A complete record as a batch lists it."""
    return {"visit_id": one.visit_id, "number": one.number, "record": one.record}


def without_record(one: Filed) -> dict[str, Any]:
    """What an incomplete record lacks, as a batch lists it."""
    return {"visit_id": one.visit_id, "number": one.number, "plate": one.plate, "problems": one.problems}


async def filed_page(db: Database, group_id: str, kind: Kind, period: Period, window: Window) -> FiledPage:
    """One page of a period's records; raises BadCursor."""
    zone = ZoneInfo(period.time_zone)
    begin, end = (
        datetime.combine(day, time(), zone).astimezone(ZoneInfo("UTC"))
        for day in (period.first, period.last + timedelta(days=1))
    )
    conditions: list[Condition] = [
        ("t.store_id = ?", (period.store_id,)),
        ("t.stage = 'handed_over'", ()),
        ("t.closed_at >= ?", (begin,)),
        ("t.closed_at < ?", (end,)),
    ]
    if kind == "warranty":
        conditions.append((_UNDER_WARRANTY, ()))
    async with db.read() as tx:
        [rows] = await tx.run(select('t.closed_at, t.id FROM "visits" t', group_id, _LEFT, window, conditions))
    page = rows[: window.first]
    visits = await kept_visits(db, group_id, [visit_id for _, visit_id in page])
    found = [(one, kept.visit.customer_id) for kept in visits if (one := filed(kind, kept)) is not None]
    after = cursor(page[-1]) if len(rows) > window.first else None
    return FiledPage([one for one, _ in found], [who for _, who in found], len(page) - len(found), after)
