"""The vehicle-health record: thirteen elements of every repair, and a word for each that lacks."""

import copy
import json
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from server.records.health import BASIC, ELEMENTS, ITEM, PART, health, lacks
from server.records.shapes import HealthRecord, schema
from tests.documents.test_document import TOO_SLOW
from tests.records.kept import NIGHT, PLATE, VIN, ended, kept
from tests.running import ROOT

OUTSIDE = Draft202012Validator(json.loads((ROOT / "docs" / "health-record.schema.json").read_text(encoding="utf-8")))
WHOLE: dict[str, Any] = {
    "basicInfo": {
        "companyname": "星辰汽车", "vin": VIN, "vehicleplatenumber": PLATE, "repairdate": "20261121",
        "repairmileage": "42000", "settledate": "20261122", "costlistcode": "20261121-003", "faultdescription": "异响",
    },
    "repairprojectlist": [{"repairproject": "更换前刹车片", "workinghours": "1.5"}],
    "vehiclepartslist": [{"partsname": "前刹车片", "partscode": "BP-01", "partsquantity": "2"}],
}  # fmt: skip


def _places(record: dict[str, Any], element: str) -> list[dict[str, Any]]:
    """Where an element stands."""
    if element in BASIC:
        return [record["basicInfo"]]
    return record["repairprojectlist" if element in ITEM else "vehiclepartslist"]


def the_published_schema_is_that_of_the_structs():
    Draft202012Validator.check_schema(OUTSIDE.schema)
    assert OUTSIDE.schema == schema(HealthRecord, OUTSIDE.schema["title"])
    assert len(ELEMENTS) == 13


@settings(max_examples=30, suppress_health_check=TOO_SLOW, deadline=None, phases=[Phase.generate])
@given(ended())
def test_every_repair_has_all_elements_and_fits_the_schema_unless_something_lacks(rows: dict[str, Any]):
    record = health(kept(rows))
    assert record is not None
    assert set(record["basicInfo"]) == set(BASIC)
    assert all(set(item) == set(ITEM) for item in record["repairprojectlist"])
    assert all(set(part) == set(PART) for part in record["vehiclepartslist"])
    found = lacks(record)
    assert {lack.element for lack in found} <= set(ELEMENTS)
    assert OUTSIDE.is_valid(record) or found


@settings(deadline=None)
@given(st.sets(st.sampled_from(ELEMENTS)))
def test_what_lacks_is_exactly_what_was_taken_away(taken: set[str]):
    record = copy.deepcopy(WHOLE)
    for element in taken:
        for place in _places(record, element):
            place[element] = None
    found = lacks(record)
    assert sorted(lack.element for lack in found) == sorted(taken)
    assert all(lack.zh and lack.en for lack in found)
    assert OUTSIDE.is_valid(record) is not bool(taken)


def _wrong(element: str, value: Any) -> list[str]:
    record = copy.deepcopy(WHOLE)
    for place in _places(record, element):
        place[element] = value
    return [lack.element for lack in lacks(record)]


def test_what_is_malformed_is_named():
    assert _wrong("vin", "11111111111111111") == ["vin"]
    assert _wrong("vin", "LDC613P23A130518I") == ["vin"]
    assert _wrong("vehicleplatenumber", "ABC") == ["vehicleplatenumber"]
    assert _wrong("workinghours", "two") == ["workinghours"]
    assert _wrong("partsquantity", "-1") == ["partsquantity"]
    assert _wrong("settledate", "20261120") == ["settledate"]


def a_repair_without_an_item_says_so():
    [lack] = lacks(WHOLE | {"repairprojectlist": []})
    assert (lack.element, lack.zh) == ("repairproject", "没有维修项目")
    assert lacks(WHOLE | {"vehiclepartslist": []}) == []


def the_part_without_a_code_is_named():
    record = copy.deepcopy(WHOLE)
    record["vehiclepartslist"].append({"partsname": "清洗剂", "partscode": None, "partsquantity": "1"})
    [lack] = lacks(record)
    assert (lack.element, lack.zh) == ("partscode", "“清洗剂”缺少配件编码")


def _line(line_id: int, **fields: Any) -> dict[str, Any]:
    base = {
        "id": f"00000000-0000-7000-8000-{line_id:012}", "version": 1, "decided_version": 1, "decision": "approved",
        "kind": "part", "quantity": "1", "unit": "件", "dropped": None, "amount_fen": 100, "name": "机油",
    }  # fmt: skip
    return base | fields


def _rows(*lines: dict[str, Any], **visit: Any) -> dict[str, Any]:
    usual = {"opened_at": NIGHT, "walkaround": {"odometer_km": 30_000}, "number": "20261122-001", "settlement": None}
    return {
        "visit": usual | visit, "vehicle": {"vin": VIN, "plate": PLATE}, "customer": {}, "damages": [], "findings": [],
        "lines": list(lines), "photos": [],
    }  # fmt: skip


def the_days_are_those_of_the_stores_clock():
    record = health(kept(_rows(_line(1), settlement={"issued_at": NIGHT})))
    assert record is not None
    assert (record["basicInfo"]["repairdate"], record["basicInfo"]["settledate"]) == ("20261122", "20261122")
    assert record["basicInfo"]["costlistcode"] == "20261122-001"


def a_visit_without_a_bill_has_neither_settlement_number_nor_date():
    record = health(kept(_rows(_line(1))))
    assert record is not None
    assert {lack.element for lack in lacks(record)} >= {"settledate", "costlistcode"}


def test_where_nothing_was_repaired_there_is_no_record():
    assert health(kept(_rows(_line(1, decision="declined"), _line(2, dropped="没货")))) is None


def the_parts_are_those_that_were_installed_each_once():
    lines = [_line(1, code="OIL"), _line(2, code=None, name="滤芯"), _line(3, code="X", decision="declined")]
    used = [
        {"id": _line(7)["id"], "line_id": None, "code": "OIL", "name": "机油 5W-30", "quantity": "4"},
        {"id": _line(8)["id"], "line_id": lines[1]["id"], "code": "F-9", "name": "机油滤芯", "quantity": "1"},
        {"id": _line(9)["id"], "line_id": None, "code": "W", "name": "垫片", "quantity": "1"},
    ]
    record = health(kept(_rows(*lines, parts_used=used)))
    assert record is not None
    assert [(part["partscode"], part["partsquantity"]) for part in record["vehiclepartslist"]] == [
        ("OIL", "4"), ("F-9", "1"), ("W", "1"),
    ]  # fmt: skip


def a_fault_is_told_in_the_customers_words_else_by_its_cause():
    concern = {"id": _line(5)["id"], "words": "刹车异响", "condition": None, "frequency": None}
    finding = {"id": _line(6)["id"], "cause": "片厚 2 mm", "version": 1, "item_code": "BR-1", "grade": "red"}
    said = _rows(_line(1), concerns=[concern], kind="repair") | {"findings": [finding]}
    for rows, told in (
        (said, "刹车异响"),
        (_rows(_line(1), kind="repair") | {"findings": [finding]}, "片厚 2 mm"),
        (_rows(_line(1), kind="maintenance"), "定期保养"),
        (_rows(_line(1), kind="repair"), None),
    ):
        record = health(kept(rows))
        assert record is not None
        assert record["basicInfo"]["faultdescription"] == told
