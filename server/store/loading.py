"""What a unit of work is given and asks for: rows to load, changes of the past, rows that were deleted."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple


class Wanted(NamedTuple):
    """What to load: rows by id, rows by secondary key, all rows that hang on these visits, the past of these rows."""

    ids: set[str]
    keys: set[str]
    parents: set[str]
    pasts: frozenset[str] = frozenset()


class NotLoaded(Exception):
    """A handler asked for what the batch has not loaded yet: ids, parents' children, keys, or pasts."""

    def __init__(
        self, ids: Iterable[str] = (), keys: Iterable[str] = (), parents: Iterable[str] = (), pasts: Iterable[str] = ()
    ) -> None:
        super().__init__("not loaded")
        self.wanted = Wanted(set(ids), set(keys), set(parents), frozenset(pasts))


class LastChange(NamedTuple):
    """Who gave a field the value that it has, and when by the clock of that person's device."""

    by: str | None = None
    at: datetime | None = None


class Erased(NamedTuple):
    """A row that was deleted, and the stores that held it, or had lost it already."""

    row: Any
    held: dict[str, bool]
