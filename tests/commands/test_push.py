"""Web push subscriptions of a visit."""

import pytest

from tests.commands.examples import examples
from tests.visits import check_in


async def subscriptions(shop) -> list[tuple]:
    """(visit, endpoint, key, active) of all browsers."""
    async with shop.db.read() as tx:
        sql = "SELECT visit_id, endpoint, p256dh, active FROM push_subscriptions WHERE group_id = ? ORDER BY id"
        [rows] = await tx.run((sql, (shop.group_id,)))
    return [(*row[:3], bool(row[3])) for row in rows]


async def a_browser_asks_once_and_may_renew_its_keys(shop):
    visit = await check_in(shop)
    fields = examples()["push.subscribe"] | {"visit_id": visit.id}
    for actor in (shop.link(visit.id), shop.person("manager")):
        assert (await shop.run(actor, "push.subscribe", **fields)).outcome == "applied"
    assert await subscriptions(shop) == [(visit.id, fields["endpoint"], "A" * 87, True)]
    renewed = fields | {"keys": {"p256dh": "C" * 87, "auth": "B" * 22}}
    assert (await shop.run(shop.link(visit.id), "push.subscribe", **renewed)).outcome == "applied"
    assert await subscriptions(shop) == [(visit.id, fields["endpoint"], "C" * 87, True)]


async def an_endpoint_that_ends_stops_every_subscription_of_a_user_but_only_the_own_of_a_link(shop):
    mine, other = await check_in(shop), await check_in(shop)
    for visit in (mine, other):
        await shop.done("manager", "push.subscribe", **examples()["push.subscribe"] | {"visit_id": visit.id})
    ended = {"endpoint": "https://push.example/1"}
    assert (await shop.run(shop.link(mine.id), "push.unsubscribe", **ended)).outcome == "applied"
    assert {(visit_id, active) for visit_id, _, _, active in await subscriptions(shop)} == {
        (mine.id, False), (other.id, True),
    }  # fmt: skip
    await shop.serve("push.unsubscribe", **ended)
    assert not any(active for *_, active in await subscriptions(shop))


@pytest.mark.parametrize(
    ("fields", "path"),
    [({"endpoint": "ftp://push.example"}, "endpoint"), ({"keys": {"p256dh": "A" * 87, "auth": "?"}}, "keys.auth")],
)
async def a_subscription_that_cannot_be_read_is_refused(shop, fields, path):
    visit = await check_in(shop)
    fields = examples()["push.subscribe"] | {"visit_id": visit.id} | fields
    assert (await shop.refused("manager", "push.subscribe", "invalid", **fields)).subject.id == path


async def a_link_subscribes_to_its_own_visit_only(shop):
    mine, other = await check_in(shop), await check_in(shop)
    fields = examples()["push.subscribe"] | {"visit_id": other.id}
    assert (await shop.run(shop.link(mine.id), "push.subscribe", **fields)).reason.code == "not_found"
