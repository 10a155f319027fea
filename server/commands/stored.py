"""Records that are only stored (仅存储, PIPL art. 47): who may still use them, and which tablets still hold them."""

from typing import Any, TypeVar

from server.commands.registry import By
from server.domain.reasons import Reason, Rejected
from server.domain.rows.customers import Customer
from server.domain.rows.vehicles import Vehicle
from server.domain.rows.visits import Visit
from server.domain.stages import CLOSED
from server.store.work import Work

P = TypeVar("P", bound=Customer | Vehicle)


def usable(party: P) -> P:
    """The record, unless it may only be stored: then raises `storage_only`."""
    if getattr(party, "restricted", None) is not None:
        raise Rejected(Reason.STORAGE_ONLY, "customers", party.id)
    return party


def usable_by(by: By, customer: Customer) -> Customer:
    """The same for staff; customers themselves still say what they wish, on their own page."""
    return customer if by.role == "link" else usable(customer)


def place_parties(work: Work, visit: Visit) -> None:
    """A visit was opened or closed: who brought the car and who owns it enter or leave the tablets, if only stored."""
    vehicle = work.find(Vehicle, visit.vehicle_id)
    for customer_id in dict.fromkeys((visit.customer_id, vehicle.owner_id if vehicle else None)):
        customer = work.find(Customer, customer_id) if customer_id else None
        if customer is not None and customer.restricted is not None:
            place(work, customer)


def place(work: Work, customer: Customer, **fields: Any) -> Customer:
    """The record, changed, lies in the stores that have a car of the customer in the shop, and in no other."""
    cars = work.by_key(Vehicle, f"owner:{customer.id}")
    keys = [f"customer:{customer.id}", *(f"vehicle:{car.id}" for car in cars)]
    stores = sorted({visit.store_id for visit in work.by_key(Visit, *keys) if visit.stage not in CLOSED})
    if not fields and stores == sorted(customer.stores):
        return customer
    return work.change(customer, stores=stores, **fields)
