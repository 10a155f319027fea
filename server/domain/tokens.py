"""Customers' links: a token that the server can make again and check, and never has to store."""

import base64
import hashlib
import hmac
import uuid


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


def token_hash(token: str) -> str:
    """How a bearer token of staff is stored: SHA-256, hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def _mac(secret: bytes, raw: bytes, generation: int) -> bytes:
    return hmac.digest(secret, b"link:" + raw + generation.to_bytes(4, "big"), "sha256")[:16]


def _raw(token: str) -> bytes | None:
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    return raw if len(raw) == 32 else None
