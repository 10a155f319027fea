"""Findings and the report that the customer reads."""

import pytest

from server.domain.ids import uuid7
from tests.commands.examples import examples
from tests.visits import check_in, diagnosing


async def recorded(shop, visit, **fields) -> str:
    """A finding that is recorded."""
    fields = examples()["finding.record"] | {"visit_id": visit.id} | fields
    await shop.done("technician", "finding.record", **fields)
    return fields["finding_id"]


async def a_finding_is_recorded_once(shop):
    visit = await diagnosing(shop)
    fields = examples()["finding.record"] | {"visit_id": visit.id, "dtcs": ["p0301", "U0073-04"]}
    for role in ("technician", "inspector"):
        await shop.done(role, "finding.record", **fields)
    [row] = await shop.rows("findings")
    assert (row["version"], row["dtcs"], row["recorded_by"]) == (1, ["P0301", "U0073-04"], shop.people["technician"])
    assert row["measure"] == {"value": "2.1", "unit": "mm"}
    for name, value in (("grade", "green"), ("measure", None), ("plan", "观察"), ("budget_fen", 0)):
        why = await shop.refused("technician", "finding.record", "id_taken", **fields | {name: value})
        assert (why.subject.type, why.facts) == ("findings", {"fields": [name]})


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"dtcs": ["P0301", "X0301"]}, "dtcs[1]"),
        ({"grade": "blue"}, "grade"),
        ({"measure": {"value": "2,1", "unit": "mm"}}, "measure.value"),
        ({"budget_fen": -1}, "budget_fen"),
    ],
)
async def a_finding_that_cannot_be_read_is_refused(shop, fields, path):
    visit = await check_in(shop)
    fields = examples()["finding.record"] | {"visit_id": visit.id} | fields
    assert (await shop.refused("technician", "finding.record", "invalid", **fields)).subject.id == path


async def a_revision_writes_the_next_version(shop):
    finding = await recorded(shop, await diagnosing(shop))
    fields = {"finding_id": finding, "seen_version": 1, "grade": "yellow", "plan": "观察"}
    for _ in range(2):
        await shop.done("inspector", "finding.revise", **fields)
    row = await shop.row("findings", finding)
    assert (row["version"], row["grade"], row["plan"], row["cause"]) == (2, "yellow", "观察", "磨损")
    assert row["touched"] == {"grade": 2, "plan": 2}


async def a_recorded_finding_sent_again_after_a_revision_is_applied(shop):
    fields = examples()["finding.record"] | {"visit_id": (await diagnosing(shop)).id}
    await shop.done("technician", "finding.record", **fields)
    await shop.done("inspector", "finding.revise", finding_id=fields["finding_id"], seen_version=1, grade="yellow")
    await shop.done("technician", "finding.record", **fields)
    await shop.refused("technician", "finding.record", "id_taken", **fields | {"plan": "观察"})
    assert (await shop.row("findings", fields["finding_id"]))["grade"] == "yellow"


async def a_stale_revision_sets_what_nobody_touched_and_puts_the_rest_up_for_review(shop):
    finding = await recorded(shop, await diagnosing(shop))
    await shop.done("inspector", "finding.revise", finding_id=finding, seen_version=1, grade="yellow")
    fields = {"finding_id": finding, "seen_version": 1, "grade": "green", "plan": "观察"}
    outcome = await shop.merged("technician", "finding.revise", "stale_version", **fields)
    met = {m["field"]: (m["yours"], m["theirs"], m["result"]) for m in outcome.merged}
    assert met == {"grade": ("green", "yellow", "yellow"), "plan": ("观察", "更换", "观察")}
    row = await shop.row("findings", finding)
    assert (row["version"], row["grade"], row["plan"]) == (3, "yellow", "观察")
    await shop.done("advisor", "review.resolve", review_id=outcome.review, seen_rev=1, action="accept_mine")
    row = await shop.row("findings", finding)
    assert (row["version"], row["grade"], row["touched"]) == (4, "green", {"grade": 4, "plan": 3})


async def a_stale_revision_of_untouched_fields_only_is_merged_without_a_review(shop):
    finding = await recorded(shop, await diagnosing(shop))
    await shop.done("inspector", "finding.revise", finding_id=finding, seen_version=1, grade="yellow")
    await shop.merged("technician", "finding.revise", None, finding_id=finding, seen_version=1, plan="观察")


async def a_revision_on_top_of_an_own_guess_never_writes_over_what_somebody_else_found(shop):
    finding = await recorded(shop, await diagnosing(shop))
    await shop.done("inspector", "finding.revise", finding_id=finding, seen_version=1, plan="更换前片")
    offline = {"finding_id": finding, "seen_version": 1, "seen": {"plan": "更换"}, "plan": "打磨"}
    await shop.merged("technician", "finding.revise", "stale_version", **offline)
    guessed = {"finding_id": finding, "seen_version": 2, "seen": {"plan": "打磨"}, "plan": "打磨并清洁"}
    outcome = await shop.merged("technician", "finding.revise", "stale_version", **guessed)
    assert [(m["yours"], m["result"]) for m in outcome.merged] == [("打磨并清洁", "更换前片")]
    seen = {"finding_id": finding, "seen_version": 9, "seen": {"plan": "更换前片"}, "plan": "更换前后片"}
    await shop.done("technician", "finding.revise", **seen)
    assert (await shop.row("findings", finding))["plan"] == "更换前后片"


async def a_revision_of_what_nobody_has_seen_yet_is_refused(shop):
    finding = await recorded(shop, await diagnosing(shop))
    why = await shop.refused("technician", "finding.revise", "stale_version", finding_id=finding, seen_version=2)
    assert why.facts == {"seen": 2, "current": 1}


async def a_late_finding_is_kept(shop):
    visit = await diagnosing(shop)
    finding = await recorded(shop, visit)
    await shop.done("advisor", "visit.cancel", visit_id=visit.id, reason="改天再来")
    late = examples()["finding.record"] | {"visit_id": visit.id}
    await shop.kept("technician", "finding.record", "visit_closed", **late)
    revised = {"finding_id": finding, "seen_version": 1, "grade": "green"}
    await shop.kept("technician", "finding.revise", "visit_closed", **revised)
    assert {row["grade"] for row in await shop.rows("findings")} == {"red", "green"}


async def a_report_freezes_the_versions_that_the_customer_reads(shop):
    visit = await diagnosing(shop)
    first, second = await recorded(shop, visit), await recorded(shop, visit)
    await shop.done("technician", "finding.revise", finding_id=second, seen_version=1, grade="green")
    report = uuid7()
    for role in ("advisor", "manager"):
        await shop.done(role, "report.publish", visit_id=visit.id, report_id=report)
    await shop.done("technician", "finding.revise", finding_id=first, seen_version=1, grade="yellow")
    published = (await shop.row("visits", visit.id))["report"]
    versions = {f["finding_id"]: f["version"] for f in published["findings"]}
    assert (published["id"], versions) == (report, {first: 1, second: 2})
    assert [m["event"] for m in await shop.promises()].count("report") == 1
