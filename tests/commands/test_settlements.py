"""The settlement: a bill that is checked, not believed, and the money that changed hands."""

import pytest

from server.domain.ids import uuid7
from tests.commands.examples import examples
from tests.visits import advance_to, bill, check_in, decide, estimated, move, settling


def payment(visit, **fields) -> dict:
    """Money for the visit."""
    return examples()["settlement.record_payment"] | {"visit_id": visit.id, "refund_of": None} | fields


async def a_bill_covers_the_approved_versions(shop):
    visit = await settling(shop)
    assert (await bill(shop, visit, total_fen=93_000, discount_fen=1_000)).outcome == "applied"
    row = (await shop.row("visits", visit.id))["settlement"]
    assert (row["total_fen"], row["discount_fen"], [b["line_id"] for b in row["lines"]]) == (
        93_000, 1_000, visit.lines[:2],
    )  # fmt: skip


async def the_newest_bill_replaces_and_the_same_bill_twice_is_applied(shop):
    visit = await settling(shop)
    lines = [{"line_id": line, "version": 1} for line in visit.lines[:2]]
    fields = {"visit_id": visit.id, "settlement_id": uuid7(), "lines": lines, "discount_fen": 0, "total_fen": 94_000}
    fields["invoice"] = {"title": "王小明", "tax_number": None}
    for role in ("advisor", "manager"):
        await shop.done(role, "settlement.issue", **fields)
    for name, value in (("total_fen", 93_999), ("invoice", None), ("lines", lines[:1])):
        why = await shop.refused("advisor", "settlement.issue", "id_taken", **fields | {name: value})
        assert why.facts == {"fields": [name]}
    await move(shop, visit, "settling", "ready")
    await shop.done("advisor", "settlement.issue", **fields | {"settlement_id": uuid7(), "invoice": None})
    assert (await shop.row("visits", visit.id))["settlement"]["invoice"] is None


@pytest.mark.parametrize(
    ("total", "discount", "code", "facts"),
    [
        (94_001, 0, "total_mismatch", {"approved_fen": 94_000, "expected_fen": 94_000, "total_fen": 94_001}),
        (94_000, 1, "total_mismatch", {"approved_fen": 94_000, "expected_fen": 93_999, "total_fen": 94_000}),
        (0, 94_001, "discount_too_large", {"approved_fen": 94_000}),
    ],
)
async def a_total_is_checked_not_believed(shop, total, discount, code, facts):
    visit = await settling(shop)
    outcome = await bill(shop, visit, total_fen=total, discount_fen=discount)
    assert (outcome.outcome, outcome.reason.code, outcome.reason.facts) == ("rejected", code, facts)
    assert (await shop.row("visits", visit.id))["settlement"] is None


async def a_bill_may_be_waived_altogether(shop):
    visit = await settling(shop)
    assert (await bill(shop, visit, total_fen=0, discount_fen=94_000)).outcome == "applied"


async def a_visit_whose_lines_were_all_declined_has_an_empty_bill(shop):
    visit = await estimated(shop)
    await decide(shop, visit, "declined", "declined", "declined")
    await move(shop, visit, "awaiting_approval", "settling")
    assert (await bill(shop, visit, total_fen=0, lines=0)).outcome == "applied"
    await move(shop, visit, "settling", "ready")


async def a_bill_names_each_approved_line_once_in_its_newest_version(shop):
    visit, other = await settling(shop), await settling(shop)
    line = {"line_id": visit.lines[0], "version": 1}
    for lines, code in (
        ([{"line_id": visit.lines[2], "version": 1}], "not_approved"),
        ([{"line_id": visit.lines[0], "version": 2}], "stale_version"),
        ([{"line_id": other.lines[0], "version": 1}], "not_found"),
        ([line, line], "invalid"),
    ):
        fields = {
            "visit_id": visit.id,
            "settlement_id": uuid7(),
            "lines": lines,
            "discount_fen": 0,
            "total_fen": 18_000,
        }
        await shop.refused("advisor", "settlement.issue", code, **fields)
    await shop.done("advisor", "estimate.drop_line", line_id=visit.lines[0], seen_version=1, reason="免单")
    assert (await bill(shop, visit)).reason.facts == {"decision": "approved", "dropped": "免单"}


@pytest.mark.parametrize("stage", ["checked_in", "awaiting_approval", "repairing", "quality_check", "handed_over"])
async def a_bill_is_issued_while_settling_or_ready(shop, stage):
    visit = await advance_to(shop, stage)
    why = (await bill(shop, visit)).reason
    assert (why.code, why.facts) == ("wrong_stage", {"current": stage, "wanted": "settling"})


async def a_payment_is_a_fact_that_may_come_before_the_bill(shop):
    visit = await check_in(shop)
    fields = payment(visit)
    for role in ("advisor", "manager"):
        await shop.done(role, "settlement.record_payment", **fields)
    [row] = (await shop.row("visits", visit.id))["payments"]
    assert (row["id"], row["amount_fen"], row["method"], row["reference"]) == (
        fields["payment_id"],
        100,
        "wechat",
        "T1",
    )
    for name, value in (("amount_fen", 200), ("method", "cash"), ("paid_at", "2026-11-20T01:00:00Z")):
        why = await shop.refused("advisor", "settlement.record_payment", "id_taken", **fields | {name: value})
        assert why.facts == {"fields": [name]}


@pytest.mark.parametrize("reference", ["T1", None])
async def the_same_money_twice_is_kept_for_a_person_to_look_at(shop, reference):
    visit = await check_in(shop)
    first = payment(visit, reference=reference)
    await shop.done("advisor", "settlement.record_payment", **first)
    second = first | {"payment_id": uuid7()}
    outcome = await shop.kept("manager", "settlement.record_payment", "duplicate_payment", **second)
    assert outcome.reason.facts == {"payment": first["payment_id"]}
    assert len((await shop.row("visits", visit.id))["payments"]) == 2


async def a_refund_is_no_duplicate(shop):
    visit = await check_in(shop)
    first = payment(visit)
    await shop.done("advisor", "settlement.record_payment", **first)
    back = payment(visit, payment_id=uuid7(), refund_of=first["payment_id"])
    await shop.done("advisor", "settlement.record_payment", **back)
    assert (await shop.row("visits", visit.id))["payments"][1]["refund_of"] == first["payment_id"]


async def a_payment_of_nothing_is_refused(shop):
    visit = await check_in(shop)
    for name, value in (("amount_fen", 0), ("method", "gold"), ("paid_at", "yesterday")):
        why = await shop.refused("advisor", "settlement.record_payment", "invalid", **payment(visit, **{name: value}))
        assert why.subject.id == name


async def a_payment_after_the_car_left_is_simply_stored(shop):
    visit = await advance_to(shop, "handed_over")
    await shop.done("advisor", "settlement.record_payment", **payment(visit))
