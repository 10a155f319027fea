"""Licence plates of mainland China (GA 36): what is written on them, and which kind of plate that is."""

import re
from typing import Literal, get_args

from server.domain.typed import bare

Kind = Literal[
    "ordinary", "new_energy_small", "new_energy_large", "trailer", "coach", "police", "hongkong", "macao",
    "embassy", "consulate", "armed_police", "military",
]  # fmt: skip

PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
"""The 31 characters that a plate can begin with."""
SERIAL = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
"""The characters of a serial: no I and no O, which read like 1 and 0."""
ELECTRIC = "DABCE"
"""Letters of a new-energy plate for a car that only a battery drives."""
OTHER_NEW_ENERGY = "FGHJK"
"""Letters of a new-energy plate for plug-in hybrids, range extenders and fuel cells."""

_AREA = f"[{PROVINCES}][A-HJ-NP-Z]"
_ENERGY = f"[{ELECTRIC}{OTHER_NEW_ENERGY}]"
_SHAPES: dict[Kind, re.Pattern[str]] = {
    "ordinary": re.compile(f"{_AREA}[{SERIAL}]{{5}}"),
    "new_energy_small": re.compile(f"{_AREA}{_ENERGY}[{SERIAL}][0-9]{{4}}"),
    "new_energy_large": re.compile(f"{_AREA}[0-9]{{5}}{_ENERGY}"),
    "trailer": re.compile(f"{_AREA}[{SERIAL}]{{4}}挂"),
    "coach": re.compile(f"{_AREA}[{SERIAL}]{{4}}学"),
    "police": re.compile(f"{_AREA}[{SERIAL}]{{4}}警"),
    "hongkong": re.compile(f"{_AREA}[{SERIAL}]{{4}}港"),
    "macao": re.compile(f"{_AREA}[{SERIAL}]{{4}}澳"),
    "embassy": re.compile("使[0-9]{6}|[0-9]{6}使"),
    "consulate": re.compile(f"{_AREA}[{SERIAL}]{{4}}领"),
    "armed_police": re.compile(f"WJ[{PROVINCES}]?[0-9]{{4}}[{SERIAL}]"),
    "military": re.compile("[BCEGHJKLNQSVZ][A-DJ-NPRTVY][0-9]{5}"),
}
KINDS: tuple[Kind, ...] = get_args(Kind)


def _kind(plate: str) -> Kind | None:
    return next((kind for kind, shape in _SHAPES.items() if shape.fullmatch(plate)), None)


def normalise(text: str) -> str:
    """The plate in upper case without spaces, dashes or the dot after the area; raises ValueError("plate_format")."""
    plate = bare(text)
    if _kind(plate) is None:
        raise ValueError("plate_format")
    return plate


def kind(plate: str) -> Kind:
    """Which kind of plate a normalised plate is; raises ValueError("plate_format") for anything else."""
    found = _kind(plate)
    if found is None:
        raise ValueError("plate_format")
    return found
