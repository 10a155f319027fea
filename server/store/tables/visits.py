"""Visits (工单)."""

from piccolo.table import Table

from server.store.tables.columns import JSONB, UUID, BigInt, Integer, Projected, Text, Timestamptz


class Visits(Projected, Table, tablename="visits"):
    """One stay of one car each."""

    INDEXES = (
        ("group_id", "opened_at"),
        ("group_id", "store_id", "stage"),
        ("group_id", "vehicle_id"),
        ("group_id", "customer_id"),
        ("group_id", "store_id", "closed_at"),
    )

    id = UUID(primary_key=True)
    rev = BigInt()
    store_id = UUID()
    number = Text()
    local_number = Text(null=True)
    vehicle_id = UUID()
    customer_id = UUID()
    kind = Text()
    payer = Text()
    appointment_id = UUID(null=True)
    comeback_of = UUID(null=True)
    advisor_id = UUID(null=True)
    technician_id = UUID(null=True)
    stage = Text()
    moves = Integer()
    trail = JSONB()
    opened_at = Timestamptz()
    closed_at = Timestamptz(null=True)
    ready_at = Timestamptz(null=True)
    concerns = JSONB()
    walkaround = JSONB(null=True)
    readings = JSONB()
    presented = JSONB()
    parts_used = JSONB()
    quality = JSONB(null=True)
    quality_history = JSONB()
    settlement = JSONB(null=True)
    payments = JSONB()
    advice = JSONB()
    report = JSONB(null=True)
    release = JSONB(null=True)
    released_document = JSONB(null=True)
    cancel_reason = Text(null=True)
    survey = JSONB(null=True)
    work = JSONB()
    calls = JSONB()
    questions = JSONB()
    group_id = UUID()
