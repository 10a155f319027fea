"""The customer's link to a visit: renewed and closed; and what the phone says that it has shown."""

from typing import Any

from server.domain.ids import derived, uuid7
from server.store.rows import DECODERS
from tests.visits import check_in


async def link_of(shop, visit_id: str) -> Any:
    """The row behind a visit's link, which no tablet holds."""
    async with shop.db.read() as tx:
        [[(body,)]] = await tx.run(
            ("SELECT body FROM feed WHERE kind = 'links' AND id = ?", (derived("link", visit_id),))
        )
    return DECODERS["links"].decode(body)


async def a_new_link_ends_the_old_one_and_lives_as_long_as_a_fresh_one(shop):
    visit = await check_in(shop)
    first = await link_of(shop, visit.id)
    shop.later(days=10)
    await shop.done("advisor", "visit.renew_link", visit_id=visit.id)
    second = await link_of(shop, visit.id)
    assert (second.generation, second.revoked) == (first.generation + 1, False)
    assert (second.expires_at - first.expires_at).days == 10


async def a_link_that_was_closed_stays_closed_until_it_is_renewed(shop):
    visit = await check_in(shop)
    await shop.done("manager", "visit.revoke_link", visit_id=visit.id)
    await shop.done("advisor", "visit.revoke_link", visit_id=visit.id)
    closed = await link_of(shop, visit.id)
    assert (closed.revoked, closed.rev) == (True, 2)
    await shop.done("advisor", "visit.renew_link", visit_id=visit.id)
    assert not (await link_of(shop, visit.id)).revoked


async def a_link_is_not_changed_by_who_may_not(shop):
    visit = await check_in(shop)
    for command in ("visit.renew_link", "visit.revoke_link"):
        await shop.refused("technician", command, "forbidden", visit_id=visit.id)
        await shop.refused("advisor", command, "not_found", visit_id=uuid7())
        outcome = await shop.run(shop.link(visit.id), command, visit_id=visit.id)
        assert (outcome.outcome, outcome.reason.code) == ("rejected", "forbidden")
    assert (await link_of(shop, visit.id)).rev == 1


async def told(shop, visit, **fields) -> str:
    """A message that was sent about the visit."""
    message = uuid7()
    content = {
        "customer_id": visit.customer_id,
        "visit_id": visit.id,
        "event": "stage",
        "stage": "ready",
        "state": "sent",
    }
    said = content | {"channel": "push", "promised_at": shop.now.isoformat()} | fields
    assert (await shop.serve("message.record", message_id=message, **said)).outcome == "applied"
    return message


async def a_phone_says_once_that_it_has_shown_a_message(shop):
    visit = await check_in(shop)
    message = await told(shop, visit)
    for _ in range(2):
        assert (await shop.run(shop.link(visit.id), "push.acknowledge", message_id=message)).outcome == "applied"
    row = await shop.row("messages", message)
    assert (row["state"], [one["result"] for one in row["attempts"]], row["rev"]) == ("seen", ["seen"], 2)


async def a_phone_says_nothing_about_messages_of_others(shop):
    mine, other = await check_in(shop), await check_in(shop)
    message = await told(shop, other)
    for unknown in (message, uuid7()):
        assert (await shop.run(shop.link(mine.id), "push.acknowledge", message_id=unknown)).outcome == "applied"
    assert (await shop.row("messages", message))["state"] == "sent"
