"""Customers (客户)."""

from piccolo.table import Table

from server.store.tables.columns import JSONB, UUID, BigInt, Date, Projected, Text, Timestamptz


class Customers(Projected, Table, tablename="customers"):
    """Everyone that the group's stores know."""

    INDEXES = (("group_id", "name"),)

    id = UUID(primary_key=True)
    rev = BigInt()
    store_id = UUID()
    stores = JSONB()
    name = Text()
    kind = Text()
    phones = JSONB()
    preferred_channel = Text(null=True)
    email = Text(null=True)
    address = Text(null=True)
    birthday_on = Date(null=True)
    tags = JSONB()
    consents = JSONB()
    notes = JSONB()
    channels = JSONB(null=True)
    quiet = JSONB(null=True)
    language = Text(null=True)
    contact_stop = Text(null=True)
    restricted = JSONB(null=True)
    created_at = Timestamptz()
    group_id = UUID()
