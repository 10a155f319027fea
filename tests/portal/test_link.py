"""The link: who holds it sees one visit; whoever does not, learns nothing."""

import pytest

from server.domain.ids import derived, uuid7
from server.domain.tokens import customer_token
from server.http.errors import Problem
from server.http.limits import Limit
from tests.portal.door import HTML

ADDRESSES = ("", "/data", "/live", "/handover.pdf", "/app.webmanifest", f"/media/{'0' * 64}")


async def changed_link(shop, visit, assignment):
    """Changes the visit's link in the projection, as a command of the server would."""
    async with shop.db.write() as tx:
        await tx.run((f"UPDATE links SET {assignment} WHERE id = ?", (derived("link", visit.id),)))


async def a_link_opens_its_visit_and_nothing_of_it_is_cached_indexed_or_referred(customer):
    for path in ("", "/data"):
        answer = await customer.get(path)
        assert answer.status_code == 200
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["content-type"] == ("application/json" if path else "text/html; charset=utf-8")
        assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("address", ADDRESSES)
async def a_token_that_we_did_not_make_opens_no_address(customer, visit, address):
    for token in (
        "x" * 43,
        "nonsense",
        customer_token(b"another secret", visit.id, 1),
        customer_token(customer.config.secret, uuid7(), 1),
        customer_token(customer.config.secret, visit.id, 2),
        customer.token + "AAAA",
    ):
        answer = await customer.client.get(f"/c/{token}{address}")
        assert answer.status_code == 404, token


async def a_bad_an_expired_and_a_revoked_link_show_the_same_friendly_page(customer, shop, visit):
    bad = await customer.client.get(f"/c/{'x' * 43}", headers=HTML)
    assert bad.status_code == 404
    assert "这个链接打不开了" in bad.text
    for assignment in ("revoked = true", "revoked = false, expires_at = '2020-01-01 00:00:00+00:00'"):
        await changed_link(shop, visit, assignment)
        answer = await customer.get("", **HTML)
        assert (answer.status_code, answer.text) == (404, bad.text)


async def a_link_made_anew_closes_the_old_one(customer, shop, visit):
    await changed_link(shop, visit, "generation = 2")
    assert (await customer.get("/data")).status_code == 404
    fresh = customer_token(customer.config.secret, visit.id, 2)
    assert (await customer.client.get(f"/c/{fresh}/data")).status_code == 200


async def a_command_of_a_bad_link_is_not_run(customer):
    sent = {"id": uuid7(), "name": "estimate.decide", "fields": {}}
    answer = await customer.client.post(f"/c/{'x' * 43}/commands", json=sent)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def a_token_may_knock_a_while_and_then_must_wait():
    limit = Limit(burst=3, per_second=1)
    for _ in range(3):
        limit.check("token", now=0)
    with pytest.raises(Problem) as refused:
        limit.check("token", now=0.2)
    assert (refused.value.status, refused.value.facts) == (429, {"retry_after": 1})
    limit.check("another", now=0.2)
    limit.check("token", now=1.5)


def the_limit_remembers_only_so_many_tokens():
    limit = Limit(burst=1, per_second=0.001, most=2)
    for token in ("a", "b", "c"):
        limit.check(token, now=0)
    limit.check("a", now=0)
    with pytest.raises(Problem):
        limit.check("c", now=0)
