"""What people type or paste, brought to one form before any format looks at it."""

import re
import unicodedata

_BETWEEN = re.compile("[ \t\r\n\\-\u200b\u2010\u2012-\u2015\u2212\u00b7\u2022\u2027\u30fb.]")


def bare(text: str) -> str:
    """Half-width upper case (NFKC) without the spaces, dashes and dots that people put between groups."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text).upper())


def one_slip(one: str, other: str) -> bool:
    """Whether two texts of one length differ in one character, or in two neighbours that changed places."""
    if len(one) != len(other):
        return False
    at = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(at) == 2 and at[1] == at[0] + 1:
        return one[at[0]] == other[at[1]] and one[at[1]] == other[at[0]]
    return len(at) == 1
