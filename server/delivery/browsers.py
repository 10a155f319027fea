"""Telling the browsers that subscribed to a visit: what they are sent, and how it ended with each."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from server.commands.bus import Bus
from server.delivery import words
from server.delivery.push import TTL, Post, Result
from server.delivery.record import Recorder
from server.delivery.situation import Situation
from server.domain.rows.contacts import Attempt
from server.domain.rows.internal import PushSubscription

LASTS = {"survey": 3 * TTL, "survey_reminder": 3 * TTL, "appointment_reminder": TTL - 2 * 3600}
"""Seconds for which a push service keeps a message for a browser that is away, where a day is not right."""
UNHURRIED = frozenset({"survey", "survey_reminder", "appointment_reminder"})
"""What a phone may show when it is awake for something else (RFC 8030 §5.3)."""


class Told(Struct, frozen=True):
    """How it ended: who was reached (subscription ids), whom to try again, and why the others were not."""

    taken: list[str]
    later: list[Result]
    done: list[str]
    lost: list[Result]

    def attempts(self, at: datetime) -> list[Attempt]:
        """Each outcome once, as the timeline shows it."""
        failed = Counter(result.why or result.what for result in [*self.lost, *self.later])
        reached = [Attempt(at=at, channel="push", result="sent", why=None)] if self.taken else []
        return reached + [Attempt(at=at, channel="push", result="failed", why=why[:200]) for why in failed]


class Browsers(Struct, frozen=True):
    """Sends to browsers, and ends subscriptions that are gone."""

    bus: Bus
    post: Post
    recorder: Recorder

    async def tell(self, s: Situation, url: str, silent: bool, until: datetime | None) -> Told:
        """Tells all who are not told yet; after `until` a text message takes over, so no phone may show it then."""
        wanted = LASTS.get(s.event.name, TTL)
        ttl = min(wanted, max(0, int((until - s.now).total_seconds()))) if until else wanted
        message = content(s, url, silent, s.now + timedelta(seconds=ttl))
        about = s.visit.visit.id if s.visit else s.customer.id
        urgency = "high" if s.event.urgent else "low" if s.event.name in UNHURRIED else "normal"
        topic = f"{about}:{s.event.name}"
        browsers = s.browsers
        results = await asyncio.gather(*(self.post.send(one, message, topic, urgency, ttl) for one in browsers))
        for browser, result in zip(browsers, results, strict=True):
            if result.what == "gone":
                await self._end(s, browser)
        ids = dict(zip((one.id for one in browsers), results, strict=True))
        return Told(
            taken=[row_id for row_id, result in ids.items() if result.what == "taken"],
            later=[result for result in results if result.what == "later"],
            done=[row_id for row_id, result in ids.items() if result.what != "later"],
            lost=[result for result in results if result.what in ("gone", "refused")],
        )

    async def _end(self, s: Situation, browser: PushSubscription) -> None:
        await self.bus.run(self.recorder.server(s), "push.unsubscribe", {"endpoint": browser.endpoint})


def content(s: Situation, url: str, silent: bool, expires_at: datetime) -> bytes:
    """The notification as JSON. `message_id` lets a phone show it once; after `expires_at` it must not be shown."""
    message: dict[str, Any] = {
        "message_id": s.promise.message_id,
        "title": words.title(s.visit, s.store),
        "body": words.body(s),
        "url": url,
        "event": s.event.name,
        "actions": words.actions(s),
        "language": s.language,
        "expires_at": expires_at,
        "silent": silent,
        "tag": s.promise.message_id,
    }
    if s.visit is not None and s.appointment is None:
        visit = s.visit.visit
        stage = visit.stage if s.promise.late else s.promise.payload.get("stage") or visit.stage
        rates = s.event.name in ("survey", "survey_reminder")
        tag = f"{visit.number}:survey" if rates else visit.number
        message |= {"tag": tag, "stage": stage, "visit_number": visit.number}
    return msgspec.json.encode(message)
