"""The customer's page as data: what `GET /c/{token}/data` answers and the page shows. Money in fen, times UTC.

No phone number or name of a person, no tag, no internal note is ever part of it. Who holds the link but did not
name the digits of the phone sees `Outside`: the car, and nothing about its customer.
"""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from server.domain.fields import Decision, Grade, Language, Severity, Stage
from server.portal.amending import Amended
from server.portal.personal import Asked, Booking, Earlier, Permission, Reach, Said
from server.portal.signing import SignAgain, Signed


class Store(Struct, frozen=True):
    """How to reach the store."""

    name: Said
    phone: str
    address: str
    map_url: str | None
    time_zone: str


class Car(Struct, frozen=True):
    """The car; `plate_kind` says how the plate is drawn."""

    plate: str | None
    plate_kind: str | None
    name: str
    year: int | None
    colour: str | None


class Step(Struct, frozen=True):
    """One stage of the line; `at` is when the car last came to it."""

    stage: Stage
    words: Said
    state: Literal["done", "now", "ahead"]
    at: datetime | None


class Update(Struct, frozen=True):
    """One thing that happened, newest first."""

    id: str
    kind: Literal["stage", "promise", "note", "report"]
    words: Said
    text: str | None
    ready_at: datetime | None
    at: datetime


class Line(Struct, frozen=True):
    """One line of the estimate that the customer may see.

    `asks` waits for a decision; `may_change` can still be decided anew, naming `replaces`. `before_fen` is what an
    older version, decided on or presented, cost. `payer` is null when it is the customer.
    """

    id: str
    version: int
    kind: Said
    name: Said
    quantity: str
    unit: str
    amount_fen: int
    discount_fen: int
    part_kind: Said | None
    payer: Said | None
    finding_id: str | None
    decision: Decision | None
    asks: bool
    may_change: bool
    replaces: list[str]
    before_fen: int | None
    dropped: str | None


class Seen(Struct, frozen=True):
    """A finding in plain words; `limit` is the value beyond which it is red."""

    id: str
    name: Said
    grade: Grade
    words: Said
    measure: str | None
    limit: str | None
    limit_is: Literal["below", "above"] | None
    dtcs: list[str]
    cause: str | None
    plan: str | None
    photos: list[str]


class Part(Struct, frozen=True):
    """A part that went into the car."""

    id: str
    name: str
    quantity: str
    at: datetime


class Picture(Struct, frozen=True):
    """A photo by its SHA-256, served at `media/{sha256}`."""

    sha256: str
    words: Said
    caption: str | None


class Mark(Struct, frozen=True):
    """A damage that was seen on the car at reception."""

    id: str
    panel: Said
    words: Said
    severity: Severity
    photos: list[str]


class Bill(Struct, frozen=True):
    """The bill against what was approved."""

    lines: list[str]
    discount_fen: int
    total_fen: int
    approved_fen: int
    issued_at: datetime


class Paid(Struct, frozen=True):
    """Money that changed hands; negative when given back."""

    id: str
    method: Said
    amount_fen: int
    paid_at: datetime


class Counsel(Struct, frozen=True):
    """What to do next, by distance, by date, or both."""

    id: str
    text: str
    next_km: int | None
    next_on: date | None


class Paper(Struct, frozen=True):
    """A sealed document to download."""

    kind: Literal["handover"]
    href: str


class Outside(Struct, frozen=True, kw_only=True):
    """What whoever holds the link sees: the car, where it is in the process, when it will be ready, and the store."""

    visit_id: str
    number: str
    stage: Stage
    sentence: Said
    late: bool
    ready_at: datetime | None
    store: Store
    car: Car
    steps: list[Step]
    language: Language | None
    locked: bool


class Page(Outside, frozen=True, kw_only=True):
    """All that the page shows of one visit to its customer; `seen` changes whenever the customer's own row does."""

    opened_at: datetime
    updates: list[Update]
    concerns: list[str]
    lines: list[Line]
    asks_fen: int
    approved_fen: int
    findings: list[Seen]
    parts: list[Part]
    photos: list[Picture]
    damages: list[Mark]
    bill: Bill | None
    payments: list[Paid]
    paid_fen: int
    due_fen: int
    advice: list[Counsel]
    documents: list[Paper]
    amendments: list[Amended]
    sign_again: list[SignAgain]
    signatures: list[Signed]
    survey: Literal["closed", "open", "answered"]
    consents: list[Permission]
    questions: list[Asked]
    reach: Reach
    stored_since: datetime | None
    bookings: list[Booking]
    earlier: list[Earlier]
    seen: int
