"""One statement a kind that writes encoded rows into their table; the database takes the JSON apart itself."""

from functools import cache

from piccolo.columns import Column, Timestamptz

from server.store.tables import TABLE_OF
from server.store.tables.columns import SQL_TYPES


@cache
def upsert(kind: str, dialect: str) -> str:
    """SQL that takes `(group_id, rows)`, rows being a JSON array (text) of rows of that kind; known ids are updated."""
    fields = [column for column in TABLE_OF[kind]._meta.columns if column._meta.name != "group_id"]
    names = [f'"{column._meta.name}"' for column in fields] + ['"group_id"']
    source = _from_sqlite(fields) if dialect == "sqlite" else _from_postgres(fields)
    updates = ", ".join(f"{name} = excluded.{name}" for name in names if name != '"id"')
    return f'INSERT INTO "{kind}" ({", ".join(names)}) {source} ON CONFLICT ("group_id", "id") DO UPDATE SET {updates}'


def instant(value: str) -> str:
    """SQLite: an RFC 3339 expression as the text in which Piccolo keeps instants, which also sorts: `… …+00:00`."""
    offset = f"substr({value}, -6)"
    fraction = f"substr({value}, 20, length({value}) - 25)"
    moved = f"datetime(substr({value}, 1, 19) || {offset}) || {fraction} || '+00:00'"
    return f"CASE WHEN {value} LIKE '%Z' THEN replace(replace({value}, 'T', ' '), 'Z', '+00:00') ELSE {moved} END"


def _from_sqlite(fields: list[Column]) -> str:
    values = ", ".join(_extracted(column) for column in fields)
    # Materialised, because json_each writes its value out again for every column that reads it: 3 times slower.
    rows = "(WITH each_row AS MATERIALIZED (SELECT value FROM json_each(?)) SELECT value FROM each_row)"
    return f"SELECT {values}, ? FROM {rows} WHERE true"


def _extracted(column: Column) -> str:
    value = f"json_extract(value, '$.{column._meta.name}')"
    return instant(value) if isinstance(column, Timestamptz) else value


def _from_postgres(fields: list[Column]) -> str:
    types = ", ".join(f'"{column._meta.name}" {SQL_TYPES[type(column)]}' for column in fields)
    values = ", ".join(f'r."{column._meta.name}"' for column in fields)
    return f"SELECT {values}, ?::uuid FROM jsonb_to_recordset(?::jsonb) AS r({types})"
