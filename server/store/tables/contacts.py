"""What was told to customers, and what they complained of."""

from piccolo.table import Table

from server.store.tables.columns import JSONB, UUID, BigInt, Projected, Text, Timestamptz


class Messages(Projected, Table, tablename="messages"):
    """One row for each event that a customer was told, or was not told, and why."""

    INDEXES = (("visit_id",), ("customer_id", "promised_at"))

    id = UUID(primary_key=True)
    rev = BigInt()
    store_id = UUID()
    customer_id = UUID()
    visit_id = UUID(null=True)
    appointment_id = UUID(null=True)
    event = Text()
    stage = Text(null=True)
    state = Text()
    channel = Text(null=True)
    why = Text(null=True)
    attempts = JSONB()
    promised_at = Timestamptz()
    group_id = UUID()


class Complaints(Projected, Table, tablename="complaints"):
    """Complaints (投诉) and what was done about them."""

    INDEXES = (("store_id", "state"), ("customer_id",))

    id = UUID(primary_key=True)
    rev = BigInt()
    store_id = UUID()
    customer_id = UUID()
    visit_id = UUID(null=True)
    source = Text()
    about = Text()
    text = Text()
    owner_id = UUID(null=True)
    due_at = Timestamptz()
    state = Text()
    steps = JSONB()
    opened_at = Timestamptz()
    opened_by = UUID(null=True)
    closed_at = Timestamptz(null=True)
    group_id = UUID()
