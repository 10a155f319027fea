"""Which survey opens a complaint, and about what."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.complaints import about, is_low
from server.domain.rows.visits import Survey
from server.domain.terms import Terms
from tests.commands.examples import NOW

CASES = json.loads((Path(__file__).parents[1] / "cases/complaints.json").read_text("utf-8"))
STARS, RECOMMEND = st.integers(1, 5), st.integers(0, 10)
ANSWERS = st.fixed_dictionaries(
    {"speed": STARS, "quality": STARS, "price": STARS, "courtesy": STARS, "recommend": RECOMMEND}
)


def survey(**answer: int) -> Survey:
    """An answer without words."""
    return Survey(id="", text=None, at=NOW, **answer)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(list(case["survey"].values())))
def a_survey_opens_a_complaint_about_what_was_worst_or_none(case):
    answer = survey(**case["survey"])
    assert (about(answer) if is_low(answer, Terms()) else None) == case["about"]


@given(ANSWERS, st.sampled_from(("speed", "quality", "price", "courtesy", "recommend")))
def a_better_answer_is_never_the_one_that_is_low(answer, name):
    better = answer | {name: min(answer[name] + 1, 10 if name == "recommend" else 5)}
    assert is_low(survey(**answer), Terms()) or not is_low(survey(**better), Terms())


@given(ANSWERS)
def the_loosest_settings_hear_everybody_and_the_strictest_almost_nobody(answer):
    assert is_low(survey(**answer), Terms(low_recommend=10))
    assert is_low(survey(**answer), Terms(low_recommend=0, low_stars=0)) == (answer["recommend"] == 0)
