"""Appointments (预约): asked for, accepted, booked, moved, cancelled."""

from typing import Any

from server.commands.common import get, is_repeat, meet, share, stands
from server.commands.registry import By, Command, handles
from server.commands.stored import usable
from server.domain.fields import Change, Id, Instant, Label, Text
from server.domain.reasons import Reason, Rejected, invalid
from server.domain.rows.customers import Customer
from server.domain.rows.vehicles import Appointment, Vehicle
from server.store.work import Work

COMING = ("requested", "booked")
"""Somebody is still expected."""


class BookAppointment(Command, frozen=True):
    """A customer is expected: booked by the store, or asked for from the page."""

    appointment_id: Id
    customer_id: Id
    at: Instant
    work: Label
    vehicle_id: Id | None = None
    note: Text | None = None


@handles("appointment.book", makes=("appointment_id",))
def book_appointment(work: Work, by: By, c: BookAppointment) -> None:
    """Books the appointment at the person's store; a customer's own is a request that the store accepts.

    A customer asks for a time to come, and once: the same again, as a page sends that was loaded anew, adds nothing.
    """
    customer = usable(get(work, Customer, c.customer_id))
    vehicle = get(work, Vehicle, c.vehicle_id) if c.vehicle_id else None
    content: dict[str, Any] = {
        "customer_id": customer.id, "vehicle_id": vehicle.id if vehicle else None, "at": c.at, "work": c.work,
        "note": c.note,
    }  # fmt: skip
    if is_repeat(work.find(Appointment, c.appointment_id), "appointments", c.appointment_id, **content):
        return
    if by.role == "link" and _asked_before(work, customer.id, c):
        return
    for row in filter(None, (customer, vehicle)):
        share(work, row, [by.store_id])
    booked = Appointment(
        id=c.appointment_id, rev=1, store_id=by.store_id, status="requested" if by.role == "link" else "booked",
        cancel_reason=None, visit_id=None, **content,
    )  # fmt: skip
    work.add(booked)
    if booked.status == "booked":
        _tell(work, booked)


def _tell(work: Work, appointment: Appointment) -> None:
    """The customer is told what stands now, and reminded the day before; what was promised before is outdated."""
    for event in ("appointment", "appointment_reminder"):
        work.promise(
            "message", None, f"{event}:{appointment.id}", event=event, appointment_id=appointment.id,
            customer_id=appointment.customer_id,
        )  # fmt: skip


def _asked_before(work: Work, customer_id: str, c: BookAppointment) -> bool:
    if c.at <= work.now:
        raise invalid("at", "past")
    known = work.by_key(Appointment, f"customer:{customer_id}")
    return any(one.at == c.at and one.work == c.work and one.status in COMING for one in known)


def _still_coming(work: Work, appointment_id: str) -> Appointment:
    """The appointment, unless its car has come or it was cancelled: then nothing of it can change."""
    appointment = get(work, Appointment, appointment_id)
    if appointment.status not in COMING:
        raise Rejected(Reason.WRONG_STAGE, "appointments", appointment.id, current=appointment.status)
    return appointment


class AcceptAppointment(Command, frozen=True):
    """The store accepts what a customer asked for, as it is or at another time."""

    appointment_id: Id
    at: Change[Instant] | None = None


@handles("appointment.accept")
def accept_appointment(work: Work, by: By, c: AcceptAppointment) -> None:
    """Makes a booking of a request; accepting again changes nothing."""
    appointment = _still_coming(work, c.appointment_id)
    if c.at and c.at.to is None:
        raise invalid("at.to", "missing")
    written = meet(work, appointment, {"at": c.at}) if c.at else {}
    if appointment.status == "requested":
        written["status"] = "booked"
    if written:
        _tell(work, work.change(appointment, **written))


class MoveAppointment(Command, frozen=True):
    """An appointment moves to another time; the customer is told and reminded anew."""

    appointment_id: Id
    at: Change[Instant]


@handles("appointment.move")
def move_appointment(work: Work, by: By, c: MoveAppointment) -> None:
    """Moves it by the scalar rule."""
    appointment = _still_coming(work, c.appointment_id)
    if c.at.to is None:
        raise invalid("at.to", "missing")
    if written := meet(work, appointment, {"at": c.at}):
        moved = work.change(appointment, **written)
        if moved.status == "booked":
            _tell(work, moved)


class CancelAppointment(Command, frozen=True):
    """The customer will not come, or the store declines what the customer asked for."""

    appointment_id: Id
    reason: Label


@handles("appointment.cancel")
def cancel_appointment(work: Work, by: By, c: CancelAppointment) -> None:
    """Cancels it; a request is declined by it. A second reason goes to a review."""
    appointment = get(work, Appointment, c.appointment_id)
    if appointment.status == "cancelled":
        stands(work, appointment, "cancel_reason", c.reason)
    else:
        coming = _still_coming(work, appointment.id)
        _tell(work, work.change(coming, status="cancelled", cancel_reason=c.reason))
