"""The statements of the feed: what a batch loads, what it writes, on SQLite and on PostgreSQL.

The feed keeps each row's current encoded form (JSON) once for each store that holds it, with its position in the
order of commits of its dealer group. Rows that no tablet holds lie under the group's own id.
"""

from typing import NamedTuple

from server.store.projection import instant

Statement = tuple[str, tuple[object, ...]]


class Dialect(NamedTuple):
    """How an engine takes a JSON array apart, and locks a row."""

    ids: str
    texts: str
    records: str
    field: str
    lock: str


SQLITE = Dialect(
    ids="SELECT value FROM json_each(?)",
    texts="SELECT value FROM json_each(?)",
    records="json_each(?)",
    field="json_extract(value, '$.{name}')",
    lock="",
)
POSTGRES = Dialect(
    ids="SELECT value::uuid FROM json_array_elements_text(?::json)",
    texts="SELECT value FROM json_array_elements_text(?::json)",
    records="json_array_elements(?::json)",
    field="(value->>'{name}'){cast}",
    lock=" FOR UPDATE",
)
DIALECTS = {"sqlite": SQLITE, "postgres": POSTGRES}

_SYSTEM: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "feed": (
        (
            ("group_id", "uuid"), ("store_id", "uuid"), ("kind", "text"), ("id", "uuid"), ("parent_id", "uuid"),
            ("rev", "bigint"), ("position", "bigint"), ("gone", "bool"), ("body", "text"),
        ),
        'ON CONFLICT (store_id, kind, id) DO UPDATE SET parent_id = excluded.parent_id, rev = excluded.rev, '
        "position = excluded.position, gone = excluded.gone, body = excluded.body",
    ),
    "lookups": ((("group_id", "uuid"), ("key", "text"), ("kind", "text"), ("id", "uuid")), "ON CONFLICT DO NOTHING"),
    "journal": (
        (
            ("group_id", "uuid"), ("n", "bigint"), ("command_id", "uuid"), ("device_id", "uuid"), ("seq", "bigint"),
            ("name", "text"), ("user_id", "uuid"), ("door", "text"), ("lane", "text"), ("issued_at", "timestamptz"),
            ("received_at", "timestamptz"), ("fields", "text"), ("outcome", "text"), ("reason", "text"),
            ("merged", "text"), ("salt", "text"), ("content", "text"), ("review_id", "uuid"), ("position", "bigint"),
            ("previous", "text"), ("hash", "text"),
        ),
        "",
    ),
    "receipts": (
        (("device_id", "uuid"), ("seq", "bigint"), ("command_id", "uuid"), ("position", "bigint")),
        "ON CONFLICT DO NOTHING",
    ),
    "history": (
        (
            ("group_id", "uuid"), ("kind", "text"), ("row_id", "uuid"), ("field", "text"), ("before", "text"),
            ("after", "text"), ("command_id", "uuid"),
        ),
        "ON CONFLICT DO NOTHING",
    ),
    "access_log": (
        (
            ("group_id", "uuid"), ("n", "bigint"), ("at", "timestamptz"), ("user_id", "uuid"), ("device_id", "uuid"),
            ("role", "text"), ("door", "text"), ("subject_type", "text"), ("subject_id", "uuid"), ("reason", "text"),
            ("fields", "text"), ("previous", "text"), ("hash", "text"),
        ),
        "",
    ),
    "outbox": (
        (
            ("id", "uuid"), ("group_id", "uuid"), ("visit_id", "uuid"), ("kind", "text"), ("topic", "text"),
            ("payload", "text"), ("created_at", "timestamptz"), ("due_at", "timestamptz"), ("attempts", "integer"),
            ("state", "text"), ("dedupe", "text"),
        ),
        "ON CONFLICT DO NOTHING",
    ),
}  # fmt: skip


def insert(dialect: str, table: str, records: str) -> Statement:
    """One statement that writes a JSON array of objects into a system table."""
    engine = DIALECTS[dialect]
    columns, conflict = _SYSTEM[table]
    names = ", ".join(f'"{name}"' for name, _ in columns)
    values = ", ".join(_value(dialect, name, kind) for name, kind in columns)
    return f'INSERT INTO "{table}" ({names}) SELECT {values} FROM {engine.records} WHERE true {conflict}', (records,)


def _value(dialect: str, name: str, kind: str) -> str:
    value = DIALECTS[dialect].field.format(name=name, cast=f"::{kind}")
    return instant(value) if dialect == "sqlite" and kind == "timestamptz" else value


def head(dialect: str, group_id: str) -> Statement:
    """Takes the group's lock; gives position, epoch, journal count and hash."""
    lock = DIALECTS[dialect].lock
    return f"SELECT position, epoch, journal_count, journal_hash FROM groups WHERE id = ?{lock}", (group_id,)


def stores(group_id: str) -> Statement:
    """The stores of a group: id and time zone."""
    return "SELECT id, time_zone FROM stores WHERE group_id = ? ORDER BY id", (group_id,)


def by_ids(dialect: str, group_id: str, ids: str) -> Statement:
    """Rows with these ids (a JSON array): kind, id, store, gone, body. Of an erased row only an empty body is left."""
    which = DIALECTS[dialect].ids
    wanted = f"group_id = ? AND id IN ({which}) AND body <> ''"
    return f"SELECT kind, id, store_id, gone, body FROM feed WHERE {wanted}", (group_id, ids)


def by_parents(dialect: str, group_id: str, ids: str) -> Statement:
    """Rows that hang on these visits (a JSON array of ids)."""
    which = DIALECTS[dialect].ids
    return (
        f"SELECT kind, id, store_id, gone, body FROM feed WHERE group_id = ? AND parent_id IN ({which})",
        (group_id, ids),
    )


def by_keys(dialect: str, group_id: str, keys: str) -> Statement:
    """Rows found by secondary keys (a JSON array of words).

    `CROSS JOIN` makes SQLite begin with the keys: left to itself it walks through every row of the group.
    """
    which = DIALECTS[dialect].texts
    return (
        "SELECT f.kind, f.id, f.store_id, f.gone, f.body FROM lookups l CROSS JOIN feed f "
        f"WHERE l.group_id = ? AND l.key IN ({which}) AND f.group_id = l.group_id AND f.kind = l.kind AND f.id = l.id",
        (group_id, keys),
    )


def known_outcomes(dialect: str, group_id: str, ids: str) -> Statement:
    """Journal entries of these command ids: what `run once, outcome for ever` answers from."""
    which = DIALECTS[dialect].ids
    return (
        "SELECT command_id, device_id, seq, outcome, reason, merged, review_id FROM journal "
        f"WHERE group_id = ? AND command_id IN ({which})",
        (group_id, ids),
    )


def last_changes(dialect: str, group_id: str, ids: str) -> Statement:
    """Changes of the fields of these rows (a JSON array of ids), the oldest first: row, field, by, at."""
    which = DIALECTS[dialect].ids
    return (
        "SELECT h.row_id, h.field, j.user_id, j.issued_at FROM history h JOIN journal j ON j.group_id = h.group_id "
        f"AND j.command_id = h.command_id WHERE h.group_id = ? AND h.row_id IN ({which}) ORDER BY j.n",
        (group_id, ids),
    )


def receipts(dialect: str, device_id: str, ids: str) -> Statement:
    """The numbers under which a device sent these commands (a JSON array of ids) again: seq, command."""
    which = DIALECTS[dialect].ids
    return f"SELECT seq, command_id FROM receipts WHERE device_id = ? AND command_id IN ({which})", (device_id, ids)


def queues(dialect: str, ids: str) -> Statement:
    """How far each device's queue has come: device, its home store, next_seq, attempts (JSON object seq → count)."""
    which = DIALECTS[dialect].ids
    return f"SELECT device_id, store_id, next_seq, attempts FROM device_queues WHERE device_id IN ({which})", (ids,)


def move_queue(device_id: str, next_seq: int, attempts: str) -> Statement:
    """Writes how far a device's queue has come."""
    return (
        "UPDATE device_queues SET next_seq = ?, attempts = ? WHERE device_id = ?",
        (next_seq, attempts, device_id),
    )


def signed_in(dialect: str, ids: str) -> Statement:
    """Who ever signed in on these devices: device, user."""
    which = DIALECTS[dialect].ids
    return f"SELECT DISTINCT device_id, user_id FROM sessions WHERE device_id IN ({which})", (ids,)


def forget_keys(dialect: str, group_id: str, ids: str) -> Statement:
    """Removes the secondary keys of changed rows, before their new ones are written."""
    which = DIALECTS[dialect].ids
    return f"DELETE FROM lookups WHERE group_id = ? AND id IN ({which})", (group_id, ids)


def move_head(group_id: str, position: int, count: int, digest: str) -> Statement:
    """Writes the group's new position and the end of its journal."""
    return (
        "UPDATE groups SET position = ?, journal_count = ?, journal_hash = ? WHERE id = ?",
        (position, count, digest, group_id),
    )
