"""What the document's font can show: PDF/A refuses a text with a character that no font holds."""

import re
import struct
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

UNBROKEN = re.compile(r"[!-,.-~]{28}(?=[!-,.-~]{6})")
"""A run that no line could break; a zero-width space goes after it."""


@cache
def characters(folders: tuple[Path, ...]) -> frozenset[int]:
    """The code points that every TrueType file in these folders has a glyph for; raises ValueError when there is none.

    Without the check typst would print an empty document.
    """
    fonts = [font for folder in folders for font in sorted(folder.glob("*.ttf"))]
    if not fonts:
        raise ValueError(f"no fonts in {', '.join(map(str, folders))}")
    return frozenset.intersection(*(frozenset(_mapped(font.read_bytes())) for font in fonts))


def _mapped(font: bytes) -> Iterable[int]:
    """Code points of the `cmap` table's subtable of format 12 (OpenType 1.9, cmap)."""
    tables = struct.unpack_from(">H", font, 4)[0]
    records = {font[at : at + 4]: at for at in range(12, 12 + 16 * tables, 16)}
    cmap = struct.unpack_from(">I", font, records[b"cmap"] + 8)[0]
    subtables = struct.unpack_from(">H", font, cmap + 2)[0]
    offsets = (cmap + struct.unpack_from(">I", font, cmap + 8 + 8 * n)[0] for n in range(subtables))
    full = next(offset for offset in offsets if struct.unpack_from(">H", font, offset)[0] == 12)
    for n in range(struct.unpack_from(">I", font, full + 12)[0]):
        first, last, _ = struct.unpack_from(">III", font, full + 16 + 12 * n)
        yield from range(first, last + 1)


def printable(text: str, known: frozenset[int]) -> str:
    """The text as paper can hold it: a character without a glyph becomes 〔U+1F600〕, invisible ones are left out.

    The exact text is in the attached document.json.
    """
    shown = "".join(_shown(character, known) for character in unicodedata.normalize("NFC", text))
    return UNBROKEN.sub("\\g<0>\u200b", shown)


def _shown(character: str, known: frozenset[int]) -> str:
    if character == "\n":
        return character
    if character.isspace():
        return " "
    if unicodedata.category(character) in ("Cc", "Cf") or "\ufe00" <= character <= "\ufe0f":
        return ""
    return character if ord(character) in known else f"〔U+{ord(character):04X}〕"


def all_printable(value: Any, known: frozenset[int]) -> Any:
    """A JSON value with every text in it made printable."""
    match value:
        case str():
            return printable(value, known)
        case dict():
            return {name: all_printable(member, known) for name, member in value.items()}
        case list() | tuple():
            return [all_printable(entry, known) for entry in value]
        case _:
            return value
