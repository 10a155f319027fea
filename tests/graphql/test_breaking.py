"""Programs of others are written against the schema: what was released stays, until it was deprecated for a while."""

from pathlib import Path

import pytest
from graphql import build_schema
from graphql.utilities import find_breaking_changes

from server.graphql.export import sdl

BASELINE = Path(__file__).with_name("baseline.graphql")


def broken(old: str, new: str) -> list[str]:
    """What a program that was written against the old schema would trip over in the new one."""
    return [change.description for change in find_breaking_changes(build_schema(old), build_schema(new))]


def the_schema_breaks_nothing_that_was_released():
    """When this fails on purpose, docs/graphql.md says what has to come before."""
    assert broken(BASELINE.read_text(encoding="utf-8"), sdl()) == []


OLD = """
type Query { visit(id: ID!, at: String): Visit  me: String }
enum Stage { READY HANDED_OVER }
type Visit { id: ID!  stage: Stage!  number: String! }
input Tag { add: [String!] }
type Mutation { tag(input: Tag!): Boolean }
"""


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("me: String", ""), ("at: String", ""), ("at: String", "at: String!"), ("id: ID!, at", "id: ID!, by: Int!, at"),
        ("number: String!", "number: String"), ("number: String!", "number: Int!"), (" HANDED_OVER", ""),
        ("add: [String!]", "add: [String!]!"), ("add: [String!]", "add: [String!], why: String!"),
        ("tag(input: Tag!): Boolean", "untag: Boolean"),
    ],
)  # fmt: skip
def a_change_that_breaks_a_program_is_noticed(was: str, becomes: str):
    assert was in OLD
    assert broken(OLD, OLD.replace(was, becomes)) != []


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("number: String!", 'number: String! @deprecated(reason: "Say `name`.")  name: String!'),
        ("at: String", "at: String, by: Int"), (" HANDED_OVER", " HANDED_OVER CANCELLED"),
        ("add: [String!]", "add: [String!], why: String"),
    ],
)  # fmt: skip
def a_change_that_only_adds_is_none(was: str, becomes: str):
    assert was in OLD
    assert broken(OLD, OLD.replace(was, becomes)) == []
