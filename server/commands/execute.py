"""One command on one draft: authorise, handle, and say what became of it."""

from typing import Any

from server.commands import inbox, within
from server.commands.envelope import Envelope
from server.commands.registry import By
from server.domain.reasons import Reason, Rejected, cause
from server.domain.roles import may
from server.domain.rows import KIND_OF
from server.domain.rows.customers import Customer
from server.domain.rows.inbox import Cause, Review
from server.domain.rows.vehicles import Vehicle
from server.domain.rows.visits import Visit
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
    work.accept(env.sent)
    return outcome


def _check(work: Work, by: By, env: Envelope) -> None:
    if (behind := inbox.blocker(work, by, env)) is not None:
        raise Refused("blocked", inbox.blocked_by(behind), behind)
    if env.problem is not None:
        raise Refused("rejected", env.problem)
    if by.role == "unknown":
        raise Refused("rejected", cause(Reason.FORBIDDEN, "staff", by.user_id or "", problem="not_signed_in_here"))
    if by.role != "server" and not may(by.role, env.sent.name, by.scopes):
        raise Refused("rejected", cause(Reason.FORBIDDEN, "command", env.sent.name, role=by.role))
    if by.role == "link":
        _check_link(work, by, env.command)
    assert env.spec is not None
    assert env.command is not None
    within.check(work, by, env.spec, env.command)


def _check_link(work: Work, by: By, command: Any) -> None:
    """A customer's link reaches its own visit, the customer and the car of it, and nothing else."""
    own = work.find(Visit, by.visit_id) if by.visit_id else None
    for struct, field in ((Visit, "visit_id"), (Customer, "customer_id"), (Vehicle, "vehicle_id")):
        named = getattr(command, field, None)
        row = work.find(struct, named) if named else None
        if named and (own is None or row is None or row.id != getattr(own, "id" if struct is Visit else field)):
            raise Rejected(Reason.NOT_FOUND, KIND_OF[struct], named)
