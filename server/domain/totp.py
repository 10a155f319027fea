"""Time-based codes (RFC 6238 with SHA-1, 6 digits, 30 seconds), as every authenticator app makes them.

Ours, not a library's: the rule is twenty lines, and which step a code belongs to must be known to take it only once.
"""

import base64
import hmac
import secrets
import unicodedata
from datetime import datetime
from urllib.parse import quote

PERIOD = 30
"""Seconds."""
DIGITS = 6
SECRET_BYTES = 20
"""As long as the MAC (RFC 4226 §4, R6)."""
EARLIER_LATER = (0, -1, 1)
"""A phone's clock may be a step off (RFC 6238 §5.2)."""
RECOVERY = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's alphabet: no I, L, O, U."""
_READ_AS = str.maketrans("OIL", "011")


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of one step of 30 seconds since 1970 (RFC 4226 §5.3)."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    at = mac[-1] & 0x0F
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


def step_of(now: datetime) -> int:
    """The step in which this moment lies."""
    return int(now.timestamp()) // PERIOD


def step_for(secret: bytes, code: str, now: datetime) -> int | None:
    """The step whose code this is, of those that may be meant now; None for a wrong code, in constant time."""
    steps = [step_of(now) + off for off in EARLIER_LATER]
    fits = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), code.encode())]
    return fits[0] if fits else None


def enrolment_uri(secret: bytes, username: str, issuer: str = "Jieche") -> str:
    """What the QR code of an enrolment says (the `otpauth` scheme that authenticator apps share)."""
    place = quote(f"{issuer}:{username}", safe="")
    return (
        f"otpauth://totp/{place}?secret={spelled(secret)}&issuer={quote(issuer, safe='')}"
        f"&algorithm=SHA1&digits={DIGITS}&period={PERIOD}"
    )


def spelled(secret: bytes) -> str:
    """The secret for typing: base32 without padding (RFC 4648 §6)."""
    return base64.b32encode(secret).decode().rstrip("=")


def recovery_code() -> str:
    """A fresh code for who lost the phone: 50 bits, such as `7Q2KD-M40VX`."""
    letters = "".join(secrets.choice(RECOVERY) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def plain_code(typed: str) -> str:
    """What somebody typed, without blanks and dashes and in capitals; full-width digits are digits."""
    text = unicodedata.normalize("NFKC", typed)
    return "".join(sign for sign in text if sign.isalnum()).upper()


def is_timed(plain: str) -> bool:
    """Whether this looks like a code of the app and not like a recovery code."""
    return len(plain) == DIGITS and plain.isascii() and plain.isdecimal()


def plain_recovery(plain: str) -> str:
    """A recovery code as it is looked up: letters that look like digits are read as those."""
    return plain.translate(_READ_AS)
