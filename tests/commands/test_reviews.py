"""Resolving a review: run it again, run it edited, take one side, or discard it with a reason."""

import pytest

from server.domain.ids import uuid7
from tests.commands.examples import examples
from tests.commands.given import registered
from tests.visits import check_in, estimated


async def refused_concern(shop, role="advisor") -> tuple[str, str, dict]:
    """A concern for a visit that is not there yet: (review, visit to open, the command's fields)."""
    visit = uuid7()
    fields = examples()["visit.add_concern"] | {"visit_id": visit}
    outcome = await shop.do(role, "visit.add_concern", **fields)
    return outcome.review, visit, fields


async def opened(shop, visit_id: str) -> None:
    """A visit under this id."""
    known = await check_in(shop)
    await shop.done("manager", "visit.cancel", visit_id=known.id, reason="改天")
    ids = {"visit_id": visit_id, "vehicle_id": known.vehicle_id, "customer_id": known.customer_id}
    await shop.done("manager", "visit.open", **examples()["visit.open"] | ids)


async def resolve(shop, review, action, role="manager", seen_rev=None, **fields):
    """What a person decides about an item of the inbox as it stands."""
    if seen_rev is None:
        seen_rev = (await shop.row("reviews", review))["rev"]
    return await shop.do(role, "review.resolve", review_id=review, seen_rev=seen_rev, action=action, **fields)


async def a_refused_command_is_run_again_as_its_author(shop):
    review, visit, fields = await refused_concern(shop)
    await opened(shop, visit)
    assert (await resolve(shop, review, "retry")).outcome == "applied"
    row = await shop.row("reviews", review)
    assert (row["state"], row["resolution"], row["resolved_by"]) == ("resolved", "retry", shop.people["manager"])
    assert row["result"] == {"outcome": "applied", "merged": []}
    [concern] = (await shop.row("visits", visit))["concerns"]
    assert concern["id"] == fields["concern_id"]


async def a_command_that_fails_again_stays_open_with_its_new_reason(shop):
    review, visit, _ = await refused_concern(shop)
    assert (await resolve(shop, review, "retry")).outcome == "applied"
    row = await shop.row("reviews", review)
    assert (row["state"], row["rev"], row["reason"]["code"]) == ("open", 2, "not_found")
    assert row["result"]["outcome"] == "rejected"
    await opened(shop, visit)
    await resolve(shop, review, "retry")
    assert (await shop.row("reviews", review))["state"] == "resolved"


async def an_edit_runs_the_command_with_other_fields_and_keeps_what_was_typed(shop):
    review, _, fields = await refused_concern(shop)
    visit = await check_in(shop)
    assert (await resolve(shop, review, "edit", edits={"visit_id": visit.id})).outcome == "applied"
    row = await shop.row("reviews", review)
    assert (row["state"], row["resolution"], row["command"]["fields"]["visit_id"]) == ("resolved", "edit", visit.id)
    [concern] = (await shop.row("visits", visit.id))["concerns"]
    assert concern["words"] == fields["words"]


async def an_edit_that_cannot_be_read_stays_open_with_the_path(shop):
    review, _, _ = await refused_concern(shop)
    await resolve(shop, review, "edit", edits={"words": 7})
    row = await shop.row("reviews", review)
    assert (row["state"], row["reason"]["code"], row["reason"]["subject"]["id"]) == ("open", "invalid", "words")


async def an_edit_replaces_nothing_that_was_typed_before_it(shop):
    review, _, fields = await refused_concern(shop)
    await resolve(shop, review, "edit", edits={"words": "异响", "frequency": 7})
    await resolve(shop, review, "edit", seen_rev=2, edits={"words": "漏油", "frequency": "冷车时"})
    row = await shop.row("reviews", review)
    assert [sent["fields"]["words"] for sent in row["further"]] == [fields["words"], "异响"]
    assert row["command"]["fields"]["words"] == "漏油"


async def a_person_never_edits_a_command_that_the_own_role_may_not_run(shop):
    review, _, _ = await refused_concern(shop)
    outcome = await resolve(shop, review, "edit", role="crm", edits={})
    assert (outcome.outcome, outcome.reason.code) == ("rejected", "forbidden")


async def a_command_that_ran_again_with_the_rights_of_somebody_who_left_is_refused(shop):
    review, visit, _ = await refused_concern(shop)
    await opened(shop, visit)
    await shop.serve("staff.put", staff_id=shop.people["advisor"], name="走了", role="advisor", active=False)
    await resolve(shop, review, "retry")
    assert (await shop.row("reviews", review))["reason"]["code"] == "forbidden"


async def a_forbidden_command_stays_forbidden_until_its_author_may(shop):
    visit = await check_in(shop)
    outcome = await shop.do("crm", "visit.cancel", visit_id=visit.id, reason="改天")
    await resolve(shop, outcome.review, "retry")
    assert (await shop.row("reviews", outcome.review))["state"] == "open"
    await shop.serve("staff.put", staff_id=shop.people["crm"], name="crm", role="advisor")
    await resolve(shop, outcome.review, "retry")
    assert (await shop.row("visits", visit.id))["stage"] == "cancelled"


async def a_stale_answer_is_kept_and_the_review_stays_open(shop):
    review, _, _ = await refused_concern(shop)
    await resolve(shop, review, "retry")
    outcome = await resolve(shop, review, "discard", seen_rev=1, reason="不要了")
    assert (outcome.outcome, outcome.reason.code) == ("kept", "stale_review")
    assert outcome.reason.facts == {"seen": 1, "current": 2}
    assert (await shop.row("reviews", review))["state"] == "open"
    assert (await shop.row("reviews", outcome.review))["command"]["fields"]["reason"] == "不要了"


async def a_resolved_review_is_not_resolved_again(shop):
    review, _, _ = await refused_concern(shop)
    assert (await resolve(shop, review, "discard", reason="不要了")).outcome == "applied"
    outcome = await resolve(shop, review, "discard", role="advisor", reason="不要了")
    assert (outcome.reason.code, outcome.reason.facts) == ("already_resolved", {"action": "discard"})


async def a_discard_says_why(shop):
    review, _, _ = await refused_concern(shop)
    outcome = await resolve(shop, review, "discard")
    assert (outcome.reason.code, outcome.reason.subject.id) == ("invalid", "reason")
    await resolve(shop, review, "discard", reason="不要了")
    row = await shop.row("reviews", review)
    assert (row["resolution"], row["resolution_reason"], row["result"]) == ("discard", "不要了", None)


async def a_review_offers_what_fits_its_outcome(shop):
    review, _, _ = await refused_concern(shop)
    customer = await registered(shop)
    changes = {"name": {"from": "谁", "to": "李四"}}
    met = (await shop.do("crm", "customer.update", customer_id=customer, changes=changes)).review
    for item, action, offered in (
        (review, "accept_mine", ["retry", "edit", "discard"]),
        (met, "retry", ["accept_mine", "accept_theirs"]),
    ):
        outcome = await resolve(shop, item, action)
        assert (outcome.reason.code, outcome.reason.facts) == ("not_resolvable", {"offered": offered})


@pytest.mark.parametrize(("side", "name"), [("accept_mine", "李四"), ("accept_theirs", "王伟")])
async def a_side_wins(shop, side, name):
    customer = await registered(shop)
    changes = {"name": {"from": "谁", "to": "李四"}}
    met = (await shop.do("crm", "customer.update", customer_id=customer, changes=changes)).review
    assert (await resolve(shop, met, side)).outcome == "applied"
    assert (await shop.row("customers", customer))["name"] == name
    assert (await shop.row("reviews", met))["resolution"] == side


async def a_value_that_changed_since_is_never_overwritten_unseen(shop):
    customer = await registered(shop)
    changes = {"name": {"from": "谁", "to": "李四"}}
    met = (await shop.do("crm", "customer.update", customer_id=customer, changes=changes)).review
    changes = {"name": {"from": "王伟", "to": "王玮"}}
    await shop.done("advisor", "customer.update", customer_id=customer, changes=changes)
    outcome = await resolve(shop, met, "accept_mine")
    assert (outcome.outcome, outcome.reason.code) == ("kept", "stale_review")
    row = await shop.row("reviews", met)
    [values] = row["merged"]
    assert (row["state"], row["rev"]) == ("open", 2)
    assert (values["yours"], values["theirs"], values["result"]) == ("李四", "王玮", "王玮")
    assert (await resolve(shop, met, "accept_mine")).outcome == "applied"
    assert (await shop.row("customers", customer))["name"] == "李四"


async def a_primary_phone_that_was_set_aside_can_win(shop):
    customer = await registered(shop, phones=("13800138000", "13800138001"))
    for number in ("13800138001", "13900139000"):
        wanted = {"primary": {"from": "13700137000", "to": number}}
        met = await shop.merged("crm", "customer.update", "value_conflict", customer_id=customer, phones=wanted)
        assert (await resolve(shop, met.review, "accept_mine")).outcome == "applied"
        primary = [p["number"] for p in (await shop.row("customers", customer))["phones"] if p["primary"]]
        assert primary == [f"+86{number}"]


async def a_retried_fact_that_comes_too_late_is_kept_and_stays_open(shop):
    review, visit, _ = await refused_concern(shop)
    await opened(shop, visit)
    await shop.done("manager", "visit.cancel", visit_id=visit, reason="改天")
    assert (await resolve(shop, review, "retry")).outcome == "applied"
    row = await shop.row("reviews", review)
    assert (row["state"], row["outcome"], row["reason"]["code"]) == ("open", "kept", "visit_closed")
    assert (await resolve(shop, review, "accept_theirs")).outcome == "applied"


async def a_photo_that_was_waived_too_early_is_waived_again(shop):
    """The visit of the photo is named by no command here, and its rows still reach the tablets."""
    visit = await estimated(shop)
    photo = examples()["photo.add"] | {"visit_id": visit.id}
    outcome = await shop.do("technician", "photo.waive", photo_id=photo["photo_id"], reason="平板丢了")
    await shop.done("advisor", "photo.add", **photo)
    assert (await resolve(shop, outcome.review, "retry")).outcome == "applied"
    assert (await shop.row("photos", photo["photo_id"]))["waived"] == "平板丢了"


async def a_review_lies_on_the_tablets_of_the_store_whose_person_caused_it(shop):
    outcome = await shop.do("advisor", "visit.add_concern", store=1, **examples()["visit.add_concern"])
    assert not await shop.rows("reviews")
    row = await shop.row("reviews", outcome.review, store=1)
    assert (row["store_id"], row["visit_id"], row["makes"]) == (
        shop.stores[1], None, [row["command"]["fields"]["concern_id"]],
    )  # fmt: skip


async def a_review_names_the_visit_that_it_is_about(shop):
    visit = await check_in(shop)
    outcome = await shop.do("advisor", "repair.advance", visit_id=visit.id, stage={"from": "ready", "to": "repairing"})
    assert (await shop.row("reviews", outcome.review))["visit_id"] == visit.id
