"""Who is who: a sure match joins (alias and field merge), a likely one opens a reversible merge proposal."""

from collections.abc import Sequence
from typing import Any, Literal

from server.commands.common import share
from server.commands.registry import By
from server.domain.ids import derived
from server.domain.merge import odometer, with_items
from server.domain.reasons import Reason, cause
from server.domain.rows.catalogue import Alias
from server.domain.rows.customers import Customer
from server.domain.rows.inbox import Cause, MergeProposal
from server.domain.rows.vehicles import Vehicle
from server.store.work import Work

Kind = Literal["customers", "vehicles"]


def place_customer(work: Work, by: By, fresh: Customer) -> None:
    """Same E.164 phone and same name: the known customer. Same phone, other name: both stay, with a proposal."""
    found = {row.id: row for p in fresh.phones for row in work.by_key(Customer, f"phone:{p.number}")}
    same = [row for row in found.values() if row.name == fresh.name]
    if same:
        return _join_customer(work, by, same[0], fresh)
    work.add(fresh)
    for other in found.values():
        numbers = {p.number for p in other.phones} & {p.number for p in fresh.phones}
        why = cause(Reason.IDENTITY_MATCH, "customers", other.id, same="phone", numbers=sorted(numbers))
        propose(work, "customers", other, fresh, why)


def _join_customer(work: Work, by: By, known: Customer, fresh: Customer) -> None:
    _alias(work, "customers", "customer_id", fresh.id, known.id)
    known = share(work, known, [by.store_id])
    numbers = {p.number for p in known.phones}
    added = [p for p in fresh.phones if p.number not in numbers]
    written: dict[str, Any] = {"phones": [*known.phones, *added]} if added else {}
    names = ("preferred_channel", "email", "address", "birthday_on", *(["kind"] if fresh.kind == "company" else []))
    written |= _filled(work, "customers", known, fresh, names)
    if written:
        work.change(known, **written)


def place_vehicle(work: Work, by: By, fresh: Vehicle) -> None:
    """Same VIN: the known car, and another owner goes to review. Same plate: both stay, with a proposal.

    Two VINs are two cars, whatever their plate: plates change hands.
    """
    same = work.by_key(Vehicle, f"vin:{fresh.vin}") if fresh.vin else []
    if same:
        return _join_vehicle(work, by, same[0], fresh)
    alike = work.by_key(Vehicle, f"plate:{fresh.plate}") if fresh.plate else []
    work.add(fresh)
    for other in (other for other in alike if not (other.vin and fresh.vin)):
        why = cause(Reason.IDENTITY_MATCH, "vehicles", other.id, same="plate", plate=fresh.plate)
        propose(work, "vehicles", other, fresh, why)


def _join_vehicle(work: Work, by: By, known: Vehicle, fresh: Vehicle) -> None:
    _alias(work, "vehicles", "vehicle_id", fresh.id, known.id)
    known = share(work, known, [by.store_id])
    names = ("plate", "make", "model", "model_year", "colour", "energy", "engine_no", "owner_id", "purchased_on")
    written = _filled(work, "vehicles", known, fresh, names)
    if fresh.odometer_km is not None:
        written |= _read(work, known, fresh.odometer_km)
    if written:
        work.change(known, **written)


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


def propose(work: Work, kind: Kind, keep: Customer | Vehicle, merge: Customer | Vehicle, why: Cause) -> None:
    """Opens a merge proposal with its evidence, once for each pair."""
    proposal_id = derived("proposal", *sorted((keep.id, merge.id)))
    if any(row.id == proposal_id for row in work.by_key(MergeProposal, f"proposal:{keep.id}")):
        return
    work.add(
        MergeProposal(
            id=proposal_id,
            rev=1,
            stores=with_items(keep.stores, merge.stores),
            type=kind,
            keep_id=keep.id,
            merge_id=merge.id,
            evidence=[why],
            state="open",
            opened_at=work.now,
        )
    )
