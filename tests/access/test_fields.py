"""Every role × every kind of row × every field, here, next door and elsewhere: exactly as the table says.

Nothing here is written by hand: the questions come from the GraphQL schema, the answers from the table and from what
customer relations, who see everything of the group, are shown.
"""

from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema, get_named_type, is_leaf_type

from server.domain.phone import masked
from server.domain.roles import FIELDS, HIDDEN, HOUSE, PEOPLE, reach, reads_review
from server.domain.rows import WIRE
from server.graphql.shapes import camel
from tests.access.house import PLACES, House

ROOT = Path(__file__).resolve().parents[2]
KINDS = [kind for kind in WIRE if kind != "aliases"]
GRAPH = build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))


def selection(kind: GraphQLObjectType, seen: tuple[str, ...] = ()) -> str:
    """Everything that a type says of itself: not what hangs on it, nor what has arguments."""
    parts = []
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if field.args:
            continue
        if is_leaf_type(inner):
            parts.append(name)
        elif isinstance(inner, GraphQLObjectType) and not is_row(inner) and inner.name not in seen:
            parts.append(f"{name} {{ {selection(inner, (*seen, inner.name))} }}")
    return " ".join(parts)


def is_row(kind: GraphQLObjectType) -> bool:
    """Whether a type is a row of its own."""
    return any(interface.name == "Node" for interface in kind.interfaces)


def question(kind: str) -> str:
    """Asks for a row by its id, with all of its fields."""
    name = WIRE[kind].__name__
    graph = GRAPH.type_map[name]
    assert isinstance(graph, GraphQLObjectType)
    return f"query($id: UUID!) {{ node(id: $id) {{ id ... on {name} {{ {selection(graph)} }} }} }}"


def as_seen(role: str, kind: str, plain: dict[str, Any]) -> dict[str, Any]:
    """What the table leaves of a row for a role."""
    seen = dict(plain)
    for group in HIDDEN[role]:
        for name in FIELDS[group].get(kind, ()):
            seen[camel(name)] = starred(plain[camel(name)])
    return seen


def starred(value: Any) -> Any:
    if isinstance(value, list):
        return [entry | {"number": masked(entry["number"])} for entry in value if "number" in entry]
    return None


def sees(role: str, place: str, kind: str) -> bool:
    """Whether the table shows this person the row of the house."""
    if place == "elsewhere":
        return False
    return reach(role, kind) == "group" or (reach(role, kind) == "store" and place == "here")


@pytest.mark.parametrize("kind", KINDS)
async def a_role_is_shown_of_a_row_what_the_table_says(house: House, kind: str):
    asked = question(kind)
    plain = (await house.ask("crm", "here", asked, id=house.ids[kind]))["data"]["node"]
    assert plain["id"] == house.ids[kind]
    differences = []
    for role in PEOPLE:
        for place in PLACES:
            answer = await house.ask(role, place, asked, id=house.ids[kind])
            wanted = as_seen(role, kind, plain) if sees(role, place, kind) and readable(role, kind) else None
            if answer != {"data": {"node": wanted}}:
                differences.append((role, place, answer))
    assert not differences


def readable(role: str, kind: str) -> bool:
    """The review of this house is of `customer.tag`, run by a technician: those who may run it, or resolve, read it."""
    return kind != "reviews" or reads_review(role, "customer.tag")


def test_each_kind_is_asked_for_and_each_hidden_field_is_there():
    assert set(KINDS) >= {kind for kinds in FIELDS.values() for kind in kinds}
    for kinds in FIELDS.values():
        for kind, names in kinds.items():
            assert all(camel(name) in question(kind) for name in names), kind
    assert set(HIDDEN) == set(PEOPLE)
    assert set(HOUSE) <= set(WIRE)
