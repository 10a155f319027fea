"""What a message meets when it is taken up: the customer, the visit or appointment, complaints, and the clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from server.delivery.outbox import Promise, outdated
from server.domain.contact import Event, Plan, Ways, decide, quiet_until
from server.domain.estimates import waiting
from server.domain.fields import MessageChannel, MessageWhy
from server.domain.rows.contacts import Complaint, Message
from server.domain.rows.customers import Customer, QuietHours
from server.domain.rows.internal import PushSubscription
from server.domain.rows.vehicles import Appointment
from server.domain.stages import CLOSED
from server.queries.contact import latest_visit, open_complaints
from server.queries.rows import rows_by_id
from server.queries.sight import Sight
from server.queries.visits import StoreFacts, VisitRows, store_facts, visit_rows
from server.settings import Settings
from server.store.database import Database

MOST_BROWSERS = 20
"""Browsers told of one visit, the newest subscriptions: whoever holds a link may subscribe."""
REMINDED_AT = time(10, 0)
"""On the day before an appointment, on the store's clock."""


class Situation(Struct, frozen=True, kw_only=True):
    """One promise with everything that decides about it. `visit` is what the message links to, if anything."""

    promise: Promise
    event: Event
    customer: Customer
    complaints: list[Complaint]
    visit: VisitRows | None
    appointment: Appointment | None
    message: Message | None
    store: StoreFacts
    store_id: str
    now: datetime
    outdated: bool
    settings: Settings
    sms_topics: frozenset[str]

    @property
    def zone(self) -> ZoneInfo:
        """The store's clock."""
        return ZoneInfo(self.store.time_zone)

    @property
    def language(self) -> str:
        """`zh` or `en`."""
        return self.customer.language or "zh"

    @property
    def topic(self) -> str:
        """What the message is about in one word: the stage that was entered, else the event."""
        return str(self.event.stage or self.event.name) if self.event.name == "stage" else self.event.name

    @property
    def link_open(self) -> bool:
        """Whether the customer's page can be opened."""
        link = self.visit.link if self.visit else None
        return link is not None and not link.revoked and link.expires_at > self.now

    @property
    def browsers(self) -> list[PushSubscription]:
        """Who asked to be told and was not told yet."""
        told = self.promise.payload.get("delivered", [])
        active = [one for one in self.visit.subscriptions if one.active] if self.visit and self.link_open else []
        return [one for one in active if one.id not in told][-MOST_BROWSERS:]

    def due(self) -> datetime:
        """When it is time, at the earliest; reminders follow the settings and the appointment as it is now."""
        if self.event.name == "survey_reminder":
            return self.promise.promised_at + timedelta(hours=self.settings.survey_reminder_hours)
        if self.event.name == "appointment_reminder" and self.appointment is not None:
            day = self.appointment.at.astimezone(self.zone).date() - timedelta(days=1)
            return datetime.combine(day, REMINDED_AT, self.zone).astimezone(UTC)
        return self.promise.promised_at

    def over(self) -> MessageWhy | None:
        """Why there is nothing to tell any more, if so."""
        if self.outdated:
            return "newer"
        if self.event.name in ("survey", "survey_reminder"):
            return "already_answered" if self.visit and self.visit.visit.survey else None
        if self.event.name == "appointment_reminder":
            return self._reminder_over()
        if self.event.name == "sign_again":
            return self._signed_again()
        if self.appointment is not None and self.appointment.status == "arrived":
            return "newer"
        return self._passed() if self.promise.payload.get("recorded") else None

    def _signed_again(self) -> MessageWhy | None:
        """Whether a signature that counts has followed, or the car has left without one."""
        if self.visit is None or self.visit.visit.stage in CLOSED:
            return "newer"
        own = [one for one in self.visit.signatures if one.purpose == self.promise.payload["purpose"]]
        return "already_answered" if max(own, key=lambda one: (one.received_at, one.id)).state == "accepted" else None

    def _reminder_over(self) -> MessageWhy | None:
        if self.appointment is None or self.appointment.status in ("cancelled", "requested"):
            return "cancelled"
        # Told on the day itself, or for an appointment made within the day before, it would remind of nothing.
        soon = self.appointment.at - self.promise.promised_at < timedelta(hours=24)
        return "newer" if self.appointment.status == "arrived" or soon or self.appointment.at <= self.now else None

    def _passed(self) -> MessageWhy | None:
        """Of what has waited: whether the customer has answered meanwhile, or the car is elsewhere by now."""
        if self.visit is None or not self.event.urgent:
            return None
        visit = self.visit.visit
        asks = self.event.name == "estimate" or self.event.stage == "awaiting_approval"
        if asks and not waiting(visit.presented, self.visit.lines):
            return "already_answered"
        return "newer" if self.event.name == "stage" and visit.stage != self.event.stage else None

    def ways(self) -> Ways:
        """What leads to the customer now."""
        told = bool(self.promise.payload.get("delivered"))
        return Ways(
            link=self.link_open or self.promise.visit_id is None, subscribed=bool(self.browsers) or told,
            sms=self.topic in self.sms_topics, given_up=self.promise.payload.get("given_up", {}),
        )  # fmt: skip

    def plan(self, **given_up: MessageWhy) -> Plan:
        """What the rules say; `given_up` channels are thought away."""
        ways = self.ways()
        ways = msgspec.structs.replace(ways, given_up=ways.given_up | given_up)
        return decide(self.customer, self.complaints, self.event, ways, self.now.astimezone(self.zone), self.quiet)

    @property
    def quiet(self) -> QuietHours | None:
        """The night, for customers who set none of their own."""
        start, _, end = self.settings.quiet_hours.partition("-")
        return QuietHours(start=start, end=end) if end else None

    def fallback_at(self) -> datetime | None:
        """When a text message takes the place of a push that no phone has shown; None when none would."""
        if not self.event.urgent or self._passed() or self.plan(push="unanswered_push").channel != "sms":
            return None
        at = (self.now + timedelta(minutes=self.settings.push_wait_minutes)).astimezone(self.zone)
        return (quiet_until(self.customer.quiet or self.quiet, at) or at).astimezone(UTC)

    def without(self, channel: MessageChannel, why: MessageWhy) -> Promise:
        """The promise, with a channel given up; tries are counted anew."""
        payload = self.promise.payload | {
            "given_up": self.promise.payload.get("given_up", {}) | {channel: why}, "tries": 0,
        }  # fmt: skip
        return msgspec.structs.replace(self.promise, payload=payload)


async def look(
    db: Database, settings: Settings, sms_topics: frozenset[str], promise: Promise, now: datetime
) -> Situation | None:
    """The situation of a promise; None when the visit or the customer is not there."""
    appointment_id, group_id = promise.payload.get("appointment_id"), promise.group_id
    appointment: Appointment | None = None
    visit_id = promise.visit_id
    if appointment_id is not None:
        appointment = (await rows_by_id(db, Sight.everything(group_id), "appointments", [appointment_id])).get(
            appointment_id
        )
    if visit_id is None and appointment is not None:
        visit_id = await latest_visit(db, group_id, appointment.customer_id)
    visit = await visit_rows(db, group_id, visit_id) if visit_id else None
    if visit is None and appointment is None:
        return None
    customer = visit.customer if visit and appointment is None else await _customer(db, group_id, appointment)
    if customer is None:
        return None
    store_id = appointment.store_id if appointment else visit.visit.store_id if visit else ""
    known = promise.attempts > 1 or promise.payload.get("recorded", False)
    return Situation(
        promise=promise, customer=customer, visit=visit, appointment=appointment, store_id=store_id, now=now,
        event=Event(promise.payload["event"], promise.payload.get("stage"), promise.visit_id),
        complaints=await open_complaints(db, group_id, customer.id),
        message=await _message(db, promise) if known else None,
        store=await store_facts(db, store_id), settings=settings, sms_topics=sms_topics,
        outdated=await outdated(db, promise),
    )  # fmt: skip


async def _customer(db: Database, group_id: str, appointment: Appointment | None) -> Customer | None:
    found = appointment.customer_id if appointment else ""
    return (await rows_by_id(db, Sight.everything(group_id), "customers", [found])).get(found) if found else None


async def _message(db: Database, promise: Promise) -> Message | None:
    return (await rows_by_id(db, Sight.everything(promise.group_id), "messages", [promise.message_id])).get(
        promise.message_id
    )
