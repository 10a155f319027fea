"""A customer's record is only stored from now on (停止使用, 仅存储), and used again when the customer agrees.

PIPL art. 47: where a law makes us keep data that a person wants deleted, we store it, keep it safe, and do nothing
else with it. What no law makes us keep goes with the next purge (docs/retention.md).
"""

from server.commands.appointments import COMING
from server.commands.common import get
from server.commands.registry import By, Command, handles
from server.commands.stored import place
from server.commands.sweeps import hide_visit
from server.domain.fields import Id, Instant, Label
from server.domain.merge import with_items
from server.domain.rows.customers import Customer, Restriction
from server.domain.rows.inbox import MergeProposal
from server.domain.rows.vehicles import Appointment, Vehicle
from server.domain.rows.visits import Visit
from server.domain.stages import CLOSED
from server.store.work import Work


class RestrictCustomer(Command, frozen=True):
    """The customer's record is only stored from now on: no message, no tablet, no search, no tag, no booking."""

    customer_id: Id
    reason: Label
    restricted_at: Instant


@handles("customer.restrict")
def restrict_customer(work: Work, by: By, c: RestrictCustomer) -> None:
    """Takes the record, its past visits, proposals and bookings off the tablets, and the record when no car is here.

    A second wish changes nothing: the first one stands.
    """
    customer = get(work, Customer, c.customer_id)
    if customer.restricted is not None:
        return
    for booked in work.by_key(Appointment, f"customer:{customer.id}"):
        if booked.status in COMING:
            booked = work.change(booked, status="cancelled", cancel_reason="storage_only")
        work.hide(booked)
    for proposal in work.by_key(MergeProposal, f"proposal:{customer.id}"):
        if proposal.state == "open":
            work.hide(work.change(proposal, state="dismissed"))
    for visit in work.by_key(Visit, f"customer:{customer.id}"):
        if visit.stage in CLOSED:
            hide_visit(work, visit)
    place(work, customer, restricted=Restriction(reason=c.reason, at=c.restricted_at, by=by.user_id))


class LiftRestriction(Command, frozen=True):
    """The customer wants the record to be used again."""

    customer_id: Id
    reason: Label


@handles("customer.lift_restriction")
def lift_restriction(work: Work, by: By, c: LiftRestriction) -> None:
    """The record comes back to its home store, to those that hold a car of it, and to whoever lifts it."""
    customer = get(work, Customer, c.customer_id)
    if customer.restricted is None:
        return
    cars = work.by_key(Vehicle, f"owner:{customer.id}")
    stores = with_items([customer.store_id], [by.store_id, *(store for car in cars for store in car.stores)])
    work.change(customer, restricted=None, stores=stores)
