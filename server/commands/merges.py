"""Merging two records of the same customer or car, and its exact inverse.

A merge keeps what it changed in a `Merge` row. Unmerging takes back exactly that: a field that was edited since the
merge stays as edited with the record that was kept, everything else returns to where it came from.
"""

from typing import Any, NamedTuple, cast

import msgspec

from server.commands.common import get, share
from server.commands.registry import By, Command, handles
from server.domain.fields import Id, Label
from server.domain.ids import derived
from server.domain.reasons import Reason, Rejected, invalid
from server.domain.rows import KIND_OF, KINDS
from server.domain.rows.catalogue import Alias
from server.domain.rows.customers import Customer
from server.domain.rows.inbox import MergeProposal
from server.domain.rows.internal import Merge
from server.domain.rows.vehicles import Appointment, Vehicle
from server.domain.rows.visits import Visit
from server.store.work import Work

Party = Customer | Vehicle

SETS: dict[type, tuple[str, ...]] = {
    Customer: ("stores", "phones", "tags", "consents", "notes"),
    Vehicle: ("stores",),
}
FILLED: dict[type, tuple[str, ...]] = {
    Customer: ("preferred_channel", "email", "address", "birthday_on"),
    Vehicle: (
        "vin", "vin_check", "plate", "model_year", "colour", "engine_no", "owner_id", "purchased_on",
        "insurance_expires_on", "odometer_km",
    ),
}  # fmt: skip
POINTERS: dict[type, tuple[tuple[type[Vehicle | Visit | Appointment], str, str], ...]] = {
    Customer: (
        (Vehicle, "owner", "owner_id"),
        (Visit, "customer", "customer_id"),
        (Appointment, "customer", "customer_id"),
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


class UnmergeCustomer(Command, frozen=True):
    """The records were not one customer after all."""

    merge_id: Id


@handles("customer.unmerge", plan=True)
def unmerge_customer(work: Work, by: By, c: UnmergeCustomer) -> None:
    """Takes the merge back."""
    _unmerge(work, Customer, c.merge_id)


class MergeVehicles(Command, frozen=True):
    """Two records are one car, such as when a VIN is typed later."""

    keep_id: Id
    merge_id: Id
    reason: Label | None = None


@handles("vehicle.merge", plan=True)
def merge_vehicles(work: Work, by: By, c: MergeVehicles) -> None:
    """Merges the cars."""
    _merge(work, Vehicle, c.keep_id, c.merge_id)


class UnmergeVehicle(Command, frozen=True):
    """The records were not one car after all."""

    merge_id: Id


@handles("vehicle.unmerge", plan=True)
def unmerge_vehicle(work: Work, by: By, c: UnmergeVehicle) -> None:
    """Takes the merge back."""
    _unmerge(work, Vehicle, c.merge_id)


def _merge(work: Work, struct: type[Party], keep_id: str, merge_id: str) -> None:
    keep, merged = get(work, struct, keep_id), get(work, struct, merge_id)
    if keep_id == merge_id:
        raise invalid("merge_id", "same_as_keep_id")
    if keep.id == merged.id:
        return
    after = work.change(keep, **_union(struct, keep, merged))
    repointed = _repoint(work, struct, merged.id, keep.id)
    work.hide(merged)
    alias = work.itself(Alias, merged.id)
    alias = work.change(alias, canonical_id=keep.id) if alias else work.add(_alias(struct, merged.id, keep.id))
    work.hide(alias, hidden=False)
    _remember(work, struct, keep, merged, after, repointed)
    _close_proposals(work, keep.id, merged.id, "merged")


def _union(struct: type[Party], keep: Any, merged: Any) -> dict[str, Any]:
    fields = {name: getattr(merged, name) for name in FILLED[struct] if getattr(keep, name) is None}
    if struct is Vehicle and keep.odometer_km is not None and merged.odometer_km is not None:
        fields["odometer_km"] = max(keep.odometer_km, merged.odometer_km)
    for name in SETS[struct]:
        seen = _keys(keep, name)
        fields[name] = [*getattr(keep, name), *(i for i in getattr(merged, name) if _key(i) not in seen)]
    if struct is Customer and any(p.primary for p in keep.phones):
        kept = {p.number for p in keep.phones}
        fields["phones"] = [
            p if p.number in kept else msgspec.structs.replace(p, primary=False) for p in fields["phones"]
        ]
    return fields


def _keys(row: Any, name: str) -> set[Any]:
    return {_key(item) for item in getattr(row, name)}


def _key(item: Any) -> Any:
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


def _close_proposals(work: Work, keep_id: str, merge_id: str, state: str) -> None:
    pair = {keep_id, merge_id}
    for proposal in work.by_key(MergeProposal, f"proposal:{keep_id}"):
        if {proposal.keep_id, proposal.merge_id} == pair and proposal.state != state:
            work.hide(work.change(proposal, state=state), hidden=False)


def _unmerge(work: Work, struct: type[Party], merge_id: str) -> None:
    merge = work.find(Merge, derived("merge", merge_id))
    merged = work.itself(struct, merge_id)
    alias = work.itself(Alias, merge_id)
    if merge is None or merged is None or alias is None:
        raise Rejected(Reason.NOT_FOUND, KIND_OF[struct], merge_id)
    if merge.undone:
        return
    keep = get(work, struct, merge.keep_id)
    _take_back(work, struct, merge, _brought(struct, merge))
    work.hide(work.change(merged), hidden=False)
    work.hide(work.change(alias))
    for kind, row_id, field in merge.repointed:
        row = cast(Any, get(work, KINDS[kind], row_id))
        if getattr(row, field) == keep.id:
            work.change(row, **{field: merge_id})
    for party_id in (keep.id, merge_id):
        share(work, get(work, struct, party_id), _stores_that_need(work, struct, party_id))
    work.change(merge, undone=True)
    _close_proposals(work, keep.id, merge_id, "open")


class _Brought(NamedTuple):
    """What a merge brought to the record that was kept: keys of items, and values of fields that it filled."""

    items: dict[str, set[Any]]
    values: dict[str, Any]


def _brought(struct: type[Party], merge: Merge) -> _Brought:
    before, after = (msgspec.convert(record, struct) for record in (merge.before_keep, merge.after_keep))
    items = {name: _keys(after, name) - _keys(before, name) for name in SETS[struct]}
    filled = {name: getattr(after, name) for name in FILLED[struct]}
    return _Brought(items, {name: value for name, value in filled.items() if value != getattr(before, name)})


def _take_back(work: Work, struct: type[Party], merge: Merge, brought: _Brought) -> None:
    """Takes it back from the record that was kept, and from the one into which that record was merged since."""
    row = work.itself(struct, merge.keep_id)
    assert row is not None
    before = msgspec.convert(merge.before_keep, struct)
    fields: dict[str, Any] = {
        name: [item for item in getattr(row, name) if _key(item) not in gone] for name, gone in brought.items.items()
    }
    fields |= {name: getattr(before, name) for name, value in brought.values.items() if getattr(row, name) == value}
    work.change(row, **fields)
    further = work.find(Merge, derived("merge", row.id))
    if further is not None and not further.undone:
        there = _brought(struct, further)
        items = {name: gone & there.items[name] for name, gone in brought.items.items()}
        values = {name: value for name, value in brought.values.items() if there.values.get(name) == value}
        _take_back(work, struct, further, _Brought(items, values))


def _stores_that_need(work: Work, struct: type[Party], row_id: str) -> list[str]:
    """The stores of whatever names the record: their tablets must hold it."""
    rows = [row for kind, word, _ in POINTERS[struct] for row in work.by_key(kind, f"{word}:{row_id}")]
    return [store_id for row in rows for store_id in getattr(row, "stores", [row.store_id])]
