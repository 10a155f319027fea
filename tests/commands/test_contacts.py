"""How a customer wants to be reached: channels, hours of quiet, language, and the stop."""

import pytest

from server.domain.ids import uuid7
from tests.commands.given import registered
from tests.visits import check_in

NIGHT = {"start": "21:00", "end": "08:00"}


async def the_preferences_of_a_customer_are_changed_one_by_one(shop):
    customer = await registered(shop)
    await shop.done(
        "advisor", "customer.set_contact", customer_id=customer, channels={"from": None, "to": ["sms", "push"]},
        quiet={"from": None, "to": NIGHT},
    )  # fmt: skip
    await shop.done("crm", "customer.set_contact", customer_id=customer, language={"from": None, "to": "en"})
    row = await shop.row("customers", customer)
    assert (row["channels"], row["quiet"], row["language"]) == (["sms", "push"], NIGHT, "en")
    await shop.done("crm", "customer.set_contact", customer_id=customer, quiet={"from": NIGHT, "to": None})
    assert (await shop.row("customers", customer))["quiet"] is None


async def the_channels_that_two_people_want_differently_meet_in_a_review(shop):
    customer = await registered(shop)
    fields = {"customer_id": customer}
    await shop.done("advisor", "customer.set_contact", **fields, channels={"from": None, "to": ["sms"]})
    outcome = await shop.merged(
        "crm", "customer.set_contact", "value_conflict", **fields, channels={"from": None, "to": ["push"]},
        language={"from": None, "to": "en"},
    )  # fmt: skip
    row = await shop.row("customers", customer)
    assert (row["channels"], row["language"]) == (["sms"], "en")
    await shop.done("manager", "review.resolve", review_id=outcome.review, seen_rev=1, action="accept_mine")
    assert (await shop.row("customers", customer))["channels"] == ["push"]


@pytest.mark.parametrize("role", ["manager", "crm"])
async def the_contact_is_stopped_and_allowed_again_with_a_reason(shop, role):
    customer = await registered(shop)
    stop = {"from": None, "to": "多次辱骂"}
    await shop.done(role, "customer.set_contact", customer_id=customer, contact_stop=stop)
    assert (await shop.row("customers", customer))["contact_stop"] == "多次辱骂"
    lift = {"from": "多次辱骂", "to": None}
    await shop.done(role, "customer.set_contact", customer_id=customer, contact_stop=lift)
    assert (await shop.row("customers", customer))["contact_stop"] is None


async def an_advisor_does_not_stop_contact(shop):
    customer = await registered(shop)
    stop = {"from": None, "to": "多次辱骂"}
    why = await shop.refused("advisor", "customer.set_contact", "forbidden", customer_id=customer, contact_stop=stop)
    assert why.facts == {"field": "contact_stop"}


async def a_customer_changes_the_own_preferences_but_not_the_stop(shop):
    visit, other = await check_in(shop), await check_in(shop)
    link, own = shop.link(visit.id), {"customer_id": visit.customer_id}
    channels = {"from": None, "to": ["sms"]}
    assert (await shop.run(link, "customer.set_contact", **own, channels=channels)).outcome == "applied"
    for fields, code in (
        (own | {"contact_stop": {"from": None, "to": "x"}}, "forbidden"),
        ({"customer_id": other.customer_id, "channels": channels}, "not_found"),
    ):
        outcome = await shop.run(link, "customer.set_contact", **fields)
        assert (outcome.outcome, outcome.reason.code) == ("rejected", code)
    assert (await shop.row("customers", visit.customer_id))["contact_stop"] is None


@pytest.mark.parametrize(
    ("field", "to"),
    [("channels", ["sms", "sms"]), ("channels", ["phone"]), ("quiet", {"start": "24:00", "end": "08:00"}),
     ("quiet", {"start": "21:00"}), ("language", "de"), ("contact_stop", "")],
)  # fmt: skip
async def a_preference_that_means_nothing_is_refused(shop, field, to):
    fields = {"customer_id": await registered(shop), field: {"from": None, "to": to}}
    why = await shop.refused("manager", "customer.set_contact", "invalid", **fields)
    assert why.subject.id.startswith(f"{field}.to")


async def the_preferences_of_nobody_are_refused(shop):
    language = {"from": None, "to": "en"}
    await shop.refused("crm", "customer.set_contact", "not_found", customer_id=uuid7(), language=language)
