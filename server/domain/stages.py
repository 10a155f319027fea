"""The stages of a visit (进度) and the table of moves; what is not in the table is refused."""

from typing import Literal, get_args

from server.domain.fields import Stage

STAGES: tuple[Stage, ...] = get_args(Stage)
CLOSED: frozenset[Stage] = frozenset({"handed_over", "cancelled"})
BEFORE_SETTLING: frozenset[Stage] = frozenset(STAGES) - {"settling", "ready"} - CLOSED

MOVES: dict[tuple[Stage, Stage], str] = {
    ("checked_in", "assigned"): "visit.assign",
    ("assigned", "diagnosing"): "repair.advance",
    ("diagnosing", "awaiting_approval"): "estimate.present",
    ("diagnosing", "repairing"): "repair.advance",
    ("awaiting_approval", "repairing"): "repair.advance",
    ("awaiting_approval", "awaiting_parts"): "repair.advance",
    ("awaiting_approval", "settling"): "repair.advance",
    ("awaiting_parts", "repairing"): "repair.advance",
    ("repairing", "quality_check"): "repair.advance",
    ("repairing", "awaiting_parts"): "repair.advance",
    ("repairing", "awaiting_approval"): "estimate.present",
    ("quality_check", "settling"): "quality.pass",
    ("quality_check", "repairing"): "quality.fail",
    ("settling", "ready"): "repair.advance",
    ("settling", "repairing"): "repair.advance",
    ("ready", "handed_over"): "handover",
    ("ready", "repairing"): "repair.advance",
}
"""(from, to) → the command that makes the move; `handover` stands for handover.sign and handover.release."""

MOVES.update({(stage, "cancelled"): "visit.cancel" for stage in STAGES if stage in BEFORE_SETTLING})

NEEDS_NOTE: frozenset[tuple[Stage, Stage]] = frozenset({("settling", "repairing"), ("ready", "repairing")})

Verdict = Literal["move", "already", "stale", "wrong"]


def judge(trail: list[Stage], start: Stage, end: Stage, by: str, seen_moves: int | None) -> Verdict:
    """What a wish to go from `start` to `end` means for a visit that went through `trail`.

    `seen_moves` is how many moves the person had seen: a `start` that was entered again since then is stale, and a
    move made at or after it is already done.
    """
    if trail[-1] == start and MOVES.get((start, end)) == by:
        return "stale" if seen_moves is not None and len(trail) - 1 > seen_moves else "move"
    first = 0 if seen_moves is None else min(seen_moves, len(trail))
    made = any(trail[i] == start and trail[i + 1] == end for i in range(first, len(trail) - 1))
    if made and MOVES.get((start, end)) == by:
        return "already"
    return "wrong"
