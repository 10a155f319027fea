"""Ids and markers out of a seeded chance, so that a run can be repeated to the letter."""

import base64
import re
import uuid
from datetime import datetime
from random import Random

MARKS = re.compile(r"m[0-9a-f]{10}|(?<![0-9.])(?:[1-9][0-9]{8}|[1-9][0-9]{6})(?![0-9])")
"""What people type is recognised later: words as m + 10 hex digits, money as 9 digits, kilometres as 7."""


def new_id(chance: Random, now: datetime) -> str:
    """A UUIDv7 of this moment."""
    raw = bytearray(int(now.timestamp() * 1000).to_bytes(6, "big") + chance.randbytes(10))
    raw[6] = (raw[6] & 0x0F) | 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    return str(uuid.UUID(bytes=bytes(raw)))


def b64(raw: bytes) -> str:
    """Base64url without padding, as JOSE wants it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
