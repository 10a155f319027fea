"""What the page knows of its customer rather than of the car: wishes, permissions, appointments, the past."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from server.domain.fields import ConsentPurpose, Language, MessageChannel
from server.domain.rows.customers import QuietHours


class Said(Struct, frozen=True):
    """The same words in both languages."""

    zh: str
    en: str


class Permission(Struct, frozen=True):
    """Where the customer stands on one purpose; a grant must name `withdrawals` to lift them."""

    purpose: ConsentPurpose
    words: Said
    state: Literal["granted", "withdrawn", "unsaid"]
    withdrawals: list[str]


class Asked(Struct, frozen=True):
    """A question from the page, about one line or the whole visit, and what the shop said."""

    id: str
    line_id: str | None
    text: str
    at: datetime
    reply: str | None


class Reach(Struct, frozen=True):
    """How the customer wants to be told: channels in order, hours of quiet on the store's clock, language."""

    channels: list[MessageChannel] | None
    quiet: QuietHours | None
    language: Language | None


class Booking(Struct, frozen=True):
    """An appointment of this customer; `moved` is a booking at another time than the one asked for, `was_at`."""

    id: str
    at: datetime
    work: str
    state: Literal["requested", "booked", "moved", "cancelled"]
    was_at: datetime | None


class Earlier(Struct, frozen=True):
    """An earlier visit of this car; `href` is its sealed document, if this customer signed for it."""

    id: str
    number: str
    at: datetime
    odometer_km: int | None
    done: list[str]
    href: str | None
