"""The review inbox: whatever was not simply applied becomes an item with everything the person entered."""

from typing import Literal, cast

from server.commands.envelope import Envelope
from server.commands.registry import By
from server.domain.ids import derived
from server.domain.rows.inbox import Cause, Review
from server.domain.rows.visits import Visit
from server.store.journal import Outcome
from server.store.work import NotLoaded, Work

Kind = Literal["merged", "kept", "rejected", "blocked"]


def outcome_of_draft(work: Work, by: By, env: Envelope) -> Outcome:
    """What the handler's draft amounts to: applied, merged (with a review where a value was set aside) or kept."""
    if work.kept is not None:
        return put(work, by, env, "kept", work.kept)
    if work.set_aside is not None:
        return put(work, by, env, "merged", work.set_aside)
    outcome = "merged" if work.merged_fields else "applied"
    return Outcome(seq=env.seq, id=env.sent.id, outcome=outcome, merged=work.merged_fields)


def put(work: Work, by: By, env: Envelope, outcome: str, why: Cause, behind: Review | None = None) -> Outcome:
    """Opens the review for a command; its id follows from the command's, so that it can be opened once only."""
    if by.role == "server":
        return Outcome(seq=env.seq, id=env.sent.id, outcome=outcome, reason=why, merged=work.merged_fields)
    review = Review(
        id=derived("review", env.sent.id),
        rev=1,
        store_id=by.store_id,
        state="open",
        outcome=cast(Kind, outcome),
        reason=why,
        merged=work.merged_fields,
        command=env.sent,
        makes=made(env),
        visit_id=_visit_id(work, env),
        cause_id=(behind.cause_id or behind.id) if behind else None,
        opened_at=work.now,
        resolution=None,
        resolution_reason=None,
        resolved_by=None,
        resolved_at=None,
        result=None,
    )
    work.add(review)
    return Outcome(
        seq=env.seq, id=env.sent.id, outcome=outcome, reason=why, merged=work.merged_fields, review=review.id
    )


def made(env: Envelope) -> list[str]:
    """The ids that the command would have made."""
    if env.spec is None:
        return []
    values = (env.sent.fields.get(name) for name in env.spec.makes)
    return [value for value in values if isinstance(value, str)]


def _visit_id(work: Work, env: Envelope) -> str | None:
    value = env.sent.fields.get("visit_id")
    if not isinstance(value, str):
        return None
    try:
        visit = work.find(Visit, value)
    except NotLoaded:
        return None
    return visit.id if visit else None
