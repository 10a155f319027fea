"""Estimate lines (估价项目)."""

from piccolo.table import Table

from server.store.tables.columns import JSONB, UUID, BigInt, Integer, Projected, Text, Timestamptz


class EstimateLines(Projected, Table, tablename="estimate_lines"):
    """Labour, parts and other things with their prices in fen."""

    INDEXES = (("visit_id",),)

    id = UUID(primary_key=True)
    rev = BigInt()
    visit_id = UUID()
    version = Integer()
    kind = Text()
    code = Text(null=True)
    name = Text()
    quantity = Text()
    unit = Text()
    unit_price_fen = BigInt()
    discount_fen = BigInt()
    amount_fen = BigInt()
    part_kind = Text(null=True)
    payer = Text()
    finding_id = UUID(null=True)
    carried_from = UUID(null=True)
    decision = Text(null=True)
    decided_version = Integer(null=True)
    decided = JSONB()
    versions = JSONB()
    dropped = Text(null=True)
    created_at = Timestamptz()
    group_id = UUID()
