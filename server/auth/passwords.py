"""Passwords: argon2id (RFC 9106) with OWASP's parameters, a few at a time and never on the event loop."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.auth.backoff import Backoff, Bucket, TooOften

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = 2
_NOBODY = _HASHER.hash("nobody has this password")


class Passwords:
    """Checks passwords; each check takes the same work, whether the account exists or not."""

    def __init__(self, backoff: Backoff) -> None:
        self.backoff = backoff
        # Strangers cannot keep those waiting who come from where they came from before.
        self._slots = {kind: asyncio.Semaphore(_AT_ONCE) for kind in ("known", "strange")}

    async def fits(self, counted: list[Bucket], password: str, password_hash: str | None) -> bool:
        """Whether this is the password behind the hash (None: no such account); raises TooOften.

        `counted` is who is said to sign in, and from where.
        """
        kind = "known" if len(counted) == 1 else "strange"
        async with self._slots[kind]:  # also around the count, or guesses sent all at once would cost nothing
            if (wait := await self.backoff.wait(counted)) > 0:
                raise TooOften(wait)
            fits = await asyncio.to_thread(_verify, password, password_hash or _NOBODY) and password_hash is not None
            if fits:
                await self.backoff.succeeded(counted)
            else:
                await self.backoff.failed(counted)
        return fits


async def hashed(password: str) -> str:
    """The hash to store."""
    return await asyncio.to_thread(_HASHER.hash, password)


def _verify(password: str, password_hash: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
