"""Every role × every command, through the GraphQL door: run, or refused in one and the same word, as the table says."""

from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, get_named_type, get_nullable_type

from server.commands.registry import public
from server.domain.ids import uuid7
from server.domain.roles import PEOPLE, may
from server.graphql.shapes import camel
from tests.access.house import House
from tests.access.test_fields import GRAPH
from tests.commands.examples import examples

AT_ONCE = 20


def spoken(kind: Any, value: Any) -> Any:
    """A value of a command as GraphQL takes it: names in camelCase, enum values in upper case."""
    bare = get_nullable_type(kind)
    if isinstance(bare, GraphQLList) and isinstance(value, list):
        return [spoken(bare.of_type, one) for one in value]
    if isinstance(bare, GraphQLEnumType) and isinstance(value, str):
        return value.upper()
    if isinstance(bare, GraphQLInputObjectType) and isinstance(value, dict):
        return {camel(name): spoken(bare.fields[camel(name)].type, one) for name, one in value.items()}
    return value


async def a_role_runs_its_commands_and_no_other(house: House):
    root = GRAPH.mutation_type
    assert root is not None
    names = [spec.name for spec in public()]
    assert {camel(name) for name in names} == set(root.fields)
    differences = []
    for role in PEOPLE:
        for start in range(0, len(names), AT_ONCE):
            part, given = names[start : start + AT_ONCE], examples()
            heads, lines, variables = [], [], {}
            for number, name in enumerate(part):
                kind = get_named_type(root.fields[camel(name)].args["input"].type)
                heads.append(f"$i{number}: UUID!, $v{number}: {kind}!")
                lines.append(
                    f"m{number}: {camel(name)}(id: $i{number}, input: $v{number}) {{ outcome reason {{ code }} }}"
                )
                variables |= {f"i{number}": uuid7(), f"v{number}": spoken(kind, given[name])}
            answer = await house.ask(role, "here", f"mutation({', '.join(heads)}) {{ {' '.join(lines)} }}", **variables)
            for number, name in enumerate(part):
                reason = answer["data"][f"m{number}"]["reason"]
                forbidden = reason is not None and reason["code"].upper() == "FORBIDDEN"
                if forbidden == may(role, name):
                    differences.append((role, name, answer["data"][f"m{number}"]))
    assert not differences
