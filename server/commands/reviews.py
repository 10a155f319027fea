"""Resolving a review (待核对): run it again, run it edited, take one side, or discard it with a reason."""

from collections.abc import Callable
from typing import Any, cast

import msgspec
from msgspec import Struct

from server.commands.common import get
from server.commands.envelope import Envelope, envelope
from server.commands.registry import By, Command, handles
from server.domain.fields import Count, Id, ReviewAction, Text
from server.domain.reasons import Reason, Rejected, cause, invalid
from server.domain.roles import may
from server.domain.rows.catalogue import StaffMember
from server.domain.rows.customers import Customer
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.findings import Finding
from server.domain.rows.inbox import Cause, Review
from server.domain.rows.vehicles import Vehicle
from server.domain.rows.visits import Visit
from server.store.work import Work

OFFERED: dict[str, tuple[ReviewAction, ...]] = {
    "rejected": ("retry", "edit", "discard"),
    "blocked": ("retry", "edit", "discard"),
    "merged": ("accept_mine", "accept_theirs"),
    "kept": ("accept_mine", "accept_theirs", "discard"),
}


class ResolveReview(Command, frozen=True):
    """What a person decided about an item of the inbox."""

    review_id: Id
    seen_rev: Count
    action: ReviewAction
    edits: dict[str, Any] | None = None
    reason: Text | None = None


@handles("review.resolve")
def resolve_review(work: Work, by: By, c: ResolveReview) -> None:
    """Resolves the review, then runs what waited behind it, in order."""
    review = get(work, Review, c.review_id)
    if review.state == "resolved":
        raise Rejected(Reason.ALREADY_RESOLVED, "reviews", review.id, action=review.resolution)
    if review.rev != c.seen_rev:
        work.keep(cause(Reason.STALE_REVIEW, "reviews", review.id, seen=c.seen_rev, current=review.rev))
        return
    if c.action not in OFFERED[review.outcome]:
        raise Rejected(Reason.NOT_RESOLVABLE, "field", "action", offered=list(OFFERED[review.outcome]))
    if c.action == "discard" and not c.reason:
        raise invalid("reason", "missing")
    if c.action in ("retry", "edit"):
        settled = _run(work, by, review, c)
    else:
        if c.action == "accept_mine":
            _accept_mine(work, review)
        settled = _close(work, by, review, c.action, c.reason, None)
    if settled:
        _release(work, by, review, discarded=c.action == "discard", reason=c.reason)


def _close(work: Work, by: By, review: Review, action: ReviewAction, reason: str | None, result: Any) -> bool:
    work.change(
        review, state="resolved", resolution=action, resolution_reason=reason, resolved_by=by.user_id,
        resolved_at=work.now, result=result,
    )  # fmt: skip
    return True


def _author(work: Work, by: By, review: Review) -> By:
    person = work.find(StaffMember, review.command.user_id) if review.command.user_id else None
    return msgspec.structs.replace(
        by, command_id=review.command.id, user_id=review.command.user_id, role=person.role if person else by.role,
        issued_at=review.command.issued_at, device_id=review.command.device_id, lane=review.command.lane,
    )  # fmt: skip


def _run(work: Work, by: By, review: Review, c: ResolveReview) -> bool:
    """Runs the command of a review again with its author's rights; what fails stays open with the new reason."""
    sent = review.command
    if c.action == "edit":
        sent = msgspec.structs.replace(sent, fields=sent.fields | (c.edits or {}))
    env = envelope(sent)
    author = _author(work, by, review)
    try:
        with work.nested():
            problem = env.problem or _forbidden(author, env)
            if problem is None:
                cast(Any, env.spec).handler(work, author, env.command)
    except Rejected as error:
        problem = error.cause
    if problem is not None:
        result = {"outcome": "rejected", "reason": msgspec.to_builtins(problem)}
        work.change(review, outcome="rejected", reason=problem, command=sent, cause_id=None, result=result)
        return False
    return _ran(work, by, msgspec.structs.replace(review, command=sent), c.action, c.reason)


def _forbidden(author: By, env: Envelope) -> Cause | None:
    if may(author.role, env.sent.name):
        return None
    return cause(Reason.FORBIDDEN, "command", env.sent.name, role=author.role)


def _ran(work: Work, by: By, review: Review, action: ReviewAction, reason: str | None) -> bool:
    why = work.kept or work.set_aside
    outcome = "kept" if work.kept else "merged" if work.merged_fields else "applied"
    result = {"outcome": outcome, "merged": work.merged_fields}
    if why is not None:
        work.change(
            review, outcome=cast(Any, outcome), reason=why, merged=work.merged_fields, cause_id=None, result=result
        )
    work.kept, work.set_aside, work.merged_fields = None, None, []
    return True if why is not None else _close(work, by, review, action, reason, result)


def _release(work: Work, by: By, review: Review, discarded: bool, reason: str | None) -> None:
    """Runs what was blocked behind the review; after a discard, what needs its ids is discarded with it."""
    lost = set(review.makes) if discarded else set[str]()
    followers = work.by_key(Review, f"cause:{review.id}")
    for follower in sorted(followers, key=lambda r: r.command.id):
        if lost.intersection(envelope(follower.command).ids):
            lost.update(follower.makes)
            _close(work, by, follower, "discard", reason, {"with": review.id})
        else:
            _run(work, by, follower, ResolveReview(review_id=follower.id, seen_rev=follower.rev, action="retry"))


def _accept_mine(work: Work, review: Review) -> None:
    """The value that was set aside takes the place of the one that stands."""
    if accept := _ACCEPT.get(review.reason.code):
        accept(work, review)


_ROWS: dict[str, type[Struct]] = {
    "customers": Customer, "vehicles": Vehicle, "visits": Visit, "findings": Finding,
}  # fmt: skip


def _set_values(work: Work, review: Review) -> None:
    struct = _ROWS.get(review.reason.subject.type)
    if struct is None:
        return
    row = get(work, struct, review.reason.subject.id)
    types = {f.name: f.type for f in msgspec.structs.fields(struct)}
    mine = {m["field"]: m["yours"] for m in review.merged if m["yours"] != m["result"] and m["field"] in types}
    written = {name: msgspec.convert(value, types[name]) for name, value in mine.items()}
    if written:
        work.change(row, **written)


def _set_odometer(work: Work, review: Review) -> None:
    vehicle = get(work, Vehicle, review.reason.subject.id)
    work.change(vehicle, odometer_km=int(review.reason.facts["read_km"]))


def _set_decision(work: Work, review: Review) -> None:
    for said in review.command.fields["decisions"]:
        line = get(work, EstimateLine, said["line_id"])
        if said["version"] == line.version:
            others = [d.id for d in line.decided if d.version == line.version and d.id != review.command.id]
            decided = [
                msgspec.structs.replace(d, replaces=others) if d.id == review.command.id else d for d in line.decided
            ]
            work.change(line, decided=decided, decision=said["decision"], decided_version=line.version)


_ACCEPT: dict[str, Callable[[Work, Review], None]] = {
    Reason.VALUE_CONFLICT: _set_values,
    Reason.OWNER_CONFLICT: _set_values,
    Reason.STALE_VERSION: _set_values,
    Reason.VISIT_JOINED: _set_values,
    Reason.ODOMETER_LOWER: _set_odometer,
    Reason.DECISION_CONFLICT: _set_decision,
}
