"""What a tablet is given of its store's feed: all of it, or what the person's role sees (`server/domain/roles.py`)."""

import hashlib
from functools import cache

import msgspec
from msgspec import Raw, Struct

from server.domain.roles import ROLES, hidden, reach, reads_every_review, reads_review
from server.domain.rows import WIRE
from server.queries.callers import Caller

_ROWS = msgspec.json.Decoder(list[dict[str, Raw]])


class _Named(Struct):
    name: str


_COMMAND = msgspec.json.Decoder(_Named)


class View(Struct, frozen=True):
    """What the tablet of a person of this role, in this store, holds."""

    store_id: str
    role: str

    @classmethod
    def of(cls, person: Caller) -> "View":
        """What this person's tablet holds."""
        return cls(person.store_id, person.role)

    @property
    def scope(self) -> str:
        """The scope of a cookie: who sees something else, or is to see something else, starts anew."""
        seen = _seen(self.role)
        return f"{self.store_id}/{seen}" if seen else self.store_id

    @property
    def withheld(self) -> tuple[str, ...]:
        """The kinds of rows of which nothing is given, not even what is gone."""
        return _withheld(self.role)

    def without(self, kind: str) -> list[str]:
        """The fields that are absent in rows of a kind."""
        return sorted(hidden(self.role, kind).intersection(WIRE[kind].__struct_fields__))

    def trims(self, kind: str) -> bool:
        """Whether rows of a kind are not given just as they lie in the feed."""
        return bool(self.without(kind)) or (kind == "reviews" and not reads_every_review(self.role))

    def trimmed(self, kind: str, bodies: str) -> tuple[str, int]:
        """Rows of a kind, joined by commas: those that are given, without the hidden fields; and how many they are."""
        absent = self.without(kind)
        rows = [row for row in _ROWS.decode(f"[{bodies}]") if kind != "reviews" or self._reads(row["command"])]
        for row in rows:
            for field in absent:
                row.pop(field, None)
        return msgspec.json.encode(rows)[1:-1].decode(), len(rows)

    def gives(self, kind: str, body: str) -> bool:
        """Whether a row of a kind that is not withheld is given."""
        return kind != "reviews" or not self.trims(kind) or self.trimmed(kind, body)[1] == 1

    def _reads(self, command: Raw) -> bool:
        return reads_review(self.role, _COMMAND.decode(command).name)


@cache
def _withheld(role: str) -> tuple[str, ...]:
    return tuple(kind for kind in WIRE if reach(role, kind) == "none")


@cache
def _seen(role: str) -> str:
    """A word for what a role sees, another one when the table changes; empty for one that sees everything."""
    fields = {kind: sorted(hidden(role, kind)) for kind in WIRE}
    commands = None if reads_every_review(role) else ROLES.get(role, ())
    if not _withheld(role) and not any(fields.values()) and commands is None:
        return ""
    return hashlib.sha256(msgspec.json.encode((_withheld(role), fields, commands))).hexdigest()[:16]
