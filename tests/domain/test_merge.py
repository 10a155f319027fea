"""How values meet: scalars by what the person saw, sets by adding and removing, consent by withdrawal."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.fields import ConsentChannel, ConsentPurpose
from server.domain.merge import allowed, odometer, scalar, with_items, withdrawn
from server.domain.rows.customers import Consent

VALUES = st.sampled_from(["甲", "乙", "丙", None])
ITEMS = st.lists(st.sampled_from("abcdef"), unique=True)
KM = st.integers(0, 999_999)
OTHER = "service_messages"
CHANNELS = [channel for channel in get_args(ConsentChannel) if channel != "any"]


@given(VALUES, VALUES, VALUES)
def a_scalar_is_set_if_nobody_changed_it_and_stays_otherwise(current, seen, wanted):
    result, conflict = scalar(current, seen, wanted)
    assert result == (wanted if current == seen else current)
    assert conflict == (current not in (seen, wanted))


@given(VALUES, VALUES, VALUES)
def a_scalar_change_sent_again_changes_nothing(current, seen, wanted):
    result, _ = scalar(current, seen, wanted)
    again, conflict = scalar(result, seen, wanted)
    assert again == result
    assert conflict == (result not in (seen, wanted))


@given(ITEMS, ITEMS, ITEMS)
def the_additions_of_two_people_all_stay_in_either_order(current, one, other):
    first = with_items(with_items(current, one), other)
    second = with_items(with_items(current, other), one)
    assert set(first) == set(second) == {*current, *one, *other}
    assert len(first) == len(set(first))


@given(ITEMS, ITEMS, ITEMS)
def a_removal_takes_only_what_it_names_and_is_idempotent(current, add, remove):
    result = with_items(current, add, remove)
    assert set(result) == (set(current) - set(remove)) | set(add)
    assert with_items(result, add, remove) == [*(i for i in result if i not in remove), *dict.fromkeys(
        i for i in add if i in remove
    )]  # fmt: skip
    assert with_items(current, []) == current


@given(st.none() | KM, st.lists(KM, min_size=1))
def an_odometer_never_goes_down(current, readings):
    known = current
    for reading in readings:
        result, lower = odometer(known, reading, corrected=False)
        assert result == max(known or 0, reading)
        assert lower == (known is not None and reading < known)
        known = result
    assert known == max(readings + ([] if current is None else [current]))


@given(KM, KM)
def a_correction_sets_the_odometer(current, reading):
    assert odometer(current, reading, corrected=True) == (reading, False)


def consent(name: str, decision: Any, channel: Any = "any", lifts: tuple[str, ...] = (), purpose: Any = "marketing"):
    """One decision, known by a short name."""
    at = datetime(2026, 11, 21, tzinfo=UTC)
    return Consent(name, purpose, channel, decision, at, "phone", list(lifts), None)


@st.composite
def consents(draw) -> list[Consent]:
    """Decisions that may lift one another."""
    names = [f"c{i}" for i in range(draw(st.integers(0, 6)))]
    return [
        consent(
            name, draw(st.sampled_from(["granted", "withdrawn"])), draw(st.sampled_from(get_args(ConsentChannel))),
            tuple(draw(st.lists(st.sampled_from(names), unique=True, max_size=2))),
            draw(st.sampled_from(get_args(ConsentPurpose))),
        )
        for name in names
    ]  # fmt: skip


@given(consents(), st.randoms(), st.sampled_from(get_args(ConsentPurpose)), st.sampled_from(CHANNELS))
def the_order_of_arrival_of_consents_does_not_matter(given_ones, random, purpose, channel):
    shuffled = random.sample(given_ones, len(given_ones))
    assert allowed(shuffled, purpose, channel) == allowed(given_ones, purpose, channel)
    assert set(withdrawn(shuffled, purpose, channel)) == set(withdrawn(given_ones, purpose, channel))


@given(consents(), st.sampled_from(get_args(ConsentPurpose)), st.sampled_from(CHANNELS))
def a_withdrawal_closes_its_channel_until_a_grant_names_it(given_ones, purpose, channel):
    closed = [*given_ones, consent("w", "withdrawn", channel, purpose=purpose)]
    assert not allowed(closed, purpose, channel)
    assert not allowed([*closed, consent("g", "granted", channel, purpose=purpose)], purpose, channel)
    lifts = tuple(c.id for c in closed)
    assert allowed([*closed, consent("g", "granted", channel, lifts, purpose)], purpose, channel)


@given(consents(), st.sampled_from(get_args(ConsentPurpose)), st.sampled_from(CHANNELS))
def a_withdrawal_never_opens_anything(given_ones, purpose, channel):
    with_it = [*given_ones, consent("w", "withdrawn", purpose=purpose)]
    for other in get_args(ConsentPurpose):
        for where in CHANNELS:
            assert allowed(with_it, other, where) <= allowed(given_ones, other, where)


@pytest.mark.parametrize(
    ("given_ones", "open_channels"),
    [
        ([], []),
        ([consent("g", "granted")], ["push", "sms", "phone", "email"]),
        ([consent("g", "granted", "sms")], ["sms"]),
        ([consent("g", "granted"), consent("w", "withdrawn", "sms")], ["push", "phone", "email"]),
        ([consent("g", "granted"), consent("w", "withdrawn"), consent("h", "granted", "sms", ("w",))], ["sms"]),
        ([consent("g", "granted"), consent("w", "withdrawn"), consent("h", "granted", "sms")], []),
        ([consent("g", "granted", lifts=("w",)), consent("w", "withdrawn")], ["push", "sms", "phone", "email"]),
        ([consent("g", "granted"), consent("w", "withdrawn"), consent("h", "granted", "any", ("w",), OTHER)], []),
    ],
)  # fmt: skip
def a_consent_is_per_purpose_and_channel(given_ones, open_channels):
    assert [channel for channel in CHANNELS if allowed(given_ones, "marketing", channel)] == open_channels
