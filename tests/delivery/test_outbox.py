import asyncio
from datetime import timedelta

import pytest

from server.delivery.outbox import LEASE, MOST_TRIES, Later, PutOff, claim, failed, held, put_off, sent
from server.domain.ids import uuid7
from tests.delivery.services import MoodyService
from tests.visits import check_in, move, ready_visit


async def subscribed(shop):
    """A visit that a browser asked to be told about: its first message waits."""
    visit = await check_in(shop)
    browser = MoodyService.keys()
    endpoint = f"https://push.example.com/{visit.id}"
    await shop.done("manager", "push.subscribe", visit_id=visit.id, endpoint=endpoint, keys=browser)
    return visit


async def two_promises(shop):
    """A second message waits."""
    visit = await subscribed(shop)
    technician = {"from": None, "to": shop.people["technician"]}
    await shop.done("manager", "visit.assign", visit_id=visit.id, technician_id=technician)
    return visit


async def a_claimed_row_is_nobody_elses_until_its_lease_is_over(shop):
    await subscribed(shop)
    await subscribed(shop)
    first = await claim(shop.db, shop.now, 10)
    assert len(first) == 2
    assert await claim(shop.db, shop.now, 10) == []
    again = await claim(shop.db, shop.now + LEASE, 10)
    assert [p.id for p in again] == [p.id for p in first]
    assert [p.attempts for p in again] == [2, 2]


async def a_claim_takes_the_oldest_and_no_more_than_asked(shop):
    earlier = await two_promises(shop)
    shop.later(minutes=1)
    later = await subscribed(shop)
    [first] = await claim(shop.db, shop.now, 1)
    [second] = await claim(shop.db, shop.now, 1)
    assert [first.visit_id, second.visit_id] == [earlier.id, later.id]


async def the_messages_of_a_visit_go_out_one_after_the_other(shop):
    visit = await two_promises(shop)
    await move(shop, visit, "assigned", "diagnosing")
    stages = []
    while claimed := await claim(shop.db, shop.now, 10):
        [promise] = claimed
        stages.append(promise.payload["stage"])
        await sent(shop.db, promise)
    assert stages == ["checked_in", "assigned", "diagnosing"]


async def a_message_that_waits_for_another_try_holds_up_no_other(shop):
    await two_promises(shop)
    [first] = await claim(shop.db, shop.now, 10)
    await failed(shop.db, first, Later("busy"), shop.now)
    [second] = await claim(shop.db, shop.now, 10)
    assert second.payload["stage"] == "assigned"


@pytest.mark.parametrize("dialect", ["postgres"], indirect=True)
async def the_workers_of_one_database_share_the_rows(shop):
    for _ in range(6):
        await two_promises(shop)
    parts = await asyncio.gather(*(claim(shop.db, shop.now, 3) for _ in range(6)))
    claimed = [promise.id for part in parts for promise in part]
    assert len(claimed) == len(set(claimed)) > 3


async def a_sent_row_is_over(shop, outbox):
    await subscribed(shop)
    [promise] = await claim(shop.db, shop.now, 10)
    await sent(shop.db, promise, "note")
    assert await claim(shop.db, shop.now + LEASE, 10) == []
    assert await outbox.rows() == [("sent", "note", 1)]


async def a_failed_row_comes_back_later_each_time_and_then_dies(shop, outbox):
    await subscribed(shop)
    now, pauses = shop.now, []
    for attempt in range(1, MOST_TRIES + 1):
        [promise] = await claim(shop.db, now, 10)
        await failed(shop.db, promise, Later("busy", delivered=["x"]), now)
        if attempt < MOST_TRIES:
            async with shop.db.read() as tx:
                [[(due,)]] = await tx.run(("SELECT due_at FROM outbox", ()))
            pauses.append((due - now).total_seconds())
            assert await claim(shop.db, due - timedelta(seconds=0.1), 10) == []
            now = due
    assert all(0.5 <= pause / (2 * 3**n) <= 1.5 for n, pause in enumerate(pauses))
    assert await outbox.rows() == [("dead", "busy", MOST_TRIES)]


async def a_push_service_may_ask_for_a_longer_pause(shop):
    await subscribed(shop)
    [promise] = await claim(shop.db, shop.now, 10)
    await failed(shop.db, promise, Later("busy", after=3600, delivered=["x"]), shop.now)
    assert await claim(shop.db, shop.now + timedelta(seconds=3599), 10) == []
    [promise] = await claim(shop.db, shop.now + timedelta(seconds=3601), 10)
    assert promise.payload["delivered"] == ["x"]


async def a_message_that_nobody_asked_for_is_settled_without_being_claimed(shop, outbox):
    await check_in(shop)
    await subscribed(shop)
    assert len(await claim(shop.db, shop.now, 10)) == 1
    assert (await outbox.rows())[0] == ("sent", "not_sent: nobody_subscribed", 0)


async def a_seal_is_tried_until_it_is_made(shop, outbox):
    visit = await ready_visit(shop)
    await shop.done("manager", "handover.release", visit_id=visit.id, reason="key_drop", note="钥匙投箱")
    await outbox.empty("message")
    now = shop.now
    for _ in range(MOST_TRIES + 2):
        [promise] = await claim(shop.db, now, 10)
        await failed(shop.db, promise, Later("no fonts"), now)
        now += timedelta(hours=2)
    assert await outbox.states("seal") == ["waiting"]


async def a_worker_that_lost_its_lease_writes_nothing(shop, outbox):
    await subscribed(shop)
    [slow] = await claim(shop.db, shop.now, 10)
    [quick] = await claim(shop.db, shop.now + LEASE, 10)
    assert not await held(shop.db, slow)
    assert not await sent(shop.db, slow, "slow")
    assert not await put_off(shop.db, slow, PutOff(shop.now))
    await failed(shop.db, slow, Later("slow"), shop.now)
    assert await outbox.rows() == [("waiting", None, 2)]
    assert await held(shop.db, quick)
    assert await sent(shop.db, quick, "quick")
    assert not await sent(shop.db, slow, "slow")
    assert await outbox.rows() == [("sent", "quick", 2)]


async def a_row_that_is_put_off_comes_up_at_its_time_and_has_lost_no_try(shop, outbox):
    await subscribed(shop)
    at = shop.now + timedelta(hours=8)
    for _ in range(MOST_TRIES + 2):
        [promise] = await claim(shop.db, shop.now, 10)
        await put_off(shop.db, promise, PutOff(at, "quiet_hours", recorded=True))
        assert await claim(shop.db, at - timedelta(seconds=1), 10) == []
        async with shop.db.write() as tx:
            await tx.run(("UPDATE outbox SET due_at = ?", (shop.now,)))
    [promise] = await claim(shop.db, shop.now, 10)
    assert (promise.payload["recorded"], promise.last_try) == (True, False)
    assert await outbox.states() == ["waiting"]


async def a_message_that_text_can_carry_is_decided_by_itself(shop, outbox):
    visit = await check_in(shop)
    await outbox.empty()
    await move_to(shop, visit, "repairing")
    [promise] = await claim(shop.db, shop.now, 10, {"repairing"})
    assert promise.payload["stage"] == "repairing"


async def move_to(shop, visit, stage):
    """A promise about a stage, as a command would make it."""
    payload = f'{{"event": "stage", "stage": "{stage}"}}'
    row = (
        "INSERT INTO outbox (id, group_id, visit_id, kind, topic, payload, created_at, due_at, attempts, state) "
        "VALUES (?, ?, ?, 'message', ?, ?, ?, ?, 0, 'waiting')"
    )
    async with shop.db.write() as tx:
        await tx.run((row, (uuid7(), shop.group_id, visit.id, stage, payload, shop.now, shop.now)))
