"""Every reason, and every kind of match, has its sentence in both languages of the tablet."""

import re
from pathlib import Path
from typing import get_args

import pytest

from server.domain.names import Likeness
from server.domain.reasons import Reason

WORDS = Path(__file__).parents[2] / "web" / "src" / "i18n"


def block(language: str, name: str) -> str:
    """The words under a name of the first level, as they stand in the file."""
    text = (WORDS / language / "inbox.ts").read_text("utf-8")
    found = re.search(rf"^  {name}: \{{\n(.*?)^  \}},", text, re.MULTILINE | re.DOTALL)
    assert found, name
    return found[1]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", list(Reason))
def the_reason_has_its_sentence(language, code):
    [sentence] = re.findall(rf"^    {code.value}:\s+'(.+)',$", block(language, "reason"), re.MULTILINE)
    assert sentence.endswith(("。", "."))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["phone", "near_phone", "plate", "vin", *get_args(Likeness), "near", "unknown"])
def the_match_has_its_words(language, kind):
    assert re.search(rf"^ +{kind}: '", block(language, "match"), re.MULTILINE)
