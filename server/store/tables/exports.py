"""Files with personal data that left the house: who asked, who decided, who fetched. No row is ever deleted."""

from piccolo.table import Table

from server.store.tables.columns import UUID, Integer, Shape, Text, Timestamptz


class Exports(Shape, Table, tablename="exports"):
    """One request each; the table of its states is `server/domain/exports.py`.

    Days are ISO dates on the store's clock. `fetched_in` is the session that fetched the file, `tries` how often it
    fetched it again, `people` how many customers were in it.
    """

    INDEXES = (("group_id", "store_id", "asked_at"), ("asked_by", "asked_at"))

    id = UUID(primary_key=True)
    group_id = UUID()
    store_id = UUID()
    kind = Text()
    first_day = Text(null=True)
    last_day = Text(null=True)
    customer_id = UUID(null=True)
    reason = Text()
    state = Text()
    asked_at = Timestamptz()
    asked_by = UUID()
    decided_at = Timestamptz(null=True)
    decided_by = UUID(null=True)
    refusal = Text(null=True)
    fetched_at = Timestamptz(null=True)
    fetched_in = UUID(null=True)
    tries = Integer()
    people = Integer(null=True)
