"""Vehicles (车辆) with their recalls (召回), and appointments (预约) as rows."""

from typing import Literal

from msgspec import Struct

from server.domain.fields import AppointmentStatus, Day, Energy, Id, Instant
from server.domain.rows.past import CarPast


class Recall(Struct, frozen=True):
    """A campaign of the maker that is open for this car, or was done: when, and in which visit."""

    id: Id
    code: str
    title: str
    action: str | None
    opened_at: Instant
    done_at: Instant | None
    done_in: Id | None


class Vehicle(Struct, frozen=True, kw_only=True):
    """A car. Identity is the VIN; plates change hands. `vin_check` says whether the check digit fits.

    `last` is what its last handed-over visit left behind; null before the first one.
    """

    id: Id
    rev: int
    store_id: Id
    stores: list[Id]
    vin: str | None
    vin_check: Literal["ok", "warning"] | None
    plate: str | None
    make: str
    model: str
    model_year: int | None
    colour: str | None
    energy: Energy
    engine_no: str | None
    owner_id: Id | None
    purchased_on: Day | None
    insurance_expires_on: Day | None
    odometer_km: int | None
    recalls: list[Recall]
    last: CarPast | None
    created_at: Instant


class Appointment(Struct, frozen=True, kw_only=True):
    """A time that a customer was promised, or asks for; becomes `arrived` when a visit is opened for it."""

    id: Id
    rev: int
    store_id: Id
    customer_id: Id
    vehicle_id: Id | None
    at: Instant
    work: str
    note: str | None
    status: AppointmentStatus
    cancel_reason: str | None
    visit_id: Id | None
