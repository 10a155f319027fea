"""Random JSON documents that are hard to write canonically (RFC 8785): the same ones for the same seed."""

import random
import struct
from typing import Any

WORDS = (
    "异响", "刹车片 2.0 mm", "王小明", "龘𠮷", "é", "e\u0301", "😀🚗", "\ue000", "\uffff", "\u2028\u2029", "",
    "\x00\x1f\x7f", '"\\/\b\f\n\r\t', " ", "ｆｕｌｌ", "\u200d", "沪A·D12345", "<script>", "\ufeff", "\U0010ffff",
)  # fmt: skip
NUMBERS = (
    0, -0.0, 1, -1, 0.1, 1.5, 4.35, 1e21, 1e23, 1e-6, 1e-7, 0.000001, 9.5367431640625e-7, 123456789012345680000.0,
    999999999999999900000.0, 5e-324, 1.7976931348623157e308, 2**53 - 1, -(2**53 - 1), 9007199254740994.0,
    333333333.33333329, 4503599627370497.5,
)  # fmt: skip


def documents(seed: int, count: int) -> list[dict[str, Any]]:
    """So many objects; names mix scripts, emoji and private use, so that UTF-16 order differs from code points'."""
    chance = random.Random(seed)
    return [{_text(chance): _value(chance, 0) for _ in range(chance.randrange(1, 7))} for _ in range(count)]


def _value(chance: random.Random, depth: int) -> Any:
    kind = chance.randrange(8 if depth < 4 else 6)
    if kind < 2:
        return _text(chance)
    if kind < 4:
        return _number(chance)
    if kind == 4:
        return chance.choice((True, False, None))
    if kind == 5:
        return chance.choice(NUMBERS)
    if kind == 6:
        return [_value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {_text(chance): _value(chance, depth + 1) for _ in range(chance.randrange(4))}


def _number(chance: random.Random) -> int | float:
    """An integer that JSON can hold, or any finite double at all."""
    if chance.random() < 0.5:
        return chance.randrange(-(2**53) + 1, 2**53)
    while True:
        (number,) = struct.unpack(">d", chance.randbytes(8))
        if number == number and abs(number) != float("inf"):
            return number


def _text(chance: random.Random) -> str:
    """Words, and characters of any plane but surrogates."""
    if chance.random() < 0.7:
        return "".join(chance.choices(WORDS, k=chance.randrange(1, 3)))
    points = (chance.choice((chance.randrange(0xD800), chance.randrange(0xE000, 0x110000))) for _ in range(5))
    return "".join(map(chr, points))
