"""The access log: who looked at which customer's file, when and why (PIPL)."""

from piccolo.table import Table

from server.store.tables.columns import UUID, Shape, Text, Timestamptz


class AccessLog(Shape, Table, tablename="access_log"):
    """One look each; `fields` names what was shown."""

    INDEXES = (("group_id", "subject_id", "at"), ("group_id", "at"))

    id = UUID(primary_key=True)
    group_id = UUID()
    at = Timestamptz()
    user_id = UUID(null=True)
    door = Text()
    subject_type = Text()
    subject_id = UUID()
    reason = Text(null=True)
    fields = Text()
