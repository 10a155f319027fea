"""The customer's decision (客户决定): a fact about one version of each line, by whom, through which channel."""

from typing import Annotated, Any

from msgspec import Meta

from server.commands.common import get
from server.commands.registry import By, Command, handles
from server.domain.estimates import standing_decision
from server.domain.fields import Decider, DecisionChannel, Id, Instant, LineDecision
from server.domain.reasons import Reason, Rejected, cause
from server.domain.rows.estimate import Decided, EstimateLine
from server.domain.rows.visits import Visit
from server.domain.stages import CLOSED
from server.store.work import Work


class DecideEstimate(Command, frozen=True):
    """What the customer said, line by line. On an older version or another price it is kept and moves nothing."""

    visit_id: Id
    decisions: Annotated[list[LineDecision], Meta(min_length=1, max_length=500)]
    decided_by: Decider
    channel: DecisionChannel
    decided_at: Instant
    replaces: list[Id] | None = None


@handles("estimate.decide")
def decide_estimate(work: Work, by: By, c: DecideEstimate) -> None:
    """Stores every decision; those on the newest version count unless they contradict each other."""
    visit = get(work, Visit, c.visit_id)
    frozen = visit.stage in CLOSED or visit.stage in ("settling", "ready")
    if frozen:
        why = Reason.VISIT_CLOSED if visit.stage in CLOSED else Reason.WRONG_STAGE
        work.keep(cause(why, "visits", visit.id, current=visit.stage))
    for said in c.decisions:
        line = get(work, EstimateLine, said.line_id)
        if line.visit_id != visit.id:
            raise Rejected(Reason.NOT_FOUND, "estimate_lines", line.id)
        if said.version > line.version:
            raise Rejected(Reason.STALE_VERSION, "estimate_lines", line.id, seen=said.version, current=line.version)
        _note(work, by, c, line, said, frozen)


def _note(work: Work, by: By, c: DecideEstimate, line: EstimateLine, said: LineDecision, frozen: bool) -> None:
    fact = Decided(
        id=by.command_id, version=said.version, decision=said.decision, by=c.decided_by, channel=c.channel,
        decided_at=c.decided_at, replaces=c.replaces or [], amount_fen=said.amount_fen,
    )  # fmt: skip
    decided = sorted([*line.decided, fact], key=lambda d: d.id)
    other = said.version < line.version or said.amount_fen not in (None, line.amount_fen)
    if other:
        facts: dict[str, Any] = {"seen": said.version, "current": line.version, "decision": said.decision}
        if said.amount_fen is not None:
            facts |= {"seen_fen": said.amount_fen, "current_fen": line.amount_fen}
        work.keep(cause(Reason.OLDER_VERSION, "estimate_lines", line.id, **facts))
    if other or frozen:
        work.change(line, decided=decided)
        return
    decision, conflict = standing_decision(decided, line.version, line.amount_fen)
    if conflict:
        said_so = sorted({d.decision for d in decided if d.version == line.version})
        work.keep(cause(Reason.DECISION_CONFLICT, "estimate_lines", line.id, decisions=said_so))
    work.change(line, decided=decided, decision=decision, decided_version=line.version if decision else None)
