"""The stages of a visit and what a wish to move means."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from server.domain.stages import BEFORE_SETTLING, CLOSED, MOVES, NEEDS_NOTE, STAGES, judge

TABLE = {
    "checked_in": {"assigned": "visit.assign"},
    "assigned": {"diagnosing": "repair.advance"},
    "diagnosing": {"awaiting_approval": "estimate.present", "repairing": "repair.advance"},
    "awaiting_approval": {
        "repairing": "repair.advance", "awaiting_parts": "repair.advance", "settling": "repair.advance",
    },
    "awaiting_parts": {"repairing": "repair.advance"},
    "repairing": {
        "quality_check": "repair.advance", "awaiting_parts": "repair.advance", "awaiting_approval": "estimate.present",
    },
    "quality_check": {"settling": "quality.pass", "repairing": "quality.fail"},
    "settling": {"ready": "repair.advance", "repairing": "repair.advance"},
    "ready": {"handed_over": "handover", "repairing": "repair.advance"},
    "handed_over": {},
    "cancelled": {},
}  # fmt: skip
COMMANDS = sorted(set(MOVES.values()))


@st.composite
def trails(draw) -> list[str]:
    """Every way through the table of moves."""
    trail = ["checked_in"]
    for _ in range(draw(st.integers(0, 12))):
        ends = sorted(end for start, end in MOVES if start == trail[-1] and end != "cancelled")
        if not ends:
            break
        trail.append(draw(st.sampled_from(ends)))
    return trail


def test_the_table_of_moves_is_that_of_the_domain():
    moves = {(start, end): by for start, ends in TABLE.items() for end, by in ends.items()}
    cancelled = {(stage, "cancelled"): "visit.cancel" for stage in STAGES[: STAGES.index("settling")]}
    assert moves | cancelled == MOVES
    assert set(STAGES[: STAGES.index("settling")]) == BEFORE_SETTLING
    assert {"handed_over", "cancelled"} == CLOSED
    assert {("settling", "repairing"), ("ready", "repairing")} == NEEDS_NOTE


@given(
    trails(),
    st.sampled_from(STAGES),
    st.sampled_from(STAGES),
    st.sampled_from(COMMANDS),
    st.none() | st.integers(0, 14),
)
def a_wish_outside_the_table_is_always_wrong(trail, start, end, by, seen):
    verdict = judge(trail, start, end, by, seen)
    if MOVES.get((start, end)) != by:
        assert verdict == "wrong"
    elif verdict == "move":
        assert trail[-1] == start
    elif verdict == "already":
        assert (start, end) in list(pairwise(trail))


@given(trails(), st.data())
def a_move_seen_in_time_is_made_and_made_once(trail, data):
    ends = sorted(end for start, end in MOVES if start == trail[-1])
    if not ends:
        return
    start, end, seen = trail[-1], data.draw(st.sampled_from(ends)), len(trail) - 1
    by = MOVES[start, end]
    assert judge(trail, start, end, by, seen) == judge(trail, start, end, by, None) == "move"
    for known in (seen, None):
        assert judge([*trail, end], start, end, by, known) == "already"


@given(trails(), st.data())
def a_stage_that_was_entered_again_since_is_stale(trail, data):
    start = trail[-1]
    ends = sorted(end for begin, end in MOVES if begin == start)
    earlier = [moves for moves, stage in enumerate(trail[:-1]) if stage == start]
    if ends and earlier:
        end, seen = data.draw(st.sampled_from(ends)), data.draw(st.sampled_from(earlier))
        assert judge(trail, start, end, MOVES[start, end], seen) == "stale"


@given(trails(), st.data())
def a_move_made_before_the_person_looked_is_not_already_made(trail, data):
    moves = data.draw(st.integers(0, len(trail) - 1))
    start, end = trail[moves], data.draw(st.sampled_from(STAGES))
    later = list(pairwise(trail[moves:]))
    if judge(trail, start, end, MOVES.get((start, end), ""), moves) == "already":
        assert (start, end) in later
