"""Estimate lines: which decision counts, and what was approved."""

from server.domain.fields import Decision, LineVersion
from server.domain.rows.estimate import Decided, EstimateLine


def standing_decision(decided: list[Decided], version: int, amount_fen: int) -> tuple[Decision | None, bool]:
    """The decision that counts for a version, and whether decisions contradict each other (then none counts).

    A decision that names another in `replaces` takes its place; those left must agree. One that was made on another
    price counts for no version: two tablets may both have called their own offline revision "version 2".
    """
    about = [d for d in decided if d.version == version and d.amount_fen in (None, amount_fen)]
    replaced = {command_id for d in about for command_id in d.replaces}
    standing: set[Decision] = {d.decision for d in about if d.id not in replaced}
    if len(standing) == 1:
        return standing.pop(), False
    return None, bool(standing)


def decision_of(line: EstimateLine) -> Decision | None:
    """The decision on the line as it is now; null when the newest version is undecided."""
    return line.decision if line.decided_version == line.version else None


def is_approved(line: EstimateLine) -> bool:
    """Whether the customer approved the line as it is now, and it was not dropped."""
    return line.dropped is None and decision_of(line) == "approved"


def waiting(presented: list[LineVersion], lines: list[EstimateLine]) -> list[EstimateLine]:
    """Lines that were put before the customer and are undecided in their newest version."""
    shown = {named.line_id for named in presented}
    return [line for line in lines if line.id in shown and line.dropped is None and decision_of(line) is None]


def approved(lines: list[EstimateLine]) -> list[EstimateLine]:
    """The lines that the bill may contain."""
    return [line for line in lines if is_approved(line)]
