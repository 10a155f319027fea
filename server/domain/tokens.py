"""Customers' links: a token that the server can make again and check, and never has to store.

A link shows the car to whoever holds it; a pass, given for the last four digits of a phone, opens the rest.
"""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Iterable


def customer_token(secret: bytes, visit_id: str, generation: int) -> str:
    """The visit's id and a 128-bit MAC over id and generation, base64url: 43 characters, no personal data."""
    raw = uuid.UUID(visit_id).bytes
    return base64.urlsafe_b64encode(raw + _mac(secret, raw, generation)).rstrip(b"=").decode()


def visit_of(token: str) -> str | None:
    """The visit that a token claims to open; None when it is no token. Check it with `is_genuine`."""
    raw = _raw(token)
    return str(uuid.UUID(bytes=raw[:16])) if raw else None


def is_genuine(secret: bytes, token: str, generation: int) -> bool:
    """Whether we made this token for the link's present generation; compares in constant time."""
    raw = _raw(token)
    return raw is not None and hmac.compare_digest(raw[16:], _mac(secret, raw[:16], generation))


def customer_pass(secret: bytes, visit_id: str, generation: int) -> str:
    """What a phone keeps once its holder has named the digits: a 128-bit MAC over visit and generation, base64url."""
    raw = uuid.UUID(visit_id).bytes
    return base64.urlsafe_b64encode(_mac(secret, raw, generation, b"unlocked:")).rstrip(b"=").decode()


def is_pass(secret: bytes, given: str, visit_id: str, generation: int) -> bool:
    """Whether we gave this pass for the link's present generation; compares in constant time."""
    return hmac.compare_digest(given.encode(), customer_pass(secret, visit_id, generation).encode())


def last_digits(numbers: Iterable[str]) -> list[str]:
    """The last four digits of each phone that has as many."""
    return [number[-4:] for number in numbers if number[-4:].isascii() and number[-4:].isdecimal() and len(number) > 3]


def knows_digits(given: str, numbers: Iterable[str]) -> bool:
    """Whether these are the last four digits of one of the phones; takes as long whichever it is."""
    matches = [hmac.compare_digest(given.encode(), digits.encode()) for digits in last_digits(numbers)]
    return any(matches)


def token_hash(token: str) -> str:
    """How a bearer token of staff is stored: SHA-256, hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def _mac(secret: bytes, raw: bytes, generation: int, purpose: bytes = b"link:") -> bytes:
    return hmac.digest(secret, purpose + raw + generation.to_bytes(4, "big"), "sha256")[:16]


def _raw(token: str) -> bytes | None:
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    return raw if len(raw) == 32 else None
