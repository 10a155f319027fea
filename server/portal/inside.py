"""What one visit's page shows, read together: more for the customer than for whoever holds the link."""

from datetime import datetime, timedelta

from server.documents.plain_words import item_codes
from server.media.files import paper
from server.portal import facts
from server.portal.build import build, outside
from server.portal.digits import is_open
from server.portal.link import Asked, rows_of
from server.queries.portal import OpenLink, surroundings
from server.queries.portal_past import Booked, Past, bookings_of, earlier_visits
from server.queries.visits import VisitRows, paper_name
from server.store.looks import Look

SHOWN_FOR = timedelta(days=1)
"""An appointment is shown until a day after its time."""


async def seen_by(request: Asked, link: OpenLink, now: datetime) -> facts.Outside:
    """The page as whoever asks may see it: `facts.Page`, or `facts.Outside` while digits are needed."""
    rows = await rows_of(request, link)
    codes = {finding.item_code for finding in rows.findings}
    codes |= {check.item_code for check in (rows.visit.quality.checks if rows.visit.quality else [])}
    codes |= {code for one in rows.signatures if one.state == "kept" for code in item_codes(one.document)}
    codes |= {code for one in rows.amendments for code in item_codes(one.document["amended"])}
    catalogue = {line.code for line in rows.lines if line.code}
    around = await surroundings(request.app.state.db, link.group_id, rows.visit.store_id, codes, catalogue)
    if not is_open(request, link, rows):
        return outside(rows, around, now)
    await request.app.state.looks.note([by_the_link(link, rows, "page")])
    bookings, earlier = await _bookings(request, link, rows, now), await _earlier(request, link, rows)
    return build(rows, around, is_sealed(request, rows), bookings, earlier, now)


def by_the_link(link: OpenLink, rows: VisitRows, shown: str) -> Look:
    """Somebody who holds the link and knows the digits looked at the page."""
    return Look(
        group_id=link.group_id, user_id=None, device_id=None, role="link", door="link", subject_type="customers",
        subject_id=rows.customer.id, reason=None, fields=[shown],
    )  # fmt: skip


def is_sealed(request: Asked, rows: VisitRows) -> bool:
    """Whether the visit's sealed document is there."""
    name = paper_name(rows)
    return name is not None and paper(request.app.state.settings.data, rows.visit.id, name).exists()


async def _bookings(request: Asked, link: OpenLink, rows: VisitRows, now: datetime) -> list[facts.Booking]:
    """Those for this car or none, that are still ahead."""
    found = await bookings_of(request.app.state.db, link.group_id, rows.customer.id)
    return [
        _booking(one)
        for one in found
        if one.row.vehicle_id in (None, rows.vehicle.id)
        and one.row.status != "arrived"
        and one.row.at > now - SHOWN_FOR
    ]


def _booking(booked: Booked) -> facts.Booking:
    row = booked.row
    state = "moved" if row.status == "booked" and booked.was_at not in (None, row.at) else row.status
    was_at = booked.was_at if state == "moved" else None
    return facts.Booking(row.id, row.at, row.work, state, was_at)  # type: ignore[arg-type]


async def _earlier(request: Asked, link: OpenLink, rows: VisitRows) -> list[facts.Earlier]:
    db, own = request.app.state.db, rows.customer.id
    found = await earlier_visits(db, link.group_id, rows.vehicle, own, but=rows.visit.id)
    return [_past(request, one, own) for one in found]


def _past(request: Asked, past: Past, own: str) -> facts.Earlier:
    """The document names who brought the car, so only that person gets it."""
    visit = past.visit
    name = past.signature_id or "release"
    sealed = visit.customer_id == own and paper(request.app.state.settings.data, visit.id, name).exists()
    read = visit.walkaround.odometer_km if visit.walkaround else None
    href = f"earlier/{visit.id}.pdf" if sealed else None
    return facts.Earlier(visit.id, visit.number, visit.closed_at or visit.opened_at, read, past.done, href)
