"""The schema says of each of its elements what it means: a reader needs no other page for unit, shape and null."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    is_non_null_type,
    is_specified_scalar_type,
)

from server.graphql.schema import schema
from server.graphql.words import FIELDS, VALUES, describe

EMPTY = {"a", "an", "and", "for", "in", "is", "it", "its", "of", "or", "our", "some", "that", "the", "this", "to"}
"""Words that tell nothing beside a name."""

Element = tuple[str, tuple[str, ...], str | None]
"""Where an element stands, the names it has and stands under, and what is said of it."""


def elements(of: GraphQLSchema) -> Iterator[Element]:
    """Everything that can have a description, but for what GraphQL itself brings along."""
    for kind in of.type_map.values():
        if kind.name.startswith("__") or is_specified_scalar_type(kind):
            continue
        yield kind.name, (kind.name,), kind.description
        if isinstance(kind, GraphQLEnumType):
            for name, value in kind.values.items():
                yield f"{kind.name}.{name}", (kind.name, name), value.description
        for name, field in getattr(kind, "fields", {}).items():
            where = f"{kind.name}.{name}"
            yield where, (kind.name, name), field.description
            for argument, given in getattr(field, "args", {}).items():
                yield f"{where}({argument})", (name, argument), given.description


def words(text: str) -> set[str]:
    """The words of a text or of a camelCase name, in the singular."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", text)
    return {word.lower().rstrip("s") for word in re.findall(r"[^\W_]+", spaced)}


def says_nothing(names: tuple[str, ...], description: str) -> bool:
    """Whether a description only says the name again."""
    told = words(description) - words(" ".join(EMPTY))
    return not (told - words(" ".join(names)))


EVERY = list(elements(schema._schema))


def test_every_element_of_the_schema_is_described():
    bare = [where for where, _, description in EVERY if not (description or "").strip()]
    assert bare == [], "say what it means in server/graphql/words, or in a docstring"
    assert len(EVERY) > 1500


def test_no_description_only_repeats_a_name():
    assert [where for where, names, description in EVERY if says_nothing(names, description or "")] == []


@pytest.mark.parametrize(
    ("names", "filler"),
    [(("Customer", "name"), "The name of the customer."), (("Visit", "readyAt"), "Ready at."), (("Grade",), "A grade")],
)
def a_description_that_only_repeats_a_name_is_noticed(names: tuple[str, ...], filler: str):
    assert says_nothing(names, filler)
    assert not says_nothing(names, f"{filler} Null until somebody promised it.")


def a_field_that_an_answer_may_leave_empty_says_what_null_means():
    silent = [
        f"{kind.name}.{name}"
        for kind in schema._schema.type_map.values()
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not kind.name.startswith("__")
        for name, field in kind.fields.items()
        if not is_non_null_type(field.type) and "null" not in (field.description or "").lower()
    ]
    assert silent == []


def a_sum_of_money_and_a_distance_name_their_unit():
    for where, names, description in EVERY:
        if names[-1].endswith("Fen"):
            assert "fen" in words(description or ""), where
        if names[-1].endswith("Km"):
            assert "km" in words(description or ""), where


def a_description_is_a_sentence():
    for where, _, says in EVERY:
        assert says
        assert says[0].isupper() or says[0] in "`1", where
        assert says[-1] in ".…", where


def test_no_words_are_kept_for_what_is_gone():
    """A word that no element takes up was meant for something that has another name now."""
    used: set[tuple[str, str]] = set()
    kinds = schema._schema.type_map
    for section, said in [*FIELDS.items(), *VALUES.items()]:
        for name in said:
            if section == "arguments":
                assert name in kinds
                held = {argument for field in kinds[name].fields.values() for argument in field.args}
                assert set(said[name]) <= held
            elif section in ("every", "null"):
                assert any(name in getattr(kind, "fields", {}) for kind in kinds.values()), name
            else:
                holder: Any = kinds[section]
                held = holder.values if isinstance(holder, GraphQLEnumType) else holder.fields
                assert name == "what" or name in held, f"{section}.{name}"
                used.add((section, name))
    assert len(used) > 300


def a_docstring_goes_before_the_words():
    made = build_schema('type Visit { "Said here." number: String!  stage: String }  type Query { v: Visit }')
    describe(made)
    visit = made.type_map["Visit"].fields
    assert visit["number"].description == "Said here."
    assert visit["stage"].description.startswith("The stage")
    assert "Null" in visit["stage"].description
