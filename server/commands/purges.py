"""What is deleted for good when its time is over (docs/retention.md). No door offers these commands.

Whether a row may go is decided here, under the group's lock, whatever the plan said: nothing goes that is open, that
the law still wants, or that something kept still names.
"""

from collections.abc import Callable, Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from server.commands.registry import By, Command, handles
from server.domain.fields import Id
from server.domain.ids import derived
from server.domain.retention import CLASSES, LOOSE, TRIMMED, complaint_is_over, last_sign, visit_is_over
from server.domain.rows import KINDS
from server.domain.rows.catalogue import Alias
from server.domain.rows.contacts import Complaint, Message
from server.domain.rows.customers import Customer
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.evidence import Photo
from server.domain.rows.findings import Damage, Finding
from server.domain.rows.inbox import MergeProposal, Review
from server.domain.rows.internal import Media, Merge
from server.domain.rows.vehicles import Appointment, Vehicle
from server.domain.rows.visits import Visit
from server.store.loading import NotLoaded
from server.store.work import Work

Purged = Literal[
    "messages", "reviews", "complaints", "appointments", "merge_proposals", "visits", "vehicles", "customers", "media",
]  # fmt: skip
COMING = ("requested", "booked")


class PurgeRecords(Command, frozen=True):
    """Records of one kind whose time is over are deleted for good, each with what hangs on it."""

    kind: Purged
    ids: list[Id]


def _keys(c: PurgeRecords) -> list[str]:
    words = {
        "visits": ("after", "about", "stands", "holds"), "vehicles": ("vehicle", "stands", "into", "proposal", "holds"),
        "customers": (
            "customer", "owner", "complains", "told", "stands", "into", "proposal", "holds",
        ),
        "complaints": ("holds",), "appointments": ("holds",),
    }.get(c.kind, ())  # fmt: skip
    return [f"{word}:{row_id}" for word in words for row_id in c.ids]


@handles("records.purge", internal=True, whole_visit=True, keys=_keys)
def purge_records(work: Work, by: By, c: PurgeRecords) -> None:
    """Deletes those of the rows that may go now; of customers only stored, what no law asks for goes at once."""
    rows = [row for row_id in c.ids if (row := work.itself(KINDS[c.kind], row_id)) is not None]
    _load(work, rows)
    for row in rows:
        for gone in RULES[c.kind](work, row):
            work.erase(gone)


def _load(work: Work, rows: list[Any]) -> None:
    """Asks at once for what the rules will ask for one by one."""
    names = ("customer_id", "vehicle_id", "owner_id")
    ids = {value for row in rows for name in names if (value := getattr(row, name, None))} - work.loaded_ids
    if ids:
        raise NotLoaded(ids=ids)
    keys = {f"holds:{child.id}" for row in rows if isinstance(row, Visit) for child in _children(work, row)}
    visits = [row for row in rows if isinstance(row, Visit)]
    keys |= {f"after:{line.id}" for visit in visits for line in work.children(EstimateLine, visit.id)}
    keys |= {f"photo:{row.sha256}" for row in rows if isinstance(row, Media)}
    work.need(keys, [])


def is_stored(work: Work, customer_id: str) -> bool:
    """Whether the customer's record is only stored."""
    customer = work.find(Customer, customer_id)
    return customer is not None and customer.restricted is not None


def _children(work: Work, visit: Visit) -> list[Any]:
    return [row for struct in KINDS.values() for row in work.children(struct, visit.id)]


def _held(work: Work, *ids: str) -> bool:
    """Whether an open review is about one of these."""
    return bool(work.by_key(Review, *(f"holds:{row_id}" for row_id in ids)))


def _visit(work: Work, visit: Visit) -> Iterator[Struct]:
    lines, children = work.children(EstimateLine, visit.id), _children(work, visit)
    stored = is_stored(work, visit.customer_id)
    about = f"about:{visit.id}"
    followers = (
        *work.by_key(Visit, f"after:{visit.id}"), *work.by_key(Complaint, about),
        *(row for line in lines for row in work.by_key(EstimateLine, f"after:{line.id}") if row.visit_id != visit.id),
    )  # fmt: skip
    reviews = work.by_key(Review, about)
    booked = work.by_key(Appointment, about)
    waits = any(one.state == "open" for one in reviews) or any(one.status in COMING for one in booked)
    over = visit_is_over(visit, lines, stored, work.terms.keep_repair_years, work.now)
    if not over or followers or waits or _held(work, visit.id, *(row.id for row in children)):
        if stored and visit.closed_at is not None:
            _trim(work, visit, LOOSE)
        return
    _unname(work, visit)
    yield from (visit, *children, *work.by_key(Alias, f"stands:{visit.id}"), *booked, *reviews)


def _unname(work: Work, visit: Visit) -> None:
    """The car no longer says what its last visit left behind, nor in which visit a recall was done."""
    car = work.find(Vehicle, visit.vehicle_id)
    if car is None:
        return
    last = None if car.last and car.last.visit_id == visit.id else car.last
    recalls = [msgspec.structs.replace(r, done_in=None) if r.done_in == visit.id else r for r in car.recalls]
    if (last, recalls) != (car.last, car.recalls):
        work.change(car, last=last, recalls=recalls)


def _trim(work: Work, row: Any, fields: dict[str, object]) -> None:
    if any(getattr(row, name) != value for name, value in fields.items()):
        work.change(row, **fields)
        work.forget_past(row)


def _vehicle(work: Work, car: Vehicle) -> Iterator[Struct]:
    named = [*work.by_key(Visit, f"vehicle:{car.id}"), *work.by_key(Appointment, f"vehicle:{car.id}")]
    owner_stored = car.owner_id is not None and is_stored(work, car.owner_id)
    over = work.now >= CLASSES["people"].until(car.created_at, owner_stored)
    if over and not named and not _held(work, car.id) and not _is_alias(work, car):
        yield from _with_merged(work, car)


def _customer(work: Work, customer: Customer) -> Iterator[Struct]:
    if _is_alias(work, customer):
        return
    key = f"customer:{customer.id}"
    named = (
        *work.by_key(Visit, key), *work.by_key(Appointment, key), *work.by_key(Vehicle, f"owner:{customer.id}"),
        *work.by_key(Complaint, f"complains:{customer.id}"), *work.by_key(Message, f"told:{customer.id}"),
    )  # fmt: skip
    stored = customer.restricted is not None
    over = work.now >= CLASSES["people"].until(last_sign(customer), stored)
    if over and not named and not _held(work, customer.id):
        yield from _with_merged(work, customer)
    elif stored:
        _trim(work, customer, TRIMMED)


def _is_alias(work: Work, party: Customer | Vehicle) -> bool:
    """Whether the record was merged away: it goes with the one that was kept, and may come back until then."""
    found = work.find(type(party), party.id)
    return found is None or found.id != party.id


def _with_merged(work: Work, party: Customer | Vehicle) -> Iterator[Struct]:
    """The record, those that were merged into it, and what remembers the merges."""
    yield party
    yield from work.by_key(Alias, f"stands:{party.id}")
    yield from work.by_key(MergeProposal, f"proposal:{party.id}")
    yield from filter(None, (work.itself(Alias, party.id), work.itself(Merge, derived("merge", party.id))))
    for merge in work.by_key(Merge, f"into:{party.id}"):
        merged_id = merge.before_merged["id"]
        yield from filter(None, (merge, work.itself(Alias, merged_id)))
        merged = work.itself(type(party), merged_id)
        if merged is not None and not merge.undone:
            yield from _with_merged(work, merged)


def _complaint(work: Work, complaint: Complaint) -> Iterator[Struct]:
    stored = is_stored(work, complaint.customer_id)
    if complaint_is_over(complaint, stored, work.now) and not _held(work, complaint.id):
        yield complaint


def _appointment(work: Work, booked: Appointment) -> Iterator[Struct]:
    stored = is_stored(work, booked.customer_id)
    waits = booked.status in COMING and stored
    over = work.now >= CLASSES["appointments"].until(booked.at, stored)
    if booked.visit_id is None and over and not waits and not _held(work, booked.id):
        yield booked


def _message(work: Work, message: Message) -> Iterator[Struct]:
    stored = is_stored(work, message.customer_id)
    over = work.now >= CLASSES["messages"].until(message.promised_at, stored)
    if message.visit_id is None and message.state != "waiting" and over:
        yield message


def _review(work: Work, review: Review) -> Iterator[Struct]:
    if review.resolved_at is not None and work.now >= CLASSES["reviews"].until(review.resolved_at):
        yield review


def _proposal(work: Work, proposal: MergeProposal) -> Iterator[Struct]:
    if proposal.state != "open" and work.now >= CLASSES["reviews"].until(proposal.opened_at):
        yield proposal


def _media(work: Work, media: Media) -> Iterator[Struct]:
    word = f"photo:{media.sha256}"
    if not any(work.by_key(struct, word) for struct in (Photo, Damage, Finding)):
        yield media


RULES: dict[str, Callable[[Work, Any], Iterator[Struct]]] = {
    "messages": _message, "reviews": _review, "complaints": _complaint, "appointments": _appointment,
    "merge_proposals": _proposal, "visits": _visit, "vehicles": _vehicle, "customers": _customer, "media": _media,
}  # fmt: skip


class ReportPurge(Command, frozen=True):
    """How much a purge took, by class; nothing about anybody."""

    taken: dict[str, int]
    files: int
    bytes: int


@handles("records.report_purge", internal=True)
def report_purge(work: Work, by: By, c: ReportPurge) -> None:
    """The journal keeps the report; no row does."""
