"""The job `message`: a customer is told one event once, over the channel that the contact rules allow."""

from datetime import datetime
from functools import partial
from typing import Literal

from msgspec import Struct, structs

from server.commands.bus import Bus
from server.delivery import words
from server.delivery.browsers import Browsers, Told
from server.delivery.outbox import GivenUp, Later, Promise, PutOff
from server.delivery.push import Post
from server.delivery.record import Became, Recorder, attempt, skipped
from server.delivery.situation import Situation, look
from server.delivery.sms import Provider, Text
from server.domain.contact import Plan, mobile_of
from server.domain.fields import MessageWhy
from server.domain.tokens import customer_token
from server.settings import Settings
from server.store.database import Database


class Teller(Struct, frozen=True):
    """What telling needs. The rules decide when an event is taken up, and again right before each channel is used."""

    db: Database
    bus: Bus
    settings: Settings
    post: Post
    sms: Provider

    @property
    def _record(self) -> Recorder:
        return Recorder(self.db, self.bus)

    async def tell(self, promise: Promise, now: datetime) -> str | None:
        """Tells; gives a note when there is nothing to tell. Raises Later, PutOff or GivenUp."""
        s = await look(self.db, self.settings, self.sms.topics, promise, now)
        if s is None:
            return "not_sent: no_visit"
        if s.message is not None and (done := await self._told_before(s)) != "no":
            return None if done == "yes" else await self.tell(s.without("push", "unanswered_push"), now)
        if (over := s.over()) is not None:
            return await self._silent(s, Plan(what="not_sent", why=over))
        if (due := s.due()) > now:
            raise PutOff(due)
        plan = s.plan()
        if plan.what == "not_sent":
            return await self._silent(s, plan)
        if plan.what == "wait":
            await self._wait(s, plan)
        return await (self._text(s, plan) if plan.channel == "sms" else self._push(s, plan))

    async def _told_before(self, s: Situation) -> Literal["yes", "no", "unanswered"]:
        """What a claim finds that is not the first: somebody was told, and by push perhaps without an answer.

        Raises PutOff while a phone may still answer.
        """
        promise, message = s.promise, s.message
        assert message is not None
        if message.state == "seen":
            return "yes"
        if message.state != "sent" or promise.payload.get("given_up", {}).get("push"):
            return "yes" if message.state == "sent" and message.channel == "sms" else "no"
        if message.attempts and message.attempts[-1].result == "failed":
            return "no"
        until: str | None = promise.payload.get("fallback_at")
        if until is None:
            # The worker that sent it died before it wrote down that a text message may follow.
            if (fallback := s.fallback_at()) is not None:
                raise PutOff(fallback, None, recorded=True, fallback_at=fallback.isoformat())
            return "yes"
        if s.now < datetime.fromisoformat(until):
            raise PutOff(datetime.fromisoformat(until))
        return "unanswered"

    async def _silent(self, s: Situation, plan: Plan) -> str | None:
        """Nothing is sent: the reason is kept, and what was tried in vain asks a person."""
        error = s.promise.payload.get("error")
        tried = "sms" in s.promise.payload.get("given_up", {}) or plan.why == "gave_up"
        state = "failed" if tried and plan.why in ("refused", "gave_up") else "not_sent"
        became = Became(state=state, why=plan.why, attempts=skipped(s, plan.skipped), error=error)
        await self._record.write(s, became)
        if state == "failed":
            raise GivenUp(error or plan.why or "")
        return f"not_sent: {plan.why}"

    async def _wait(self, s: Situation, plan: Plan) -> None:
        """It waits for the morning, and the tablet says so; raises PutOff."""
        assert plan.until is not None
        became = Became(state="waiting", channel=plan.channel, why=plan.why, attempts=skipped(s, plan.skipped))
        await self._record.write(s, became, "wait")
        kept = {name: s.promise.payload[name] for name in ("given_up", "error") if name in s.promise.payload}
        raise PutOff(plan.until, plan.why, recorded=True, **kept)

    async def lost(self, promise: Promise, error: str) -> None:
        """It failed again and again for a reason of ours: a person decides."""
        now = self.bus.clock()
        if (s := await look(self.db, self.settings, self.sms.topics, promise, now)) is not None:
            await self._record.write(s, Became(state="failed", why="gave_up", error=error), "lost", dead=True)

    # By push

    async def _push(self, s: Situation, plan: Plan) -> str | None:
        until = s.promise.payload.get("fallback_at")
        fallback = datetime.fromisoformat(until) if until else s.fallback_at()
        if fallback is not None and fallback <= s.now:
            return await self._instead(s, "unanswered_push", until or "")
        if fallback is not None and not s.promise.payload.get("recorded"):
            # The phone may answer at once: its message must be known by then. After that the rules decide anew.
            await self._record.write(s, Became(state="waiting"), "asked")
            known = s.promise.payload | {"recorded": True, "fallback_at": fallback.isoformat()}
            return await self.tell(structs.replace(s.promise, payload=known), s.now)
        told = await Browsers(self.bus, self.post, self._record).tell(s, self._url(s), plan.silent, fallback)
        reached = told.taken or s.promise.payload.get("delivered", [])
        if told.later:
            return await self._again(s, told, bool(reached), fallback)
        if not reached:
            gone = all(result.what == "gone" for result in told.lost)
            return await self._instead(s, "nobody_subscribed" if gone else "refused", told.lost[0].why or "gone", told)
        await self._record.write(s, Became(state="sent", channel="push", attempts=told.attempts(s.now)))
        if fallback is not None:
            raise PutOff(fallback, None, recorded=True, fallback_at=fallback.isoformat())
        return (told.lost[0].why or told.lost[0].what) if told.lost else None

    async def _again(self, s: Situation, told: Told, reached: bool, fallback: datetime | None) -> str | None:
        """Some could not be told yet: raises Later, unless nobody was told and no try is left."""
        first = told.later[0]
        done = s.promise.payload.get("delivered", []) + told.done
        state = "sent" if reached else "waiting"
        became = Became(state=state, channel="push" if reached else None, attempts=told.attempts(s.now))
        if not s.promise.last_try:
            known = {"fallback_at": fallback.isoformat()} if fallback else {}
            then = partial(self._record.write, s, became, "again")
            raise Later(first.why, max(result.after for result in told.later), done, then, recorded=True, **known)
        await self._record.write(s, became, "again")
        if reached:
            raise GivenUp(first.why)
        return await self._instead(s, "gave_up", first.why)

    async def _instead(self, s: Situation, why: MessageWhy, error: str, told: Told | None = None) -> str | None:
        """Push is given up for this message; another channel, or nobody, by the rules as they are now."""
        if told is not None:
            await self._record.write(s, Became(state="waiting", attempts=told.attempts(s.now)), "lost")
        promise = s.without("push", why)
        payload = promise.payload | {"error": error, "recorded": True}
        return await self.tell(structs.replace(promise, payload=payload), s.now)

    # By text message

    async def _text(self, s: Situation, plan: Plan) -> str | None:
        link = self._url(s)
        text = Text(
            out_id=s.promise.message_id, phone=mobile_of(s.customer) or "", topic=s.topic, language=s.language,
            words=f"【{s.store.name}】{words.body(s)} {link}".rstrip(), params=words.params(s, link),
        )  # fmt: skip
        answer = await self.sms.send(text)
        if answer.what == "taken":
            tries = [*skipped(s, plan.skipped), attempt(s.now, "sms", "sent")]
            await self._record.write(s, Became(state="sent", channel="sms", attempts=tries), "text")
            return None
        tries = [attempt(s.now, "sms", "failed", answer.why)]
        became = Became(state="waiting", attempts=tries)
        if answer.what == "later" and not s.promise.last_try:
            kept = {k: s.promise.payload[k] for k in ("given_up", "fallback_at", "tries") if k in s.promise.payload}
            then = partial(self._record.write, s, became, "text")
            raise Later(answer.why, answer.after, (), then, recorded=True, **kept)
        await self._record.write(s, became, "text")
        promise = s.without("sms", "refused" if answer.what == "refused" else "gave_up")
        payload = promise.payload | {"error": answer.why, "recorded": True}
        return await self.tell(structs.replace(promise, payload=payload), s.now)

    def _url(self, s: Situation) -> str:
        """The customer's page; empty where there is none."""
        if s.visit is None or s.visit.link is None or not s.link_open:
            return ""
        token = customer_token(self.settings.secret, s.visit.visit.id, s.visit.link.generation)
        return f"{self.settings.public_url.rstrip('/')}/c/{token}"
