"""The review inbox: whatever was not simply applied becomes an item with everything the person entered."""

from typing import Any, Literal, cast

import msgspec

from server.commands.envelope import Envelope
from server.commands.registry import REGISTRY, By
from server.domain.ids import derived
from server.domain.reasons import Reason, cause
from server.domain.rows.inbox import Cause, Review, SentCommand
from server.domain.rows.visits import Visit
from server.store.journal import Outcome
from server.store.loading import NotLoaded
from server.store.work import Work

Kind = Literal["merged", "kept", "rejected", "blocked"]


def outcome_of_draft(work: Work, by: By, env: Envelope) -> Outcome:
    """What the handler's draft amounts to: applied, merged (with a review where a value was set aside) or kept."""
    if work.kept is not None:
        return put(work, by, env, "kept", work.kept)
    if work.set_aside is not None:
        return _collected(work, by, env, work.set_aside) or put(work, by, env, "merged", work.set_aside)
    outcome = "merged" if work.merged_fields else "applied"
    return Outcome(seq=env.seq, id=env.sent.id, outcome=outcome, merged=work.merged_fields)


def _collected(work: Work, by: By, env: Envelope, why: Cause) -> Outcome | None:
    """The outcome when an open review shows other values for this row already: it shows these as well, all in one."""
    if why.code != Reason.VALUE_CONFLICT or by.role == "server":
        return None
    work.need(keys=[f"disputes:{why.subject.id}"], pasts=[why.subject.id])
    about = work.by_key(Review, f"disputes:{why.subject.id}")
    review = next((r for r in about if r.reason.code == why.code and r.store_id == by.store_id), None)
    if review is None:
        return None
    fresh = entries(work, env, why)
    stands = {m["field"]: {name: m[name] for name in ("theirs", "result", "theirs_by", "theirs_at")} for m in fresh}
    merged = [*(m | stands.get(m["field"], {}) for m in review.merged), *fresh]
    work.change(review, merged=merged, further=[*review.further, _as_sent(env)])
    return Outcome(
        seq=env.seq, id=env.sent.id, outcome="merged", reason=why, merged=work.merged_fields, review=review.id
    )


def _as_sent(env: Envelope) -> SentCommand:
    return msgspec.structs.replace(env.sent, seq=env.seq)


def entries(work: Work, env: Envelope, why: Cause) -> list[dict[str, Any]]:
    """The fields that somebody else had changed, with who typed each side and when, as a review shows them."""
    shown: list[dict[str, Any]] = []
    for met in work.merged_fields:
        last = work.last_change(why.subject.id, met["field"])
        who = {"by": env.sent.user_id, "at": env.sent.issued_at, "theirs_by": last.by, "theirs_at": last.at}
        shown.append(met | {"command_id": env.sent.id} | msgspec.to_builtins(who))
    return shown


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
        merged=entries(work, env, why),
        command=_as_sent(env),
        further=[],
        makes=made(env),
        visit_id=_visit_id(work, env),
        cause_id=root(behind) if behind else None,
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


def root(review: Review) -> str:
    """The review under which a blocked command is grouped: the first cause."""
    return review.cause_id or review.id


def blocked_by(review: Review) -> Cause:
    """Why a command waits."""
    return cause(Reason.BLOCKED, "commands", review.command.id, review=review.id)


def blocker(work: Work, by: By, env: Envelope, before: int | None = None) -> Review | None:
    """The first open review of this device that the command waits for, if any (the protocol's `blocked`).

    `before` leaves out what stands at or after this place in the queue.
    """
    if by.device_id is None or env.sent.name == "review.resolve":
        return None
    waiting = sorted(work.by_key(Review, f"blocks:{by.device_id}"), key=place)
    return next((r for r in waiting if (before is None or place(r) < before) and _holds_back(r, env)), None)


def place(review: Review) -> int:
    """Where the review's command stood in its tablet's queue."""
    return review.command.seq or 0


def _holds_back(review: Review, env: Envelope) -> bool:
    if env.ids.intersection(review.makes):
        return True
    before = REGISTRY.get(review.command.name)
    plans = env.spec is not None and env.spec.plan and before is not None and before.plan
    return plans and env.sent.lane is not None and review.command.lane == env.sent.lane


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
