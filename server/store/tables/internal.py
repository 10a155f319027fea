"""Rows that only the server reads."""

from piccolo.table import Table

from server.store.tables.columns import JSONB, UUID, BigInt, Boolean, Integer, Projected, Text, Timestamptz


class Links(Projected, Table, tablename="links"):
    """Customers' links to visits."""

    INDEXES = (("visit_id",),)

    id = UUID(primary_key=True)
    rev = BigInt()
    visit_id = UUID()
    generation = Integer()
    expires_at = Timestamptz()
    revoked = Boolean()
    group_id = UUID()


class Devices(Projected, Table, tablename="devices"):
    """Tablets and their public keys."""

    id = UUID(primary_key=True)
    rev = BigInt()
    name = Text()
    home_store_id = UUID()
    public_key = JSONB()
    enrolled_at = Timestamptz()
    enrolled_by = UUID()
    revoked_at = Timestamptz(null=True)
    pending = Boolean()
    group_id = UUID()


class Media(Projected, Table, tablename="media"):
    """Bytes that are on disk."""

    id = UUID(primary_key=True)
    rev = BigInt()
    sha256 = Text()
    media_type = Text()
    bytes = Integer()
    group_id = UUID()


class Merges(Projected, Table, tablename="merges"):
    """What merges must remember to be undone."""

    id = UUID(primary_key=True)
    rev = BigInt()
    type = Text()
    keep_id = UUID()
    before_keep = JSONB()
    before_merged = JSONB()
    after_keep = JSONB()
    repointed = JSONB()
    undone = Boolean()
    group_id = UUID()


class PushSubscriptions(Projected, Table, tablename="push_subscriptions"):
    """Browsers that asked to be told."""

    INDEXES = (("visit_id",),)

    id = UUID(primary_key=True)
    rev = BigInt()
    visit_id = UUID()
    endpoint = Text()
    p256dh = Text()
    auth = Text()
    active = Boolean()
    group_id = UUID()


class VerifiedCodes(Projected, Table, tablename="verified_codes"):
    """Codes whose digits somebody at the visit knew."""

    INDEXES = (("visit_id",),)

    id = UUID(primary_key=True)
    rev = BigInt()
    visit_id = UUID()
    phone_tail = Text()
    verified_at = Timestamptz()
    group_id = UUID()


class Counters(Projected, Table, tablename="counters"):
    """Last numbers of series."""

    id = UUID(primary_key=True)
    rev = BigInt()
    value = BigInt()
    group_id = UUID()
