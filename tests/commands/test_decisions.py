"""The customer's decision: a fact about one version of each line."""

import pytest

from server.domain.ids import uuid7
from tests.visits import advance_to, decide, diagnosing, estimated


async def line_of(shop, visit, index=0) -> dict:
    """One line of the visit as tablets see it."""
    return await shop.row("estimate_lines", visit.lines[index])


async def a_decision_belongs_to_the_version_that_the_customer_saw(shop):
    visit = await estimated(shop)
    outcome = await decide(shop, visit, "approved", "declined", "deferred")
    assert outcome.outcome == "applied"
    for index, decision in enumerate(("approved", "declined", "deferred")):
        row = await line_of(shop, visit, index)
        assert (row["decision"], row["decided_version"], row["version"]) == (decision, 1, 1)
        [said] = row["decided"]
        assert (said["id"], said["by"], said["channel"]) == (
            outcome.id,
            {"name": "王小明", "role": "bringer"},
            "tablet",
        )


async def a_decision_that_comes_before_the_estimate_was_presented_counts(shop):
    visit = await diagnosing(shop)
    visit.lines.append(uuid7())
    fields = {"kind": "part", "name": "前刹车片", "quantity": "1", "unit": "个", "unit_price_fen": 100}
    await shop.done("advisor", "estimate.add_line", visit_id=visit.id, line_id=visit.lines[0], **fields)
    assert (await decide(shop, visit, "approved")).outcome == "applied"
    lines = [{"line_id": visit.lines[0], "version": 1}]
    await shop.done("advisor", "estimate.present", visit_id=visit.id, lines=lines)
    await shop.done(
        "advisor", "repair.advance", visit_id=visit.id, stage={"from": "awaiting_approval", "to": "repairing"}
    )


async def the_same_decision_twice_is_no_conflict(shop):
    visit = await estimated(shop)
    for role in ("manager", "advisor"):
        assert (await decide(shop, visit, "approved", role=role)).outcome == "applied"
    assert (await line_of(shop, visit))["decision"] == "approved"


async def a_decision_on_an_older_version_is_kept_and_moves_nothing(shop):
    visit = await estimated(shop)
    revision = {"line_id": visit.lines[0], "seen_version": 1, "quantity": "2", "reason": "改"}
    await shop.done("advisor", "estimate.revise_line", **revision)
    outcome = await decide(shop, visit, "approved")
    assert (outcome.outcome, outcome.reason.code) == ("kept", "older_version")
    assert outcome.reason.facts == {"seen": 1, "current": 2, "decision": "approved"}
    row = await line_of(shop, visit)
    assert (row["decision"], [d["version"] for d in row["decided"]]) == (None, [1])


async def a_decision_on_a_price_that_was_only_guessed_is_kept_and_moves_nothing(shop):
    visit = await estimated(shop)
    revision = {"line_id": visit.lines[0], "seen_version": 1, "unit_price_fen": 42_000, "reason": "改"}
    await shop.done("manager", "estimate.revise_line", **revision)
    amount = (await line_of(shop, visit))["amount_fen"]
    said = {"line_id": visit.lines[0], "version": 2, "decision": "approved"}
    fields = {"visit_id": visit.id, "decided_by": {"name": "王小明", "role": "owner"}, "channel": "tablet"}
    guessed = {"decisions": [said | {"amount_fen": amount - 4_000}], "decided_at": shop.now}
    outcome = await shop.kept("advisor", "estimate.decide", "older_version", **fields, **guessed)
    assert (outcome.reason.facts["seen_fen"], outcome.reason.facts["current_fen"]) == (amount - 4_000, amount)
    assert (await line_of(shop, visit))["decision"] is None
    shown = {"decisions": [said | {"amount_fen": amount}], "decided_at": shop.now}
    await shop.done("advisor", "estimate.decide", **fields, **shown)
    assert (await line_of(shop, visit))["decision"] == "approved"


@pytest.mark.parametrize(("side", "stands"), [("accept_mine", "declined"), ("accept_theirs", "approved")])
async def a_contradiction_of_two_decisions_leaves_the_line_undecided_until_a_person_looked(shop, side, stands):
    visit = await estimated(shop)
    await decide(shop, visit, "approved", "approved")
    outcome = await decide(shop, visit, "declined", "approved")
    assert (outcome.outcome, outcome.reason.code) == ("kept", "decision_conflict")
    assert (outcome.reason.subject.id, outcome.reason.facts) == (
        visit.lines[0],
        {"decisions": ["approved", "declined"]},
    )
    assert (await line_of(shop, visit))["decision"] is None
    assert (await line_of(shop, visit, 1))["decision"] == "approved"
    await shop.done("advisor", "review.resolve", review_id=outcome.review, seen_rev=1, action=side)
    row = await line_of(shop, visit)
    assert (row["decision"], row["decided_version"], len(row["decided"])) == (stands, 1, 2)
    assert (await decide(shop, visit, stands)).outcome == "applied"


async def a_conflict_is_settled_by_the_last_word_of_a_person(shop):
    visit = await estimated(shop)
    await decide(shop, visit, "approved")
    second, third = await decide(shop, visit, "declined"), await decide(shop, visit, "deferred")
    for review, action, stands in (
        (second.review, "accept_mine", "declined"),
        (third.review, "accept_mine", "deferred"),
    ):
        await shop.done("advisor", "review.resolve", review_id=review, seen_rev=1, action=action)
        assert (await line_of(shop, visit))["decision"] == stands


async def a_decision_that_names_the_first_replaces_it(shop):
    visit = await estimated(shop)
    first = await decide(shop, visit, "declined")
    second = await decide(shop, visit, "approved", replaces=[first.id])
    assert second.outcome == "applied"
    row = await line_of(shop, visit)
    assert (row["decision"], [d["decision"] for d in row["decided"]]) == ("approved", ["declined", "approved"])


@pytest.mark.parametrize("stage", ["settling", "ready", "handed_over"])
async def a_decision_that_comes_after_the_bill_is_kept(shop, stage):
    visit = await advance_to(shop, stage)
    outcome = await decide(shop, visit, "declined")
    assert outcome.outcome == "kept"
    assert outcome.reason.code == ("visit_closed" if stage == "handed_over" else "wrong_stage")
    row = await line_of(shop, visit)
    assert (row["decision"], [d["decision"] for d in row["decided"]]) == ("approved", ["approved", "declined"])


async def a_decision_names_lines_of_its_visit_in_versions_that_exist(shop):
    visit, other = await estimated(shop), await estimated(shop)
    outcome = await decide(shop, visit, "approved", version=2)
    assert (outcome.outcome, outcome.reason.code) == ("rejected", "stale_version")
    visit.lines[1] = other.lines[1]
    outcome = await decide(shop, visit, "approved", "approved")
    assert (outcome.reason.code, outcome.reason.subject.id) == ("not_found", other.lines[1])
    assert (await line_of(shop, visit))["decided"] == []


async def a_link_decides_on_its_own_visit_only(shop):
    mine, other = await estimated(shop), await estimated(shop)
    said = [{"line_id": mine.lines[0], "version": 1, "decision": "approved"}]
    fields = {"decided_by": {"name": "王小明", "role": "owner"}, "channel": "page", "decided_at": shop.now}
    own = {"visit_id": mine.id, "decisions": said}
    assert (await shop.run(shop.link(mine.id), "estimate.decide", **own, **fields)).outcome == "applied"
    said = [{"line_id": other.lines[0], "version": 1, "decision": "approved"}]
    strange = {"visit_id": other.id, "decisions": said, "replaces": [mine.id]}
    outcome = await shop.run(shop.link(mine.id), "estimate.decide", **strange, **fields)
    assert (outcome.outcome, outcome.reason.code, outcome.reason.subject.id) == ("rejected", "not_found", other.id)
    outcome = await shop.run(shop.link(mine.id), "visit.cancel", visit_id=mine.id, reason="不修了")
    assert outcome.reason.code == "forbidden"
