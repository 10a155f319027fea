"""Relay connections over keyset pages."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from server.graphql.context import Info
from server.graphql.errors import Refusal
from server.graphql.leading import checked, readable
from server.graphql.shapes import documented
from server.queries.pages import BadCursor, Page, Window, counted
from server.store.database import Statement

T = TypeVar("T")
After = Annotated[str | None, strawberry.argument(description="The cursor after which the page begins.")]


@documented
class PageInfo:
    """Where a page stands in its list (Relay). Lists go forward: a page after a cursor has a previous one."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@documented
class Edge(Generic[T]):
    """A row and where it stands in the list."""

    cursor: str
    node: T


@documented
class Connection(Generic[T]):
    """One page of a list."""

    edges: list[Edge[T]]
    page_info: PageInfo
    whole: strawberry.Private[Statement | None] = None

    @documented
    async def total_count(self, info: Info) -> int | None:
        """How many rows the whole list has. Null when it has more than 1,000, and where it is not counted: the journal,
        and reviews for whoever sees some of them only."""
        return await counted(info.context.db, self.whole)


async def connection(
    info: Info, kind: str, read: Callable[..., Awaitable[Page]], *which: Any, first: int, after: str | None
) -> Connection[Any]:
    """A page of the rows of a kind that the caller sees.

    Raises a Refusal `invalid_argument`, `invalid_cursor`, or `forbidden` for a kind that is not for the caller's role.
    """
    readable(info, kind)
    try:
        page = await read(info.context.db, info.context.sight, *which, Window(checked(first), after))
    except BadCursor:
        raise Refusal("invalid_cursor", "`after` is no cursor of this list.") from None
    start = page.cursors[0] if page.cursors else None
    return Connection(
        edges=[Edge(cursor=cursor, node=row) for cursor, row in zip(page.cursors, page.rows, strict=True)],
        whole=page.whole,
        page_info=PageInfo(
            has_next_page=page.more, has_previous_page=after is not None, start_cursor=start, end_cursor=page.last
        ),
    )
