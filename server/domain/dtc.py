"""Diagnostic trouble codes (SAE J2012, ISO 15031-6): a system letter, four digits, and perhaps a failure type."""

import re

from server.domain.typed import bare

_SHAPE = re.compile("([PCBU][0-3][0-9A-F]{3})([0-9A-F]{2})?")


def normalise(text: str) -> str:
    """The code as `P0301` or, with its failure type, `U0073-04`; raises ValueError("dtc_format")."""
    code = _SHAPE.fullmatch(bare(text).replace(":", ""))
    if code is None:
        raise ValueError("dtc_format")
    return "-".join(filter(None, code.groups()))
