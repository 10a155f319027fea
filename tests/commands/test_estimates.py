"""The estimate: lines, their versions, what is put before the customer."""

import pytest

from server.domain.ids import uuid7
from tests.commands.examples import examples
from tests.visits import advance_to, check_in, decide, diagnosing, estimated


def line(visit, **fields) -> dict:
    """A line of the visit's estimate."""
    return examples()["estimate.add_line"] | {"visit_id": visit.id} | fields


async def a_line_is_priced_and_added_once(shop):
    visit = await diagnosing(shop)
    fields = line(visit, kind="labour", quantity="1.5", unit_price_fen=12_001, discount_fen=None, payer=None)
    for role in ("advisor", "manager"):
        await shop.done(role, "estimate.add_line", **fields)
    [row] = await shop.rows("estimate_lines")
    assert (row["version"], row["amount_fen"], row["discount_fen"], row["payer"]) == (1, 18_002, 0, "customer")
    assert (row["decision"], row["decided"], row["dropped"], len(row["versions"])) == (None, [], None, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "other"), ("name", "后刹车片"), ("quantity", "3"), ("unit", "套"), ("unit_price_fen", 1),
        ("code", None), ("discount_fen", 0), ("part_kind", "aftermarket"), ("payer", "insurance"), ("finding_id", None),
    ],
)  # fmt: skip
async def a_line_with_other_content_under_the_id_is_taken_also_after_a_revision(shop, name, value):
    fields = line(await diagnosing(shop))
    await shop.done("advisor", "estimate.add_line", **fields)
    why = await shop.refused("advisor", "estimate.add_line", "id_taken", **fields | {name: value})
    assert (why.subject.type, why.facts) == ("estimate_lines", {"fields": [name]})
    revision = {"quantity": "1", "unit_price_fen": 5, "discount_fen": 0, "name": "换名"}
    await shop.done(
        "advisor", "estimate.revise_line", line_id=fields["line_id"], seen_version=1, reason="改", **revision
    )
    await shop.done("advisor", "estimate.add_line", **fields)
    await shop.refused("advisor", "estimate.add_line", "id_taken", **fields | {name: value})


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "0.000"}, "quantity"),
        ({"quantity": "-1"}, "quantity"),
        ({"quantity": "1e3"}, "quantity"),
        ({"discount_fen": 76_001}, "discount_fen"),
        ({"discount_fen": -1}, "discount_fen"),
        ({"unit_price_fen": -1}, "unit_price_fen"),
        ({"quantity": "999999", "unit_price_fen": 10_000_000_000}, "quantity"),
    ],
)
async def a_line_that_cannot_be_priced_is_refused(shop, fields, path):
    visit = await diagnosing(shop)
    assert (await shop.refused("advisor", "estimate.add_line", "invalid", **line(visit, **fields))).subject.id == path


async def the_discount_may_be_the_whole_line(shop):
    fields = line(await diagnosing(shop), discount_fen=76_000)
    await shop.done("advisor", "estimate.add_line", **fields)
    assert (await shop.row("estimate_lines", fields["line_id"]))["amount_fen"] == 0


@pytest.mark.parametrize("stage", ["settling", "ready", "handed_over", "cancelled"])
async def the_estimate_is_frozen_once_the_bill_is_being_made(shop, stage):
    visit = await advance_to(shop, stage)
    why = await shop.refused("advisor", "estimate.add_line", "wrong_stage", **line(visit))
    assert why.facts == {"current": stage}
    lines = [{"line_id": uuid7(), "version": 1}]
    await shop.refused("advisor", "estimate.present", "wrong_stage", visit_id=visit.id, lines=lines)
    if visit.lines:
        revision = {"line_id": visit.lines[0], "seen_version": 1, "quantity": "3", "reason": "改"}
        await shop.refused("advisor", "estimate.revise_line", "wrong_stage", **revision)


async def a_revision_is_a_new_version_that_needs_a_new_decision(shop):
    visit = await estimated(shop)
    await decide(shop, visit, "approved")
    fields = {"line_id": visit.lines[0], "seen_version": 1, "unit_price_fen": 13_000, "reason": "工时费上调"}
    await shop.done("advisor", "estimate.revise_line", **fields)
    row = await shop.row("estimate_lines", visit.lines[0])
    assert (row["version"], row["amount_fen"], row["decision"], row["decided_version"]) == (2, 19_500, None, None)
    assert [(v["version"], v["unit_price_fen"], v["reason"]) for v in row["versions"]] == [
        (1, 12_000, None), (2, 13_000, "工时费上调"),
    ]  # fmt: skip
    assert [d["version"] for d in row["decided"]] == [1]


async def a_line_that_another_pays_is_a_new_version_and_the_first_one_keeps_its_own(shop):
    visit = await estimated(shop)
    await decide(shop, visit, "approved")
    fields = {"line_id": visit.lines[0], "seen_version": 1, "payer": "warranty", "reason": "三包范围内"}
    await shop.done("advisor", "estimate.revise_line", **fields)
    row = await shop.row("estimate_lines", visit.lines[0])
    assert (row["payer"], row["version"], row["decision"], row["amount_fen"]) == ("warranty", 2, None, 18_000)
    assert [version["payer"] for version in row["versions"]] == ["customer", "warranty"]


async def a_second_tablet_that_saw_an_older_version_is_refused(shop):
    visit = await estimated(shop)
    revision = {"line_id": visit.lines[0], "seen_version": 1, "quantity": "2", "reason": "改"}
    await shop.done("advisor", "estimate.revise_line", **revision)
    for command, fields in (
        ("estimate.revise_line", revision | {"quantity": "3"}),
        ("estimate.drop_line", {"line_id": visit.lines[0], "seen_version": 1, "reason": "不做了"}),
    ):
        why = await shop.refused("manager", command, "stale_version", **fields)
        assert (why.subject.id, why.facts) == (visit.lines[0], {"seen": 1, "current": 2})


async def a_revision_with_a_discount_above_the_amount_is_refused(shop):
    visit = await estimated(shop)
    fields = {"line_id": visit.lines[0], "seen_version": 1, "quantity": "0.1", "discount_fen": 1_201, "reason": "改"}
    why = await shop.refused("advisor", "estimate.revise_line", "invalid", **fields)
    assert (why.subject.id, why.facts["amount_fen"]) == ("discount_fen", 1_200)


async def a_dropped_line_stays_with_its_reason_until_it_is_revised(shop):
    visit = await estimated(shop)
    drop = {"line_id": visit.lines[0], "seen_version": 1, "reason": "不做了"}
    for role in ("advisor", "manager"):
        await shop.done(role, "estimate.drop_line", **drop)
    row = await shop.row("estimate_lines", visit.lines[0])
    assert (row["dropped"], row["version"], row["rev"]) == ("不做了", 1, 2)
    outcome = await shop.do("manager", "estimate.drop_line", **drop | {"reason": "客户自备"})
    assert (outcome.outcome, outcome.merged[0]["yours"], outcome.merged[0]["result"]) == (
        "merged",
        "客户自备",
        "不做了",
    )
    revision = {"line_id": visit.lines[0], "seen_version": 1, "quantity": "1", "reason": "又做了"}
    await shop.done("advisor", "estimate.revise_line", **revision)
    row = await shop.row("estimate_lines", visit.lines[0])
    assert (row["dropped"], [version["dropped"] for version in row["versions"]]) == (None, ["不做了", None])


async def a_line_may_still_be_dropped_before_the_car_leaves(shop):
    visit = await advance_to(shop, "ready")
    drop = {"line_id": visit.lines[0], "seen_version": 1, "reason": "免单"}
    await shop.done("advisor", "estimate.drop_line", **drop)
    visit = await advance_to(shop, "handed_over")
    drop |= {"line_id": visit.lines[0]}
    await shop.refused("advisor", "estimate.drop_line", "wrong_stage", **drop)


@pytest.mark.parametrize("stage", ["diagnosing", "repairing"])
async def a_presented_estimate_waits_for_the_approval(shop, stage):
    visit = await advance_to(shop, stage)
    fields = line(visit)
    await shop.done("advisor", "estimate.add_line", **fields)
    lines = [{"line_id": fields["line_id"], "version": 1}]
    for role in ("advisor", "manager"):
        await shop.done(role, "estimate.present", visit_id=visit.id, lines=lines)
    row = await shop.row("visits", visit.id)
    assert (row["stage"], row["trail"][-2]) == ("awaiting_approval", stage)
    assert row["presented"][-1] == lines[0]


@pytest.mark.parametrize("stage", ["checked_in", "assigned", "awaiting_approval"])
async def a_presented_estimate_leaves_the_stage_where_nothing_is_taken_apart_yet(shop, stage):
    visit = await advance_to(shop, stage)
    fields = line(visit)
    await shop.done("advisor", "estimate.add_line", **fields)
    told = len(await shop.promises())
    lines = [{"line_id": fields["line_id"], "version": 1}]
    for _ in range(2):
        await shop.done("advisor", "estimate.present", visit_id=visit.id, lines=lines)
    assert (await shop.row("visits", visit.id))["stage"] == stage
    assert [m["event"] for m in await shop.promises()][told:] == ["estimate"]


@pytest.mark.parametrize("stage", ["awaiting_parts", "quality_check"])
async def an_estimate_is_not_presented_where_the_table_of_moves_has_no_way(shop, stage):
    visit = await advance_to(shop, stage)
    lines = [{"line_id": visit.lines[0], "version": 1}]
    why = await shop.refused("advisor", "estimate.present", "wrong_stage", visit_id=visit.id, lines=lines)
    assert why.facts == {"current": stage, "wanted": "awaiting_approval"}


async def an_estimate_presents_what_stands(shop):
    visit, other = await diagnosing(shop), await estimated(shop)
    fields = line(visit)
    await shop.done("advisor", "estimate.add_line", **fields)
    for line_id, version, code in (
        (fields["line_id"], 2, "stale_version"),
        (other.lines[0], 1, "not_found"),
        (uuid7(), 1, "not_found"),
    ):
        lines = [{"line_id": line_id, "version": version}]
        why = await shop.refused("advisor", "estimate.present", code, visit_id=visit.id, lines=lines)
        assert (why.subject.type, why.subject.id) == ("estimate_lines", line_id)
    await shop.done("advisor", "estimate.drop_line", line_id=fields["line_id"], seen_version=1, reason="不做了")
    lines = [{"line_id": fields["line_id"], "version": 1}]
    await shop.refused("advisor", "estimate.present", "stale_version", visit_id=visit.id, lines=lines)
    await shop.refused("advisor", "estimate.present", "invalid", visit_id=visit.id, lines=[])


async def a_line_of_a_warranty_visit_is_paid_by_the_warranty_unless_it_says_otherwise(shop):
    visit = await check_in(shop, payer="warranty")
    for payer, expected in ((None, "warranty"), ("customer", "customer")):
        fields = line(visit, payer=payer)
        await shop.done("advisor", "estimate.add_line", **fields)
        assert (await shop.row("estimate_lines", fields["line_id"]))["payer"] == expected
