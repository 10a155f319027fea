"""Customers (客户) as rows: the central profile that every store of a group shares."""

from msgspec import Struct

from server.domain.fields import (
    Channel,
    ClockTime,
    ConsentChannel,
    ConsentDecision,
    ConsentPurpose,
    ConsentSource,
    CustomerKind,
    Day,
    Id,
    Instant,
    Language,
    MessageChannel,
    Phone,
)  # fmt: skip


class Consent(Struct, frozen=True):
    """One decision about one purpose and channel; `id` is the command that made it. All of them are kept."""

    id: Id
    purpose: ConsentPurpose
    channel: ConsentChannel
    decision: ConsentDecision
    decided_at: Instant
    source: ConsentSource
    lifts: list[Id]
    recorded_by: Id | None


class Note(Struct, frozen=True):
    """A remark of a member of staff; append-only."""

    id: Id
    text: str
    at: Instant
    by: Id | None


class QuietHours(Struct, frozen=True, forbid_unknown_fields=True):
    """Hours of the store's clock in which nobody is disturbed; they may go over midnight (`21:00` to `08:00`)."""

    start: ClockTime
    end: ClockTime


class Restriction(Struct, frozen=True):
    """Since when and why the record is only stored (仅存储); `by` is null when the customer said so on the page."""

    reason: str
    at: Instant
    by: Id | None


class Customer(Struct, frozen=True, kw_only=True):
    """A person or company. `stores` are the stores whose tablets hold this row; `store_id` is the home store.

    `channels` are for messages, the preferred one first; `contact_stop` is why nobody contacts them unasked.
    `restricted` records are stored and kept safe, and nothing else (PIPL art. 47).
    """

    id: Id
    rev: int
    store_id: Id
    stores: list[Id]
    name: str
    kind: CustomerKind
    phones: list[Phone]
    preferred_channel: Channel | None
    email: str | None
    address: str | None
    birthday_on: Day | None
    tags: list[str]
    consents: list[Consent]
    notes: list[Note]
    channels: list[MessageChannel] | None
    quiet: QuietHours | None
    language: Language | None
    contact_stop: str | None
    restricted: Restriction | None
    created_at: Instant
