"""VINs: the shared cases, and what holds for every VIN."""

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from server.domain import vin

CASES = json.loads((Path(__file__).parents[1] / "cases" / "vin.json").read_text())
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
SHAPED = st.text(LETTERS, min_size=17, max_size=17).filter(lambda text: len(set(text)) > 3)


def with_check_digit(text: str) -> str:
    return text[:8] + vin.check_digit(text) + text[9:]


@pytest.mark.parametrize("case", CASES["normalise"], ids=lambda case: case["from"])
def a_typed_vin_is_normalised_or_refused_with_a_code(case):
    if "error" in case:
        with pytest.raises(ValueError, match=f"^{case['error']}$"):
            vin.normalise(case["from"])
    else:
        assert vin.normalise(case["from"]) == case["to"]


@pytest.mark.parametrize("case", CASES["check"], ids=lambda case: case["vin"])
def a_wrong_check_digit_is_a_warning_not_a_refusal(case):
    assert vin.check(case["vin"]) == case["is"]


@given(SHAPED)
def a_normalised_vin_stays_as_it_is(text):
    assert vin.normalise(vin.normalise(f" {text[:9].lower()}-{text[9:]} ")) == text


@given(SHAPED)
def a_vin_made_with_its_check_digit_passes(text):
    assert vin.check(with_check_digit(text)) == "ok"


@given(SHAPED, st.integers(0, 16), st.sampled_from("0123456789"))
def a_single_mistyped_digit_is_always_noticed(text, at, other):
    good = with_check_digit(text)
    assume(good[at].isdigit() and good[at] != other)
    assert vin.check(good[:at] + other + good[at + 1 :]) == "warning"
