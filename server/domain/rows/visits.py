"""Visits (工单): one stay of one car in the shop, with everything that has no life outside it."""

from typing import Any

from msgspec import Struct

from server.domain.fields import (
    Day,
    FindingVersion,
    Id,
    Instant,
    Invoice,
    LineVersion,
    OldParts,
    Payer,
    PaymentMethod,
    QualityCheckItem,
    ReleaseReason,
    Stage,
    VisitKind,
)  # fmt: skip


class Concern(Struct, frozen=True):
    """The customer's own words (客户原话)."""

    id: Id
    words: str
    condition: str | None
    frequency: str | None


class Walkaround(Struct, frozen=True):
    """What was read and agreed at the car; `id` is the command. All are kept, the last one counts."""

    id: Id
    odometer_km: int
    energy_pct: int
    warning_lamps: list[str]
    belongings: list[str]
    old_parts: OldParts
    wash: bool
    valuables_reminded: bool
    key_tag: str | None
    parking_place: str | None
    correction: str | None
    at: Instant
    by: Id | None


class PartUsed(Struct, frozen=True):
    """A part that went into the car; the customer sees these."""

    id: Id
    line_id: Id | None
    code: str
    name: str
    quantity: str
    at: Instant


class Quality(Struct, frozen=True):
    """One quality check (质检); `id` is the command. `passed` false names its reasons."""

    id: Id
    passed: bool
    checks: list[QualityCheckItem]
    reasons: list[str]
    road_test_km: str | None
    odometer_out_km: int | None
    note: str | None
    by: Id | None
    at: Instant


class Settlement(Struct, frozen=True):
    """The bill (结算): the versions it covers, discount and total in fen."""

    id: Id
    lines: list[LineVersion]
    discount_fen: int
    total_fen: int
    invoice: Invoice | None
    issued_at: Instant
    by: Id | None


class Payment(Struct, frozen=True):
    """Money that changed hands, in fen; `refund_of` makes it money given back."""

    id: Id
    method: PaymentMethod
    amount_fen: int
    reference: str | None
    refund_of: Id | None
    paid_at: Instant


class Advice(Struct, frozen=True):
    """What to do next and when: by distance, by date, or both."""

    id: Id
    text: str
    next_km: int | None
    next_on: Day | None


class Report(Struct, frozen=True):
    """The diagnosis report as published: the finding versions that the customer reads."""

    id: Id
    findings: list[FindingVersion]
    published_at: Instant


class Release(Struct, frozen=True):
    """A handover without a signature, and why."""

    reason: ReleaseReason
    witness: str | None
    note: str
    at: Instant
    by: Id | None


class Survey(Struct, frozen=True):
    """The customer's answer after the visit: 1–5 each, 0–10 to recommend."""

    id: Id
    speed: int
    quality: int
    price: int
    courtesy: int
    recommend: int
    text: str | None
    at: Instant


class Stint(Struct, frozen=True):
    """Time that a technician worked on the car, on one line or on the whole; it runs while `ended_at` is null."""

    id: Id
    technician_id: Id | None
    line_id: Id | None
    began_at: Instant
    ended_at: Instant | None


class Call(Struct, frozen=True):
    """A follow-up call (回访电话) to the customer: whether somebody answered, and what was said."""

    id: Id
    reached: bool
    text: str | None
    at: Instant
    by: Id | None


class Reply(Struct, frozen=True):
    """What the shop said to a customer's question."""

    text: str
    at: Instant
    by: Id | None


class Question(Struct, frozen=True):
    """What a customer asks from the page, about one line or the whole visit."""

    id: Id
    line_id: Id | None
    text: str
    at: Instant
    reply: Reply | None


class Visit(Struct, frozen=True, kw_only=True):
    """One stay of one car. `trail` lists every stage it was in, in order; `moves` = len(trail) − 1.

    `released_document` is what the sealed paper says of a car that left without a signature.
    """

    id: Id
    rev: int
    store_id: Id
    number: str
    local_number: str | None
    vehicle_id: Id
    customer_id: Id
    kind: VisitKind
    payer: Payer
    appointment_id: Id | None
    comeback_of: Id | None
    advisor_id: Id | None
    technician_id: Id | None
    stage: Stage
    moves: int
    trail: list[Stage]
    opened_at: Instant
    closed_at: Instant | None
    ready_at: Instant | None
    concerns: list[Concern]
    walkaround: Walkaround | None
    readings: list[Walkaround]
    presented: list[LineVersion]
    parts_used: list[PartUsed]
    quality: Quality | None
    quality_history: list[Quality]
    settlement: Settlement | None
    payments: list[Payment]
    advice: list[Advice]
    report: Report | None
    release: Release | None
    released_document: dict[str, Any] | None
    cancel_reason: str | None
    survey: Survey | None
    work: list[Stint]
    calls: list[Call]
    questions: list[Question]
