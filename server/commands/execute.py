"""One command on one draft: authorise, handle, and say what became of it."""

from server.commands import inbox
from server.commands.envelope import Envelope
from server.commands.registry import REGISTRY, By
from server.domain.reasons import Reason, Rejected, cause
from server.domain.roles import may
from server.domain.rows.inbox import Cause, Review
from server.store.journal import Outcome
from server.store.work import Work


class Refused(Exception):
    """Carries the outcome word besides the cause, so that `blocked` and `rejected` take one road."""

    def __init__(self, outcome: str, why: Cause, behind: Review | None = None) -> None:
        super().__init__(outcome)
        self.outcome, self.why, self.behind = outcome, why, behind


def execute(work: Work, by: By, env: Envelope) -> Outcome:
    """Runs one command on a fresh draft and accepts or drops it. Raises NotLoaded to be run again."""
    work.discard()
    try:
        _check(work, by, env)
        assert env.spec is not None
        env.spec.handler(work, by, env.command)
        outcome = inbox.outcome_of_draft(work, by, env)
    except Rejected as error:
        work.discard()
        outcome = inbox.put(work, by, env, "rejected", error.cause)
    except Refused as error:
        work.discard()
        outcome = inbox.put(work, by, env, error.outcome, error.why, behind=error.behind)
    work.accept()
    return outcome


def _check(work: Work, by: By, env: Envelope) -> None:
    if (blocker := _blocker(work, by, env)) is not None:
        why = cause(Reason.BLOCKED, "commands", blocker.command.id, review=blocker.id)
        raise Refused("blocked", why, blocker)
    if env.problem is not None:
        raise Refused("rejected", env.problem)
    if by.role == "unknown":
        raise Refused("rejected", cause(Reason.FORBIDDEN, "staff", by.user_id or "", problem="not_signed_in_here"))
    if by.role != "server" and not may(by.role, env.sent.name):
        raise Refused("rejected", cause(Reason.FORBIDDEN, "command", env.sent.name, role=by.role))
    if by.role == "link" and by.visit_id not in env.ids and "visit_id" in env.sent.fields:
        raise Refused("rejected", cause(Reason.NOT_FOUND, "visits", str(env.sent.fields["visit_id"])))


def _blocker(work: Work, by: By, env: Envelope) -> Review | None:
    """The open review of this device that the command waits for, if any (the protocol's `blocked`)."""
    if by.device_id is None or env.sent.name == "review.resolve":
        return None
    for review in work.by_key(Review, f"blocks:{by.device_id}"):
        if env.ids.intersection(review.makes):
            return review
        before = REGISTRY.get(review.command.name)
        plans = env.spec is not None and env.spec.plan and before is not None and before.plan
        if plans and env.sent.lane is not None and review.command.lane == env.sent.lane:
            return review
    return None
