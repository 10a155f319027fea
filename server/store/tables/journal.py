"""The journal (指令日志): every command with its one outcome, hash-chained in the order in which they ran."""

from piccolo.table import Table

from server.store.tables.columns import UUID, BigInt, Shape, Text, Timestamptz


class Journal(Shape, Table, tablename="journal"):
    """Append-only; `fields`, `reason` and `merged` are JSON text, hashed exactly as they stand here.

    An entry without a salt was emptied: `content` is the digest of what it said.
    """

    KEY = ("group_id", "n")
    UNIQUE = (("group_id", "command_id"), ("device_id", "seq"))
    INDEXES = (("device_id", "position"),)

    group_id = UUID()
    n = BigInt()
    command_id = UUID(primary_key=True)
    device_id = UUID(null=True)
    seq = BigInt(null=True)
    name = Text()
    user_id = UUID(null=True)
    door = Text()
    lane = Text(null=True)
    issued_at = Timestamptz()
    received_at = Timestamptz()
    fields = Text()
    outcome = Text()
    reason = Text(null=True)
    merged = Text()
    salt = Text(null=True)
    content = Text()
    review_id = UUID(null=True)
    position = BigInt()
    previous = Text()
    hash = Text()


class History(Shape, Table, tablename="history"):
    """What a command replaced in one field; `before` and `after` are JSON text. The journal says who and when."""

    KEY = ("row_id", "field", "command_id")
    INDEXES = (("group_id", "row_id"),)

    group_id = UUID()
    kind = Text()
    row_id = UUID()
    field = Text()
    before = Text()
    after = Text()
    command_id = UUID(primary_key=True)


class Receipts(Shape, Table, tablename="receipts"):
    """Numbers under which a device sent a command again that had already run."""

    KEY = ("device_id", "seq")
    INDEXES = (("device_id", "position"),)

    device_id = UUID()
    seq = BigInt()
    command_id = UUID(primary_key=True)
    position = BigInt()
