"""Reference rows: catalogue, inspection template, staff, aliases."""

from piccolo.table import Table

from server.store.tables.columns import JSONB, UUID, BigInt, Boolean, Date, Integer, Projected, Text


class CatalogItems(Projected, Table, tablename="catalog_items"):
    """Labour and parts with prices as of a day."""

    id = UUID(primary_key=True)
    rev = BigInt()
    code = Text()
    kind = Text()
    name = Text()
    name_en = Text()
    unit = Text()
    unit_price_fen = BigInt()
    standard_hours = Text(null=True)
    as_of = Date()
    group_id = UUID()


class InspectionItems(Projected, Table, tablename="inspection_items"):
    """The inspection template."""

    id = UUID(primary_key=True)
    rev = BigInt()
    code = Text()
    group = Text()
    group_en = Text()
    position = Integer()
    name = Text()
    name_en = Text()
    unit = Text(null=True)
    limits = JSONB(null=True)
    phrases = JSONB()
    group_id = UUID()


class Staff(Projected, Table, tablename="staff"):
    """The people who work here."""

    id = UUID(primary_key=True)
    rev = BigInt()
    store_id = UUID()
    name = Text()
    role = Text()
    active = Boolean()
    group_id = UUID()


class Aliases(Projected, Table, tablename="aliases"):
    """Ids that stand for others."""

    INDEXES = (("id",), ("group_id", "canonical_id"))

    id = UUID(primary_key=True)
    rev = BigInt()
    canonical_id = UUID()
    type = Text()
    group_id = UUID()
