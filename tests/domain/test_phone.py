"""Phone numbers: the shared cases, and what holds for every number."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import phone

CASES = json.loads((Path(__file__).parents[1] / "cases" / "phone.json").read_text())
MOBILES = st.from_regex("1[3-9][0-9]{9}", fullmatch=True)
WRITINGS = st.sampled_from(["{}", "+86{}", "+86 {}", "0086{}", "86-{}", " ({}) "])


@pytest.mark.parametrize("case", CASES["normalise"], ids=lambda case: case["from"])
def a_typed_number_becomes_e164_or_is_refused(case):
    if "error" in case:
        with pytest.raises(ValueError, match=r"^phone_format$"):
            phone.normalise(case["from"])
    else:
        number = phone.normalise(case["from"])
        assert (number, phone.tail(number), phone.masked(number)) == (case["to"], case["tail"], case["masked"])


@given(MOBILES, WRITINGS)
def a_mobile_is_the_same_number_however_it_is_written(mobile, writing):
    assert phone.normalise(writing.format(mobile)) == f"+86{mobile}"


@given(st.from_regex(r"(\+|00|0|)[0-9]{6,16}", fullmatch=True))
def a_normalised_number_stays_as_it_is(text):
    try:
        number = phone.normalise(text)
    except ValueError:
        return
    assert phone.normalise(number) == number
    assert 8 <= len(number) <= 16


@given(MOBILES)
def a_masked_mobile_hides_its_middle(mobile):
    assert phone.masked(f"+86{mobile}") == f"{mobile[:3]}****{mobile[7:]}"
