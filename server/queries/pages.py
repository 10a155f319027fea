"""Keyset pages: a cursor is its row's sort key, so no row is lost or doubled while others are added."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct, structs

from server.domain.fields import Id
from server.queries.rows import MERGEABLE, read
from server.queries.sight import Sight
from server.store.database import Database, Rows, Statement

COUNTED = 1_000
"""Counting goes so far: 4 to 26 ms of 20,000 customers, all of which would take up to half a second on SQLite."""


class BadCursor(ValueError):
    """A cursor that this list never gave."""


class Order(NamedTuple):
    """The columns that sort a list, the last of them unique; `types` reads them back from a cursor."""

    columns: tuple[str, ...]
    types: Any
    descending: bool = False


NEWEST = Order(("opened_at", "id"), tuple[datetime, Id], descending=True)
DUE = Order(("due_at", "id"), tuple[datetime, Id])
LATEST = Order(("id",), tuple[Id], descending=True)
BY_NAME = Order(("name", "id"), tuple[str, Id])
BY_CODE = Order(("code", "id"), tuple[str, Id])


class Window(Struct, frozen=True):
    """Which part of a list is wanted: `first` rows after the cursor `after`."""

    first: int
    after: str | None = None


class Page(Struct, frozen=True):
    """Rows with the cursor of each; `more` says that others follow, after the cursor `last`.

    `whole` counts the list, where it can be counted (`counted`).
    """

    rows: list[Any]
    cursors: list[str]
    more: bool
    last: str | None
    whole: Statement | None = None


Condition = tuple[str, Sequence[Any]]
LIVE = "EXISTS (SELECT 1 FROM feed f WHERE f.group_id = t.group_id AND f.kind = ? AND f.id = t.id AND NOT f.gone)"


async def page_of(db: Database, sight: Sight, kind: str, order: Order, window: Window, *conditions: Condition) -> Page:
    """A page of the rows of a kind that the person sees and that meet every condition (about table `t`).

    Raises BadCursor.
    """
    live: list[Condition] = [(LIVE, (kind,))] if kind in MERGEABLE else []
    keys = ", ".join(f"t.{name}" for name in order.columns)
    seen = [*conditions, *live, *sight.conditions(kind)]
    statement = select(f'{keys} FROM "{kind}" t', sight.group_id, order, window, seen)
    async with db.read() as tx:
        [rows] = await tx.run(statement)
        found = await read(tx, db.dialect, sight, kind, [row[-1] for row in rows[: window.first]])
    page = paged(rows, order, window, lambda row: found.get(row[-1]))
    return page if sight.picks(kind) else structs.replace(page, whole=_whole(kind, sight.group_id, seen))


def _whole(kind: str, group_id: str, conditions: list[Condition]) -> Statement:
    words = " AND ".join(["t.group_id = ?", *(words for words, _ in conditions)])
    values = [value for _, values in conditions for value in values]
    one_by_one = f'SELECT 1 AS one FROM "{kind}" t WHERE {words} LIMIT {COUNTED + 1}'
    return f"SELECT count(*) FROM ({one_by_one}) AS counted", (group_id, *values)


async def counted(db: Database, whole: Statement | None) -> int | None:
    """How many rows a list has, page or not; None when it cannot be counted, and for more than `COUNTED`."""
    if whole is None:
        return None
    async with db.read() as tx:
        [[(found,)]] = await tx.run(whole)
    return found if found <= COUNTED else None


def select(what: str, group_id: str, order: Order, window: Window, conditions: list[Condition]) -> Statement:
    """The statement of a page and of one row more; what it selects ends with the sort key."""
    wanted: list[Condition] = [("t.group_id = ?", (group_id,)), *conditions]
    if window.after is not None:
        names, marks = ", ".join(f"t.{name}" for name in order.columns), ", ".join("?" * len(order.columns))
        beyond = f"({names}) {'<' if order.descending else '>'} ({marks})"
        wanted.append((beyond, read_cursor(window.after, order)))
    where = " AND ".join(words for words, _ in wanted)
    direction = " DESC" if order.descending else ""
    sorted_by = ", ".join(f"t.{name}{direction}" for name in order.columns)
    values = [value for _, values in wanted for value in values]
    return f"SELECT {what} WHERE {where} ORDER BY {sorted_by} LIMIT ?", (*values, window.first + 1)


def paged(rows: Rows, order: Order, window: Window, made: Callable[[Any], Any]) -> Page:
    """The page that the rows of `select` are, without those of which nothing is made."""
    read = rows[: window.first]
    cursors = [cursor(row[-len(order.columns) :]) for row in read]
    kept = [(one, mark) for row, mark in zip(read, cursors, strict=True) if (one := made(row)) is not None]
    last = cursors[-1] if cursors else None
    return Page([one for one, _ in kept], [mark for _, mark in kept], len(rows) > window.first, last)


def cursor(key: Sequence[Any]) -> str:
    """A row's sort key as text that is opaque to clients."""
    return base64.urlsafe_b64encode(msgspec.json.encode(list(key))).rstrip(b"=").decode()


def read_cursor(text: str, order: Order) -> tuple[Any, ...]:
    """The sort key behind a cursor; raises BadCursor."""
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=order.types)
    except (msgspec.DecodeError, binascii.Error, ValueError):
        raise BadCursor(text) from None


def containing(text: str) -> str:
    """A LIKE pattern (escape character `!`) for texts that contain this one, in lower case."""
    return f"%{_escaped(text)}%"


def ending(text: str) -> str:
    """A LIKE pattern (escape character `!`) for texts that end with this one, in lower case."""
    return f"%{_escaped(text)}"


def _escaped(text: str) -> str:
    return text.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
