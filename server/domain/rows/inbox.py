"""The review inbox (待核对) and merge proposals: what a person must look at."""

from typing import Any, Literal

from msgspec import Struct

from server.domain.fields import Id, Instant, ReviewAction


class Subject(Struct, frozen=True):
    """What a reason is about: a kind of row (or `field`) and its id (or path)."""

    type: str
    id: str


class Cause(Struct, frozen=True):
    """Why something was not simply applied: a closed code, its subject, and the facts that the words need."""

    code: str
    subject: Subject
    facts: dict[str, Any]


class SentCommand(Struct, frozen=True):
    """A command as a person sent it, kept whole; `seq` is its place in a tablet's queue."""

    id: Id
    name: str
    fields: dict[str, Any]
    issued_at: Instant
    user_id: Id | None
    device_id: Id | None
    lane: str | None
    seq: int | None = None


class Review(Struct, frozen=True, kw_only=True):
    """One thing to look at.

    `further` are later commands whose values it shows beside those of the first, and what the command was before
    somebody edited it; `cause_id` is the review that a blocked command waits for.
    """

    id: Id
    rev: int
    store_id: Id
    state: Literal["open", "resolved"]
    outcome: Literal["merged", "kept", "rejected", "blocked"]
    reason: Cause
    merged: list[dict[str, Any]]
    command: SentCommand
    further: list[SentCommand]
    makes: list[Id]
    visit_id: Id | None
    cause_id: Id | None
    opened_at: Instant
    resolution: ReviewAction | None
    resolution_reason: str | None
    resolved_by: Id | None
    resolved_at: Instant | None
    result: dict[str, Any] | None


class MergeProposal(Struct, frozen=True, kw_only=True):
    """Two records that may be one, with the evidence; merging them is reversible."""

    id: Id
    rev: int
    stores: list[Id]
    type: Literal["customers", "vehicles"]
    keep_id: Id
    merge_id: Id
    evidence: list[Cause]
    state: Literal["open", "merged", "dismissed"]
    opened_at: Instant
