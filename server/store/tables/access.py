"""The access log (PIPL): who looked at which customer's file, when and why; guesses at digits; codes that were sent."""

from piccolo.table import Table

from server.store.tables.columns import UUID, BigInt, Integer, Shape, Text, Timestamptz


class AccessLog(Shape, Table, tablename="access_log"):
    """One look each, chained by its hash; `fields` is a JSON list of what was shown."""

    KEY = ("group_id", "n")
    INDEXES = (("group_id", "subject_id", "n"),)

    group_id = UUID(primary_key=True)
    n = BigInt()
    at = Timestamptz()
    user_id = UUID(null=True)
    device_id = UUID(null=True)
    role = Text()
    door = Text()
    subject_type = Text()
    subject_id = UUID()
    reason = Text(null=True)
    fields = Text()
    previous = Text()
    hash = Text()


class AccessHeads(Shape, Table, tablename="access_heads"):
    """Where each group's access log ends: how many looks, and the last one's hash."""

    KEY = ("group_id",)

    group_id = UUID(primary_key=True)
    n = BigInt()
    hash = Text()


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
    failed = Integer()
    at = Timestamptz()
    until = Timestamptz()


class SigningCodes(Shape, Table, tablename="signing_codes"):
    """Digits sent by text message and the phone, as MACs under the server's key; `tries` counts the guesses."""

    INDEXES = (("visit_id", "sent_at"), ("phone_mac", "sent_at"))

    id = UUID(primary_key=True)
    group_id = UUID()
    visit_id = UUID()
    phone_mac = Text(secret=True)
    phone_tail = Text()
    mac = Text(secret=True)
    tries = Integer()
    sent_at = Timestamptz()
