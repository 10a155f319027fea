"""The text of a key for another program: `jck_`, 256 random bits and a checksum, all of letters and digits.

The prefix and the checksum (CRC-32 of all before it) let a program that scans for leaked secrets know ours without
asking us: `jck_[0-9A-Za-z]{49}`, the last six characters the checksum.
"""

import re
import zlib

PREFIX = "jck_"
BITS = 256
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SECRET, _SUM = 43, 6
"""Characters in base 62 of 256 bits, and of the checksum's 32."""
_TEXT = re.compile(f"{PREFIX}[0-9A-Za-z]{{{_SECRET + _SUM}}}")
SHOWN = 8
"""Characters of a key that lists show, `jck_` included."""


def key_text(secret: int) -> str:
    """The key of 256 random bits."""
    body = PREFIX + _base62(secret, _SECRET)
    return body + _checksum(body)


def is_key(text: str) -> bool:
    """Whether a text may be one of our keys: its form and its checksum are right."""
    return _TEXT.fullmatch(text) is not None and text[-_SUM:] == _checksum(text[:-_SUM])


def shown(text: str) -> str:
    """What lists show of a key: `jck_AbCd…`."""
    return f"{text[:SHOWN]}…"


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _SUM)


def _base62(number: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        number, rest = divmod(number, len(_DIGITS))
        digits = _DIGITS[rest] + digits
    return digits
