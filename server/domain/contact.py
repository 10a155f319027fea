"""Whether, when and by which channel a customer may be told something: every contact rule in one place, without I/O.

The rules are those of after-sales service in dealerships (docs/push.md) and of the Personal Information Protection Law;
each stands where it is decided. `docs/decisions/0011` says how they were read where they leave room.
"""

import re
from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta
from typing import Literal

from msgspec import Struct

from server.domain.fields import MessageChannel, MessageEvent, MessageWhy, Stage
from server.domain.merge import withdrawn
from server.domain.rows.contacts import Complaint
from server.domain.rows.customers import Customer, QuietHours
from server.domain.rows.visits import Call

CHANNELS: tuple[MessageChannel, ...] = ("push", "sms")
PROACTIVE: frozenset[MessageEvent] = frozenset({"survey", "survey_reminder", "appointment_reminder"})
"""What the shop begins by itself. Everything else is about a stay or a wish of the customer's own."""
NEEDED: frozenset[MessageEvent] = frozenset(
    {"estimate", "answer", "promise", "contract", "document", "amendment", "sign_again", "appointment"}
)
"""What the customer waits for or is owed, also while a complaint is open."""
URGENT: frozenset[MessageEvent] = frozenset({"estimate", "answer", "sign_again"})
"""What stops the work, or the handover, until the customer has read it."""
URGENT_STAGES: frozenset[Stage] = frozenset({"awaiting_approval", "ready"})
"""Stages in which the car waits for its owner; entering them is urgent and needed."""
_TELLING: tuple[MessageWhy, ...] = (
    "consent_withdrawn", "gave_up", "refused", "link_closed", "no_phone", "unanswered_push", "nobody_subscribed",
    "no_channel",
)  # fmt: skip
"""Of the reasons why each channel cannot be used, the one that tells a person most comes first."""
_MOBILE = re.compile(r"\+861[3-9]\d{9}|\+(?!86)\d{7,15}")


class Event(Struct, frozen=True):
    """What is to be told; `stage` is the step that was entered, for the event `stage`."""

    name: MessageEvent
    stage: Stage | None = None
    visit_id: str | None = None

    @property
    def urgent(self) -> bool:
        """Whether the car waits for the customer to read it."""
        return self.name in URGENT or (self.name == "stage" and self.stage in URGENT_STAGES)

    @property
    def needed(self) -> bool:
        """Whether the customer waits for it or is owed it."""
        return self.name in NEEDED or self.urgent


class Ways(Struct, frozen=True, kw_only=True):
    """What leads to the customer: an open link, a browser that subscribed, a gateway that has words for the event.

    `given_up` are channels that were tried and came to nothing.
    """

    link: bool = True
    subscribed: bool = False
    sms: bool = False
    given_up: dict[MessageChannel, MessageWhy] = {}


class Plan(Struct, frozen=True, kw_only=True):
    """`send` now on `channel` (without a sound when `silent`), `wait` until `until`, or `not_sent` because of `why`.

    `skipped` are the channels that the customer prefers to this one, each with why it is not used.
    """

    what: Literal["send", "wait", "not_sent"]
    channel: MessageChannel | None = None
    until: datetime | None = None
    why: MessageWhy | None = None
    silent: bool = False
    skipped: dict[MessageChannel, MessageWhy] = {}


def decide(
    customer: Customer,
    complaints: Iterable[Complaint],
    event: Event,
    ways: Ways,
    now: datetime,
    usual_quiet: QuietHours | None,
) -> Plan:
    """What may happen now. `now` is on the store's clock; closed `complaints` do not matter."""
    if (why := silence(customer, complaints, event)) is not None:
        return Plan(what="not_sent", why=why)
    usable, skipped = _usable(customer, ways)
    if usable is None:
        return Plan(what="not_sent", why=_most_telling(skipped.values()), skipped=skipped)
    end = quiet_until(customer.quiet or usual_quiet, now)
    if end is not None and (usable == "sms" or event.name in PROACTIVE):
        return Plan(what="wait", channel=usable, until=end, why="quiet_hours", skipped=skipped)
    return Plan(what="send", channel=usable, silent=end is not None, skipped=skipped)


def silence(customer: Customer, complaints: Iterable[Complaint], event: Event) -> MessageWhy | None:
    """Why this customer is not told this on any channel, if so.

    - A record that is only stored (PIPL art. 47): nothing at all, whatever the customer waits for.
    - After a rescue caused by a quality problem that is not yet solved: only about the rescue itself. That is what its
      handler writes, and what the visit of that rescue needs from the customer.
    - While a complaint is open only its handler contacts the customer. What the customer waits for or is owed
      (`NEEDED`, and the stages in which the car waits for its owner) still goes: it answers the customer.
    - A customer marked after repeated irrational contact (`contact_stop`): nothing that the shop begins by itself.
    """
    if customer.restricted is not None:
        return "storage_only"
    if event.name == "complaint":
        return None
    open_ones = [one for one in complaints if one.state == "open"]
    rescues = [one for one in open_ones if one.about == "rescue"]
    if rescues and not (event.needed and any(one.visit_id in (None, event.visit_id) for one in rescues)):
        return "rescue_open"
    if open_ones and not event.needed:
        return "complaint_open"
    if customer.contact_stop and event.name in PROACTIVE:
        return "contact_stopped"
    return None


def channels_of(customer: Customer) -> list[MessageChannel]:
    """The channels that the customer wants, the preferred one first; none at all is a wish as well."""
    if customer.channels is not None:
        return list(dict.fromkeys(customer.channels))
    return sorted(CHANNELS, key=lambda channel: channel != customer.preferred_channel)


def mobile_of(customer: Customer) -> str | None:
    """Where a text message can go (E.164): the primary phone if it is a mobile, else the first that is one."""
    by_rank = sorted(customer.phones, key=lambda phone: not phone.primary)
    return next((phone.number for phone in by_rank if is_mobile(phone.number)), None)


def is_mobile(e164: str) -> bool:
    """Whether a text message can go to this number (one from abroad may be any phone)."""
    return _MOBILE.fullmatch(e164) is not None


def _most_telling(reasons: Collection[MessageWhy]) -> MessageWhy:
    for why in _TELLING:
        if why in reasons:
            return why
    return "no_channel"


def _usable(customer: Customer, ways: Ways) -> tuple[MessageChannel | None, dict[MessageChannel, MessageWhy]]:
    skipped: dict[MessageChannel, MessageWhy] = {}
    for channel in channels_of(customer):
        why = _closed(customer, channel, ways)
        if why is None:
            return channel, skipped
        skipped[channel] = why
    return None, skipped


def _closed(customer: Customer, channel: MessageChannel, ways: Ways) -> MessageWhy | None:
    """Why this channel is not used, if so.

    A channel that the customer refused is never used again until a grant lifts that withdrawal (PIPL art. 15). For
    messages about the customer's own car no grant is asked for beforehand (PIPL art. 13 no. 2: the contract).
    """
    if withdrawn(customer.consents, "service_messages", channel):
        return "consent_withdrawn"
    if channel in ways.given_up:
        return ways.given_up[channel]
    if not ways.link:
        return "link_closed"
    if channel == "push":
        return None if ways.subscribed else "nobody_subscribed"
    if not ways.sms:
        return "no_channel"
    return None if mobile_of(customer) else "no_phone"


def quiet_until(quiet: QuietHours | None, now: datetime) -> datetime | None:
    """When the quiet hours that `now` (on the store's clock) lies in end; None when nobody is disturbed."""
    if quiet is None or quiet.start == quiet.end:
        return None
    start, end, clock = time.fromisoformat(quiet.start), time.fromisoformat(quiet.end), now.time().replace(tzinfo=None)
    over_midnight = start > end
    inside = clock >= start or clock < end if over_midnight else start <= clock < end
    if not inside:
        return None
    until = now.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return until + timedelta(days=1) if until <= now else until


def first_call_after(complaints: Iterable[Complaint], calls: Iterable[Call]) -> Complaint | None:
    """The complaint whose handling the next call asks about: the newest closed one that no call has followed yet.

    The first call after a complaint asks about the handling, later calls don't raise it again; a call that nobody
    answered asked nothing. While one is open there is none: its handler calls.
    """
    known = list(complaints)
    closed = [(one.closed_at, one) for one in known if one.closed_at is not None]
    if not closed or any(one.state == "open" for one in known):
        return None
    at, newest = max(closed, key=lambda pair: pair[0])
    return None if any(call.reached and call.at > at for call in calls) else newest
