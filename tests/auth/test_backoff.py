"""Who guesses waits, whoever else is there; and nobody can make somebody else wait who was here before."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.auth.backoff import FORGOTTEN, Backoff, TooOften, buckets
from server.auth.passwords import Passwords, hashed
from server.domain.ids import uuid7

SECRET = b"secret"


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def backoff(db, clock) -> Backoff:
    return Backoff(db, SECRET, clock)


async def the_first_failures_cost_nothing_and_later_ones_double(backoff, clock):
    counted, waits = buckets("advisor", "10.0.0.7", None), []
    for _ in range(8):
        await backoff.failed(counted)
        waits.append(await backoff.wait(counted))
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8]
    clock.later(7)
    assert await backoff.wait(counted) == 1


async def a_wait_has_an_end_and_old_failures_are_forgotten(backoff, clock):
    counted = buckets("advisor", "10.0.0.7", None)
    for _ in range(40):
        await backoff.failed(counted)
    assert await backoff.wait(counted) == 15 * 60
    clock.later(FORGOTTEN.total_seconds())
    await backoff.failed(counted)
    assert await backoff.wait(counted) == 0


async def the_right_password_clears_the_count_of_the_pair(backoff):
    counted = buckets("advisor", "10.0.0.7", None)
    for _ in range(5):
        await backoff.failed(counted)
    await backoff.succeeded(counted)
    assert await backoff.wait(counted) == 0


async def the_guesses_from_a_thousand_addresses_at_one_name_are_slowed(backoff, clock):
    heard = 0
    for n in range(300):
        counted = buckets("advisor", f"10.0.{n // 250}.{n % 250}", None)
        if await backoff.wait(counted) == 0:
            heard += 1
            await backoff.failed(counted)
        clock.later(1)
    # 50 are free; then the pauses are 1, 2, 4, 8, 16 seconds, and 30 from second 80 on.
    assert heard == 50 + 5 + 7
    assert 0 < await backoff.wait(buckets("advisor", "192.0.2.1", None)) <= 30
    assert await backoff.wait(buckets("manager", "192.0.2.1", None)) == 0


async def the_guesses_from_one_address_at_a_thousand_names_are_slowed(backoff):
    for n in range(101):
        await backoff.failed(buckets(f"person {n}", "192.0.2.1", None))
    assert await backoff.wait(buckets("another", "192.0.2.1", None)) > 0
    assert await backoff.wait(buckets("another", "192.0.2.2", None)) == 0


async def a_second_process_counts_on_where_the_first_one_stopped(db, clock):
    counted = buckets("advisor", "10.0.0.7", None)
    for _ in range(5):
        await Backoff(db, SECRET, clock).failed(counted)
    assert await Backoff(db, SECRET, clock).wait(counted) == 1


async def the_counts_tell_no_name_and_no_address(db, backoff):
    await backoff.failed(buckets("advisor", "10.0.0.7", None))
    async with db.read() as tx:
        [rows] = await tx.run(("SELECT bucket FROM attempts", ()))
    assert len(rows) == 3
    assert not any("advisor" in bucket or "10.0" in bucket for (bucket,) in rows)


GUESS = st.tuples(st.integers(0, 30), st.sampled_from([0.0, 0.5, 40.0]))


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(guesses=st.lists(GUESS, min_size=1, max_size=120))
async def the_person_on_a_known_browser_waits_for_nobody_whatever_strangers_do(db, guesses):
    clock, name = Clock(), uuid7()
    backoff, mine = Backoff(db, SECRET, clock), buckets(name, "10.0.0.1", "browser")
    for address, pause in guesses:
        strange = buckets(name, f"10.0.0.{address}", None)
        if await backoff.wait(strange) == 0:
            await backoff.failed(strange)
        assert await backoff.wait(mine) == 0
        clock.later(pause)


async def the_guesses_on_a_stolen_browser_wait_like_others(backoff):
    mine = buckets("advisor", "10.0.0.1", "browser")
    for _ in range(6):
        await backoff.failed(mine)
    assert await backoff.wait(mine) == 2
    assert await backoff.wait(buckets("advisor", "10.0.0.1", "another browser")) == 0


async def the_guesses_sent_all_at_once_are_counted_like_guesses_in_a_row(db):
    passwords, right = Passwords(Backoff(db, SECRET)), await hashed("right")
    counted = buckets("advisor", "10.0.0.7", None)
    guesses = (passwords.fits(counted, f"guess {n}", right) for n in range(12))
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(result, TooOften) for result in results) >= 5
    with pytest.raises(TooOften):
        await passwords.fits(counted, "right", right)
