"""The walk-around (环检): readings, the customer's own words, damages. All of them are facts."""

from typing import Annotated, Any

from msgspec import Meta

from server.commands.common import entry, get, is_repeat, keep_if_closed
from server.commands.registry import By, Command, handles
from server.domain.fields import (
    Correction,
    DamageKind,
    Id,
    Km,
    Label,
    OldParts,
    Percent,
    Severity,
    Sha256,
    Share,
    Text,
    Word,
)  # fmt: skip
from server.domain.merge import odometer
from server.domain.reasons import Reason, cause
from server.domain.rows.findings import Damage
from server.domain.rows.vehicles import Vehicle
from server.domain.rows.visits import Concern, Visit, Walkaround
from server.domain.stages import CLOSED
from server.store.work import Work

Lamps = Annotated[list[Word], Meta(max_length=50)]


class RecordWalkaround(Command, frozen=True):
    """What was read and agreed at the car. The odometer never goes down unless a correction says why."""

    visit_id: Id
    odometer_km: Km
    energy_pct: Percent
    warning_lamps: Lamps
    belongings: Annotated[list[Label], Meta(max_length=50)]
    old_parts: OldParts
    wash: bool
    valuables_reminded: bool
    key_tag: Word | None = None
    parking_place: Word | None = None
    correction: Correction | None = None


@handles("visit.record_walkaround")
def record_walkaround(work: Work, by: By, c: RecordWalkaround) -> None:
    """Keeps every reading; a lower odometer is kept as a reading and put up for review."""
    visit = get(work, Visit, c.visit_id)
    vehicle = get(work, Vehicle, visit.vehicle_id)
    keep_if_closed(work, visit)
    reading = Walkaround(
        id=by.command_id, odometer_km=c.odometer_km, energy_pct=c.energy_pct, warning_lamps=c.warning_lamps,
        belongings=c.belongings, old_parts=c.old_parts, wash=c.wash, valuables_reminded=c.valuables_reminded,
        key_tag=c.key_tag, parking_place=c.parking_place, correction=c.correction.reason if c.correction else None,
        at=by.issued_at, by=by.user_id,
    )  # fmt: skip
    counts = visit.walkaround if visit.stage in CLOSED else reading
    work.change(visit, walkaround=counts, readings=[*visit.readings, reading])
    read_odometer(work, vehicle, c.odometer_km, corrected=c.correction is not None)


def read_odometer(work: Work, vehicle: Vehicle, km: int, corrected: bool = False) -> None:
    """Moves the car's odometer up; a lower reading is put up for review."""
    result, lower = odometer(vehicle.odometer_km, km, corrected)
    if lower:
        work.keep(cause(Reason.ODOMETER_LOWER, "vehicles", vehicle.id, known_km=result, read_km=km))
    elif result != vehicle.odometer_km:
        work.change(vehicle, odometer_km=result)


class AddConcern(Command, frozen=True):
    """What the customer says is wrong, in the customer's own words (客户原话)."""

    visit_id: Id
    concern_id: Id
    words: Text
    condition: Label | None = None
    frequency: Label | None = None


@handles("visit.add_concern", makes=("concern_id",))
def add_concern(work: Work, by: By, c: AddConcern) -> None:
    """Appends the concern."""
    visit = get(work, Visit, c.visit_id)
    concern = Concern(id=c.concern_id, words=c.words, condition=c.condition, frequency=c.frequency)
    content: dict[str, Any] = {"words": c.words, "condition": c.condition, "frequency": c.frequency}
    if is_repeat(entry(visit.concerns, c.concern_id), "visits", c.concern_id, **content):
        return
    keep_if_closed(work, visit)
    work.change(visit, concerns=[*visit.concerns, concern])


class AddDamage(Command, frozen=True):
    """A pin on the car drawing, with photos; `known` when it was there at the last visit."""

    visit_id: Id
    damage_id: Id
    panel: Word
    kind: DamageKind
    severity: Severity
    x: Share
    y: Share
    photos: list[Sha256]
    known: bool


@handles("visit.add_damage", makes=("damage_id",))
def add_damage(work: Work, by: By, c: AddDamage) -> None:
    """Appends the damage."""
    visit = get(work, Visit, c.visit_id)
    content: dict[str, Any] = {
        "visit_id": visit.id, "panel": c.panel, "kind": c.kind, "severity": c.severity, "x": c.x, "y": c.y,
        "photos": c.photos, "known": c.known,
    }  # fmt: skip
    if is_repeat(work.find(Damage, c.damage_id), "damages", c.damage_id, **content):
        return
    keep_if_closed(work, visit)
    work.add(Damage(id=c.damage_id, rev=1, recorded_at=by.issued_at, recorded_by=by.user_id, **content))
