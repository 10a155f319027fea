"""How one thing leads to another: to the row whose id it names, to what hangs on it, to the newest of its own."""

from typing import Annotated, Any

import strawberry

from server.graphql.context import Info
from server.graphql.errors import Refusal

MOST = 100
"""Rows a list gives at a time, at the most."""

First = Annotated[int, strawberry.argument(description=f"How many, 1 to {MOST}.")]


def checked(first: int) -> int:
    """How many rows were asked for; raises a Refusal `invalid_argument`."""
    if not 1 <= first <= MOST:
        raise Refusal("invalid_argument", f"`first` is a number from 1 to {MOST}.")
    return first


def readable(info: Info, kind: str) -> None:
    """Raises a Refusal `forbidden` when the caller's role reads no rows of this kind, whichever they are."""
    if info.context.sight.reach(kind) == "none":
        raise Refusal("forbidden", f"The role {info.context.me.role} reads no {kind.replace('_', ' ')}.")


def one(kind: str, field: str) -> Any:
    """The row whose id stands in a field."""

    async def resolve(root: Any, info: Info) -> Any:
        return await info.context.rows.one(kind, getattr(root, field))

    return strawberry.field(resolver=resolve)


def hanging(kind: str) -> Any:
    """The rows that hang on a visit."""

    async def resolve(root: Any, info: Info) -> Any:
        return await info.context.rows.hanging_on(kind, root.id)

    return strawberry.field(resolver=resolve)


def newest(kind: str, column: str, newest: str) -> Any:
    """The newest rows that name this one."""

    async def resolve(root: Any, info: Info, first: First = 20) -> Any:
        return await info.context.rows.belonging_to(kind, column, newest, root.id, checked(first))

    return strawberry.field(resolver=resolve)
