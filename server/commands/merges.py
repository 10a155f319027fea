"""Merging two records of the same customer or car: one id stands for the other until they are taken apart again."""

from collections.abc import Iterator
from typing import Any, cast

import msgspec

from server.commands.common import get
from server.commands.registry import By, Command, handles
from server.commands.stored import usable
from server.domain import vin
from server.domain.fields import Id, Label
from server.domain.ids import derived
from server.domain.merge import primary_of, with_primary
from server.domain.past import newest
from server.domain.reasons import invalid
from server.domain.rows import KIND_OF
from server.domain.rows.catalogue import Alias
from server.domain.rows.contacts import Complaint
from server.domain.rows.customers import Customer
from server.domain.rows.inbox import MergeProposal
from server.domain.rows.internal import Merge
from server.domain.rows.vehicles import Appointment, Vehicle
from server.domain.rows.visits import Visit
from server.store.work import Work

Party = Customer | Vehicle

SETS: dict[type, tuple[str, ...]] = {
    Customer: ("stores", "phones", "tags", "consents", "notes"),
    Vehicle: ("stores", "recalls"),
}
FILLED: dict[type, tuple[str, ...]] = {
    Customer: (
        "preferred_channel", "email", "address", "birthday_on", "channels", "quiet", "language", "contact_stop",
    ),
    Vehicle: (
        "vin", "plate", "model_year", "colour", "engine_no", "owner_id", "purchased_on",
        "insurance_expires_on", "odometer_km", "last",
    ),
}  # fmt: skip
POINTERS: dict[type, tuple[tuple[type[Vehicle | Visit | Appointment | Complaint], str, str], ...]] = {
    Customer: (
        (Vehicle, "owner", "owner_id"),
        (Visit, "customer", "customer_id"),
        (Appointment, "customer", "customer_id"),
        (Complaint, "complains", "customer_id"),
    ),
    Vehicle: ((Visit, "vehicle", "vehicle_id"), (Appointment, "vehicle", "vehicle_id")),
}


class MergeCustomers(Command, frozen=True):
    """Two records are one customer: `merge_id` becomes another name for `keep_id`."""

    keep_id: Id
    merge_id: Id
    reason: Label | None = None


@handles("customer.merge", plan=True)
def merge_customers(work: Work, by: By, c: MergeCustomers) -> None:
    """Merges the customers."""
    _merge(work, Customer, c.keep_id, c.merge_id)


class MergeVehicles(Command, frozen=True):
    """Two records are one car, such as when a VIN is typed later."""

    keep_id: Id
    merge_id: Id
    reason: Label | None = None


@handles("vehicle.merge", plan=True)
def merge_vehicles(work: Work, by: By, c: MergeVehicles) -> None:
    """Merges the cars."""
    _merge(work, Vehicle, c.keep_id, c.merge_id)


def _merge(work: Work, struct: type[Party], keep_id: str, merge_id: str) -> None:
    keep, merged = get(work, struct, keep_id), get(work, struct, merge_id)
    if keep_id == merge_id:
        raise invalid("merge_id", "same_as_keep_id")
    if keep.id == merged.id:
        return
    for party in (keep, merged):
        usable(party)
    after = work.change(keep, **_union(struct, keep, merged))
    repointed = _repoint(work, struct, merged.id, keep.id)
    work.hide(merged)
    alias = work.itself(Alias, merged.id)
    alias = work.change(alias, canonical_id=keep.id) if alias else work.add(_alias(struct, merged.id, keep.id))
    work.hide(alias, hidden=False)
    _remember(work, struct, keep, merged, after, repointed)
    settle_proposals(work, struct, merged.id)


def _union(struct: type[Party], keep: Any, merged: Any) -> dict[str, Any]:
    fields = filled(struct, keep, merged)
    for name in SETS[struct]:
        seen = keys(keep, name)
        fields[name] = [*getattr(keep, name), *(i for i in getattr(merged, name) if key(i) not in seen)]
    if struct is Customer and primary_of(keep.phones):
        fields["phones"] = with_primary(fields["phones"], primary_of(keep.phones))
    return fields


def filled(struct: type[Party], *records: Any) -> dict[str, Any]:
    """What the first record says, and what the others say where it is silent.

    The odometer is the highest one, the past that of the visit that ended last.
    """
    found = {name: next(_said(records, name), None) for name in FILLED[struct]}
    if struct is Vehicle:
        found["odometer_km"] = max(_said(records, "odometer_km"), default=None)
        found["last"] = newest(*(record.last for record in records))
        found["vin_check"] = vin.check(found["vin"]) if found["vin"] else None
    return found


def _said(records: tuple[Any, ...], name: str) -> Iterator[Any]:
    return (value for record in records if (value := getattr(record, name)) is not None)


def keys(record: Any, name: str) -> set[Any]:
    """By what the items of a set are told apart."""
    return {key(item) for item in getattr(record, name)}


def key(item: Any) -> Any:
    """By what an item of a set is told apart: its id, its number, or itself."""
    return getattr(item, "id", None) or getattr(item, "number", None) or item


def _repoint(work: Work, struct: type[Party], old_id: str, new_id: str) -> list[list[str]]:
    moved: list[list[str]] = []
    for kind, word, field in POINTERS[struct]:
        for row in work.by_key(kind, f"{word}:{old_id}"):
            work.change(row, **{field: new_id})
            moved.append([KIND_OF[kind], row.id, field])
    return moved


def _alias(struct: type[Party], old_id: str, canonical_id: str) -> Alias:
    return Alias(id=old_id, rev=1, canonical_id=canonical_id, type=cast(Any, KIND_OF[struct]))


def _remember(work: Work, struct: type, keep: Party, merged: Party, after: Party, repointed: list[list[str]]) -> None:
    known = work.find(Merge, derived("merge", merged.id))
    fields: dict[str, Any] = {
        "type": KIND_OF[struct], "keep_id": keep.id, "before_keep": msgspec.to_builtins(keep),
        "before_merged": msgspec.to_builtins(merged), "after_keep": msgspec.to_builtins(after), "repointed": repointed,
        "undone": False,
    }  # fmt: skip
    work.change(known, **fields) if known else work.add(Merge(id=derived("merge", merged.id), rev=1, **fields))


def into(work: Work, keep_id: str) -> list[Merge]:
    """The merges into a record that stand."""
    return [merge for merge in work.by_key(Merge, f"into:{keep_id}") if not merge.undone]


def settle_proposals(work: Work, struct: type[Party], row_id: str) -> None:
    """Proposals about a record, or about one merged into it, are `merged` while both sides are one; else open again.

    One that somebody dismissed stays dismissed.
    """
    for merge in into(work, row_id):
        settle_proposals(work, struct, merge.before_merged["id"])
    for proposal in work.by_key(MergeProposal, f"proposal:{row_id}"):
        one = get(work, struct, proposal.keep_id).id == get(work, struct, proposal.merge_id).id
        state = "merged" if one else "open"
        if proposal.state not in (state, "dismissed"):
            work.hide(work.change(proposal, state=state), hidden=False)
