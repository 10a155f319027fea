"""Relay connections over keyset pages."""

from collections.abc import Awaitable
from typing import Annotated, Generic, TypeVar

import strawberry

from server.graphql.context import Refusal
from server.graphql.nodes import checked
from server.queries.pages import BadCursor, Page, Window

T = TypeVar("T")
After = Annotated[str | None, strawberry.argument(description="The cursor after which the page begins.")]


@strawberry.type(description="Where a page stands in its list (Relay). Lists are read forward, so `hasPreviousPage` says that the page began after a cursor.")
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type(description="A row and where it stands in the list.")
class Edge(Generic[T]):
    cursor: str
    node: T


@strawberry.type(description="One page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]]
    page_info: PageInfo


def window(first: int, after: str | None) -> Window:
    """The part of a list that was asked for; raises a Refusal `invalid_argument`."""
    return Window(checked(first), after)


async def connection(reading: Awaitable[Page], asked: Window) -> Connection:
    """The page as a connection; raises a Refusal `invalid_cursor`."""
    try:
        page = await reading
    except BadCursor:
        raise Refusal("invalid_cursor", "`after` is no cursor of this list.") from None
    ends = page.cursors or [None]
    return Connection(
        edges=[Edge(cursor=cursor, node=row) for cursor, row in zip(page.cursors, page.rows, strict=True)],
        page_info=PageInfo(
            has_next_page=page.more, has_previous_page=asked.after is not None, start_cursor=ends[0], end_cursor=ends[-1]
        ),
    )
