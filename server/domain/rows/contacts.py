"""What was told to customers, and what they complained of."""

from msgspec import Struct

from server.domain.fields import (
    AttemptResult,
    ComplaintAbout,
    ComplaintSource,
    ComplaintState,
    ComplaintStepKind,
    Id,
    Instant,
    MessageChannel,
    MessageEvent,
    MessageState,
    MessageWhy,
    Stage,
)  # fmt: skip


class Attempt(Struct, frozen=True):
    """One try to tell somebody: by which channel, what came of it, and why if it came to nothing."""

    at: Instant
    channel: MessageChannel | None
    result: AttemptResult
    why: str | None


class Message(Struct, frozen=True, kw_only=True):
    """One event that a customer is told once, over whatever channel; `why` says why not, or what it waits for.

    `id` is that of the outbox's row that promised it first.
    """

    id: Id
    rev: int
    store_id: Id
    customer_id: Id
    visit_id: Id | None
    appointment_id: Id | None
    event: MessageEvent
    stage: Stage | None
    state: MessageState
    channel: MessageChannel | None
    why: MessageWhy | None
    attempts: list[Attempt]
    promised_at: Instant


class ComplaintStep(Struct, frozen=True):
    """What somebody did about a complaint."""

    id: Id
    kind: ComplaintStepKind
    text: str
    at: Instant
    by: Id | None


class Complaint(Struct, frozen=True, kw_only=True):
    """A complaint (投诉), with the person who answers for it and until when; closed by the call back."""

    id: Id
    rev: int
    store_id: Id
    customer_id: Id
    visit_id: Id | None
    source: ComplaintSource
    about: ComplaintAbout
    text: str
    owner_id: Id | None
    due_at: Instant
    state: ComplaintState
    steps: list[ComplaintStep]
    opened_at: Instant
    opened_by: Id | None
    closed_at: Instant | None
