"""Which decision counts, and what was approved."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.estimates import approved, decision_of, standing_decision, waiting
from server.domain.fields import Decider, LineVersion
from server.domain.rows.estimate import Decided, EstimateLine

WORDS = ["approved", "declined", "deferred"]
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def said(name: str, decision: Any, version: int = 1, replaces: tuple[str, ...] = ()) -> Decided:
    """One decision, known by a short name."""
    return Decided(name, version, decision, Decider("王小明", "owner"), "tablet", NOW, list(replaces), None)


@st.composite
def decisions(draw) -> list[Decided]:
    """Decisions on two versions of a line; each may replace earlier ones."""
    made: list[Decided] = []
    for i in range(draw(st.integers(0, 6))):
        earlier = [d.id for d in made]
        replaces = draw(st.lists(st.sampled_from(earlier), unique=True)) if earlier else []
        made.append(said(f"d{i}", draw(st.sampled_from(WORDS)), draw(st.integers(1, 2)), tuple(replaces)))
    return made


@given(decisions(), st.randoms(), st.integers(1, 2))
def the_order_of_arrival_does_not_matter(made, random, version):
    assert standing_decision(random.sample(made, len(made)), version, 0) == standing_decision(made, version, 0)


@given(decisions(), st.sampled_from(WORDS))
def a_decision_that_replaces_all_others_counts(made, word):
    last = said("last", word, 1, tuple(d.id for d in made))
    assert standing_decision([*made, last], 1, 0) == (word, False)


@given(decisions())
def a_line_counts_as_decided_only_if_whoever_stands_agrees(made):
    decision, conflict = standing_decision(made, 1, 0)
    about = [d for d in made if d.version == 1]
    standing = {d.decision for d in about if not any(d.id in other.replaces for other in about)}
    assert conflict == (len(standing) > 1)
    assert decision == (next(iter(standing)) if len(standing) == 1 else None)


@given(decisions())
def a_decision_on_another_version_changes_nothing(made):
    other = said("other", "approved", 3, tuple(d.id for d in made))
    assert standing_decision([*made, other], 1, 0) == standing_decision(made, 1, 0)


@given(decisions(), st.sampled_from(WORDS))
def a_decision_on_another_price_changes_nothing(made, word):
    other = msgspec.structs.replace(said("other", word, 1, tuple(d.id for d in made)), amount_fen=38_000)
    assert standing_decision([*made, other], 1, 42_000) == standing_decision(made, 1, 42_000)
    assert standing_decision([*made, other], 1, 38_000) == (word, False)


def line(name: str, **fields: Any) -> EstimateLine:
    """A line of an estimate."""
    base: dict[str, Any] = {
        "id": name, "rev": 1, "visit_id": "v", "version": 1, "kind": "part", "code": None, "name": "前刹车片",
        "quantity": "1", "unit": "个", "unit_price_fen": 100, "discount_fen": 0, "amount_fen": 100, "part_kind": None,
        "payer": "customer", "finding_id": None, "carried_from": None, "decision": None, "decided_version": None,
        "decided": [], "versions": [], "dropped": None, "created_at": NOW,
    }  # fmt: skip
    return EstimateLine(**base | fields)


YES = {"decision": "approved", "decided_version": 1}


@pytest.mark.parametrize(
    ("fields", "decision", "is_approved", "waits"),
    [
        ({}, None, False, True),
        (YES, "approved", True, False),
        (YES | {"version": 2}, None, False, True),
        (YES | {"dropped": "免单"}, "approved", False, False),
        ({"dropped": "不做了"}, None, False, False),
        ({"decision": "declined", "decided_version": 1}, "declined", False, False),
    ],
)
def a_decision_counts_for_the_newest_version_of_a_line_that_stands(fields, decision, is_approved, waits):
    one = line("a", **fields)
    assert decision_of(one) == decision
    assert approved([one]) == ([one] if is_approved else [])
    assert waiting([LineVersion("a", 1)], [one]) == ([one] if waits else [])
    assert waiting([], [one]) == []


def the_presented_version_may_be_older_than_the_line():
    newer = msgspec.structs.replace(line("a"), version=2)
    assert waiting([LineVersion("a", 1)], [newer]) == [newer]
