"""Second factors as they are stored: the secret sealed, recovery codes as MACs, each code taken once."""

import base64
import hmac
import secrets
from datetime import datetime, timedelta

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from server.domain.totp import (
    SECRET_BYTES,
    is_timed,
    plain_code,
    plain_recovery,
    recovery_code,
    step_for,
)
from server.store.database import Database, Statement

LASTS = timedelta(minutes=15)
"""So long a secret that was shown waits for its first code."""
RECOVERY_CODES = 10
_NONCE = 12
_STATE = (
    "SELECT f.sealed, f.since, (SELECT COUNT(*) FROM recovery_codes r WHERE r.user_id = f.user_id) "
    "FROM second_factors f WHERE f.user_id = ? AND f.sealed IS NOT NULL"
)
# A secret is only begun under the factor that the person has just proven, or under none.
_BEGIN = (
    "INSERT INTO second_factors (user_id, last_step, pending, pending_until) VALUES (?, 0, ?, ?) "
    "ON CONFLICT (user_id) DO UPDATE SET pending = excluded.pending, pending_until = excluded.pending_until "
    "WHERE COALESCE(second_factors.sealed, '') = ? RETURNING user_id"
)
_PENDING = "SELECT pending FROM second_factors WHERE user_id = ? AND pending_until > ?"
_CONFIRM = (
    "UPDATE second_factors SET sealed = pending, since = ?, last_step = ?, pending = NULL, pending_until = NULL "
    "WHERE user_id = ? AND pending = ? RETURNING user_id"
)
_SPEND_STEP = (
    "UPDATE second_factors SET last_step = ? WHERE user_id = ? AND sealed = ? AND last_step < ? RETURNING user_id"
)
_SPEND_RECOVERY = "DELETE FROM recovery_codes WHERE user_id = ? AND mac = ? RETURNING mac"
_FORGET_RECOVERY = "DELETE FROM recovery_codes WHERE user_id = ?"
_KEEP_RECOVERY = "INSERT INTO recovery_codes (user_id, mac) VALUES (?, ?)"
_FORGET = "DELETE FROM second_factors WHERE user_id = ? AND sealed IS NOT NULL RETURNING user_id"


class Factor(Struct, frozen=True):
    """A second factor that is on; `recovery_left` codes are still good."""

    sealed: str
    since: datetime
    recovery_left: int


class Factors:
    """The second factors of all people; secrets and codes are under keys made from the server's secret."""

    def __init__(self, db: Database, secret: bytes) -> None:
        self._db = db
        self._sealing, self._marking = (hmac.digest(secret, name, "sha256") for name in (b"totp:seal", b"totp:code"))

    async def of(self, user_id: str) -> Factor | None:
        """The person's second factor, if it is on."""
        async with self._db.read() as tx:
            [rows] = await tx.run((_STATE, (user_id,)))
        return Factor(*rows[0]) if rows else None

    async def begin(self, user_id: str, under: Factor | None, now: datetime) -> bytes | None:
        """A fresh secret that waits for its first code; None when the factor `under` which it begins is another now."""
        fresh = secrets.token_bytes(SECRET_BYTES)
        row = (user_id, self._seal(user_id, fresh), now + LASTS, under.sealed if under else "")
        async with self._db.write() as tx:
            [begun] = await tx.finish((_BEGIN, row))
        return fresh if begun else None

    async def confirm(self, user_id: str, code: str, now: datetime) -> list[str] | None:
        """Turns on what waits if this is its code, and gives fresh recovery codes; None for a wrong code.

        Raises LookupError when nothing waits, or not any more.
        """
        async with self._db.write() as tx:
            [rows] = await tx.run((_PENDING, (user_id, now)))
            if not rows or not rows[0][0]:
                raise LookupError("nothing waits")
            pending = rows[0][0]
            if (step := self._step(user_id, pending, plain_code(code), now)) is None:
                return None
            [confirmed] = await tx.run((_CONFIRM, (now, step, user_id, pending)))
            if not confirmed:
                raise LookupError("another one was begun meanwhile")
            codes, statements = self._recovery(user_id)
            await tx.finish(*statements)
        return codes

    async def spend(self, user_id: str, factor: Factor, typed: str, now: datetime) -> str:
        """Takes a code, of the app or for recovery: `timed`, `recovery`; or says why not: `wrong`, `used`."""
        code = plain_code(typed)
        if not is_timed(code):
            async with self._db.write() as tx:
                [rows] = await tx.finish((_SPEND_RECOVERY, (user_id, self._mac(user_id, plain_recovery(code)))))
            return "recovery" if rows else "wrong"
        if (step := self._step(user_id, factor.sealed, code, now)) is None:
            return "wrong"
        async with self._db.write() as tx:
            [rows] = await tx.finish((_SPEND_STEP, (step, user_id, factor.sealed, step)))
        return "timed" if rows else "used"

    async def renew_recovery(self, user_id: str) -> list[str]:
        """Ten fresh recovery codes; the ones before open nothing any more."""
        codes, statements = self._recovery(user_id)
        async with self._db.write() as tx:
            await tx.finish(*statements)
        return codes

    async def remove(self, user_id: str) -> bool:
        """The person has no second factor any more; whether there was one."""
        async with self._db.write() as tx:
            [rows, _] = await tx.finish((_FORGET, (user_id,)), (_FORGET_RECOVERY, (user_id,)))
        return bool(rows)

    def _recovery(self, user_id: str) -> tuple[list[str], list[Statement]]:
        codes = [recovery_code() for _ in range(RECOVERY_CODES)]
        kept = [(_KEEP_RECOVERY, (user_id, self._mac(user_id, plain_code(code)))) for code in codes]
        return codes, [(_FORGET_RECOVERY, (user_id,)), *kept]

    def _step(self, user_id: str, sealed: str, code: str, now: datetime) -> int | None:
        secret = self._open(user_id, sealed)
        return step_for(secret, code, now) if secret is not None else None

    def _seal(self, user_id: str, key: bytes) -> str:
        nonce = secrets.token_bytes(_NONCE)
        return base64.b64encode(nonce + AESGCM(self._sealing).encrypt(nonce, key, user_id.encode())).decode()

    def _open(self, user_id: str, sealed: str) -> bytes | None:
        raw = base64.b64decode(sealed)
        try:
            return AESGCM(self._sealing).decrypt(raw[:_NONCE], raw[_NONCE:], user_id.encode())
        except InvalidTag:
            structlog.get_logger("auth").error("second factor cannot be read: has JIECHE_SECRET_KEY changed?")
            return None

    def _mac(self, user_id: str, code: str) -> str:
        return hmac.digest(self._marking, f"{user_id}:{code}".encode(), "sha256").hex()
