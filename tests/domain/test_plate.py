"""Plates: the shared cases, and what holds for every plate."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import plate

CASES = json.loads((Path(__file__).parents[1] / "cases" / "plate.json").read_text())
AREA = st.builds(str.__add__, st.sampled_from(plate.PROVINCES), st.sampled_from("ABCDEFGHJKLMNPQRSTUVWXYZ"))
DIGITS = st.text("0123456789", min_size=4, max_size=4)
ORDINARY = st.builds(str.__add__, AREA, st.text(plate.SERIAL, min_size=5, max_size=5))
NEW_ENERGY = st.builds(
    lambda area, letter, second, digits: area + letter + second + digits,
    AREA, st.sampled_from(plate.ELECTRIC + plate.OTHER_NEW_ENERGY), st.sampled_from(plate.SERIAL), DIGITS,
)  # fmt: skip


@pytest.mark.parametrize("case", CASES["normalise"], ids=lambda case: case["from"])
def a_typed_plate_is_normalised_and_known_by_its_kind(case):
    if "error" in case:
        with pytest.raises(ValueError, match=r"^plate_format$"):
            plate.normalise(case["from"])
    else:
        assert plate.normalise(case["from"]) == case["to"]
        assert plate.kind(case["to"]) == case["kind"]


@given(ORDINARY | NEW_ENERGY)
def a_normalised_plate_stays_as_it_is(text):
    assert plate.normalise(plate.normalise(f" {text[:2].lower()}·{text[2:].lower()} ")) == text


@given(ORDINARY)
def an_ordinary_plate_is_never_taken_for_another_kind(text):
    assert plate.kind(text) == "ordinary"


@given(NEW_ENERGY)
def a_small_new_energy_plate_is_never_taken_for_another_kind(text):
    assert plate.kind(text) == "new_energy_small"


@given(st.text(max_size=10))
def the_kind_of_a_text_is_known_exactly_when_normalise_leaves_it_alone(text):
    try:
        stays = plate.normalise(text) == text
    except ValueError:
        stays = False
    try:
        known = plate.kind(text) in plate.KINDS
    except ValueError:
        known = False
    assert stays == known


def the_cases_show_every_kind_of_plate():
    assert {case["kind"] for case in CASES["normalise"] if "kind" in case} == set(plate.KINDS)
