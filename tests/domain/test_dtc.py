"""Trouble codes: the shared cases, and what holds for every code."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import dtc

CASES = json.loads((Path(__file__).parents[1] / "cases" / "dtc.json").read_text())
CODES = st.from_regex("[PCBU][0-3][0-9A-F]{3}(-[0-9A-F]{2})?", fullmatch=True)


@pytest.mark.parametrize("case", CASES["normalise"], ids=lambda case: case["from"])
def a_typed_code_is_normalised_or_refused(case):
    if "error" in case:
        with pytest.raises(ValueError, match=r"^dtc_format$"):
            dtc.normalise(case["from"])
    else:
        assert dtc.normalise(case["from"]) == case["to"]


@given(CODES)
def a_code_is_the_same_in_small_letters_and_without_its_dash(code):
    assert dtc.normalise(code) == code
    assert dtc.normalise(code.lower().replace("-", "")) == code
