"""What a customer reads before signing again: each difference of two documents in words, Chinese and English."""

import copy
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.documents.difference_words import Change, in_words
from server.documents.differences import differences
from server.documents.document import Document, build
from server.documents.labels import Words
from server.documents.part_words import PARTS
from tests.documents.rows import structs
from tests.documents.strategies import visits
from tests.documents.test_document import HANDOVER, document

ITEMS = {"brake_pad_front": Words("前刹车片厚度", "Front brake pads")}
TYPED = {
    "words", "condition", "frequency", "name", "quantity", "unit", "code", "text", "cause", "plan", "value", "caption",
    "reference", "title", "tax_number", "dropped", "customer_name", "plate", "vin", "item_code", "panel",
    "warning_lamps", "belongings", "dtcs", "road_test_km",
}  # fmt: skip
"""Members of documents that hold what people typed, in whichever language."""
UNSAYABLE = {f"{part.noun({}).zh}已更改" for part in PARTS.values()} | {"其他内容已更改"}
"""What stands for values of a kind that no document of ours has."""
ABBREVIATIONS = re.compile(r"\b(ABS|km|VIN)\b")


def told(signed: Any, current: Any) -> list[Change]:
    found = differences(signed, current)
    return in_words(found, signed, current, item_names=ITEMS, time_zone="Asia/Shanghai")


def said(signed: Any, current: Any) -> list[tuple[str, str, str]]:
    return [(one.kind, one.zh, one.en) for one in told(signed, current)]


def twice() -> tuple[Document, Document]:
    return document(HANDOVER), document(HANDOVER)


def a_revised_price_is_said_in_yuan_and_its_version_is_not():
    signed, current = twice()
    line = current["lines"][1]
    line |= {"version": 3, "unit_price_fen": 42_000, "amount_fen": 42_000, "discount_fen": 0}
    current["settlement"]["total_fen"] += 4_000
    for billed in current["settlement"]["lines"]:
        billed["version"] += 1
    assert said(signed, current) == [
        ("changed", "前刹车片(套)（原厂）单价 820.00 → 420.00 元", "前刹车片(套) (OEM): unit price ¥820.00 → ¥420.00"),
        ("changed", "前刹车片(套)（原厂）优惠 20.00 → 0.00 元", "前刹车片(套) (OEM): discount ¥20.00 → ¥0.00"),
        ("changed", "前刹车片(套)（原厂）金额 800.00 → 420.00 元", "前刹车片(套) (OEM): amount ¥800.00 → ¥420.00"),
        ("changed", "结算单合计 1,234.48 → 1,274.48 元", "Bill: total ¥1,234.48 → ¥1,274.48"),
    ]


def the_new_and_the_gone_are_said_as_a_whole():
    signed, current = twice()
    part = {"name": "空调滤芯", "quantity": "1", "amount_fen": 12_000, "decision": "approved", "part_kind": None}
    current["lines"].append(current["lines"][1] | part | {"id": "0193ffff-0000-7000-8000-000000000000"})
    current["lines"][0]["dropped"] = "免单"
    gone = signed["payments"][0] | {"id": "0193ffff-0000-7000-8000-000000000001", "refund_of": "x", "method": "cash"}
    signed["payments"].append(gone | {"amount_fen": 2_050})
    assert said(signed, current) == [
        ("removed", "删除项目：更换前刹车片工时（免单）", "Item dropped: 更换前刹车片工时 (免单)"),
        ("added", "新增项目：空调滤芯 ×1，120.00 元", "Item added: 空调滤芯 ×1, ¥120.00"),
        ("removed", "删除退款：现金 20.50 元", "Refund removed: Cash ¥20.50"),
    ]


def the_decisions_readings_and_times_are_said_as_people_say_them():
    signed, current = twice()
    signed["lines"][1]["decision"] = None
    signed["odometer_out_km"], current["odometer_out_km"] = 12_345, None
    current["payments"][0]["paid_at"] = "2026-11-21T16:05:00.000Z"
    current["findings"][0]["grade"] = "green"
    current["advice"], current["photos"] = [], []
    zh = [one.zh for one in told(signed, current)]
    assert zh[0] == "出厂里程 12,345 km → 无"
    assert "前刹车片厚度 结论 需处理 → 正常" in zh
    assert "前刹车片(套)（原厂）客户决定 未决定 → 同意" in zh
    assert any(words.endswith("→ 2026-11-22 00:05") for words in zh)


def a_version_alone_is_said_when_nothing_else_says_that_something_changed():
    signed, current = twice()
    current["lines"][1]["version"] += 1
    current["settlement"]["id"] = "0193ffff-0000-7000-8000-000000000000"
    assert [one.zh for one in told(signed, current)] == ["前刹车片(套)（原厂）报价版本 2 → 3", "结算单编号已更改"]


@pytest.mark.parametrize("odd", [{}, {"lines": 5}, {"lines": [1, {"id": 2}]}, {"extra": None}, {"vin": {"a": 1}}])
def a_document_that_nobody_here_could_build_has_words_too(odd: Any):
    current = document(HANDOVER)
    for one in told(odd, current) + told(current, odd) + told(current | odd, current):
        assert one.zh.strip()
        assert one.en.strip()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(visits(), visits(), st.sampled_from(["contract", "handover"]), st.data())
def a_difference_always_has_words_in_one_language_each(rows: Any, others: Any, purpose: Any, data: st.DataObject):
    signed, current = (_plainly(build(purpose, *structs(one))) for one in (rows, others))
    _meet(signed, current, data)
    found = differences(signed, current)
    ids = {value for document in (signed, current) for value in _ids(document)}
    for difference in found:
        [one] = in_words([difference], signed, current, item_names={}, time_zone="Asia/Shanghai")
        assert one.path == difference.path
        for words in (one.zh, one.en):
            assert not any(raw in words for raw in ids)
            assert "/" not in words.replace("油量/电量", "")
            assert "_" not in words
        assert not re.search("[A-Za-z]", ABBREVIATIONS.sub("", one.zh)), one
        assert not re.search("[\u3000-\u9fff\uff00-\uffef]", one.en), one
        assert one.zh not in UNSAYABLE
    assert {(one.zh, one.kind) for one in told(signed, current)} <= {
        (one.zh, one.kind)
        for difference in found
        for one in in_words([difference], signed, current, item_names=ITEMS, time_zone="Asia/Shanghai")
    }


def _plainly(value: Any, name: str = "") -> Any:
    """What people typed becomes digits, so that every letter left is ours."""
    if isinstance(value, dict):
        return {key: _plainly(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plainly(inner, name) for inner in value]
    return str(abs(hash(value)) % 10_000) if name in TYPED and isinstance(value, str) else copy.deepcopy(value)


def _meet(signed: Any, current: Any, data: st.DataObject) -> None:
    """Entries of both become the same ones, changed."""
    for name, ours in signed.items():
        theirs = current[name]
        if isinstance(ours, list):
            for mine, other in zip(ours, theirs, strict=False):
                if data.draw(st.booleans()):
                    other["id"] = mine["id"]
        elif isinstance(ours, dict) and theirs:
            for key in ("lines", "checks"):
                for mine, other in zip(ours.get(key, []), theirs.get(key, []), strict=False):
                    other.update({k: mine[k] for k in ("line_id", "item_code") if k in mine})


def _ids(value: Any) -> set[str]:
    if isinstance(value, dict):
        here = {v for k, v in value.items() if k == "id" or k.endswith("_id") or k == "sha256" if isinstance(v, str)}
        return here.union(*(_ids(inner) for inner in value.values()))
    return set[str]().union(*(_ids(inner) for inner in value)) if isinstance(value, list) else set()
