"""Names as they sound, and the keys by which likely matches are found."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.alike import alike_customers, alike_vehicles, keys_of_customer
from server.domain.fields import Phone
from server.domain.ids import uuid7
from server.domain.names import likeness, marks, spelled
from server.domain.rows.customers import Customer
from server.domain.rows.vehicles import Vehicle
from server.domain.typed import one_slip

CASES = json.loads((Path(__file__).parents[1] / "cases" / "alike.json").read_text())
HAN = st.text("王汪于伟玮维李小晓大龙隆张章曾增单善三", min_size=1, max_size=4)
LATIN = st.text("abWz ", min_size=1, max_size=8)
NUMBERS = st.from_regex("1[3-9][0-9]{9}", fullmatch=True).map("+86{}".format)
VINS = st.text("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=17, max_size=17)


WHO = {"id": uuid7(), "rev": 1, "store_id": uuid7(), "stores": [], "created_at": datetime(2026, 11, 21, tzinfo=UTC)}


def person(name: str, *numbers: str) -> Customer:
    """A customer of whom only name and phones are known."""
    silent = (
        "preferred_channel",
        "email",
        "address",
        "birthday_on",
        "channels",
        "quiet",
        "language",
        "contact_stop",
        "restricted",
    )
    unknown = dict.fromkeys(silent)
    phones = [Phone(number) for number in numbers]
    return Customer(**WHO, **unknown, name=name, kind="person", phones=phones, tags=[], consents=[], notes=[])


def car(vin: str | None, plate: str | None) -> Vehicle:
    """A car of which only VIN and plate are known."""
    known = {"make": "大众", "model": "帕萨特", "energy": "petrol", "vin": vin, "plate": plate}
    return Vehicle(**dict.fromkeys(Vehicle.__struct_fields__) | WHO | known)


@pytest.mark.parametrize("case", CASES["names"], ids=str)
def a_pair_of_names_has_its_word(case):
    assert likeness(case["one"], case["other"]) == likeness(case["other"], case["one"]) == case["likeness"]


@pytest.mark.parametrize("case", CASES["slips"], ids=str)
def test_two_numbers_are_one_slip_apart_or_not(case):
    assert one_slip(case["one"], case["other"]) == one_slip(case["other"], case["one"]) == case["slip"]


def a_name_is_spelled_with_every_reading():
    assert spelled("曾国藩") == "ceng/zeng guo fan"


@given(HAN | LATIN | st.text(max_size=6), HAN | LATIN | st.text(max_size=6))
def the_likeness_of_names_is_symmetric_and_each_is_itself(one, other):
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) == "same"


@given(st.one_of(st.tuples(HAN, HAN), st.tuples(LATIN, LATIN)))
def test_two_names_that_are_not_different_share_a_mark(pair):
    one, other = pair
    if likeness(one, other) != "different":
        assert marks(one) & marks(other)


@given(HAN, NUMBERS, st.integers(4, 13), st.integers(1, 9))
def a_digit_off_at_any_place_is_found_and_alike(name, number, at, by):
    wrong = f"{number[:at]}{(int(number[at]) + by) % 10}{number[at + 1 :]}"
    assert one_slip(number, wrong)
    assert one_slip(wrong, number)
    assert set(keys_of_customer(name, [number])) & set(keys_of_customer(name, [wrong]))
    [facts] = alike_customers(person(name, number), person(name, wrong))
    assert (facts["match"], facts["keep"]["number"], facts["merge"]["number"]) == ("near_phone", number, wrong)


@given(HAN, NUMBERS, st.integers(3, 12))
def test_two_digits_that_changed_places_are_found_and_alike(name, number, at):
    wrong = f"{number[:at]}{number[at + 1]}{number[at]}{number[at + 2 :]}"
    assert one_slip(number, wrong) == (number != wrong)
    assert set(keys_of_customer(name, [number])) & set(keys_of_customer(name, [wrong]))
    assert len(alike_customers(person(name, number), person(name, wrong))) == 1


@given(HAN, st.lists(NUMBERS, max_size=3), HAN, st.lists(NUMBERS, max_size=3))
def test_what_speaks_for_a_pair_of_customers_is_the_same_from_both_sides(name, numbers, other, others):
    a, b = person(name, *numbers), person(other, *others)
    there, back = alike_customers(a, b), alike_customers(b, a)
    assert [facts | {"keep": facts["merge"], "merge": facts["keep"]} for facts in back] == there
    if there:
        assert set(keys_of_customer(name, numbers)) & set(keys_of_customer(other, others))


def test_two_numbers_that_differ_in_two_places_are_two_numbers():
    assert not alike_customers(person("王伟", "+8613800138000"), person("王伟", "+8613800138011"))


@given(VINS, VINS, st.sampled_from(["川A12345", "川A12346", None]))
def test_what_speaks_for_a_pair_of_cars_is_the_same_from_both_sides(vin, other, plate):
    a, b = car(vin, "川A12345"), car(other, plate)
    there, back = alike_vehicles(a, b), alike_vehicles(b, a)
    assert [facts | {"keep": facts["merge"], "merge": facts["keep"]} for facts in back] == there
    assert {facts["match"] for facts in there} == {
        name for name, same in (("vin", vin == other), ("plate", plate == "川A12345")) if same
    }


def the_dictionary_of_phrases_stays_out_of_memory():
    assert spelled("王") == "wang/yu"
    assert "pypinyin.phrases_dict" not in sys.modules
