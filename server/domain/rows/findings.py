"""What was seen on the car and what happened to it: damages, findings, progress."""

from typing import Literal

from msgspec import Struct

from server.domain.fields import DamageKind, Grade, Id, Instant, Measure, Severity, Sha256, Stage


class Damage(Struct, frozen=True, kw_only=True):
    """A pin on the car drawing; x and y are shares (0–1) of the drawing's width and height."""

    id: Id
    rev: int
    visit_id: Id
    panel: str
    kind: DamageKind
    severity: Severity
    x: float
    y: float
    photos: list[Sha256]
    known: bool
    recorded_at: Instant
    recorded_by: Id | None


class Finding(Struct, frozen=True, kw_only=True):
    """One inspection item's result (诊断项).

    `version` grows with each revision; `touched` says in which version a field last changed.
    """

    id: Id
    rev: int
    visit_id: Id
    version: int
    item_code: str
    grade: Grade
    measure: Measure | None
    dtcs: list[str]
    cause: str | None
    plan: str | None
    budget_fen: int | None
    photos: list[Sha256]
    touched: dict[str, int]
    recorded_at: Instant
    recorded_by: Id | None


class Progress(Struct, frozen=True, kw_only=True):
    """A step of the visit. Its id is the command that caused it (a note: the note's id)."""

    id: Id
    rev: int
    visit_id: Id
    kind: Literal["stage", "promise", "note", "report"]
    stage: Stage | None
    ready_at: Instant | None
    text: str | None
    visible_to_customer: bool
    at: Instant
    by: Id | None
