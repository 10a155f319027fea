"""Who failed to sign in again and again waits, longer each time; counted in the database, for all workers together.

A stranger is counted thrice: by name and address, by name alone (guesses from many addresses), by address alone
(guesses at many names). A browser that this person signed in on before (`known.py`) has a count of its own and feels no
other, so that nobody elsewhere can lock a person out of the tablet in their hands.
"""

import hashlib
import hmac
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from server.store.database import Database

FORGOTTEN = timedelta(minutes=15)
"""After so long without a failure a count starts anew."""

CODES_FORGOTTEN = timedelta(days=1)
"""The same for codes: who guesses at one knows the password already."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

_UNTIL = "SELECT bucket, until FROM attempts WHERE bucket IN ({}) AND until > ?"
_COUNT = """
INSERT INTO attempts (bucket, failed, at, until) VALUES (?, 1, ?, ?)
ON CONFLICT (bucket) DO UPDATE SET at = excluded.at, until = excluded.until,
  failed = CASE WHEN attempts.at <= ? THEN 1 ELSE attempts.failed + 1 END
RETURNING failed"""
# No row comes back while a pause lasts, also for tries that were made at the same moment.
_TRY = """
INSERT INTO attempts (bucket, failed, at, until) VALUES (?, 1, ?, ?)
ON CONFLICT (bucket) DO UPDATE SET at = excluded.at,
  failed = CASE WHEN attempts.at <= ? THEN 1 ELSE attempts.failed + 1 END
  WHERE attempts.until <= ?
RETURNING failed"""


class TooOften(Exception):
    """Too many wrong passwords or codes; `retry_after` is in whole seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__("too often")
        self.retry_after = math.ceil(wait)


class Bucket(Struct, frozen=True):
    """One count: `free` failures cost nothing, each further one a pause twice as long, up to `longest` seconds."""

    key: str
    free: int
    longest: int

    def pause(self, count: int) -> int:
        """Seconds to wait after so many failures: 0, then 1, 2, 4 …"""
        return 0 if count < self.free else min(2 ** min(count - self.free, 20), self.longest)


def buckets(username: str, network: str, known: str | None) -> list[Bucket]:
    """What a failure is counted under, and what the next attempt waits for; the narrow one first."""
    if known is not None:
        return [Bucket(f"known {username} {known}", 5, 15 * 60)]
    return [
        Bucket(f"pair {username} {network}", 5, 15 * 60),
        Bucket(f"name {username}", 50, 30),
        Bucket(f"from {network}", 100, 60),
    ]


def code_bucket(user_id: str, known: str | None) -> Bucket:
    """What codes at the sign-in are counted under: a known browser for itself, all strangers together.

    By address would not do here: six digits are few, and whoever gets here knows the password.
    """
    return Bucket(f"code {user_id} {known}", 5, 15 * 60) if known else Bucket(f"code {user_id}", 10, 3600)


class Backoff:
    """The counts; names and addresses are stored as MACs under the server's secret."""

    def __init__(self, db: Database, secret: bytes, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db, self._secret, self._clock = db, secret, clock

    async def wait(self, counted: list[Bucket]) -> float:
        """Seconds until the next attempt is heard; 0 when it is now."""
        now, keys = self._clock(), [self._key(bucket) for bucket in counted]
        async with self._db.read() as tx:
            [rows] = await tx.run((_UNTIL.format(", ".join("?" * len(keys))), (*keys, now)))
        return max(((until - now).total_seconds() for _, until in rows), default=0.0)

    async def failed(self, counted: list[Bucket]) -> None:
        """A wrong password, or a wrong code."""
        now = self._clock()
        # In one order, or two failures at once could wait for each other for ever.
        ordered = sorted(((self._key(bucket), bucket) for bucket in counted), key=lambda pair: pair[0])
        async with self._db.write() as tx:
            counts = await tx.run(*((_COUNT, (key, now, now, now - FORGOTTEN)) for key, _ in ordered))
            pauses = ((bucket.pause(rows[0][0]), key) for rows, (key, bucket) in zip(counts, ordered, strict=True))
            waits = [(now + timedelta(seconds=pause), key) for pause, key in pauses if pause]
            await tx.finish(*(("UPDATE attempts SET until = ? WHERE bucket = ?", wait) for wait in waits))

    async def attempt(self, bucket: Bucket) -> None:
        """Counts a try before its code is looked at, so that no more are heard than are counted; raises TooOften.

        Who then proves right says `succeeded`.
        """
        now, key = self._clock(), self._key(bucket)
        async with self._db.write() as tx:
            counted, until = await tx.run(
                (_TRY, (key, now, _LONG_AGO, now - CODES_FORGOTTEN, now)),
                ("SELECT until FROM attempts WHERE bucket = ?", (key,)),
            )
            if not counted:
                raise TooOften((until[0][0] - now).total_seconds())
            pause = bucket.pause(counted[0][0])
            ended = now + timedelta(seconds=pause) if pause else _LONG_AGO
            await tx.finish(("UPDATE attempts SET until = ? WHERE bucket = ?", (ended, key)))

    async def succeeded(self, counted: list[Bucket]) -> None:
        """The right password: the narrow count is forgotten, the wide ones are not."""
        async with self._db.write() as tx:
            await tx.finish(("DELETE FROM attempts WHERE bucket = ?", (self._key(counted[0]),)))

    def _key(self, bucket: Bucket) -> str:
        return hmac.digest(self._secret, b"attempts:" + bucket.key.encode(), hashlib.sha256).hex()
