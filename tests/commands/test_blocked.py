"""Blocked commands: what waits behind a refused one of the same tablet, and what becomes of it."""

from dataclasses import dataclass

import pytest

from server.commands.bus import Answer
from server.domain.ids import uuid7
from tests.commands.examples import examples
from tests.shop import Shop, Tablet
from tests.visits import Ids, check_in, estimated

ENGINE = {"kind": "repair", "payer": "customer"}


def words(answer: Answer) -> list[str]:
    """The outcome words of a push."""
    return [outcome.outcome for outcome in answer.outcomes]


@dataclass
class Queue:
    """A tablet and a car; `opening` cannot run, because its customer is not there yet."""

    shop: Shop
    tablet: Tablet
    known: Ids
    visit_id: str
    customer_id: str

    @property
    def lane(self) -> str:
        return f"visit:{self.visit_id}"

    def opening(self):
        """Opens the visit for the customer who is not there."""
        ids = {"visit_id": self.visit_id, "vehicle_id": self.known.vehicle_id, "customer_id": self.customer_id}
        return self.shop.queued(self.tablet, "visit.open", self.lane, **ids | ENGINE)

    def concern(self, lane=None, **fields):
        """A fact about the visit."""
        fields = examples()["visit.add_concern"] | {"visit_id": self.visit_id} | fields
        return self.shop.queued(self.tablet, "visit.add_concern", lane, **fields)

    async def resolve(self, review, action, **fields):
        """Resolves a review as a manager."""
        rev = (await self.shop.row("reviews", review))["rev"]
        fields = {"review_id": review, "seen_rev": rev, "action": action} | fields
        outcome = await self.shop.do("manager", "review.resolve", **fields)
        assert outcome.outcome == "applied", outcome

    async def customer_arrives(self):
        """The customer whom the opening names is registered."""
        await self.shop.done(
            "crm", "customer.register", customer_id=self.customer_id, name="李四", phones=[{"number": "13800138000"}]
        )


@pytest.fixture
async def queue(shop):
    """A tablet whose first command will be refused."""
    known = await check_in(shop)
    await shop.done("manager", "visit.cancel", visit_id=known.id, reason="改天")
    return Queue(shop, await shop.tablet(), known, uuid7(), uuid7())


async def a_command_that_names_what_a_refused_one_would_have_made_waits_in_any_lane(queue):
    shop, tablet = queue.shop, queue.tablet
    answer = await shop.push(
        tablet,
        queue.opening(),
        queue.concern("elsewhere"),
        queue.concern(None),
        shop.queued(tablet, "customer.register", **examples()["customer.register"]),
    )
    assert words(answer) == ["rejected", "blocked", "blocked", "applied"]
    first, second, third, _ = answer.outcomes
    assert (second.reason.code, second.reason.subject.id) == ("blocked", first.id)
    assert second.reason.facts == {"review": first.review}
    reviews = (await shop.fresh())["reviews"]
    assert [reviews[o.review]["cause_id"] for o in (first, second, third)] == [None, first.review, first.review]
    await shop.followed()


async def a_command_that_names_what_a_blocked_one_would_have_made_is_grouped_under_the_first_cause(queue):
    shop, tablet = queue.shop, queue.tablet
    photo = examples()["photo.add"] | {"visit_id": queue.visit_id}
    waive = {"photo_id": photo["photo_id"], "reason": "平板丢了"}
    answer = await shop.push(
        tablet, queue.opening(), shop.queued(tablet, "photo.add", **photo), shop.queued(tablet, "photo.waive", **waive)
    )
    assert words(answer) == ["rejected", "blocked", "blocked"]
    review = await shop.row("reviews", answer.outcomes[2].review)
    assert review["cause_id"] == answer.outcomes[0].review


async def a_plan_waits_for_a_refused_plan_of_its_lane_and_a_fact_does_not(shop):
    visit, tablet = await estimated(shop), await shop.tablet()
    lane, other = f"visit:{visit.id}", f"visit:{uuid7()}"
    lines = [{"line_id": visit.lines[0], "version": 2}]
    drop = {"line_id": visit.lines[0], "seen_version": 1, "reason": "不做了"}
    answer = await shop.push(
        tablet,
        shop.queued(tablet, "estimate.present", lane, visit_id=visit.id, lines=lines),
        shop.queued(tablet, "visit.add_concern", lane, **examples()["visit.add_concern"] | {"visit_id": visit.id}),
        shop.queued(tablet, "estimate.drop_line", lane, **drop),
        shop.queued(tablet, "estimate.drop_line", other, **drop | {"line_id": visit.lines[1]}),
        shop.queued(tablet, "estimate.drop_line", None, **drop | {"line_id": visit.lines[2]}),
    )
    assert words(answer) == ["rejected", "applied", "blocked", "applied", "applied"]


async def a_refused_fact_blocks_no_lane(shop):
    visit, tablet = await estimated(shop), await shop.tablet()
    lane = f"visit:{visit.id}"
    concern = examples()["visit.add_concern"] | {"visit_id": visit.id, "words": 7}
    drop = {"line_id": visit.lines[0], "seen_version": 1, "reason": "不做了"}
    answer = await shop.push(
        tablet,
        shop.queued(tablet, "visit.add_concern", lane, **concern),
        shop.queued(tablet, "estimate.drop_line", lane, **drop),
    )
    assert words(answer) == ["rejected", "applied"]


async def a_tablet_is_never_blocked_by_another(queue):
    shop, other = queue.shop, await queue.shop.tablet()
    await shop.push(queue.tablet, queue.opening())
    concern = examples()["visit.add_concern"] | {"visit_id": queue.visit_id}
    outcome = await shop.send(other, "visit.add_concern", queue.lane, **concern)
    assert (outcome.outcome, outcome.reason.code) == ("rejected", "not_found")


async def the_waiting_commands_run_in_order_once_the_cause_is_resolved(queue):
    shop, tablet = queue.shop, queue.tablet
    times = [f"2026-11-21T1{i}:00:00Z" for i in range(8)]
    steps = zip([None, *times], times, strict=False)
    opening = queue.opening()
    promises = [
        shop.queued(tablet, "visit.promise", queue.lane, visit_id=queue.visit_id, ready_at={"from": start, "to": end})
        for start, end in steps
    ]
    concern = queue.concern()
    answer = await shop.push(tablet, opening, *promises, concern)
    assert words(answer) == ["rejected"] + ["blocked"] * 9
    await queue.customer_arrives()
    await queue.resolve(answer.outcomes[0].review, "retry")
    reviews = (await shop.fresh())["reviews"]
    assert {row["state"] for row in reviews.values()} == {"resolved"}
    assert [row["result"]["outcome"] for row in reviews.values()] == ["applied"] * 10
    visit = await shop.row("visits", queue.visit_id)
    assert (visit["ready_at"], len(visit["concerns"])) == (times[-1], 1)
    again = await shop.push(tablet, (tablet.seq, concern[1]))
    assert words(again) == ["blocked"]


async def a_waiting_command_runs_with_the_rights_of_its_author(queue):
    shop, tablet = queue.shop, queue.tablet
    await shop.sign_in(tablet, "technician")
    fields = {"visit_id": queue.visit_id, "reason": "改天"}
    answer = await shop.push(
        tablet, queue.opening(), shop.queued(tablet, "visit.cancel", queue.lane, by="technician", **fields)
    )
    assert words(answer) == ["rejected", "blocked"]
    await queue.customer_arrives()
    await queue.resolve(answer.outcomes[0].review, "retry")
    review = await shop.row("reviews", answer.outcomes[1].review)
    assert (review["state"], review["outcome"], review["reason"]["code"]) == ("open", "rejected", "forbidden")
    assert review["cause_id"] is None


async def an_edited_cause_releases_what_waited_as_well(queue):
    answer = await queue.shop.push(queue.tablet, queue.opening(), queue.concern())
    await queue.resolve(answer.outcomes[0].review, "edit", edits={"customer_id": queue.known.customer_id})
    visit = await queue.shop.row("visits", queue.visit_id)
    assert (visit["customer_id"], len(visit["concerns"])) == (queue.known.customer_id, 1)


async def a_command_that_needs_the_id_of_a_discarded_one_is_discarded_and_the_rest_runs(queue):
    shop, tablet = queue.shop, queue.tablet
    visit = await estimated(shop)
    photo = examples()["photo.add"] | {"visit_id": queue.visit_id}
    drop = {"line_id": visit.lines[0], "seen_version": 1, "reason": "不做了"}
    answer = await shop.push(
        tablet,
        queue.opening(),
        shop.queued(tablet, "photo.add", **photo),
        shop.queued(tablet, "photo.waive", photo_id=photo["photo_id"], reason="平板丢了"),
        shop.queued(tablet, "estimate.drop_line", queue.lane, **drop),
    )
    assert words(answer) == ["rejected", "blocked", "blocked", "blocked"]
    root = answer.outcomes[0].review
    await queue.resolve(root, "discard", reason="开错了")
    reviews = (await shop.fresh())["reviews"]
    found = [(reviews[o.review]["resolution"], reviews[o.review]["result"]) for o in answer.outcomes]
    assert found[1:3] == [("discard", {"with": root})] * 2
    assert (found[3][0], found[3][1]["outcome"]) == ("retry", "applied")
    assert (await shop.row("estimate_lines", visit.lines[0]))["dropped"] == "不做了"


async def a_command_that_fails_when_it_is_released_goes_on_holding_back_what_needs_it(queue):
    shop, tablet = queue.shop, queue.tablet
    line = examples()["estimate.add_line"] | {"visit_id": queue.visit_id, "discount_fen": 10**9}
    revise = {"line_id": line["line_id"], "seen_version": 1, "quantity": "3", "reason": "改"}
    answer = await shop.push(
        tablet,
        queue.opening(),
        shop.queued(tablet, "estimate.add_line", queue.lane, **line),
        shop.queued(tablet, "estimate.revise_line", queue.lane, **revise),
        queue.concern(),
    )
    await queue.customer_arrives()
    await queue.resolve(answer.outcomes[0].review, "retry")
    reviews = (await shop.fresh())["reviews"]
    opened, added, revised, concern = (reviews[o.review] for o in answer.outcomes)
    assert (opened["state"], concern["state"]) == ("resolved", "resolved")
    assert (added["state"], added["outcome"], added["cause_id"]) == ("open", "rejected", None)
    assert (revised["outcome"], revised["cause_id"], revised["reason"]["subject"]["id"]) == (
        "blocked", added["id"], added["command"]["id"],
    )  # fmt: skip
    await queue.resolve(added["id"], "edit", edits={"discount_fen": 0})
    assert (await shop.row("estimate_lines", line["line_id"]))["quantity"] == "3"


async def a_command_behind_two_causes_waits_for_both(queue):
    shop, tablet = queue.shop, queue.tablet
    photo = examples()["photo.add"] | {"visit_id": uuid7()}
    damage = examples()["visit.add_damage"] | {"visit_id": queue.visit_id}
    both = examples()["photo.add"] | {"visit_id": queue.visit_id, "subject_id": photo["photo_id"]}
    answer = await shop.push(
        tablet,
        queue.opening(),
        shop.queued(tablet, "photo.add", **photo),
        shop.queued(tablet, "photo.add", **both),
        shop.queued(tablet, "visit.add_damage", **damage),
    )
    assert words(answer) == ["rejected", "rejected", "blocked", "blocked"]
    await queue.customer_arrives()
    await queue.resolve(answer.outcomes[0].review, "retry")
    reviews = (await shop.fresh())["reviews"]
    waiting = reviews[answer.outcomes[2].review]
    assert (waiting["outcome"], waiting["cause_id"]) == ("blocked", answer.outcomes[1].review)
    assert reviews[answer.outcomes[3].review]["state"] == "resolved"
    await queue.resolve(answer.outcomes[1].review, "edit", edits={"visit_id": queue.visit_id})
    assert {row["state"] for row in (await shop.fresh())["reviews"].values()} == {"resolved"}


async def a_blocked_command_may_be_discarded_alone_with_what_needs_it(queue):
    shop, tablet = queue.shop, queue.tablet
    photo = examples()["photo.add"] | {"visit_id": queue.visit_id}
    answer = await shop.push(
        tablet,
        queue.opening(),
        shop.queued(tablet, "photo.add", **photo),
        shop.queued(tablet, "photo.waive", photo_id=photo["photo_id"], reason="平板丢了"),
        queue.concern(),
    )
    await queue.resolve(answer.outcomes[1].review, "discard", reason="没拍到")
    reviews = (await shop.fresh())["reviews"]
    assert [reviews[o.review]["state"] for o in answer.outcomes] == ["open", "resolved", "resolved", "open"]


async def a_tablet_resolves_its_own_reviews_even_in_a_blocked_lane(queue):
    shop, tablet = queue.shop, queue.tablet
    answer = await shop.push(tablet, queue.opening())
    fields = {"review_id": answer.outcomes[0].review, "seen_rev": 1, "action": "discard", "reason": "开错了"}
    outcome = await shop.send(tablet, "review.resolve", queue.lane, **fields)
    assert outcome.outcome == "applied"
    assert (await shop.row("reviews", answer.outcomes[0].review))["resolved_by"] == tablet.user_id
