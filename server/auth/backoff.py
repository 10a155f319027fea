"""Who failed to sign in again and again waits, longer each time."""

import time
from collections import OrderedDict
from collections.abc import Callable

from msgspec import Struct

FREE = 5
"""Failures before the first wait."""
LONGEST = 15 * 60
"""Seconds of the longest wait; after so long without a failure all is forgotten."""
MOST = 10_000
"""Pairs that are remembered, the newest ones."""

Key = tuple[str, str]


class _Failures(Struct):
    count: int
    last: float


class Backoff:
    """Counts failures by username and address, in this process; waits are 1, 2, 4 … seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[Key, _Failures] = OrderedDict()

    def wait(self, key: Key) -> float:
        """Seconds until this pair may try again; 0 when it may now."""
        failures = self._failures.get(key)
        if failures is None or failures.count < FREE:
            return 0
        pause = min(2.0 ** (failures.count - FREE), LONGEST)
        return max(0.0, failures.last + pause - self._clock())

    def failed(self, key: Key) -> None:
        """A wrong password."""
        now = self._clock()
        failures = self._failures.pop(key, None)
        count = failures.count if failures and now - failures.last < LONGEST else 0
        self._failures[key] = _Failures(count + 1, now)
        if len(self._failures) > MOST:
            self._failures.popitem(last=False)

    def succeeded(self, key: Key) -> None:
        """The right password: forgotten."""
        self._failures.pop(key, None)
