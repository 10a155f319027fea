"""The Piccolo tables as SQLAlchemy metadata, so that Alembic can write and check them on both engines."""

from typing import Any, ClassVar

import sqlalchemy as sa
from piccolo.table import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.types import TypeEngine, UserDefinedType

from server.store.tables import TABLES
from server.store.tables.columns import SQL_TYPES, Columns, Shape


class Declared(UserDefinedType[str]):
    """A SQLite column type that is only a name: Piccolo chooses how to read a value by it."""

    cache_ok = True
    name: ClassVar[str]

    def get_col_spec(self, **_: Any) -> str:
        return self.name


class SQLiteUUID(Declared):
    """Text of 36 characters."""

    name = "UUID"


class SQLiteJSONB(Declared):
    """JSON text."""

    name = "JSONB"


class SQLiteTimestamptz(Declared):
    """Text such as `2026-11-21 01:02:03.004000+00:00`, always UTC."""

    name = "TIMESTAMPTZ"


class SQLiteDouble(Declared):
    """Eight bytes of floating point."""

    name = "DOUBLE PRECISION"


# Reflection does not know these names, and a batch rebuild would turn the columns into NUMERIC.
for declared in (SQLiteUUID, SQLiteJSONB, SQLiteTimestamptz, SQLiteDouble):
    SQLiteDialect.ischema_names[declared.name] = declared

TYPES: dict[str, TypeEngine[Any]] = {
    "bigint": sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
    "boolean": sa.Boolean(create_constraint=False),
    "date": sa.Date(),
    "float8": sa.DOUBLE_PRECISION().with_variant(SQLiteDouble(), "sqlite"),
    "integer": sa.Integer(),
    "jsonb": postgresql.JSONB().with_variant(SQLiteJSONB(), "sqlite"),
    "text": sa.Text(),
    "timestamptz": sa.TIMESTAMP(timezone=True).with_variant(SQLiteTimestamptz(), "sqlite"),
    "uuid": sa.UUID(as_uuid=False).with_variant(SQLiteUUID(), "sqlite"),
}
"""A column type for both engines, by the names of `SQL_TYPES`; migrations use it too, so its words never change."""


def metadata() -> sa.MetaData:
    """Every table with its key, unique indexes and indexes."""
    result = sa.MetaData()
    for table in TABLES:
        _described(table, result)
    return result


def _described(table: type[Table], result: sa.MetaData) -> sa.Table:
    assert issubclass(table, Shape)
    name = table._meta.tablename
    columns = [
        sa.Column(column._meta.name, TYPES[SQL_TYPES[type(column)]], nullable=column._meta.null)
        for column in table._meta.columns
    ]
    return sa.Table(
        name,
        result,
        *columns,
        sa.PrimaryKeyConstraint(*table.KEY, name=f"pk_{name}"),
        *(sa.Index(index_name(name, columns), *columns, unique=True) for columns in table.UNIQUE),
        *(sa.Index(index_name(name, columns), *columns) for columns in table.INDEXES),
    )


def index_name(table: str, columns: Columns) -> str:
    """What an index over these columns is called, unique or not."""
    return f"ix_{table}_{'_'.join(columns)}"
