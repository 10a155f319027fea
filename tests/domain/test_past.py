"""What a visit leaves behind for the car's next one, by the cases that tablets run as well."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.domain.past import left_behind, newest
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.findings import Damage, Finding
from server.domain.rows.past import CarPast
from server.domain.rows.visits import Visit

FILE = json.loads((Path(__file__).parents[1] / "cases" / "past.json").read_text("utf-8"))
BASE, CASES = FILE["base"], FILE["cases"]
KINDS = {"damages": Damage, "findings": Finding, "lines": EstimateLine}


def past(**fields: Any) -> CarPast:
    """The past of a car, but for these fields that of a visit without anything."""
    return msgspec.convert(BASE["past"] | fields, CarPast)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def the_case_holds(case):
    before = past(**case["before"]) if case["before"] else None
    visit = msgspec.convert(BASE["visit"] | case["visit"], Visit)
    rows = {name: [msgspec.convert(BASE[name] | row, kind) for row in case[name]] for name, kind in KINDS.items()}
    assert left_behind(before, visit, **rows) == past(**case["after"])


def test_the_newest_past_of_several_records_counts():
    old, new = past(closed_at="2026-05-01T00:00:00Z"), past(closed_at="2026-05-01T00:00:01Z")
    assert newest(None, old, new) == newest(new, old) == new
    assert newest(None, None) is None
