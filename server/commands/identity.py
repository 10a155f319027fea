"""Who is who: a sure match joins (alias and field merge), a likely one opens a reversible merge proposal."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar

from server.commands.common import share
from server.commands.registry import By
from server.domain.alike import Facts, alike_customers, alike_vehicles, keys_of_customer, keys_of_vehicle
from server.domain.ids import derived
from server.domain.merge import PRIMARY, odometer, primary_of, with_items, with_primary
from server.domain.reasons import Reason, cause
from server.domain.rows.catalogue import Alias
from server.domain.rows.customers import Customer
from server.domain.rows.inbox import Cause, MergeProposal
from server.domain.rows.vehicles import Vehicle
from server.store.work import Work

Kind = Literal["customers", "vehicles"]
P = TypeVar("P", Customer, Vehicle)


def place_customer(work: Work, by: By, fresh: Customer) -> None:
    """Same E.164 phone and same name: the known customer, unless that record is only stored.

    Otherwise both stay, with a proposal if they are alike.
    """
    phones = (f"phone:{p.number}" for p in fresh.phones)
    known = [row for row in work.by_key(Customer, *phones) if row.restricted is None]
    same = next((row for row in known if row.name == fresh.name), None)
    compare(work, _join_customer(work, by, same, fresh) if same else work.add(fresh))


def _join_customer(work: Work, by: By, known: Customer, fresh: Customer) -> Customer:
    _alias(work, "customers", "customer_id", fresh.id, known.id)
    known = share(work, known, [by.store_id])
    numbers = {p.number for p in known.phones}
    added = [p for p in fresh.phones if p.number not in numbers]
    mine, theirs = primary_of(fresh.phones), primary_of(known.phones)
    if mine and theirs and mine != theirs:
        why = cause(Reason.VALUE_CONFLICT, "customers", known.id, field=PRIMARY)
        work.merged(PRIMARY, None, mine, theirs, theirs, why)
    phones = with_primary([*known.phones, *added], theirs or mine)
    written: dict[str, Any] = {"phones": phones} if phones != known.phones else {}
    names = ("preferred_channel", "email", "address", "birthday_on", *(["kind"] if fresh.kind == "company" else []))
    written |= _filled(work, "customers", known, fresh, names)
    return work.change(known, **written) if written else known


def place_vehicle(work: Work, by: By, fresh: Vehicle) -> None:
    """Same VIN: the known car, and another owner goes to review. Same plate: both stay, with a proposal."""
    same = work.by_key(Vehicle, f"vin:{fresh.vin}") if fresh.vin else []
    compare(work, _join_vehicle(work, by, same[0], fresh) if same else work.add(fresh))


def _join_vehicle(work: Work, by: By, known: Vehicle, fresh: Vehicle) -> Vehicle:
    _alias(work, "vehicles", "vehicle_id", fresh.id, known.id)
    known = share(work, known, [by.store_id])
    names = ("plate", "make", "model", "model_year", "colour", "energy", "engine_no", "owner_id", "purchased_on")
    written = _filled(work, "vehicles", known, fresh, names)
    if fresh.odometer_km is not None:
        written |= _read(work, known, fresh.odometer_km)
    return work.change(known, **written) if written else known


def _read(work: Work, known: Vehicle, km: int) -> dict[str, int]:
    """The odometer moves up; a lower reading is put up for review."""
    result, lower = odometer(known.odometer_km, km, corrected=False)
    if lower:
        why = cause(Reason.ODOMETER_LOWER, "vehicles", known.id, known_km=result, read_km=km)
        work.merged("odometer_km", None, km, result, result, why)
    return {"odometer_km": result}


def _alias(work: Work, kind: Kind, field: str, old_id: str, canonical_id: str) -> None:
    work.add(Alias(id=old_id, rev=1, canonical_id=canonical_id, type=kind))
    work.merged(field, None, old_id, canonical_id, canonical_id)


def _filled(work: Work, kind: Kind, known: Any, fresh: Any, names: Sequence[str]) -> dict[str, Any]:
    """Fills what was empty; where both have a value the central one stays and the other is put up for review."""
    written: dict[str, Any] = {}
    for name in names:
        mine, theirs = getattr(fresh, name), getattr(known, name)
        if mine is None or mine == theirs:
            continue
        if theirs is None:
            written[name] = mine
        else:
            reason = Reason.OWNER_CONFLICT if name == "owner_id" else Reason.VALUE_CONFLICT
            work.merged(name, None, mine, theirs, theirs, cause(reason, kind, known.id, field=name))
    return written


def compare(work: Work, row: Customer | Vehicle) -> None:
    """Opens a merge proposal with every other record that may be the same customer or car (see `domain/alike.py`)."""
    if isinstance(row, Customer):
        keys = keys_of_customer(row.name, [p.number for p in row.phones])
        near = [other for other in work.by_key(Customer, *keys) if other.restricted is None]
        _compare(work, "customers", row, near if row.restricted is None else [], alike_customers)
    else:
        near = work.by_key(Vehicle, *keys_of_vehicle(row.vin, row.plate))
        _compare(work, "vehicles", row, near, alike_vehicles)


def _compare(work: Work, kind: Kind, row: P, near: list[P], alike: Callable[[P, P], list[Facts]]) -> None:
    for other in near:
        if other.id != row.id:
            keep, merge = (row, other) if row.id < other.id else (other, row)
            _propose(work, kind, keep, merge, alike(keep, merge))


def _propose(work: Work, kind: Kind, keep: Customer | Vehicle, merge: Customer | Vehicle, matches: list[Facts]) -> None:
    """One proposal for each pair, the older record first, with what speaks for it now.

    A pair that somebody dismissed comes up again only with a match that was not there before.
    """
    if not matches:
        return
    proposal_id = derived("proposal", keep.id, merge.id)
    evidence = [cause(Reason.IDENTITY_MATCH, kind, keep.id, **facts) for facts in matches]
    known = next((row for row in work.by_key(MergeProposal, f"proposal:{keep.id}") if row.id == proposal_id), None)
    if known is None:
        stores = with_items(keep.stores, merge.stores)
        work.add(
            MergeProposal(
                id=proposal_id, rev=1, stores=stores, type=kind, keep_id=keep.id, merge_id=merge.id, evidence=evidence,
                state="open", opened_at=work.now,
            )
        )  # fmt: skip
    elif known.evidence != evidence and (known.state == "open" or _strength(evidence) - _strength(known.evidence)):
        work.hide(work.change(known, evidence=evidence, state="open"), hidden=False)


def _strength(evidence: list[Cause]) -> set[tuple[str | None, ...]]:
    """What kinds of match speak for a pair, whatever the values are."""
    return {tuple(why.facts.get(name) for name in ("match", "names", "vins")) for why in evidence}
