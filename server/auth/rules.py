"""What a new password may be (NIST SP 800-63B-4 §3.1.1.2): long enough, of any characters, none that everybody tries.

No kinds of characters are asked for. Of passwords this long the common ones are runs and well-known words with digits;
both are recognised by their making, so that no list has to be kept up.
"""

import unicodedata

SHORTEST, LONGEST = 10, 200
"""Characters."""
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik", "qwertzuiop", "azertyuiop",
)  # fmt: skip
_WALKS = tuple(walk for row in _ROWS for walk in (row, row[::-1]))
_WORDS = frozenset(
    (
        "password", "passw0rd", "p@ssw0rd", "p@ssword", "passwort", "qwerty", "admin", "administrator", "root",
        "welcome", "letmein", "iloveyou", "woaini", "monkey", "dragon", "football", "baseball", "basketball",
        "princess", "sunshine", "superman", "batman", "starwars", "changeme", "default", "secret", "master", "login",
        "hello", "trustno", "whatever", "mima", "ceshi", "test", "demo", "user", "guest", "jieche", "michael",
        "jennifer", "charlie", "liverpool", "chelsea", "computer", "internet", "samsung", "a", "aa", "abc", "q", "qq",
        "zxcv", "asdf", "qwer",
    )
)  # fmt: skip
_WELL_KNOWN = frozenset(("4815162342", "usuckballz1", "passwordpassword"))
_SPELLED = str.maketrans("@0$1!3", "aosiie")


def weakness(password: str, username: str) -> str | None:
    """Why this is no password: `too_short`, `too_long`, `same_as_username`, `too_common`; None when it is one."""
    text = unicodedata.normalize("NFC", password)
    if len(text) < SHORTEST:
        return "too_short"
    if len(text) > LONGEST:
        return "too_long"
    lower = text.lower()
    rest = lower.replace(username.lower(), "", 1) if username else lower
    if rest != lower and len(rest) < 5:
        return "same_as_username"
    return "too_common" if _is_common(lower) else None


def _is_common(text: str) -> bool:
    """Few different characters, runs of the keyboard, a part said again, or a well-known word with digits around it."""
    if len(set(text)) < 5 or text in _WELL_KNOWN or _walks(text) or _is_said_again(text):
        return True
    word = text.strip("0123456789!@#$%^&*.,_-+=?~ ")
    return word in _WORDS or word.translate(_SPELLED) in _WORDS


def _walks(text: str) -> bool:
    """Whether the text is made of at most two runs, such as `qwertyuiop` or `abcde12345`."""
    runs = 0
    while text and runs < 3:
        length = max((n for n in range(1, len(text) + 1) if any(text[:n] in walk for walk in _WALKS)), default=1)
        text, runs = text[length:], runs + 1
    return not text and runs < 3


def _is_said_again(text: str) -> bool:
    """Whether the text is one part of at most six characters, again and again."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, min(6, len(text) // 2) + 1))
