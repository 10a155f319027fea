"""The access log (PIPL): who looked at which customer's file, when and why; and guesses at a link's digits."""

from piccolo.table import Table

from server.store.tables.columns import UUID, Integer, Shape, Text, Timestamptz


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


class Guesses(Shape, Table, tablename="guesses"):
    """Wrong digits at a customer's link since the last right ones; the next ones are heard from `until` on.

    In the database, so that all workers count together.
    """

    KEY = ("visit_id",)

    visit_id = UUID(primary_key=True)
    generation = Integer()
    wrong = Integer()
    until = Timestamptz()


class Attempts(Shape, Table, tablename="attempts"):
    """Failed sign-ins; the next attempt is heard from `until` on. A bucket is a MAC: no name, no address."""

    KEY = ("bucket",)

    bucket = Text(primary_key=True)
    count = Integer()
    at = Timestamptz()
    until = Timestamptz()
