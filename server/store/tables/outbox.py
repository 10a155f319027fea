"""The outbox: what a command promised to send, written with the command and sent after the commit."""

from piccolo.table import Table

from server.store.tables.columns import UUID, Integer, Shape, Text, Timestamptz


class Outbox(Shape, Table, tablename="outbox"):
    """`payload` is JSON text; `state` is waiting, sent or dead; `topic` is a message's event, or the stage entered.

    Whoever sends holds `lease_until`; `attempts` counts the claims, and is what a worker shows to write its result.
    """

    INDEXES = (("state", "due_at"), ("group_id", "dedupe"), ("visit_id",))

    id = UUID(primary_key=True)
    group_id = UUID()
    visit_id = UUID(null=True)
    kind = Text()
    topic = Text()
    payload = Text()
    created_at = Timestamptz()
    due_at = Timestamptz()
    attempts = Integer()
    lease_until = Timestamptz(null=True)
    state = Text()
    last_error = Text(null=True)
    dedupe = Text(null=True)
