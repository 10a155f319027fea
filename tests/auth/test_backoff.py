import asyncio

import pytest

from server.auth.backoff import FREE, LONGEST, MOST, Backoff
from server.auth.passwords import Passwords, TooOften, hashed

KEY = ("advisor", "10.0.0.7")


class Clock:
    """Seconds that pass when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def the_first_failures_cost_nothing_and_later_ones_double():
    backoff = Backoff(clock := Clock())
    waits = []
    for _ in range(FREE + 3):
        backoff.failed(KEY)
        waits.append(backoff.wait(KEY))
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8]
    clock.now += 7
    assert backoff.wait(KEY) == 1


def a_wait_has_an_end_and_old_failures_are_forgotten():
    backoff = Backoff(clock := Clock())
    for _ in range(60):
        backoff.failed(KEY)
    assert backoff.wait(KEY) == LONGEST
    clock.now += LONGEST
    backoff.failed(KEY)
    assert backoff.wait(KEY) == 0


def the_right_password_clears_the_count():
    backoff = Backoff(Clock())
    for _ in range(FREE):
        backoff.failed(KEY)
    backoff.succeeded(KEY)
    assert backoff.wait(KEY) == 0


def the_oldest_pairs_are_forgotten():
    backoff = Backoff(Clock())
    for n in range(MOST + 5):
        for _ in range(FREE):
            backoff.failed((str(n), ""))
    assert backoff.wait(("0", "")) == 0
    assert backoff.wait((str(MOST), "")) > 0


async def the_guesses_sent_all_at_once_are_counted_like_guesses_in_a_row():
    passwords, right = Passwords(), await hashed("right")
    guesses = (passwords.fits(KEY, f"guess {n}", right) for n in range(12))
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(result, TooOften) for result in results) >= 5
    with pytest.raises(TooOften):
        await passwords.fits(KEY, "right", right)
