"""Vehicles (车辆) and appointments (预约)."""

from piccolo.table import Table

from server.store.tables.columns import JSONB, UUID, BigInt, Date, Integer, Projected, Text, Timestamptz


class Vehicles(Projected, Table, tablename="vehicles"):
    """Every car that the group's stores know."""

    INDEXES = (("group_id", "owner_id"),)

    id = UUID(primary_key=True)
    rev = BigInt()
    store_id = UUID()
    stores = JSONB()
    vin = Text(null=True)
    vin_check = Text(null=True)
    plate = Text(null=True)
    make = Text()
    model = Text()
    model_year = Integer(null=True)
    colour = Text(null=True)
    energy = Text()
    engine_no = Text(null=True)
    owner_id = UUID(null=True)
    purchased_on = Date(null=True)
    insurance_expires_on = Date(null=True)
    odometer_km = Integer(null=True)
    recalls = JSONB()
    last = JSONB(null=True)
    created_at = Timestamptz()
    group_id = UUID()


class Appointments(Projected, Table, tablename="appointments"):
    """What customers were promised, by time."""

    INDEXES = (("store_id", "at"), ("customer_id",))

    id = UUID(primary_key=True)
    rev = BigInt()
    store_id = UUID()
    customer_id = UUID()
    vehicle_id = UUID(null=True)
    at = Timestamptz()
    work = Text()
    note = Text(null=True)
    status = Text()
    cancel_reason = Text(null=True)
    visit_id = UUID(null=True)
    group_id = UUID()
