"""Somebody who tries: guesses tokens, knocks without end, sends a decision again, names what is not theirs."""

import statistics
import time

import pytest

from server.domain.ids import uuid7
from server.domain.tokens import customer_token
from server.portal.link import WRITES
from tests.portal.test_link import changed_link
from tests.visits import decide, estimated

GUESSES = 60


def said(visit, decision="approved", version=1):
    """A decision on the first line."""
    line = {"line_id": visit.lines[0], "version": version, "decision": decision}
    return {"decisions": [line], "decided_at": "2026-11-21T01:02:03Z"}


async def took(customer, token):
    """Seconds until the data's address answers with 404."""
    begun = time.perf_counter()
    answer = await customer.client.get(f"/c/{token}/data")
    assert answer.status_code == 404
    return time.perf_counter() - begun


async def a_token_with_a_good_beginning_takes_no_longer_to_refuse_than_a_bad_one(customer, visit):
    near, far = [], []
    for number in range(GUESSES):
        wrong = customer_token(b"%d" % number, visit.id, 1)
        near.append(await took(customer, customer.token[:-4] + wrong[-4:]))
        far.append(await took(customer, wrong))
    ratio = statistics.median(near) / statistics.median(far)
    assert 0.6 < ratio < 1.67, (statistics.median(near), statistics.median(far))


async def a_guessed_an_expired_and_a_revoked_token_are_answered_alike_at_every_address(customer, shop, visit):
    addresses = ("/data", "/live", "/looks", "/handover.pdf", "/app.webmanifest", f"/media/{'0' * 64}")

    async def answers(token):
        got = [await customer.client.get(f"/c/{token}{address}") for address in addresses]
        got.append(await customer.client.post(f"/c/{token}/commands", json={"id": uuid7(), "name": "x", "fields": {}}))
        return [(one.status_code, one.content, sorted(one.headers.items())) for one in got]

    guessed = await answers(customer_token(b"another secret", visit.id, 1))
    assert {status for status, _, _ in guessed} == {404}
    for assignment in ("revoked = true", "revoked = false, expires_at = '2020-01-01 00:00:00+00:00'"):
        await changed_link(shop, visit, assignment)
        assert await answers(customer.token) == guessed


async def a_link_that_sends_without_end_must_wait_and_others_need_not(customer, shop):
    other = await estimated(shop)
    answers = [await customer.post("survey.answer", {}) for _ in range(WRITES.burst + 5)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 3
    assert refused[0].json()["retry_after"] >= 1
    token = customer_token(customer.config.secret, other.id, 1)
    sent = {"id": uuid7(), "name": "survey.answer", "fields": {}}
    assert (await customer.client.post(f"/c/{token}/commands", json=sent)).status_code != 429


async def a_decision_that_is_sent_again_counts_once(customer, shop, visit):
    command_id = uuid7()
    first = await customer.send("estimate.decide", said(visit), command_id)
    before = await shop.position()
    assert await customer.send("estimate.decide", said(visit), command_id) == first
    assert await customer.send("estimate.decide", said(visit, "declined"), command_id) == first
    assert await shop.position() == before
    assert (await shop.row("estimate_lines", visit.lines[0]))["decision"] == "approved"


async def an_old_decision_under_a_new_id_does_not_decide_the_new_price(customer, shop, visit):
    await customer.send("estimate.decide", said(visit))
    new = {"line_id": visit.lines[0], "seen_version": 1, "unit_price_fen": 99_000, "reason": "工时不足"}
    await shop.done("manager", "estimate.revise_line", **new)
    outcome = await customer.send("estimate.decide", said(visit))
    assert outcome["outcome"] == "kept"
    line = await shop.row("estimate_lines", visit.lines[0])
    assert (line["version"], line["decision"]) == (2, None)
    assert (await customer.send("estimate.decide", said(visit, version=2)))["outcome"] == "applied"


async def a_link_decides_nothing_of_another_visit(customer, shop, visit):
    other = await estimated(shop)
    before = await shop.row("estimate_lines", other.lines[0])
    fields = said(other) | {"visit_id": other.id}
    await customer.post("estimate.decide", fields)
    assert await shop.row("estimate_lines", other.lines[0]) == before


@pytest.mark.parametrize("name", ["estimate.revise_line", "repair.advance", "message.record", "visit.renew_link"])
async def a_link_runs_no_command_of_the_house(customer, shop, visit, name):
    position = await shop.position()
    answer = await customer.post(name, {"visit_id": visit.id})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert await shop.position() == position


async def a_customer_who_decided_on_the_phone_is_not_overruled_by_a_replay_from_the_tablet(customer, shop, visit):
    await decide(shop, visit, "declined")
    outcome = await customer.send("estimate.decide", said(visit))
    assert outcome["outcome"] in ("applied", "merged", "kept")
    assert len((await shop.row("estimate_lines", visit.lines[0]))["decided"]) == 2
