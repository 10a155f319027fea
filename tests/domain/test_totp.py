"""Codes by time: the published cases, the steps that may be meant, and what people type."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.totp import (
    RECOVERY,
    code_at,
    enrolment_uri,
    is_timed,
    plain_code,
    plain_recovery,
    recovery_code,
    spelled,
    step_for,
    step_of,
)

SECRET = b"12345678901234567890"
RFC_6238_APPENDIX_B = {
    59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037",
    20000000000: "65353130",
}  # fmt: skip
RFC_4226_APPENDIX_D = [
    "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
]  # fmt: skip


@pytest.mark.parametrize(("at", "code"), RFC_6238_APPENDIX_B.items())
def the_codes_are_those_of_the_standard(at, code):
    assert code_at(SECRET, step_of(datetime.fromtimestamp(at, UTC)), digits=8) == code
    assert code_at(SECRET, at // 30) == code[2:]


def the_codes_are_those_of_the_standard_under_it():
    assert [code_at(SECRET, step) for step in range(10)] == RFC_4226_APPENDIX_D


@given(st.integers(0, 2**33), st.integers(-3, 3))
def a_code_counts_one_step_before_and_after_its_own(at, off):
    now = datetime.fromtimestamp(at + 100, UTC)
    step = step_of(now) + off
    found = step_for(SECRET, code_at(SECRET, step), now)
    assert (found == step) if abs(off) <= 1 else (found != step)


@given(st.text(max_size=64))
def a_code_may_be_any_text(text):
    assert step_for(SECRET, plain_code(text), datetime(2026, 1, 1, tzinfo=UTC)) is None or is_timed(plain_code(text))


def the_address_for_the_phone_is_one_that_apps_read():
    assert enrolment_uri(SECRET, "周 敏:x") == (
        "otpauth://totp/Jieche%3A%E5%91%A8%20%E6%95%8F%3Ax?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Jieche"
        "&algorithm=SHA1&digits=6&period=30"
    )
    assert spelled(b"\0" * 20) == "A" * 32


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456", "１２３４５６"])
def a_code_may_be_typed_with_blanks_and_in_full_width(typed):
    assert plain_code(typed) == "123456"
    assert is_timed(plain_code(typed))


def a_recovery_code_is_read_whatever_its_letters_look_like():
    code = recovery_code()
    assert len(code) == 11
    assert set(code) <= {*RECOVERY, "-"}
    assert plain_recovery(plain_code(code.lower())) == code.replace("-", "")
    assert plain_recovery(plain_code("oil01-abcde")) == "01101ABCDE"
    assert not is_timed(plain_code(code))
