"""What a customer can do with the link, and what not."""

import asyncio

import pytest

from server.domain.ids import uuid7
from tests.visits import check_in

AT = "2026-11-21T02:00:00Z"
KEYS = {"p256dh": "B" + "a" * 86, "auth": "b" * 22}


def said(line: str, decision: str, version: int = 1, **fields) -> dict:
    """The fields of a decision on one line."""
    return {"decisions": [{"line_id": line, "version": version, "decision": decision}], "decided_at": AT, **fields}


async def a_decision_from_the_page_counts_and_says_where_it_came_from(shop, visit, customer):
    outcome = await customer.send("estimate.decide", said(visit.lines[0], "approved"))
    assert outcome["outcome"] == "applied"
    line = await shop.row("estimate_lines", visit.lines[0])
    assert line["decision"] == "approved"
    [decided] = line["decided"]
    assert (decided["channel"], decided["by"]) == ("page", {"name": "王小明", "role": "owner"})


async def a_person_who_decides_for_the_owner_can_say_so(shop, visit, customer):
    spoken = {"decided_by": {"name": "李女士", "role": "other"}, "channel": "phone"}
    await customer.send("estimate.decide", said(visit.lines[0], "declined", **spoken))
    [decided] = (await shop.row("estimate_lines", visit.lines[0]))["decided"]
    assert (decided["channel"], decided["by"]["name"]) == ("page", "李女士")


async def the_same_command_again_gives_its_first_outcome(shop, visit, customer):
    command_id = uuid7()
    first = await customer.send("estimate.decide", said(visit.lines[0], "approved"), command_id)
    again = await customer.send("estimate.decide", said(visit.lines[0], "declined"), command_id)
    assert again == first
    assert (await shop.row("estimate_lines", visit.lines[0]))["decision"] == "approved"


async def a_changed_mind_names_what_it_replaces(shop, visit, customer):
    first = await customer.send("estimate.decide", said(visit.lines[0], "declined"))
    [replaces] = [line["replaces"] for line in (await customer.data())["lines"] if line["id"] == visit.lines[0]]
    assert replaces == [first["id"]]
    await customer.send("estimate.decide", said(visit.lines[0], "approved", replaces=replaces))
    assert (await shop.row("estimate_lines", visit.lines[0]))["decision"] == "approved"


async def a_decision_on_an_older_version_is_kept_and_the_line_asks_again(shop, visit, customer):
    await shop.done(
        "manager",
        "estimate.revise_line",
        line_id=visit.lines[0],
        seen_version=1,
        unit_price_fen=20_000,
        reason="工时不足",
    )
    outcome = await customer.send("estimate.decide", said(visit.lines[0], "approved"))
    assert (outcome["outcome"], outcome["reason"]["code"]) == ("kept", "older_version")
    first = (await customer.data())["lines"][0]
    assert (first["asks"], first["before_fen"]) == (True, 18_000)


async def a_link_reaches_no_other_visit_or_customer(shop, visit, customer):
    other = await check_in(shop)
    outcome = await customer.send("estimate.decide", said(visit.lines[0], "approved", visit_id=other.id))
    assert outcome["outcome"] == "applied"
    assert (await shop.row("estimate_lines", visit.lines[0]))["decision"] == "approved"
    consent = {"purpose": "marketing", "channel": "any", "decision": "granted", "decided_at": AT, "source": "paper"}
    await customer.send("customer.set_consent", consent | {"customer_id": other.customer_id})
    assert (await shop.row("customers", other.customer_id))["consents"] == []
    [given] = (await shop.row("customers", visit.customer_id))["consents"]
    assert (given["purpose"], given["source"]) == ("marketing", "page")


@pytest.mark.parametrize("name", ["visit.cancel", "customer.update", "staff.put", "handover.seal", "no.such"])
async def a_command_that_is_not_the_customers_is_refused_and_leaves_no_trace(shop, visit, customer, name):
    answer = await customer.post(name, {"visit_id": visit.id})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert "reviews" not in await shop.fresh()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"decisions": [], "decided_at": AT}, "decisions"),
        ({"decided_at": AT}, "decisions"),
        (said("not-an-id", "approved"), "decisions[0].line_id"),
        (said("0" * 8 + "-0000-7000-8000-" + "0" * 12, "perhaps"), "decisions[0].decision"),
    ],
)
async def a_field_that_cannot_be_read_is_refused_by_name_and_leaves_no_trace(shop, customer, fields, field):
    answer = await customer.post("estimate.decide", fields)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "invalid", field)
    assert "reviews" not in await shop.fresh()


async def a_body_that_is_no_command_is_a_clear_error(customer):
    for body in (b"{", b"[]", b'{"id": 1, "name": "x", "fields": {}}', b'{"id": "%s"}' % uuid7().encode()):
        answer = await customer.client.post(f"/c/{customer.token}/commands", content=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), body
    huge = await customer.post("survey.answer", {"text": "x" * 70_000})
    assert huge.status_code == 413


async def a_consent_is_withdrawn_and_given_again_as_easily(customer):
    async def state():
        consents = {c["purpose"]: c for c in (await customer.data())["consents"]}
        return consents["service_messages"]["state"], consents["service_messages"]["withdrawals"]

    fields = {"purpose": "service_messages", "channel": "any", "decided_at": AT}
    assert await state() == ("unsaid", [])
    withdrawn = await customer.send("customer.set_consent", fields | {"decision": "withdrawn"})
    assert await state() == ("withdrawn", [withdrawn["id"]])
    await customer.send("customer.set_consent", fields | {"decision": "granted"})
    assert (await state())[0] == "withdrawn"
    await customer.send("customer.set_consent", fields | {"decision": "granted", "lifts": [withdrawn["id"]]})
    assert await state() == ("granted", [])


async def the_survey_is_answered_once_the_car_is_back(shop, visit, customer):
    assert (await customer.data())["survey"] == "closed"
    stars = {"speed": 5, "quality": 4, "price": 3, "courtesy": 5, "recommend": 9}
    outcome = await customer.send("survey.answer", {"survey_id": uuid7(), "text": "很好", **stars})
    assert outcome["outcome"] == "applied"
    assert (await shop.row("visits", visit.id))["survey"]["text"] == "很好"
    assert (await customer.data())["survey"] == "answered"


async def a_browser_is_told_about_this_visit_until_it_says_stop(shop, visit, customer):
    async def active():
        async with shop.db.read() as tx:
            [rows] = await tx.run(("SELECT visit_id, active FROM push_subscriptions ORDER BY visit_id", ()))
        return {visit_id: bool(on) for visit_id, on in rows}

    endpoint = "https://push.example/one"
    assert (await customer.send("push.subscribe", {"endpoint": endpoint, "keys": KEYS}))["outcome"] == "applied"
    other = await check_in(shop)
    await shop.done("manager", "push.subscribe", visit_id=other.id, endpoint=endpoint, keys=KEYS)
    await customer.send("push.unsubscribe", {"endpoint": endpoint})
    assert await active() == {visit.id: False, other.id: True}


async def the_answers_of_two_phones_at_once_are_both_recorded(shop, visit, customer):
    outcomes = await asyncio.gather(
        *(customer.send("estimate.decide", said(visit.lines[0], word)) for word in ("approved", "declined"))
    )
    assert sorted(o["outcome"] for o in outcomes) == ["applied", "kept"]
    assert len((await shop.row("estimate_lines", visit.lines[0]))["decided"]) == 2
    assert (await customer.data())["lines"][0]["asks"]
