"""The repair record under warranty law: all that SAMR Order 43 names, and a word for each that lacks."""

import copy
import json
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from server.records.shapes import WarrantyRecord, schema
from server.records.warranty import REQUIRED, lacks, warranty
from tests.documents.test_document import TOO_SLOW
from tests.records.kept import NIGHT, PLATE, VIN, ended, kept, signature
from tests.records.test_health import _line, _rows
from tests.running import ROOT

OUTSIDE = Draft202012Validator(json.loads((ROOT / "docs" / "warranty-record.schema.json").read_text(encoding="utf-8")))


def whole(**visit: Any) -> dict[str, Any]:
    """The record of a warranty repair that lacks nothing, and one line that the customer pays."""
    concern = {"id": _line(5)["id"], "words": "变速箱顿挫", "condition": None, "frequency": None}
    finding = {
        "id": _line(6)["id"], "cause": "阀体磨损", "version": 1, "item_code": "QC-01", "grade": "red",
        "dtcs": ["P0700"], "measure": {"value": "1.2", "unit": "mm"},
    }  # fmt: skip
    lines = (
        _line(1, kind="labour", unit="h", quantity="2.5", name="更换阀体", amount_fen=70_000, payer="warranty"),
        _line(2, code="VB-1", name="阀体总成", amount_fen=480_000, payer="warranty"),
        _line(3, code="OIL", amount_fen=30_000, payer="customer"),
        _line(4, kind="other", name="拖车", amount_fen=20_000, payer="warranty"),
    )
    rows = _rows(*lines, concerns=[concern], closed_at=NIGHT, **visit) | {"findings": [finding]}
    record = warranty(kept(rows))
    assert record is not None
    return record


def the_published_schema_is_that_of_the_structs():
    Draft202012Validator.check_schema(OUTSIDE.schema)
    assert OUTSIDE.schema == schema(WarrantyRecord, OUTSIDE.schema["title"])


def a_whole_record_holds_what_the_law_names():
    record = whole()
    assert lacks(record) == []
    assert list(OUTSIDE.iter_errors(record)) == []
    assert (record["vin"], record["plate"], record["odometer_in_km"]) == (VIN, PLATE, 30_000)
    assert (record["time_in"], record["time_out"]) == ("2026-11-22T01:30:00+08:00", "2026-11-22T01:30:00+08:00")
    assert record["statement"] == ["变速箱顿挫"]
    assert [(found["item"], found["measured"], found["dtcs"]) for found in record["inspection"]] == [
        ("制动", "1.2 mm", ["P0700"])
    ]
    assert [(part["name"], part["code"]) for part in record["parts"]] == [("阀体总成", "VB-1")]
    sums = ("material_fen", "hours", "labour_fen", "other_fen")
    assert [record[name] for name in sums] == [480_000, "2.5", 70_000, 20_000]
    assert record["claim_due_on"] == "2026-12-02"


@settings(deadline=None)
@given(st.sets(st.sampled_from(sorted(REQUIRED))))
def test_what_lacks_is_exactly_what_was_taken_away(taken: set[str]):
    record = copy.deepcopy(whole())
    for element in taken:
        record[element] = [] if isinstance(record[element], list) else None
    assert sorted(lack.element for lack in lacks(record)) == sorted(taken)
    assert OUTSIDE.is_valid(record) is not bool(taken)


@settings(max_examples=30, suppress_health_check=TOO_SLOW, deadline=None, phases=[Phase.generate])
@given(ended(), st.sampled_from([None, signature(), signature(sealed=False)]))
def test_any_record_fits_the_schema_unless_something_lacks(rows: dict[str, Any], signed: Any):
    rows["visit"] |= {"kind": "warranty"}
    record = warranty(kept(rows, handover=signed))
    assert record is not None
    assert lacks(record) or [error.message for error in OUTSIDE.iter_errors(record)] == []


def a_malformed_vin_is_named():
    assert [lack.element for lack in lacks(whole() | {"vin": "11111111111111111"})] == ["vin"]


def a_paper_that_is_not_sealed_yet_says_so():
    record = warranty(kept(_rows(_line(1), kind="warranty", closed_at=NIGHT), handover=signature(sealed=False)))
    assert record is not None
    assert {lack.element for lack in lacks(record)} >= {"repairer_seal", "copy_from"}


def a_car_released_without_a_signature_lacks_just_that():
    release = {"reason": "proxy", "note": "家人代取", "at": NIGHT}
    record = warranty(kept(_rows(_line(1), kind="warranty", closed_at=NIGHT, release=release), handover=None))
    assert record is not None
    named = {lack.element for lack in lacks(record)}
    assert "consumer_signature" in named
    assert not named & {"repairer_seal", "copy_from"}
    assert record["released"] == "proxy"


def test_only_warranty_work_has_such_a_record():
    line = _line(1, payer="customer")
    assert warranty(kept(_rows(line, kind="repair", payer="customer"))) is None
    assert warranty(kept(_rows(line, kind="warranty", payer="customer"))) is not None
    assert warranty(kept(_rows(line, kind="repair", payer="warranty"))) is not None
    assert warranty(kept(_rows(_line(1, payer="warranty"), kind="repair", payer="customer"))) is not None
    assert warranty(kept(_rows(_line(1, decision="declined"), kind="warranty"))) is None
