"""Phone numbers as E.164 (ITU-T): mainland mobiles and landlines as people write them, foreign ones with their +."""

import re

from server.domain.typed import bare

_MOBILE = "1[3-9][0-9]{9}"
_LANDLINE = "(?:10|2[0-9])[0-9]{8}|[3-9][0-9]{2}[0-9]{7,8}"
_HOTLINE = "[48]00[0-9]{7}"
_AT_HOME = re.compile(f"({_MOBILE})|0({_LANDLINE})|({_HOTLINE})")
_WITH_CHINA = re.compile(rf"(?:\+|00)?86({_MOBILE})|(?:\+|00)860?({_LANDLINE})")
_ABROAD = re.compile(r"(?:\+|00)(?!86)([1-9][0-9]{6,14})")
_DECORATION = re.compile(r"[()/]")


def normalise(text: str) -> str:
    """The number as E.164, +86 for mainland numbers written without it; raises ValueError("phone_format")."""
    digits = _DECORATION.sub("", bare(text))
    mainland = _AT_HOME.fullmatch(digits) or _WITH_CHINA.fullmatch(digits)
    if mainland:
        return "+86" + next(filter(None, mainland.groups()))
    abroad = _ABROAD.fullmatch(digits)
    if abroad:
        return "+" + abroad[1]
    raise ValueError("phone_format")


def tail(e164: str) -> str:
    """The last four digits (尾号), by which customers are asked whether a number is theirs."""
    return e164[-4:]


def masked(e164: str) -> str:
    """What others may see of a number: how it begins and its last four digits (`138****1234`, `028****1234`)."""
    if not e164.startswith("+86"):
        return f"{e164[:3]}****{tail(e164)}"
    national = e164[3:]
    if re.fullmatch(f"{_MOBILE}|{_HOTLINE}", national):
        return f"{national[:3]}****{tail(e164)}"
    area = national[: 2 if national[0] in "12" else 3]
    return f"0{area}****{tail(e164)}"
