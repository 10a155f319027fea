"""One mutation a command, made from the command registry: nothing is written here that a tablet could not write."""

from collections.abc import Callable
from typing import Any

import strawberry

from server.commands.every import public
from server.commands.registry import Spec
from server.graphql.context import Info
from server.graphql.nodes import Outcome
from server.graphql.scalars import UUID
from server.graphql.shapes import camel, described, input_type, wire
from server.http.caller import actor


def _resolver(spec: Spec, fields: type) -> Callable[..., Any]:
    async def resolve(info: Info, id: UUID, input: Any) -> Any:
        context = info.context
        return await context.bus.run(actor(context.me, "graphql"), spec.name, wire(input), id)

    resolve.__annotations__ |= {"input": fields, "return": Outcome}
    return resolve


def _mutation(spec: Spec) -> Any:
    name = camel(spec.name)
    fields = input_type(spec.struct, f"{name[0].upper()}{name[1:]}Input")
    return strawberry.mutation(resolver=_resolver(spec, fields), name=name, description=described(spec.struct))


# By name, because the registry's order depends on which module of commands was imported first.
Mutation = strawberry.type(
    type("Mutation", (), {camel(spec.name): _mutation(spec) for spec in sorted(public(), key=lambda spec: spec.name)}),
    description=(
        "Writes: one field for each command. `id` is the command's id, a UUIDv7 of the caller's making; sent again, it "
        "answers with its first outcome and runs nothing. A command that cannot be applied is an outcome, not an error."
    ),
)
