"""Resolving a review (待核对): run it again, run it edited, take one side, or discard it with a reason."""

from typing import Any, cast

import msgspec

from server.commands.common import get
from server.commands.envelope import Envelope, envelope
from server.commands.inbox import blocked_by, blocker, entries, made, place, root
from server.commands.registry import By, Command, handles
from server.commands.sides import taken
from server.domain.fields import Count, Id, ReviewAction, Text
from server.domain.reasons import Reason, Rejected, cause, invalid
from server.domain.roles import may
from server.domain.rows import KIND_OF
from server.domain.rows.catalogue import StaffMember
from server.domain.rows.inbox import Cause, MergeProposal, Review
from server.store.work import Work

OFFERED: dict[str, tuple[ReviewAction, ...]] = {
    "rejected": ("retry", "edit", "discard"),
    "blocked": ("retry", "edit", "discard"),
    "merged": ("accept_mine", "accept_theirs"),
    "kept": ("accept_mine", "accept_theirs", "discard"),
}


class ResolveReview(Command, frozen=True):
    """What a person decided about an item of the inbox, or (discard) that a merge proposal's records are not one.

    `edits` are other fields for the command (edit), or for fields with several values those that win (accept_mine).
    """

    review_id: Id
    seen_rev: Count
    action: ReviewAction
    edits: dict[str, Any] | None = None
    reason: Text | None = None


@handles("review.resolve")
def resolve_review(work: Work, by: By, c: ResolveReview) -> None:
    """Resolves the review, then runs what waited behind it, in order."""
    if (proposal := work.find(MergeProposal, c.review_id)) is not None:
        return _dismiss(work, proposal, c)
    review = get(work, Review, c.review_id)
    if review.state == "resolved":
        raise Rejected(Reason.ALREADY_RESOLVED, "reviews", review.id, action=review.resolution)
    if not _may_act(work, review, c, OFFERED[review.outcome]):
        return
    if c.action in ("retry", "edit"):
        settled = _run(work, by, review, c)
    elif taken(work, by, review, c.action, c.edits or {}):
        settled = _close(work, by, review, c.action, c.reason, None)
    else:
        work.keep(cause(Reason.STALE_REVIEW, "reviews", review.id, seen=c.seen_rev, current=review.rev + 1))
        settled = False
    if settled:
        _release(work, by, review, discarded=c.action == "discard", reason=c.reason)


def _may_act(work: Work, seen: Review | MergeProposal, c: ResolveReview, offered: tuple[ReviewAction, ...]) -> bool:
    """Whether the person saw the item as it stands; raises for what is not offered."""
    if seen.rev != c.seen_rev:
        why = cause(Reason.STALE_REVIEW, KIND_OF[type(seen)], seen.id, seen=c.seen_rev, current=seen.rev)
        work.keep(why)
    elif c.action not in offered:
        raise Rejected(Reason.NOT_RESOLVABLE, "field", "action", offered=list(offered))
    elif c.action == "discard" and not c.reason:
        raise invalid("reason", "missing")
    return seen.rev == c.seen_rev


def _dismiss(work: Work, proposal: MergeProposal, c: ResolveReview) -> None:
    """The two records are not one; the pair comes up again only with a match that was not there before."""
    if proposal.state != "open":
        raise Rejected(Reason.ALREADY_RESOLVED, "merge_proposals", proposal.id, action=proposal.state)
    if _may_act(work, proposal, c, ("discard",)):
        work.change(proposal, state="dismissed")


def _close(work: Work, by: By, review: Review, action: ReviewAction, reason: str | None, result: Any) -> bool:
    work.change(
        review, state="resolved", resolution=action, resolution_reason=reason, resolved_by=by.user_id,
        resolved_at=work.now, result=result,
    )  # fmt: skip
    return True


def _author(work: Work, by: By, review: Review) -> By:
    """Who wrote the command, with that person's rights; what came through a customer's link has the resolver's."""
    sent, role = review.command, by.role
    if sent.user_id is not None:
        person = work.find(StaffMember, sent.user_id)
        role = person.role if person and person.active else "unknown"
    return msgspec.structs.replace(
        by, command_id=sent.id, user_id=sent.user_id, role=role, store_id=review.store_id, issued_at=sent.issued_at,
        device_id=sent.device_id, lane=sent.lane,
    )  # fmt: skip


def _run(work: Work, by: By, review: Review, c: ResolveReview) -> bool:
    """Runs the command of a review again with its author's rights; what fails stays open with the new reason."""
    sent = review.command
    if c.action == "edit":
        sent = msgspec.structs.replace(sent, fields=sent.fields | (c.edits or {}))
        if not may(by.role, sent.name):
            raise Rejected(Reason.FORBIDDEN, "command", sent.name, role=by.role)
    env = envelope(sent)
    author = _author(work, by, review)
    try:
        with work.nested():
            problem = env.problem or _forbidden(author, env)
            if problem is None:
                cast(Any, env.spec).handler(work, author, env.command)
    except Rejected as error:
        problem = error.cause
    before = [review.command] if c.action == "edit" else []
    review = msgspec.structs.replace(review, command=sent, makes=made(env), further=[*review.further, *before])
    if problem is not None:
        result = {"outcome": "rejected", "reason": msgspec.to_builtins(problem)}
        work.change(review, outcome="rejected", reason=problem, cause_id=None, result=result)
        return False
    return _ran(work, by, review, env, c)


def _forbidden(author: By, env: Envelope) -> Cause | None:
    if may(author.role, env.sent.name):
        return None
    return cause(Reason.FORBIDDEN, "command", env.sent.name, role=author.role)


def _ran(work: Work, by: By, review: Review, env: Envelope, c: ResolveReview) -> bool:
    why = work.kept or work.set_aside
    outcome = "kept" if work.kept else "merged" if work.merged_fields else "applied"
    result = {"outcome": outcome, "merged": work.merged_fields}
    if why is not None:
        merged = entries(work, env, why)
        work.change(review, outcome=cast(Any, outcome), reason=why, merged=merged, cause_id=None, result=result)
    work.kept, work.set_aside, work.merged_fields = None, None, []
    return True if why is not None else _close(work, by, review, c.action, c.reason, result)


def _release(work: Work, by: By, review: Review, discarded: bool, reason: str | None) -> None:
    """Runs what waited behind the review, in order; after a discard, what needs its ids is discarded with it.

    What waits for something else as well goes on waiting for that.
    """
    lost = set(review.makes) if discarded else set[str]()
    group = [r for r in work.by_key(Review, f"cause:{root(review)}") if r.id != review.id]
    for follower in sorted(group, key=place):
        env = envelope(follower.command)
        behind = blocker(work, _author(work, by, follower), env, place(follower))
        if lost.intersection(env.ids):
            lost.update(follower.makes)
            _close(work, by, follower, "discard", reason, {"with": review.id})
        elif behind is None:
            _run(work, by, follower, ResolveReview(review_id=follower.id, seen_rev=follower.rev, action="retry"))
        elif follower.reason != (why := blocked_by(behind)):
            work.change(follower, reason=why, cause_id=root(behind))
