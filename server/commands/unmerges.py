"""Taking a merge back: its exact inverse, also after later edits.

The rule of attribution. The record that was merged away returns as it was, with everything that named it. What was
typed since the merge, under either id, stays with the record that was kept; what that one had from the merge alone
leaves it. One thing counts for both: a withdrawal of consent since the merge, for nobody knows who withdrew.
"""

from typing import Any, NamedTuple, cast

import msgspec

from server.commands.common import get, share
from server.commands.merges import FILLED, POINTERS, SETS, Party, filled, into, key, keys, settle_proposals
from server.commands.pasts import retell
from server.commands.registry import By, Command, handles
from server.commands.stored import usable
from server.domain import vin
from server.domain.fields import Id
from server.domain.ids import derived
from server.domain.merge import primary_of, with_primary
from server.domain.reasons import Reason, Rejected
from server.domain.rows import KIND_OF, KINDS
from server.domain.rows.catalogue import Alias
from server.domain.rows.customers import Consent, Customer
from server.domain.rows.internal import Merge
from server.domain.rows.vehicles import Vehicle
from server.store.work import Work


class UnmergeCustomer(Command, frozen=True):
    """The records were not one customer after all: what was typed since the merge stays with the one that was kept."""

    merge_id: Id


@handles("customer.unmerge", plan=True)
def unmerge_customer(work: Work, by: By, c: UnmergeCustomer) -> None:
    """Takes the merge back."""
    _unmerge(work, Customer, c.merge_id)


class UnmergeVehicle(Command, frozen=True):
    """The records were not one car after all: what was typed since the merge stays with the one that was kept."""

    merge_id: Id


@handles("vehicle.unmerge", plan=True)
def unmerge_vehicle(work: Work, by: By, c: UnmergeVehicle) -> None:
    """Takes the merge back."""
    _unmerge(work, Vehicle, c.merge_id)


def _unmerge(work: Work, struct: type[Party], merge_id: str) -> None:
    merge = work.find(Merge, derived("merge", merge_id))
    merged = work.itself(struct, merge_id)
    alias = work.itself(Alias, merge_id)
    if merge is None or merged is None or alias is None:
        raise Rejected(Reason.NOT_FOUND, KIND_OF[struct], merge_id)
    if merge.undone:
        return
    keep = usable(get(work, struct, merge.keep_id))
    withdrawn = _withdrawn_since(work, merge) if struct is Customer else []
    _take_back(work, struct, merge, _brought(struct, merge))
    fields = {"consents": _with(cast(Customer, merged).consents, withdrawn)} if withdrawn else {}
    work.hide(work.change(merged, **fields), hidden=False)
    work.hide(work.change(alias))
    for kind, row_id, field in merge.repointed:
        row = cast(Any, work.itself(KINDS[kind], row_id))
        if row is not None and getattr(row, field) == keep.id:
            work.change(row, **{field: merge_id})
    if isinstance(merged, Vehicle):
        _name_the_owner(work, get(work, Vehicle, merge_id))
        _part_their_pasts(work, merge)
    for party_id in (keep.id, merge_id):
        share(work, get(work, struct, party_id), _stores_that_need(work, struct, party_id))
    work.change(merge, undone=True)
    settle_proposals(work, struct, merge_id)


def _name_the_owner(work: Work, vehicle: Vehicle) -> None:
    """An owner who was merged while the car was away: the car names the one who was kept, until they come apart."""
    owner_id = vehicle.owner_id
    while owner_id and (merge := work.find(Merge, derived("merge", owner_id))) and not merge.undone:
        work.change(merge, repointed=[*merge.repointed, ["vehicles", vehicle.id, "owner_id"]])
        owner_id = merge.keep_id
    if owner_id != vehicle.owner_id:
        work.change(vehicle, owner_id=owner_id)


def _part_their_pasts(work: Work, merge: Merge) -> None:
    """A visit that ended since the merge and returns with the record that was merged away takes its past along."""
    merged, keep = get(work, Vehicle, merge.before_merged["id"]), get(work, Vehicle, merge.keep_id)
    retell(work, merged, merged.last)
    back = {row_id for kind, row_id, _ in merge.repointed if kind == "visits"}
    if keep.last and keep.last.visit_id in back:
        retell(work, keep, msgspec.convert(merge.before_keep, Vehicle).last)


class _Brought(NamedTuple):
    """What a merge brought to the record that was kept: keys of items, and values of fields that it filled."""

    items: dict[str, set[Any]]
    values: dict[str, Any]


def _brought(struct: type[Party], merge: Merge) -> _Brought:
    before, after = (msgspec.convert(record, struct) for record in (merge.before_keep, merge.after_keep))
    items = {name: keys(after, name) - keys(before, name) for name in SETS[struct]}
    values = {name: value for name in FILLED[struct] if (value := getattr(after, name)) != getattr(before, name)}
    return _Brought(items, values)


def _take_back(work: Work, struct: type[Party], merge: Merge, brought: _Brought) -> None:
    """Takes it back from the record that was kept, and from the one into which that record was merged since.

    What another record that is still merged into it has as well stays, and is from now on what that one brought.
    """
    row = work.itself(struct, merge.keep_id)
    assert row is not None
    before = msgspec.convert(merge.before_keep, struct)
    others = [other for other in into(work, merge.keep_id) if other.id != merge.id]
    also = [work.itself(struct, other.before_merged["id"]) for other in others]
    _write(work, row, _without(work, struct, row, before, brought, also))
    for other, theirs in zip(others, also, strict=True):
        began, ended = (msgspec.convert(record, struct) for record in (other.before_keep, other.after_keep))
        began = msgspec.structs.replace(began, **_without(work, struct, began, before, brought, []))
        ended = msgspec.structs.replace(ended, **_without(work, struct, ended, before, brought, [theirs]))
        work.change(other, before_keep=msgspec.to_builtins(began), after_keep=msgspec.to_builtins(ended))
    further = work.find(Merge, derived("merge", row.id))
    if further is not None and not further.undone:
        there = _brought(struct, further)
        items = {name: gone & there.items[name] for name, gone in brought.items.items()}
        values = {name: value for name, value in brought.values.items() if there.values.get(name) == value}
        _take_back(work, struct, further, _Brought(items, values))


def _write(work: Work, row: Any, fields: dict[str, Any]) -> None:
    changed = row
    if any(getattr(row, name) != value for name, value in fields.items()):
        changed = work.change(row, **fields)
    if "owner_id" in fields:
        _forget_pointing(work, row.owner_id, row.id)
        if not work.is_gone(row):
            _name_the_owner(work, changed)


def _forget_pointing(work: Work, owner_id: str | None, vehicle_id: str) -> None:
    """The car's owner is another one now: merges of the former owner have nothing to give back to the car."""
    pointing = ["vehicles", vehicle_id, "owner_id"]
    for merge in into(work, owner_id) if owner_id else []:
        if pointing in merge.repointed:
            work.change(merge, repointed=[entry for entry in merge.repointed if entry != pointing])
            _forget_pointing(work, merge.before_merged["id"], vehicle_id)


def _without(
    work: Work, struct: type[Party], record: Any, before: Any, brought: _Brought, others: list[Any]
) -> dict[str, Any]:
    """The fields of a record without what a merge brought; what was edited since is no longer what it brought."""
    held = {name: set[Any]().union(*(keys(other, name) for other in others)) for name in SETS[struct]}
    fields: dict[str, Any] = {
        name: [item for item in getattr(record, name) if key(item) not in gone - held[name]]
        for name, gone in brought.items.items()
    }
    left = filled(struct, before, *others)
    for name, value in brought.values.items():
        if _same(work, name, getattr(record, name), value):
            fields[name] = left[name]
    if struct is Vehicle:
        number = fields.get("vin", record.vin)
        fields["vin_check"] = vin.check(number) if number else None
    elif not primary_of(fields["phones"]):
        fields["phones"] = with_primary(fields["phones"], primary_of(before.phones))
    return fields


def _same(work: Work, name: str, one: Any, other: Any) -> bool:
    """Whether the values are the same; an owner may have been merged since."""
    if name != "owner_id" or None in (one, other):
        return one == other
    return get(work, Customer, one).id == get(work, Customer, other).id


def _withdrawn_since(work: Work, merge: Merge) -> list[Consent]:
    """Withdrawals that were recorded on the kept record since, and that no other merge brought there."""
    row = work.itself(Customer, merge.keep_id)
    assert row is not None
    known = keys(msgspec.convert(merge.after_keep, Customer), "consents").union(
        *(keys(msgspec.convert(other.before_merged, Customer), "consents") for other in into(work, merge.keep_id))
    )
    since = [c for c in row.consents if c.decision == "withdrawn" and c.id not in known]
    further = work.find(Merge, derived("merge", row.id))
    return since if further is None or further.undone else _with(since, _withdrawn_since(work, further))


def _with(consents: list[Consent], more: list[Consent]) -> list[Consent]:
    known = {consent.id for consent in consents}
    return sorted([*consents, *(c for c in more if c.id not in known)], key=lambda consent: consent.id)


def _stores_that_need(work: Work, struct: type[Party], row_id: str) -> list[str]:
    """The stores of whatever names the record: their tablets must hold it."""
    rows = [row for kind, word, _ in POINTERS[struct] for row in work.by_key(kind, f"{word}:{row_id}")]
    return [store_id for row in rows for store_id in getattr(row, "stores", [row.store_id])]
