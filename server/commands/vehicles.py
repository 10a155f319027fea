"""Vehicles (车辆): register, update, change of owner. Identity is the VIN; plates change hands."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from server.commands import identity
from server.commands.common import get, is_repeat, meet, named_changes, read_as, share
from server.commands.registry import By, Command, handles
from server.domain import plate, vin
from server.domain.alike import keys_of_vehicle
from server.domain.fields import Change, Day, Energy, Id, Km, Label, Plate, Vin, Word
from server.domain.reasons import invalid
from server.domain.rows.customers import Customer
from server.domain.rows.vehicles import Vehicle
from server.store.work import Work

Year = Annotated[int, Meta(ge=1950, le=2100)]


class RegisterVehicle(Command, frozen=True):
    """A car is entered, by VIN or plate. The same VIN joins the known car; another owner goes to review."""

    vehicle_id: Id
    make: Label
    model: Label
    energy: Energy
    vin: Vin | None = None
    plate: Plate | None = None
    model_year: Year | None = None
    colour: Word | None = None
    engine_no: Word | None = None
    owner_id: Id | None = None
    purchased_on: Day | None = None
    odometer_km: Km | None = None


def _typed_keys(typed_vin: str | None, typed_plate: str | None) -> list[str]:
    read: list[str | None] = []
    for normalise, text in ((vin.normalise, typed_vin), (plate.normalise, typed_plate)):
        try:
            read.append(normalise(text) if text else None)
        except ValueError:
            read.append(None)
    return keys_of_vehicle(*read)


@handles("vehicle.register", makes=("vehicle_id",), keys=lambda c: _typed_keys(c.vin, c.plate))
def register_vehicle(work: Work, by: By, c: RegisterVehicle) -> None:
    """Writes the car, or joins it with the one of the same VIN."""
    if not c.vin and not c.plate:
        raise invalid("vin", "vin_or_plate")
    number = read_as("vin", vin.normalise, c.vin)
    owner = get(work, Customer, c.owner_id) if c.owner_id else None
    content: dict[str, Any] = {
        "vin": number, "plate": read_as("plate", plate.normalise, c.plate), "make": c.make, "model": c.model,
        "model_year": c.model_year, "colour": c.colour, "energy": c.energy, "engine_no": c.engine_no,
        "owner_id": owner.id if owner else None, "purchased_on": c.purchased_on, "odometer_km": c.odometer_km,
    }  # fmt: skip
    existing = work.find(Vehicle, c.vehicle_id)
    joined = existing is not None and existing.id != c.vehicle_id
    if joined or is_repeat(existing, "vehicles", c.vehicle_id, **content):
        return
    if owner is not None:
        share(work, owner, [by.store_id])
    fresh = Vehicle(
        id=c.vehicle_id, rev=1, store_id=by.store_id, stores=[by.store_id], created_at=by.issued_at,
        vin_check=vin.check(number) if number else None, insurance_expires_on=None,
        recalls=[], last=None, **content,
    )  # fmt: skip
    identity.place_vehicle(work, by, fresh)


class VehicleChanges(Struct, frozen=True, forbid_unknown_fields=True):
    """Scalar changes, each with what the person saw."""

    vin: Change[Vin] | None = None
    plate: Change[Plate] | None = None
    make: Change[Label] | None = None
    model: Change[Label] | None = None
    model_year: Change[Year] | None = None
    colour: Change[Word] | None = None
    energy: Change[Energy] | None = None
    engine_no: Change[Word] | None = None
    purchased_on: Change[Day] | None = None
    insurance_expires_on: Change[Day] | None = None


class UpdateVehicle(Command, frozen=True):
    """Changes only what the person changed, with what they saw."""

    vehicle_id: Id
    changes: VehicleChanges


def _read(name: str, change: Change[str]) -> Change[str]:
    read = vin.normalise if name == "vin" else plate.normalise
    seen = change.from_
    if seen is not None:
        try:
            seen = read(seen)
        except ValueError:
            seen = change.from_
    return Change(from_=seen, to=read_as(f"changes.{name}.to", read, change.to))


def _keys_after(work: Work, c: UpdateVehicle) -> list[str]:
    """Those of the car as it will be, when the change can make it look like another one."""
    vehicle, new = work.find(Vehicle, c.vehicle_id), c.changes
    if vehicle is None or not (new.vin or new.plate):
        return []
    return [
        *keys_of_vehicle(vehicle.vin, vehicle.plate),
        *_typed_keys(new.vin and new.vin.to, new.plate and new.plate.to),
    ]


@handles("vehicle.update", follow=_keys_after)
def update_vehicle(work: Work, by: By, c: UpdateVehicle) -> None:
    """Meets the central record field by field; a VIN that belongs to another car opens a merge proposal."""
    vehicle = get(work, Vehicle, c.vehicle_id)
    changes = {
        name: _read(name, change) if name in ("vin", "plate") else change
        for name, change in named_changes(c.changes).items()
    }
    for name in ("make", "model", "energy"):
        if name in changes and changes[name].to is None:
            raise invalid(f"changes.{name}.to", "missing")
    written = meet(work, vehicle, changes)
    if not written:
        return
    if "vin" in written:
        written["vin_check"] = vin.check(written["vin"]) if written["vin"] else None
    changed = work.change(vehicle, **written)
    if "vin" in written or "plate" in written:
        identity.compare(work, changed)


class ChangeOwner(Command, frozen=True):
    """The car has another owner."""

    vehicle_id: Id
    owner_id: Change[Id]
    reason: Label


@handles("vehicle.change_owner")
def change_owner(work: Work, by: By, c: ChangeOwner) -> None:
    """Sets the owner by the scalar rule: never silently over what someone else set."""
    vehicle = get(work, Vehicle, c.vehicle_id)
    if c.owner_id.to is None:
        raise invalid("owner_id.to", "missing")
    seen = work.find(Customer, c.owner_id.from_) if c.owner_id.from_ else None
    owner = share(work, get(work, Customer, c.owner_id.to), vehicle.stores)
    change = msgspec.structs.replace(c.owner_id, from_=seen.id if seen else c.owner_id.from_, to=owner.id)
    if written := meet(work, vehicle, {"owner_id": change}):
        work.change(vehicle, **written)
