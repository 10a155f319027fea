"""What the schema's elements mean, where no docstring says so: `fields.toml` and `values.toml`, by GraphQL names."""

import tomllib
from importlib.resources import files
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    is_non_null_type,
)

WithFields = GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))


FIELDS, VALUES = _table("fields"), _table("values")


def describe(schema: GraphQLSchema) -> None:
    """Gives each element of the schema that has no description yet its words; what has none stays without."""
    for kind in schema.type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, GraphQLEnumType):
            _describe_enum(kind)
        elif isinstance(kind, WithFields):
            _describe_fields(kind)


def _describe_enum(kind: GraphQLEnumType) -> None:
    words = VALUES.get(kind.name, {})
    kind.description = kind.description or words.get("what")
    for name, value in kind.values.items():
        value.description = value.description or words.get(name)


def _describe_fields(kind: WithFields) -> None:
    of_arguments = FIELDS["arguments"].get(kind.name, {})
    for name, field in kind.fields.items():
        field.description = field.description or of_field(kind, name)
        for argument, given in getattr(field, "args", {}).items():
            given.description = given.description or of_arguments.get(argument)


def of_field(kind: WithFields, name: str) -> str | None:
    """The words of a field; of one that an answer may leave empty also what null means."""
    own = (FIELDS.get(section, {}).get(name) for section in (kind.name, kind.name.removesuffix("Input"), "every"))
    says = next(filter(None, own), None)
    if says is None or isinstance(kind, GraphQLInputObjectType) or is_non_null_type(kind.fields[name].type):
        return says
    null = FIELDS["null"].get(name)
    return says if "null" in says.lower() or null is None else f"{says} Null {null}."
