"""Dealer groups (经销商集团), their stores (门店), who signs in, keys of programs, and the tablets' queues."""

from piccolo.table import Table

from server.store.tables.columns import JSONB, UUID, BigInt, Boolean, Integer, Shape, Text, Timestamptz


class Groups(Shape, Table, tablename="groups"):
    """Each row is its group's lock, and where its feed and journal end; up to `horizon` tombstones were removed."""

    id = UUID(primary_key=True)
    name = Text()
    position = BigInt()
    epoch = UUID()
    journal_count = BigInt()
    journal_hash = Text()
    horizon = BigInt(null=True)


class Stores(Shape, Table, tablename="stores"):
    """Stores; `labour_rate_fen` is the price of an hour."""

    INDEXES = (("group_id",),)

    id = UUID(primary_key=True)
    group_id = UUID()
    name = Text()
    name_en = Text()
    phone = Text()
    address = Text()
    map_url = Text(null=True)
    time_zone = Text()
    labour_rate_fen = Integer()


class Users(Shape, Table, tablename="users"):
    """Accounts of staff; the id is that of the staff row."""

    UNIQUE = (("username",),)
    INDEXES = (("group_id",),)

    id = UUID(primary_key=True)
    group_id = UUID()
    store_id = UUID()
    username = Text()
    name = Text()
    role = Text()
    password_hash = Text(secret=True)
    active = Boolean()
    created_at = Timestamptz()


class DeviceQueues(Shape, Table, tablename="device_queues"):
    """How far each tablet's queue has come: the next number, and failed attempts by number (seq → count).

    `app`, `unsent` (commands and photos) and `last_seen_at` are as the tablet told them last.
    """

    KEY = ("device_id",)
    INDEXES = (("group_id",),)

    device_id = UUID(primary_key=True)
    group_id = UUID()
    store_id = UUID()
    next_seq = BigInt()
    attempts = JSONB()
    app = Text(null=True)
    last_seen_at = Timestamptz(null=True)
    unsent = BigInt(null=True)


class Sessions(Shape, Table, tablename="sessions"):
    """Sign-ins; the token itself is never stored, only its SHA-256.

    After a rotation the token before it (`previous_hash`) works until the new one was used, and then to
    `previous_until`. `address` is where it was used last, its end cut off.
    """

    UNIQUE = (("token_hash",),)
    INDEXES = (("device_id", "user_id"), ("user_id",), ("previous_hash",))

    id = UUID(primary_key=True)
    token_hash = Text(secret=True)
    user_id = UUID()
    device_id = UUID(null=True)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    revoked_at = Timestamptz(null=True)
    used_at = Timestamptz(null=True)
    address = Text(null=True)
    previous_hash = Text(null=True, secret=True)
    previous_until = Timestamptz(null=True)


class SecondFactors(Shape, Table, tablename="second_factors"):
    """Second factors (RFC 6238): `sealed` is the secret under the server's key, once it was confirmed at `since`.

    `pending` is one that waits for its first code until `pending_until`. No code of `last_step` or an earlier step is
    taken again.
    """

    KEY = ("user_id",)

    user_id = UUID(primary_key=True)
    sealed = Text(null=True, secret=True)
    since = Timestamptz(null=True)
    last_step = BigInt()
    pending = Text(null=True, secret=True)
    pending_until = Timestamptz(null=True)


class RecoveryCodes(Shape, Table, tablename="recovery_codes"):
    """Codes for who lost the phone, as MACs under the server's key; a used one is gone."""

    KEY = ("user_id", "mac")

    user_id = UUID(primary_key=True)
    mac = Text(secret=True)


class ApiKeys(Shape, Table, tablename="api_keys"):
    """Keys of other programs (接口密钥), as SHA-256 only; the id is that of the staff row under which a key writes.

    `scopes` are words with blanks between; `prefix` is what lists show. After a rotation the key before it
    (`previous_hash`) works for a day, and once the new one was used, to `previous_until`. Without `created_by`,
    `rotated_by` or `revoked_by` it was done at the server's own command line.
    """

    UNIQUE = (("key_hash",),)
    INDEXES = (("group_id",), ("previous_hash",))

    id = UUID(primary_key=True)
    group_id = UUID()
    store_id = UUID()
    name = Text()
    purpose = Text(null=True)
    scopes = Text()
    prefix = Text()
    key_hash = Text(secret=True)
    previous_hash = Text(null=True, secret=True)
    previous_until = Timestamptz(null=True)
    created_at = Timestamptz()
    created_by = UUID(null=True)
    expires_at = Timestamptz()
    rotated_at = Timestamptz(null=True)
    rotated_by = UUID(null=True)
    revoked_at = Timestamptz(null=True)
    revoked_by = UUID(null=True)
    revoked_why = Text(null=True)
    used_at = Timestamptz(null=True)
    address = Text(null=True)
