"""The table of retention classes, and its page."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.domain.retention import CLASSES, table

PAGE = Path(__file__).parents[2] / "docs" / "retention.md"


def the_page_prints_the_table():
    [printed] = re.findall(r"<!-- table -->\n(.*?)\n<!-- /table -->", PAGE.read_text("utf-8"), re.DOTALL)
    assert printed == table()


def a_class_is_never_kept_shorter_than_the_law_wants():
    assert all(kept.years >= kept.least for kept in CLASSES.values())
    assert (CLASSES["warranty"].least, CLASSES["repair"].least) == (6, 2)


@pytest.mark.parametrize("year", range(2024, 2032))
def a_year_is_never_shorter_than_one_of_the_calendar(year):
    start = datetime(year, 3, 1, tzinfo=UTC)
    assert CLASSES["warranty"].until(start) >= start.replace(year=year + 6)
    assert CLASSES["repair"].until(start, stored=True) - start < timedelta(days=734)
