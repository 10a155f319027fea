"""Visits (工单): a car comes in, is promised, assigned, advised on, or leaves without work."""

from datetime import timedelta
from typing import Any

from server.commands.common import (
    enter,
    entry,
    get,
    is_repeat,
    keep_if_closed,
    meet,
    record_progress,
    refuse_from_settling,
    share,
    stands,
)  # fmt: skip
from server.commands.registry import By, Command, handles
from server.commands.stored import place_parties
from server.domain.fields import Change, Day, Id, Instant, Km, Label, Payer, Text, VisitKind, Word
from server.domain.ids import derived
from server.domain.reasons import Reason, Rejected, cause, invalid
from server.domain.rows.catalogue import Alias, StaffMember
from server.domain.rows.customers import Customer
from server.domain.rows.internal import Counter, Link
from server.domain.rows.vehicles import Appointment, Vehicle
from server.domain.rows.visits import Advice, Visit
from server.domain.stages import BEFORE_SETTLING
from server.store.work import Work


class OpenVisit(Command, frozen=True):
    """A car comes in. A second tablet that opens the same car before settling joins the first visit."""

    visit_id: Id
    vehicle_id: Id
    customer_id: Id
    kind: VisitKind
    payer: Payer
    appointment_id: Id | None = None
    comeback_of: Id | None = None
    local_number: Word | None = None


@handles("visit.open", makes=("visit_id",), plan=True, keys=lambda c: [f"open:{c.vehicle_id}"])
def open_visit(work: Work, by: By, c: OpenVisit) -> None:
    """Opens the visit, or joins the one that the car has open in this store."""
    vehicle = get(work, Vehicle, c.vehicle_id)
    customer = get(work, Customer, c.customer_id)
    content: dict[str, Any] = {
        "vehicle_id": vehicle.id, "customer_id": customer.id, "kind": c.kind, "payer": c.payer,
        "appointment_id": c.appointment_id, "local_number": c.local_number,
        "comeback_of": get(work, Visit, c.comeback_of).id if c.comeback_of else None,
    }  # fmt: skip
    existing = work.find(Visit, c.visit_id)
    joined = existing is not None and existing.id != c.visit_id
    if joined or is_repeat(existing, "visits", c.visit_id, **content):
        return
    for row in (vehicle, customer):
        share(work, row, [by.store_id])
    visit = _open_here(work, by, vehicle.id)
    if visit is None:
        visit = _opened(work, by, c.visit_id, content)
    else:
        _join(work, visit, customer.id, c)
    place_parties(work, visit)
    if c.appointment_id and (appointment := work.find(Appointment, c.appointment_id)):
        work.change(appointment, status="arrived", visit_id=visit.id)


def _open_here(work: Work, by: By, vehicle_id: str) -> Visit | None:
    """The open visit of the car that another opening joins; one that it cannot join is put up for review."""
    still_open = work.by_key(Visit, f"open:{vehicle_id}")
    first = next((v for v in still_open if v.store_id == by.store_id and v.stage in BEFORE_SETTLING), None)
    if first is None and still_open:
        other = still_open[0]
        work.keep(cause(Reason.SECOND_VISIT, "visits", other.id, number=other.number, stage=other.stage))
    return first


def _opened(work: Work, by: By, visit_id: str, content: dict[str, Any]) -> Visit:
    visit = Visit(
        id=visit_id, rev=1, store_id=by.store_id, number=_number(work, by), advisor_id=by.user_id, technician_id=None,
        stage="checked_in", moves=0, trail=["checked_in"], opened_at=by.issued_at, closed_at=None, ready_at=None,
        concerns=[], walkaround=None, readings=[], presented=[], parts_used=[], quality=None, quality_history=[],
        settlement=None, payments=[], advice=[], report=None, release=None, released_document=None,
        cancel_reason=None, survey=None,
        work=[], calls=[], questions=[], **content,
    )  # fmt: skip
    link = Link(
        id=derived("link", visit.id), rev=1, visit_id=visit.id, generation=1, revoked=False,
        expires_at=work.now + timedelta(days=work.terms.link_days),
    )  # fmt: skip
    work.add(visit)
    work.add(link)
    record_progress(work, by, visit, by.command_id, "stage", told=True)
    return visit


def _number(work: Work, by: By) -> str:
    """The store's next number of the day: R20261121-0001."""
    series = derived("visits", by.store_id, by.today.isoformat())
    counter = work.find(Counter, series)
    value = counter.value + 1 if counter else 1
    work.change(counter, value=value) if counter else work.add(Counter(id=series, rev=1, value=value))
    return f"R{by.today:%Y%m%d}-{value:04d}"


def _join(work: Work, first: Visit, customer_id: str, c: OpenVisit) -> None:
    work.add(Alias(id=c.visit_id, rev=1, canonical_id=first.id, type="visits"))
    work.merged("visit_id", None, c.visit_id, first.id, first.id)
    for name, mine in (("kind", c.kind), ("payer", c.payer), ("customer_id", customer_id)):
        theirs = getattr(first, name)
        if mine != theirs:
            why = cause(Reason.VISIT_JOINED, "visits", first.id, number=first.number)
            work.merged(name, None, mine, theirs, theirs, why)


class PromiseReady(Command, frozen=True):
    """When the car will be ready; the customer is told."""

    visit_id: Id
    ready_at: Change[Instant]
    reason: Label | None = None


@handles("visit.promise", plan=True)
def promise_ready(work: Work, by: By, c: PromiseReady) -> None:
    """Sets the promised time by the scalar rule."""
    visit = get(work, Visit, c.visit_id)
    if written := meet(work, visit, {"ready_at": c.ready_at}):
        visit = work.change(visit, **written)
        record_progress(work, by, visit, by.command_id, "promise", text=c.reason, told=True)
    elif c.reason and not work.merged_fields:
        record_progress(work, by, visit, by.command_id, "note", text=c.reason)


class AssignVisit(Command, frozen=True):
    """A technician gets the job; the first assignment moves the visit to `assigned`."""

    visit_id: Id
    technician_id: Change[Id]


@handles("visit.assign", plan=True)
def assign_visit(work: Work, by: By, c: AssignVisit) -> None:
    """Sets the technician by the scalar rule."""
    visit = get(work, Visit, c.visit_id)
    if c.technician_id.to is None:
        raise invalid("technician_id.to", "missing")
    person = get(work, StaffMember, c.technician_id.to)
    if not person.active:
        raise Rejected(Reason.NOT_FOUND, "staff", person.id)
    refuse_from_settling(visit)
    written = meet(work, visit, {"technician_id": c.technician_id})
    if visit.stage == "checked_in" and not work.merged_fields:
        enter(work, by, visit, "assigned", **written)
    elif written:
        work.change(visit, **written)


class Advise(Command, frozen=True):
    """Maintenance advice: what to do next, by distance, by date, or both."""

    visit_id: Id
    advice_id: Id
    text: Text
    next_km: Km | None = None
    next_on: Day | None = None


@handles("visit.advise", makes=("advice_id",))
def advise(work: Work, by: By, c: Advise) -> None:
    """Appends the advice."""
    visit = get(work, Visit, c.visit_id)
    content: dict[str, Any] = {"text": c.text, "next_km": c.next_km, "next_on": c.next_on}
    if is_repeat(entry(visit.advice, c.advice_id), "visits", c.advice_id, **content):
        return
    keep_if_closed(work, visit)
    work.change(visit, advice=[*visit.advice, Advice(id=c.advice_id, **content)])


class CancelVisit(Command, frozen=True):
    """The car leaves without work; not after settlement."""

    visit_id: Id
    reason: Label


@handles("visit.cancel", plan=True)
def cancel_visit(work: Work, by: By, c: CancelVisit) -> None:
    """Cancels the visit. Under a joined id only that opening is withdrawn, and a person looks at it."""
    visit = get(work, Visit, c.visit_id)
    if visit.id != c.visit_id:
        work.keep(cause(Reason.VISIT_JOINED, "visits", visit.id, number=visit.number))
        return
    if visit.stage == "cancelled":
        stands(work, visit, "cancel_reason", c.reason)
        return
    if visit.stage not in BEFORE_SETTLING:
        raise Rejected(Reason.WRONG_STAGE, "visits", visit.id, current=visit.stage, wanted="cancelled")
    enter(work, by, visit, "cancelled", cancel_reason=c.reason)
