"""What one person sees: whose rows of a kind, and which of their fields (the table is `server/domain/roles.py`)."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from server.domain.phone import masked
from server.domain.roles import MAY_SEE_STORED, SERVER, Reach, hidden, may, reach, reads_review
from server.domain.rows import KIND_OF, WIRE
from server.domain.rows.customers import Customer
from server.domain.rows.inbox import Review
from server.queries.callers import Caller

Condition = tuple[str, tuple[Any, ...]]
_HERE = "EXISTS (SELECT 1 FROM feed h WHERE h.group_id = t.group_id AND h.kind = ? AND h.id = t.id AND h.store_id = ?)"
_IN_USE = "(t.restricted IS NULL OR CAST(t.stores AS TEXT) <> '[]')"
_NONE: Condition = ("1 = 0", ())


class Sight(Struct, frozen=True):
    """The eyes of a person in a store of a dealer group."""

    group_id: str
    store_id: str
    role: str
    scopes: tuple[str, ...] = ()

    @classmethod
    def of(cls, person: Caller) -> "Sight":
        """What this person sees."""
        return cls(person.group_id, person.store_id, person.role, person.scopes or ())

    @classmethod
    def everything(cls, group_id: str) -> "Sight":
        """What the server itself reads, of one dealer group."""
        return cls(group_id, group_id, SERVER)

    @property
    def sees_stored(self) -> bool:
        """Whether records that are only stored (仅存储) are seen."""
        return self.role == SERVER or self.role in MAY_SEE_STORED

    def reach(self, kind: str) -> Reach:
        """Whose rows of a kind; what tablets never receive (links, media) is the house's own and not looked at here."""
        return reach(self.role, kind, self.scopes) if kind in WIRE or kind == "journal" else "group"

    def hidden(self, kind: str) -> frozenset[str]:
        """The fields of a kind of row that are not seen."""
        return hidden(self.role, kind, self.scopes)

    def may_open(self, kind: str, stores: Iterable[str]) -> bool:
        """Whether a row that these stores hold, or held, is within reach."""
        whose = self.reach(kind)
        return whose == "group" or (whose == "store" and self.store_id in stores)

    def conditions(self, kind: str) -> list[Condition]:
        """The same for a list, about table `t`."""
        whose = self.reach(kind)
        if whose == "none":
            return [_NONE]
        found: list[Condition] = [] if whose == "group" else [(_HERE, (kind, self.store_id))]
        return [*found, (_IN_USE, ())] if kind == "customers" and not self.sees_stored else found

    def picks(self, kind: str) -> bool:
        """Whether a list leaves out rows that only reading tells apart, so that it cannot be counted."""
        return kind == "reviews" and self.role != SERVER and not may(self.role, "review.resolve")

    def shown(self, row: Any) -> Any | None:
        """The row as this person sees it, hidden fields starred or empty; None for one that is not theirs to read."""
        if isinstance(row, Customer) and row.restricted and not row.stores and not self.sees_stored:
            return None
        if isinstance(row, Review) and not reads_review(self.role, row.command.name):
            return None
        kind = KIND_OF.get(type(row))
        fields = self.hidden(kind) if kind else frozenset[str]()
        blank = {name: _blank(getattr(row, name)) for name in fields if hasattr(row, name)}
        return msgspec.structs.replace(row, **blank) if blank else row


def _blank(value: Any) -> Any:
    """Phones keep how they begin and end; of everything else nothing stays."""
    if not isinstance(value, list):
        return None
    return [msgspec.structs.replace(one, number=masked(one.number)) for one in value if hasattr(one, "number")]
