"""Amendments: a correction after the car left is a document of its own; what was signed stays to the byte."""

import copy
from typing import Any

import pytest

from server.documents.amendment import hash_of
from server.domain.ids import uuid7
from tests.commands.amending import amending, handed_over, standing
from tests.commands.signing import document
from tests.shop import Shop, plain
from tests.visits import advance_to, check_in, make_vin, ready_visit


async def by_id(shop: Shop, kind: str) -> dict[str, Any]:
    """All rows of a kind, whole."""
    return {row["id"]: row for row in await shop.rows(kind)}


async def an_amendment_is_a_document_that_names_the_one_before_it(shop):
    visit = await handed_over(shop)
    first, closing = await standing(shop, visit)
    path = f"lines/{visit.lines[0]}/name"
    fields = await amending(shop, visit, (path, "前刹车片", "后刹车片"))
    await shop.done("advisor", "handover.amend", **fields)
    [row] = await shop.rows("amendments")
    amended = copy.deepcopy(closing)
    amended["lines"][0]["name"] = "后刹车片"
    assert row["document"] == {
        "document_version": 1, "purpose": "amendment", "visit_id": visit.id, "amends": first, "reason": "写错了",
        "corrections": fields["corrections"], "amended_at": "2026-11-21T01:02:03.000Z", "amended_by": "advisor",
        "amended": amended,
    }  # fmt: skip
    assert (row["document_hash"], row["by"]) == (hash_of(row["document"]), shop.people["advisor"])
    assert [promise["amendment_id"] for promise in await shop.promises("seal") if "amendment_id" in promise] == [
        row["id"]
    ]


async def a_second_amendment_names_the_first_and_goes_on_from_it(shop):
    visit = await handed_over(shop)
    path = f"lines/{visit.lines[1]}/name"
    await shop.done("manager", "handover.amend", **await amending(shop, visit, (path, "前刹车片", "后刹车片")))
    stale = await amending(shop, visit, ("plate", None, "川A12345"))
    fields = await amending(shop, visit, (path, "后刹车片", "后刹车盘"), ("plate", None, "川A12345"))
    await shop.done("claims", "handover.amend", **fields)
    amended = (await standing(shop, visit))[1]
    assert (amended["lines"][1]["name"], amended["plate"]) == ("后刹车盘", "川A12345")
    why = await shop.refused("advisor", "handover.amend", "stale_version", **stale)
    assert why.facts == {"seen": stale["amends"], "current": (await standing(shop, visit))[0]}


async def an_amendment_changes_nothing_that_was_signed(shop):
    visit = await handed_over(shop)
    kinds = ("signatures", "visits", "vehicles", "customers", "estimate_lines", "findings", "photos")
    before = {kind: await by_id(shop, kind) for kind in kinds}
    await shop.done("advisor", "handover.amend", **await amending(shop, visit, ("vin", visit.vin, make_vin(shop))))
    assert {kind: await by_id(shop, kind) for kind in kinds} == before


async def an_amendment_sent_again_is_applied_and_another_under_its_id_is_refused(shop):
    visit = await handed_over(shop)
    fields = await amending(shop, visit, ("plate", None, "川A12345"))
    for role in ("advisor", "manager"):
        await shop.done(role, "handover.amend", **fields)
    assert len(await shop.rows("amendments")) == 1
    why = await shop.refused("advisor", "handover.amend", "id_taken", **fields | {"reason": "另一个原因"})
    assert why.facts == {"fields": ["reason"]}


async def a_value_that_the_document_does_not_say_is_refused_with_what_it_says(shop):
    visit = await handed_over(shop)
    fields = await amending(shop, visit, ("plate", "川A54321", "川A12345"))
    why = await shop.refused("advisor", "handover.amend", "value_conflict", **fields)
    assert (why.subject.id, why.facts) == (visit.id, {"field": "plate", "current": None})
    fields = await amending(shop, visit, ("settlement/total_fen", 94_000.0, 90_000))
    await shop.refused("advisor", "handover.amend", "value_conflict", **fields)


@pytest.mark.parametrize(
    ("path", "old", "to", "part", "problem"),
    [
        ("colour", None, "红", "path", "unknown_path"),
        ("lines", [], "x", "path", "unknown_path"),
        ("lines/{line}", {}, {}, "path", "unknown_path"),
        ("lines/{line}/id", "{line}", "x", "path", "not_correctable"),
        ("lines/{line}/decision", "approved", None, "path", "not_correctable"),
        ("document_version", 1, 2, "path", "not_correctable"),
        ("purpose", "handover", "contract", "path", "not_correctable"),
        ("wording_version", "2026-11", "2027-01", "path", "not_correctable"),
        ("quality/checks/QC-01/item_code", "QC-01", "QC-02", "path", "not_correctable"),
        ("customer_name", "王小明", None, "to", "wrong_value"),
        ("customer_name", "王小明", "  ", "to", "wrong_value"),
        ("customer_name", "王小明", "王小明", "to", "no_change"),
        ("odometer_out_km", None, "30012", "to", "wrong_value"),
        ("odometer_out_km", None, -1, "to", "wrong_value"),
        ("odometer_out_km", None, True, "to", "wrong_value"),
        ("odometer_out_km", None, 2**60, "to", "wrong_value"),
        ("quality/passed", True, 1, "to", "wrong_value"),
        ("kind", "repair", "party", "to", "wrong_value"),
        ("plate", None, "ABC", "to", "plate_format"),
        ("vin", "{vin}", "1M8GDM9AXKP04278", "to", "vin_length"),
        ("lines/{line}/unit_price_fen", 12_000, 11_000, "to", "does_not_add_up"),
        ("settlement/total_fen", 94_000, 90_000, "to", "does_not_add_up"),
    ],
)
async def a_correction_that_cannot_stand_is_refused_by_its_place(shop, path, old, to, part, problem):
    visit = await handed_over(shop)
    known = {"line": visit.lines[0], "vin": visit.vin}
    path, old = path.format(**known), old.format(**known) if isinstance(old, str) else old
    fields = await amending(shop, visit, ("plate", None, "川A12346"), (path, old, to))
    if path == "plate":
        fields["corrections"] = fields["corrections"][1:]
    place = len(fields["corrections"]) - 1
    why = await shop.refused("advisor", "handover.amend", "invalid", **fields)
    assert (why.subject.id, why.facts["problem"]) == (f"corrections.{place}.{part}", problem)


async def an_amendment_corrects_something(shop):
    visit = await handed_over(shop)
    why = await shop.refused("advisor", "handover.amend", "invalid", **await amending(shop, visit))
    assert why.subject.id == "corrections"


async def a_price_goes_up_only_with_a_decision_of_the_customer(shop):
    visit = await handed_over(shop)
    line, bill = visit.lines[0], (await standing(shop, visit))[1]["settlement"]["id"]
    for corrections, raised in (
        ([("settlement/total_fen", 94_000, 94_001)], bill),
        ([(f"lines/{line}/amount_fen", 18_000, 20_000)], line),
        ([(f"lines/{line}/unit_price_fen", 12_000, 12_001)], line),
    ):
        why = await shop.refused(
            "manager", "handover.amend", "not_approved", **await amending(shop, visit, *corrections)
        )
        assert why.facts == {"lines": [raised]}


async def a_price_may_go_down_when_the_whole_bill_says_so(shop):
    visit = await handed_over(shop)
    line = f"lines/{visit.lines[0]}"
    corrections = (
        (f"{line}/unit_price_fen", 12_000, 10_000),
        (f"{line}/amount_fen", 18_000, 15_000),
        ("settlement/total_fen", 94_000, 91_000),
    )
    await shop.done("manager", "handover.amend", **await amending(shop, visit, *corrections))
    assert (await standing(shop, visit))[1]["settlement"]["total_fen"] == 91_000


async def a_line_that_somebody_else_pays_is_not_passed_on_to_the_customer(shop):
    visit = await handed_over(shop)
    payer = f"lines/{visit.lines[0]}/payer"
    await shop.done("manager", "handover.amend", **await amending(shop, visit, (payer, "customer", "warranty")))
    back = await amending(shop, visit, (payer, "warranty", "customer"))
    await shop.refused("manager", "handover.amend", "not_approved", **back)


@pytest.mark.parametrize("stage", ["checked_in", "settling", "ready", "cancelled"])
async def a_car_that_did_not_leave_has_nothing_to_amend(shop, stage):
    visit = await advance_to(shop, stage)
    fields = {
        "visit_id": visit.id, "amendment_id": uuid7(), "amends": hash_of(await document(shop, visit.id)),
        "reason": "写错了", "corrections": [{"path": "plate", "from": None, "to": "川A12345"}],
        "amended_at": plain(shop.now),
    }  # fmt: skip
    why = await shop.refused("advisor", "handover.amend", "wrong_stage", **fields)
    assert why.facts == {"current": stage, "wanted": "handed_over"}


async def a_car_that_left_without_a_signature_is_amended_once_its_paper_is_sealed(shop):
    visit = await ready_visit(shop)
    await shop.done("manager", "handover.release", visit_id=visit.id, reason="key_drop", note="钥匙投递")
    paper = await document(shop, visit.id)
    correction = {"path": "plate", "from": None, "to": "川A12345"}
    fields: dict[str, Any] = {
        "visit_id": visit.id, "amendment_id": uuid7(), "amends": hash_of(paper), "reason": "写错了",
        "corrections": [correction], "amended_at": plain(shop.now),
    }  # fmt: skip
    await shop.refused("advisor", "handover.amend", "wrong_stage", **fields)
    await shop.serve("handover.seal", visit_id=visit.id, pdf_sha256="ab" * 32, document=paper)
    await shop.done("advisor", "handover.amend", **fields)
    assert (await shop.row("visits", visit.id))["released_document"] == paper


async def a_seal_is_noted_once_and_tells_the_customer(shop):
    visit = await handed_over(shop)
    fields = await amending(shop, visit, ("plate", None, "川A12345"))
    await shop.done("advisor", "handover.amend", **fields)
    for _ in range(2):
        seal = {"visit_id": visit.id, "amendment_id": fields["amendment_id"], "pdf_sha256": "ab" * 32}
        await shop.serve("handover.seal_amendment", **seal)
    [row] = await shop.rows("amendments")
    assert (row["pdf_sha256"], row["sealed_at"] is not None) == ("ab" * 32, True)
    assert [message["event"] for message in await shop.promises()].count("amendment") == 1


async def an_amendment_leaves_the_tablets_with_its_visit(shop):
    visit, other = await handed_over(shop), await check_in(shop)
    await shop.done("advisor", "handover.amend", **await amending(shop, visit, ("plate", None, "川A12345")))
    shop.now = shop.now.replace(month=12, day=25)
    await shop.serve("visit.sweep", visit_id=visit.id)
    assert list((await shop.fresh(0))["visits"]) == [other.id]
    assert not (await shop.fresh(0)).get("amendments")
    await shop.done("manager", "handover.amend", **await amending(shop, visit, ("plate", "川A12345", "川A12346")))
    assert not (await shop.fresh(0)).get("amendments")
