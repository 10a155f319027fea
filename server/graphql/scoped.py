"""What a document asks for that a key of another program may lack: told at once, with the scope that would open it.

Which rows and fields come is for `server/queries/sight.py`, as it is for people.
"""

from functools import lru_cache
from typing import Any

from graphql import DocumentNode, FieldNode, GraphQLSchema, TypeInfo, TypeInfoVisitor, Visitor, get_named_type, visit

from server.domain.rows import WIRE
from server.domain.scopes import opener, opens
from server.graphql.errors import Refusal

REMEMBERED = 128
KINDS = {struct.__name__: kind for kind, struct in WIRE.items()} | {"StoreChange": "visits"}
"""The kind of rows behind an object type. What the other types show belongs to the row that leads to them."""
NEVER = frozenset(("FieldChange", "JournalEntry", "SeenBy", "Review", "MergeProposal", "Signature", "Amendment"))
"""Types that no key sees: they tell of the people who work here, or hold whole commands and documents."""
NEVER_FIELDS = frozenset(("Visit.customerLink", "Visit.releasedDocument"))
"""Fields that no key sees: who has the link may act as the customer; the document names phones."""
MONEY = {f"Visit.{field}": "estimate_lines" for field in ("settlement", "payments")}
"""Fields of one kind of row that open with another."""


def refusal(schema: GraphQLSchema, document: DocumentNode, scopes: tuple[str, ...]) -> Refusal | None:
    """Why a key with these scopes may not ask this; None when it may."""
    for wanted, kind in wants(schema, document):
        if kind is None:
            return Refusal("forbidden", f"No key opens {wanted}.")
        if not opens(scopes, kind):
            scope = opener(kind)
            return Refusal("forbidden", f"This key lacks the scope {scope}, which opens {wanted}.", scope=scope)
    return None


@lru_cache(REMEMBERED)
def wants(schema: GraphQLSchema, document: DocumentNode) -> tuple[tuple[str, str | None], ...]:
    """The fields of a document that lead to rows, with the kind; None for what no key opens."""
    asked = _Asked(types := TypeInfo(schema))
    visit(document, TypeInfoVisitor(types, asked))
    return tuple(dict.fromkeys(asked.found))


class _Asked(Visitor):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types = types
        self.found: list[tuple[str, str | None]] = []

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        owner, leads_to = self._types.get_parent_type(), self._types.get_type()
        if owner is None or leads_to is None:
            return
        field = f"{owner.name}.{node.name.value}"
        name = get_named_type(leads_to).name.removesuffix("Connection").removesuffix("Edge")
        if field in NEVER_FIELDS or name in NEVER:
            self.found.append((field, None))
        elif kind := MONEY.get(field) or KINDS.get(name):
            self.found.append((field, kind))
