"""The published JSON Schema: every document fits it, and nothing that has a field more, less or of another kind."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from server.documents.document import build, canonical
from server.documents.shapes import Contract, Handover, Paper, schema
from tests.documents.rows import CASES, structs
from tests.documents.strategies import visits
from tests.documents.test_document import TOO_SLOW
from tests.running import ROOT

OUTSIDE = Draft202012Validator(json.loads((ROOT / "docs" / "document.schema.json").read_text(encoding="utf-8")))


def the_published_schema_is_a_schema_and_that_of_the_structs():
    Draft202012Validator.check_schema(schema())
    assert OUTSIDE.schema == schema()


@pytest.mark.parametrize("name", CASES)
def the_shared_cases_fit(name: str):
    document = json.loads(CASES[name]["canonical"])
    assert list(OUTSIDE.iter_errors(document)) == []
    assert canonical(msgspec.to_builtins(msgspec.convert(document, Paper))) == canonical(document)


@settings(max_examples=100, suppress_health_check=TOO_SLOW, deadline=None, phases=[Phase.generate])
@given(visits(), st.sampled_from(["contract", "handover"]))
def test_any_document_fits(rows: dict[str, Any], purpose: Any):
    for damage in rows["damages"]:  # a command takes no pin beside the drawing
        damage |= {axis: min(max(damage[axis], 0), 1) for axis in ("x", "y")}
    document = json.loads(canonical(build(purpose, *structs(rows))))
    assert list(OUTSIDE.iter_errors(document)) == []
    assert isinstance(msgspec.convert(document, Paper), Contract | Handover)


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(part)


@pytest.mark.parametrize("name", ["a whole visit at reception", "a whole visit at handover"])
def a_document_with_a_field_more_or_less_does_not_fit(name: str):
    document = json.loads(CASES[name]["canonical"])
    for at, whole in enumerate(_objects(document)):
        for field in whole:
            less = copy.deepcopy(document)
            del list(_objects(less))[at][field]
            assert not OUTSIDE.is_valid(less), field
        more = copy.deepcopy(document)
        list(_objects(more))[at]["more"] = 1
        assert not OUTSIDE.is_valid(more), whole
