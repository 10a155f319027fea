"""What people watch: a visit, or the store as a whole. The doorbell wakes them, then they read again."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import strawberry

from server.graphql.context import Context, Info, Loaders
from server.graphql.errors import Refusal
from server.graphql.limits import WATCHED, exceeded
from server.graphql.nodes import Visit
from server.graphql.scalars import UUID, Instant
from server.graphql.shapes import documented
from server.queries.sight import Sight
from server.queries.workshop import revisions

watched = partial(documented, make=strawberry.subscription)


@documented
class StoreChange:
    """Something changed in the caller's store; read again what is on the screen."""

    at: Instant
    store_id: UUID


@asynccontextmanager
async def _counted(context: Context) -> AsyncGenerator[None, None]:
    """One subscription more of this person, while there is room for it."""
    person = context.me.user_id
    if context.watching[person] >= WATCHED.most:
        raise exceeded(WATCHED, context.watching[person] + 1)
    context.watching[person] += 1
    try:
        yield
    finally:
        context.watching[person] -= 1
        if not context.watching[person]:
            del context.watching[person]


async def _rings(context: Context, store_id: str) -> AsyncGenerator[None, None]:
    """At once, and after each commit that touched the store, as long as the token is good."""
    async with _counted(context), aclosing(context.doorbell.listen(store_id)) as bell:
        async for rang in bell:
            if not await context.sign_in(context.token):
                raise Refusal(context.refused)
            if rang:
                context.sight = Sight.of(context.me)
                context.rows = Loaders(context.db, context.sight)
                yield


@documented
class Subscription:
    """Events, over graphql-transport-ws. Each says that something is new; none is kept for later."""

    @watched
    async def visit_changed(self, info: Info, visit_id: UUID) -> AsyncGenerator[Visit, None]:
        """The visit, each time it or anything that hangs on it has changed."""
        context = info.context
        visit = await context.rows.one("visits", visit_id)
        if visit is None:
            raise Refusal("not_found")
        seen = None
        async with aclosing(_rings(context, visit.store_id)) as rings:
            async for _ in rings:
                now = await revisions(context.db, context.me.group_id, visit.id)
                if seen is not None and now != seen:
                    yield await context.rows.one("visits", visit.id)
                seen = now

    @watched
    async def store_changed(self, info: Info) -> AsyncGenerator[StoreChange, None]:
        """Each change in the caller's store."""
        store_id = info.context.me.store_id
        async with aclosing(_rings(info.context, store_id)) as rings:
            await anext(rings)
            async for _ in rings:
                yield StoreChange(at=datetime.now(UTC), store_id=store_id)
