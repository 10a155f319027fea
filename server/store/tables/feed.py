"""The feed (变更流): each row's current encoded form once for every store that holds it, and its secondary keys."""

from piccolo.table import Table

from server.store.tables.columns import UUID, BigInt, Boolean, Shape, Text


class Feed(Shape, Table, tablename="feed"):
    """`position` is the place in the group's order of commits; `gone` rows have left the store's scope."""

    KEY = ("store_id", "kind", "id")
    UNIQUE = (("store_id", "position"),)
    INDEXES = (("group_id", "id"), ("group_id", "parent_id"))

    group_id = UUID()
    store_id = UUID()
    kind = Text()
    id = UUID(primary_key=True)
    parent_id = UUID(null=True)
    rev = BigInt()
    position = BigInt()
    gone = Boolean()
    body = Text()


class Lookups(Shape, Table, tablename="lookups"):
    """Secondary keys such as `vin:…`, `plate:…`, `phone:…`; several rows may share one."""

    KEY = ("group_id", "key", "kind", "id")
    INDEXES = (("group_id", "id"),)

    group_id = UUID()
    key = Text()
    kind = Text()
    id = UUID(primary_key=True)
