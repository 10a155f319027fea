"""Piccolo's columns without invented defaults: a missing value is an error, never `''`, now or a random id."""

from functools import partial
from typing import ClassVar

from piccolo.columns import Column, column_types

BigInt = partial(column_types.BigInt, default=None)
Boolean = partial(column_types.Boolean, default=None)
Date = partial(column_types.Date, default=None)
DoublePrecision = partial(column_types.DoublePrecision, default=None)
Integer = partial(column_types.Integer, default=None)
JSONB = partial(column_types.JSONB, default=None)
Text = partial(column_types.Text, default=None)
Timestamptz = partial(column_types.Timestamptz, default=None)
UUID = partial(column_types.UUID, default=None)

Columns = tuple[str, ...]


class Shape:
    """What Piccolo cannot say for both engines: keys and indexes over several columns, by column name.

    Piccolo wants one `primary_key` column; where `KEY` has several, that mark only keeps it from adding its own.
    """

    KEY: ClassVar[Columns] = ("id",)
    UNIQUE: ClassVar[tuple[Columns, ...]] = ()
    INDEXES: ClassVar[tuple[Columns, ...]] = ()


class Projected(Shape):
    """A table of rows: ids are the callers' own, so they are unique within a dealer group and not beyond."""

    KEY = ("group_id", "id")


SQL_TYPES: dict[type[Column], str] = {
    column_types.BigInt: "bigint",
    column_types.Boolean: "boolean",
    column_types.Date: "date",
    column_types.DoublePrecision: "float8",
    column_types.Integer: "integer",
    column_types.JSONB: "jsonb",
    column_types.Text: "text",
    column_types.Timestamptz: "timestamptz",
    column_types.UUID: "uuid",
}
"""The name of each column type, as PostgreSQL writes it."""
