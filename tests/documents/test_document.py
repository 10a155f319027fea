"""The signed document: the same bytes on server and tablet, and nothing that a tablet cannot know."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from server.documents.differences import Difference, differences
from server.documents.document import build, canonical, sha256_hex
from server.documents.wording import WORDING_VERSION, WORDINGS
from tests.documents.rows import CASES, SHARED, structs
from tests.documents.strategies import visits
from tests.documents.twin import tablet

HANDOVER = CASES["a whole visit at handover"]
TOO_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def document(case: dict[str, Any]) -> dict[str, Any]:
    return build(case["purpose"], *structs(case["rows"]))


@pytest.mark.parametrize("name", CASES)
def the_shared_cases_have_these_bytes(name: str):
    case = CASES[name]
    text = canonical(document(case))
    assert text.decode() == case["canonical"]
    assert sha256_hex(text) == case["sha256"]


def the_order_of_arrival_leaves_no_trace():
    for purpose in ("reception", "handover"):
        first, second = (CASES[f"{start} at {purpose}"] for start in ("a whole visit", "another order of arrival"))
        assert first["rows"] != second["rows"]
        assert first["sha256"] == second["sha256"]


def the_wording_is_the_one_that_tablets_show():
    sentences = {purpose: [s._asdict() for s in clauses] for purpose, clauses in WORDINGS[WORDING_VERSION].items()}
    assert SHARED["wording"] == {"version": WORDING_VERSION} | sentences


def a_document_of_an_older_wording_is_compared_under_that_wording(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(WORDINGS, "2020-01", WORDINGS[WORDING_VERSION])
    rows = structs(HANDOVER["rows"])
    assert build("handover", *rows, like={"wording_version": "2020-01"})["wording_version"] == "2020-01"
    for unknown in ("1999-01", None, ["2020-01"], {}):
        assert build("handover", *rows, like={"wording_version": unknown})["wording_version"] == WORDING_VERSION


@pytest.mark.parametrize("name", ["a whole visit at reception", "a whole visit at handover"])
def a_document_holds_nothing_that_the_server_alone_knows(name: str):
    case = copy.deepcopy(CASES[name])
    before = canonical(document(case))
    case["rows"]["visit"] |= {
        "number": "SH-0042", "stage": "settling", "rev": 99, "moves": 7, "opened_at": "2020-01-01T00:00:00Z",
        "id": "01935a10-ffff-7000-8000-000000000001", "customer_id": "01935a10-ffff-7000-8000-000000000002",
    }  # fmt: skip
    case["rows"]["customer"] |= {"tags": ["VIP"], "email": "a@b.cn", "phones": [{"number": "+8613800138000"}], "rev": 9}
    case["rows"]["vehicle"] |= {"make": "大众", "model": "帕萨特", "colour": "白", "odometer_km": 50_000}
    for row in [row for kind in ("lines", "findings", "damages", "photos") for row in case["rows"][kind]]:
        row |= {"rev": 12, "recorded_at": "2020-01-01T00:00:00Z", "uploaded": True, "bytes": 5, "waived": "丢失"}
    assert canonical(document(case)) == before


def a_line_revised_after_it_was_presented_is_not_part_of_the_contract():
    case = copy.deepcopy(CASES["a whole visit at reception"])
    line = case["rows"]["lines"][0]
    line["version"] += 1
    assert line["id"] not in {shown["id"] for shown in document(case)["lines"]}


def a_decision_on_an_older_version_does_not_count():
    case = copy.deepcopy(HANDOVER)
    line = case["rows"]["lines"][1]
    line["decided_version"] = line["version"] - 1
    assert next(shown for shown in document(case)["lines"] if shown["id"] == line["id"])["decision"] is None


def a_time_is_cut_to_the_millisecond_and_told_in_utc():
    case = copy.deepcopy(CASES["a whole visit at reception"])
    case["rows"]["visit"]["ready_at"] = "2026-11-21T16:30:00.999999+08:00"
    assert document(case)["promised_at"] == "2026-11-21T08:30:00.999Z"


def the_tablet_builds_the_same_bytes_of_any_visit():
    jobs: list[dict[str, Any]] = []

    @settings(max_examples=100, deadline=None, phases=[Phase.generate], database=None, suppress_health_check=TOO_SLOW)
    @given(visits())
    def collect(rows: dict[str, Any]):
        jobs.extend({"purpose": purpose, "rows": rows} for purpose in ("contract", "handover"))

    collect()
    assert len(jobs) == 200
    ours = [canonical(build(job["purpose"], *structs(job["rows"]))).decode() for job in jobs]
    assert tablet({"documents": jobs}) == ours


@settings(max_examples=20, deadline=None, suppress_health_check=TOO_SLOW)
@given(visits(), st.sampled_from(["contract", "handover"]), st.randoms(use_true_random=False))
def the_order_of_rows_never_changes_the_bytes(rows: dict[str, Any], purpose: Any, rng: Any):
    shuffled = copy.deepcopy(rows)
    visit = shuffled["visit"]
    lists = [shuffled[kind] for kind in ("damages", "findings", "lines", "photos")]
    for rows_in_order in [*lists, visit["concerns"], visit["advice"], visit["payments"], visit["presented"]]:
        rng.shuffle(rows_in_order)
    assert canonical(build(purpose, *structs(rows))) == canonical(build(purpose, *structs(shuffled)))


def the_differences_of_equal_documents_are_none():
    signed = json.loads(HANDOVER["canonical"])
    assert differences(signed, document(HANDOVER)) == []


def a_changed_price_is_one_difference_at_its_line():
    signed, current = document(HANDOVER), document(HANDOVER)
    line = current["lines"][1]
    line["amount_fen"] = 90_000
    assert differences(signed, current) == [Difference(f"lines/{line['id']}/amount_fen", 80_000, 90_000)]


def an_added_line_and_a_missing_payment_are_one_difference_each():
    signed, current = document(HANDOVER), document(HANDOVER)
    added, gone = signed["lines"].pop(0), current["payments"].pop(0)
    assert differences(signed, current) == [
        Difference(f"lines/{added['id']}", None, added),
        Difference(f"payments/{gone['id']}", gone, None),
    ]


def a_document_that_nobody_here_could_build_is_still_compared():
    current = document(HANDOVER)
    for odd in ({}, {"lines": 5}, {"lines": [1, {"id": 2}]}, {"extra": None} | current, {"odometer_in_km": True}):
        found = differences(odd, current)
        assert found
        assert all(canonical(d.signed) != canonical(d.current) or d.signed is None for d in found)


def a_value_that_json_cannot_hold_is_a_value_error():
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    for value in (2**53, float("nan"), {1: 2}, deep, "\ud800"):
        with pytest.raises(ValueError):  # noqa: PT011
            canonical(value)
