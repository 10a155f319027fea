"""The job `message`: tells every browser that asked to be told about a visit, in words made when it goes out."""

import asyncio
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from server.commands.bus import Actor, Bus
from server.delivery import words
from server.delivery.outbox import Later, Promise
from server.delivery.push import Post, Result
from server.domain.merge import withdrawn
from server.domain.rows.internal import PushSubscription
from server.domain.tokens import customer_token
from server.queries.visits import VisitRows, store_facts, visit_rows
from server.settings import Settings
from server.store.database import Database

MOST_BROWSERS = 20
"""Browsers told of one visit, the newest subscriptions: whoever holds a link may subscribe."""
URGENT = frozenset({"estimate", "awaiting_approval", "ready"})
"""Events and stages in which the car waits for its owner."""


class Teller(Struct, frozen=True):
    """What telling needs."""

    db: Database
    bus: Bus
    settings: Settings
    post: Post

    async def tell(self, promise: Promise, now: datetime) -> str | None:
        """Tells all who are not told yet; gives a note when there was nobody to tell. Raises Later."""
        rows = await visit_rows(self.db, promise.group_id, promise.visit_id or "")
        if rows is None:
            return "not_sent: no_visit"
        if (why := _silence(rows, now)) is not None:
            return f"not_sent: {why}"
        told: list[str] = promise.payload.get("delivered", [])
        browsers = [s for s in rows.subscriptions if s.active and s.id not in told][-MOST_BROWSERS:]
        if not browsers:
            return None if told else "not_sent: nobody_subscribed"
        message = await self._message(rows, promise, now)
        topic = f"{rows.visit.id}:{promise.payload['event']}"
        urgent = not URGENT.isdisjoint((promise.payload["event"], rows.visit.stage))
        results = await asyncio.gather(*(self.post.send(one, message, topic, urgent) for one in browsers))
        return await self._settle(promise, rows, told, dict(zip((b.id for b in browsers), results, strict=True)))

    async def _settle(
        self, promise: Promise, rows: VisitRows, told: list[str], results: dict[str, Result]
    ) -> str | None:
        """Ends subscriptions that are gone; raises Later for those that could not be told yet."""
        for browser in rows.subscriptions:
            if browser.id in results and results[browser.id].what == "gone":
                await self._end(promise.group_id, rows, browser)
        if late := [result for result in results.values() if result.what == "later"]:
            told = told + [browser_id for browser_id, result in results.items() if result.what != "later"]
            raise Later(late[0].why, max(result.after for result in late), told)
        notes = [result.why or result.what for result in results.values() if result.what != "taken"]
        return notes[0] if notes else None

    async def _end(self, group_id: str, rows: VisitRows, browser: PushSubscription) -> None:
        server = Actor(group_id=group_id, store_id=rows.visit.store_id, door="server", role="server")
        await self.bus.run(server, "push.unsubscribe", {"endpoint": browser.endpoint})

    async def _message(self, rows: VisitRows, promise: Promise, now: datetime) -> bytes:
        visit, payload = rows.visit, promise.payload
        store = await store_facts(self.db, visit.store_id)
        assert rows.link is not None
        token = customer_token(self.settings.secret, visit.id, rows.link.generation)
        message: dict[str, Any] = {
            "title": words.title(rows, store),
            "body": words.body(rows, store, payload["event"], payload.get("progress_id"), now),
            "url": f"{self.settings.public_url.rstrip('/')}/c/{token}",
            "tag": visit.number,
            "event": payload["event"],
            "stage": visit.stage if promise.late else payload.get("stage") or visit.stage,
            "visit_number": visit.number,
            "silent": words.is_quiet(store, now),
        }
        return msgspec.json.encode(message)


def _silence(rows: VisitRows, now: datetime) -> str | None:
    """Why the customer is not told, if so."""
    if withdrawn(rows.customer.consents, "service_messages", "push"):
        return "consent_withdrawn"
    if rows.link is None or rows.link.revoked or rows.link.expires_at <= now:
        return "link_closed"
    return None
