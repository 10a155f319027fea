"""The tables: they agree with the rows, and with what Piccolo itself would create."""

import types
import typing
from datetime import date, datetime

import msgspec
import pytest
from msgspec import Struct
from piccolo.columns import Column
from piccolo.table import Table

from server.domain.fields import Id
from server.domain.rows import KINDS
from server.store.database import Database
from server.store.tables import PROJECTION, TABLE_OF, TABLES
from server.store.tables.columns import SQL_TYPES

PLAIN = {str: {"text"}, int: {"integer", "bigint"}, bool: {"boolean"}, float: {"float8"}}
PLAIN |= {datetime: {"timestamptz"}, date: {"date"}, list: {"jsonb"}, dict: {"jsonb"}}


def expected(hint: typing.Any) -> tuple[set[str], bool]:
    """The column types that may hold a field, and whether it may be null."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        [inner] = [arg for arg in typing.get_args(hint) if arg is not type(None)]
        return expected(inner)[0], True
    if hint == Id:
        return {"uuid"}, False
    if typing.get_origin(hint) is typing.Annotated:
        return expected(typing.get_args(hint)[0])
    if typing.get_origin(hint) is typing.Literal:
        return {"text"}, False
    plain = typing.get_origin(hint) or hint
    return ({"jsonb"} if issubclass(plain, Struct) else PLAIN[plain]), False


def a_table_stands_for_every_kind_of_row():
    assert set(TABLE_OF) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def the_columns_of_a_table_are_the_fields_of_its_rows_and_the_group(kind: str):
    hints = typing.get_type_hints(KINDS[kind], include_extras=True)
    columns = {column._meta.name: column for column in TABLE_OF[kind]._meta.columns}
    assert list(columns) == [*(field.encode_name for field in msgspec.structs.fields(KINDS[kind])), "group_id"]
    for name, hint in hints.items():
        sql_types, null = expected(hint)
        assert SQL_TYPES[type(columns[name])] in sql_types, name
        assert columns[name]._meta.null == null, name


def the_money_columns_are_wide():
    fen = [column for table in PROJECTION for column in table._meta.columns if column._meta.name.endswith("_fen")]
    assert {SQL_TYPES[type(column)] for column in fen} == {"bigint"}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.tablename)
def the_keys_and_indexes_of_a_table_name_its_columns(table: type[Table]):
    names = {column._meta.name for column in table._meta.columns}
    for columns in (table.KEY, *table.UNIQUE, *table.INDEXES):  # type: ignore[attr-defined]
        assert set(columns) <= names


COLUMNS = {
    "sqlite": 'SELECT name, type, "notnull" FROM pragma_table_info(?) ORDER BY cid',
    "postgres": "SELECT column_name, data_type, is_nullable = 'NO' FROM information_schema.columns "
    "WHERE table_name = ? AND table_schema = 'public' ORDER BY ordinal_position",
}


async def the_migrated_columns_are_those_that_piccolo_would_create(db: Database):
    async with db.read() as tx:
        migrated = await tx.run(*((COLUMNS[db.dialect], (table._meta.tablename,)) for table in TABLES))
    async with db.write() as tx:
        for table in TABLES:
            await tx.run((f'DROP TABLE "{table._meta.tablename}"', ()))
            await table.create_table()
        created = await tx.finish(*((COLUMNS[db.dialect], (table._meta.tablename,)) for table in TABLES))
    assert migrated == created
    assert all(migrated)


def described(column: Column) -> str:
    return f"{column._meta.table._meta.tablename}.{column._meta.name}"


def the_missing_value_of_a_column_is_never_invented():
    defaults = {described(column): column.get_default_value() for table in TABLES for column in table._meta.columns}
    assert set(defaults.values()) == {None}
