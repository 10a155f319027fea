"""What people type or paste, brought to one form before any format looks at it."""

import re
import unicodedata

_BETWEEN = re.compile("[ \t\r\n\\-\u200b\u2010\u2012-\u2015\u2212\u00b7\u2022\u2027\u30fb.]")


def bare(text: str) -> str:
    """Half-width upper case (NFKC) without the spaces, dashes and dots that people put between groups."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text).upper())
