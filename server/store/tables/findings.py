"""What was seen on the car and what happened to it: damages, findings (诊断项), progress (进度)."""

from piccolo.table import Table

from server.store.tables.columns import (
    JSONB,
    UUID,
    BigInt,
    Boolean,
    DoublePrecision,
    Integer,
    Projected,
    Text,
    Timestamptz,
)


class Damages(Projected, Table, tablename="damages"):
    """Pins on the car drawing."""

    INDEXES = (("visit_id",),)

    id = UUID(primary_key=True)
    rev = BigInt()
    visit_id = UUID()
    panel = Text()
    kind = Text()
    severity = Text()
    x = DoublePrecision()
    y = DoublePrecision()
    photos = JSONB()
    known = Boolean()
    recorded_at = Timestamptz()
    recorded_by = UUID(null=True)
    group_id = UUID()


class Findings(Projected, Table, tablename="findings"):
    """Results of inspection items."""

    INDEXES = (("visit_id",),)

    id = UUID(primary_key=True)
    rev = BigInt()
    visit_id = UUID()
    version = Integer()
    item_code = Text()
    grade = Text()
    measure = JSONB(null=True)
    dtcs = JSONB()
    cause = Text(null=True)
    plan = Text(null=True)
    budget_fen = BigInt(null=True)
    photos = JSONB()
    touched = JSONB()
    recorded_at = Timestamptz()
    recorded_by = UUID(null=True)
    group_id = UUID()


class Progress(Projected, Table, tablename="progress"):
    """Steps of visits."""

    INDEXES = (("visit_id",),)

    id = UUID(primary_key=True)
    rev = BigInt()
    visit_id = UUID()
    kind = Text()
    stage = Text(null=True)
    ready_at = Timestamptz(null=True)
    text = Text(null=True)
    visible_to_customer = Boolean()
    at = Timestamptz()
    by = UUID(null=True)
    group_id = UUID()
