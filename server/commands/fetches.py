"""A customer of another store of the group, asked for by name of what only they can know (`customer.fetch`)."""

from server.commands.common import get, share
from server.commands.registry import By, Command, handles
from server.domain.fields import Id
from server.domain.rows.customers import Customer
from server.domain.rows.vehicles import Vehicle
from server.store.work import Work


class FetchCustomer(Command, frozen=True):
    """A person asked for a customer's file, and for the car; why stands in the access log too."""

    customer_id: Id
    vehicle_ids: list[Id]
    reason: str


@handles("customer.fetch", internal=True)
def fetch_customer(work: Work, by: By, c: FetchCustomer) -> None:
    """The file and the cars come to the store; one that is only stored does not."""
    customer = get(work, Customer, c.customer_id)
    if customer.restricted is not None:
        return
    share(work, customer, [by.store_id])
    for vehicle_id in c.vehicle_ids:
        share(work, get(work, Vehicle, vehicle_id), [by.store_id])
