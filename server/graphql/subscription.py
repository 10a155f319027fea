"""What people watch: a visit, or the store as a whole. The doorbell wakes them, then they read again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import strawberry

from server.graphql.context import Context, Info, Loaders, Refusal
from server.graphql.nodes import Visit
from server.graphql.scalars import UUID, Instant
from server.queries.workshop import revisions


@strawberry.type(description="Something changed in the caller's store; read again what is on the screen.")
class StoreChange:
    at: Instant
    store_id: UUID


async def _rings(context: Context, store_id: str) -> AsyncIterator[None]:
    """At once, and after each commit that touched the store, as long as the token is good."""
    async for rang in context.doorbell.listen(store_id):
        if not await context.sign_in(context.token):
            raise Refusal(context.refused)
        if rang:
            context.rows = Loaders(context.db, context.me.group_id)
            yield


@strawberry.type(description="Events, over graphql-transport-ws. Each says that something is new; none is kept for later.")
class Subscription:
    @strawberry.subscription(description="The visit, each time it or anything that hangs on it has changed.")
    async def visit_changed(self, info: Info, visit_id: UUID) -> AsyncIterator[Visit]:
        context = info.context
        visit = await context.rows.one("visits", visit_id)
        if visit is None:
            raise Refusal("not_found")
        seen = None
        async for _ in _rings(context, visit.store_id):
            now = await revisions(context.db, context.me.group_id, visit.id)
            if seen is not None and now != seen:
                yield await context.rows.one("visits", visit.id)
            seen = now

    @strawberry.subscription(description="Each change in the caller's store.")
    async def store_changed(self, info: Info) -> AsyncIterator[StoreChange]:
        store_id = info.context.me.store_id
        begun = False
        async for _ in _rings(info.context, store_id):
            if begun:
                yield StoreChange(at=Instant(datetime.now(UTC).isoformat().replace("+00:00", "Z")), store_id=UUID(store_id))
            begun = True
