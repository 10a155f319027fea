"""How often somebody may knock at a door."""

from collections import OrderedDict
from time import monotonic

from msgspec import Struct

from server.http.errors import Problem


class Pace(Struct):
    """How much somebody may still do, and since when that is true."""

    left: float
    at: float


class Limit:
    """Each key may knock `burst` times at once, and again `per_second`; only the most recent keys are remembered.

    Counted in this process: with several workers a key may do as much at each.
    """

    def __init__(self, burst: int, per_second: float, most: int = 10_000, code: str = "too_many_requests") -> None:
        self.burst, self.per_second, self.most, self.code = burst, per_second, most, code
        self._paces: OrderedDict[str, Pace] = OrderedDict()

    def check(self, key: str, now: float | None = None) -> None:
        """Counts one knock; raises 429 `too_many_requests`, or its own code, with the seconds to wait."""
        now = monotonic() if now is None else now
        pace = self._paces.setdefault(key, Pace(self.burst, now))
        self._paces.move_to_end(key)
        if len(self._paces) > self.most:
            self._paces.popitem(last=False)
        pace.left = min(self.burst, pace.left + (now - pace.at) * self.per_second)
        pace.at = now
        if pace.left < 1:
            raise Problem(429, self.code, retry_after=max(1, round((1 - pace.left) / self.per_second)))
        pace.left -= 1

    def forget(self) -> None:
        """Everybody may knock again as if for the first time."""
        self._paces.clear()
