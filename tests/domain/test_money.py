"""Money: the shared cases, and what holds for every amount."""

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import money

CASES = json.loads((Path(__file__).parents[1] / "cases" / "money.json").read_text())
QUANTITIES = st.from_regex(r"[0-9]{1,5}(\.[0-9]{1,3})?", fullmatch=True)
PRICES = st.integers(0, 1_000_000_000)


@pytest.mark.parametrize("case", CASES["lineAmount"], ids=lambda case: f"{case['quantity']}x{case['unitPriceFen']}")
def a_line_costs_what_the_cases_say(case):
    line = case["quantity"], case["unitPriceFen"], case["discountFen"]
    if "error" in case:
        with pytest.raises(ValueError, match=f"^{case['error']}$"):
            money.line_amount(*line)
    else:
        assert money.line_amount(*line) == case["is"]


@pytest.mark.parametrize("case", CASES["yuan"], ids=lambda case: str(case["fen"]))
def an_amount_reads_as_the_cases_say(case):
    assert money.yuan(case["fen"]) == case["is"]


@given(QUANTITIES, PRICES)
def a_line_is_the_exact_product_rounded_half_up(quantity, price):
    exact = (Decimal(quantity) * price).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    assert money.line_amount(quantity, price, 0) == exact


@given(QUANTITIES, PRICES, st.integers(0, 1_000_000))
def a_discount_is_taken_off_to_the_fen(quantity, price, discount):
    assert money.line_amount(quantity, price, discount) == money.line_amount(quantity, price, 0) - discount


@given(QUANTITIES, PRICES, st.integers(0, 3))
def an_amount_never_drifts_with_how_the_quantity_is_written(quantity, price, zeros):
    longer = (quantity if "." in quantity else quantity + ".0") + "0" * zeros
    assert money.line_amount(longer, price, 0) == money.line_amount(quantity, price, 0)


@given(st.integers(-(2**53) + 1, 2**53 - 1))
def an_amount_written_in_yuan_is_still_the_same_fen(fen):
    assert int(money.yuan(fen).replace(",", "").replace(".", "")) == fen
