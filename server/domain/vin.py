"""Vehicle identification numbers (ISO 3779, GB 16735): seventeen characters that name one car for life."""

import re
from typing import Literal

from server.domain.typed import bare

_SHAPE = re.compile("[A-HJ-NPR-Z0-9]{17}")
_LETTERS, _DIGITS = "ABCDEFGHJKLMNPRSTUVWXYZ", "0123456789"
_VALUES = dict(zip(_LETTERS + _DIGITS, map(int, "12345678123457923456789" + _DIGITS), strict=True))
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_LEAST_VARIETY = 4


def normalise(text: str) -> str:
    """The VIN in upper case without spaces or dashes.

    Raises ValueError("vin_length"), ("vin_letters": I, O, Q or no letter at all) or ("vin_implausible": a filler like
    seventeen 1s, which satisfies the check digit).
    """
    vin = bare(text)
    if len(vin) != 17:
        raise ValueError("vin_length")
    if not _SHAPE.fullmatch(vin):
        raise ValueError("vin_letters")
    if len(set(vin)) < _LEAST_VARIETY:
        raise ValueError("vin_implausible")
    return vin


def check_digit(vin: str) -> str:
    """The character that belongs at position 9 of a normalised VIN (49 CFR 565.15): 0–9 or X."""
    remainder = sum(_VALUES[letter] * weight for letter, weight in zip(vin, _WEIGHTS, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def check(vin: str) -> Literal["ok", "warning"]:
    """Whether position 9 of a normalised VIN fits; only a warning, since imported cars need no check digit."""
    return "ok" if vin[8] == check_digit(vin) else "warning"
