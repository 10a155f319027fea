"""Names as they sound: whether two of them may be the same person's, heard or written differently."""

import os
import re
import unicodedata
from functools import cache, lru_cache
from typing import Literal

from server.domain.typed import bare

Likeness = Literal["same", "sound", "similar", "different"]
"""`sound`: every syllable can be read alike (王伟, 王玮, Wang Wei); `similar`: one slip apart."""

Syllable = frozenset[str]
_HAN = "〇㐀-鿿豈-﫿𠀀-𳿿"
_PARTS = re.compile(f"[{_HAN}]|[^\\W_{_HAN}]+")
_ONE_HAN = re.compile(f"[{_HAN}]")
_REMEMBERED = 50_000
_SHORT, _LONG = 4, 9
"""Letters from which a name in an alphabet may be one slip away from another, and from which two."""


@cache
def _readings(character: str) -> Syllable:
    """Every reading of a Chinese character as pinyin without tones; phrases are left out, which saves 46 MB."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin

    [read] = pinyin(character, style=Style.NORMAL, heteronym=True)
    return frozenset(read)


@lru_cache(_REMEMBERED)
def syllables(name: str) -> tuple[Syllable, ...]:
    """The name's syllables or words in order, each with all its readings in lower case."""
    plain = unicodedata.normalize("NFKC", name).upper().casefold()
    return tuple(
        _readings(part) if _ONE_HAN.match(part) else frozenset((part,)) for part in _PARTS.findall(plain)
    )  # fmt: skip


def spelled(name: str) -> str:
    """The name in pinyin for people to read: `ceng/zeng guo fan`."""
    return " ".join("/".join(sorted(syllable)) for syllable in syllables(name))


def marks(name: str) -> frozenset[str]:
    """Words of which any two names that are not `different` share one: their ends, in every reading.

    A name without Chinese characters also has the initials of its ends; only names written the same way share those.
    """
    heard = syllables(name)
    if not heard:
        return frozenset((bare(name),))
    ends = heard[0] | heard[-1]
    return ends if _ONE_HAN.search(name) else ends | {word[0] for word in ends}


def likeness(one: str, other: str) -> Likeness:
    """How alike two names are; symmetric."""
    if bare(one) == bare(other):
        return "same"
    a, b = syllables(one), syllables(other)
    if a and _agree(a, b) == len(a) == len(b):
        return "sound"
    if _ONE_HAN.search(one) and _ONE_HAN.search(other):
        return "similar" if _one_character_apart(a, b) else "different"
    if _ONE_HAN.search(one) or _ONE_HAN.search(other):
        return "similar" if len(a) == len(b) and _agree(a, b[::-1]) == len(a) > 0 else "different"
    return "similar" if _written_alike(one, other) else "different"


def _agree(a: tuple[Syllable, ...], b: tuple[Syllable, ...]) -> int:
    return sum(not mine.isdisjoint(theirs) for mine, theirs in zip(a, b, strict=False))


def _one_character_apart(a: tuple[Syllable, ...], b: tuple[Syllable, ...]) -> bool:
    """One of three or more characters is another one, or one was added to two or more."""
    shorter, longer = sorted((a, b), key=len)
    if len(shorter) == len(longer):
        return len(a) > 2 and _agree(a, b) == len(a) - 1
    if len(longer) - len(shorter) > 1 or len(shorter) < 2:
        return False
    return any(_agree(longer[:at] + longer[at + 1 :], shorter) == len(shorter) for at in range(len(longer)))


def _written_alike(one: str, other: str) -> bool:
    """The same words in another order, or the same initials and a letter or two apart."""
    a, b = ([word for syllable in syllables(name) for word in syllable] for name in (one, other))
    if sorted(a) == sorted(b) and a:
        return {a[0], a[-1]} == {b[0], b[-1]}
    joined, joined_other = "".join(a), "".join(b)
    if not joined or not joined_other or joined[0] != joined_other[0]:
        return False
    shorter = min(len(joined), len(joined_other))
    return _slips(joined, joined_other) <= (shorter >= _SHORT) + (shorter >= _LONG)


def _slips(one: str, other: str) -> int:
    """How many letters must be added, dropped, replaced or swapped with their neighbour (optimal string alignment)."""
    before, last = list[int](), list(range(len(other) + 1))
    for i, mine in enumerate(one, 1):
        row = [i]
        for j, theirs in enumerate(other, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (mine != theirs)))
            if i > 1 and j > 1 and mine == other[j - 2] and one[i - 2] == theirs:
                row[j] = min(row[j], before[j - 2] + 1)
        before, last = last, row
    return last[-1]
