"""Identifiers: UUIDv7 (RFC 9562 §5.7) as lower-case strings, and ids derived from content."""

import re
import secrets
import time
import uuid

UUID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
IDS_IN_JSON = re.compile(rb'"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"')
_OURS = uuid.UUID("6a1e5e0c-6a69-4563-8865-6a6965636865")


def uuid7(ms: int | None = None) -> str:
    """A new UUIDv7; `ms` is milliseconds since 1970 (default: now, and then later ids of a process sort later)."""
    stamp, rest = divmod(time.time_ns(), 1_000_000) if ms is None else (ms, secrets.randbelow(1_000_000))
    fraction = rest * 4096 // 1_000_000
    raw = bytearray(stamp.to_bytes(6, "big") + fraction.to_bytes(2, "big") + secrets.token_bytes(8))
    raw[6] |= 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    return str(uuid.UUID(bytes=bytes(raw)))


def is_id(word: str) -> bool:
    """Whether this can be the id of anything."""
    return re.fullmatch(UUID_PATTERN, word) is not None


def derived(*parts: str) -> str:
    """The same UUID for the same words, for things that are named by what they hold (RFC 9562 §5.5, version 5)."""
    return str(uuid.uuid5(_OURS, "\x1f".join(parts)))
