"""The server's own commands: staff, devices, reference rows, the sweep."""

import pytest

from server.domain.ids import uuid7
from server.sweep import sweep
from tests.commands.examples import examples
from tests.commands.given import registered
from tests.visits import advance_to, check_in


async def a_person_who_leaves_may_do_nothing_more(shop):
    visit = await check_in(shop)
    person = {"staff_id": shop.people["advisor"], "name": "advisor", "role": "advisor"}
    await shop.serve("staff.put", **person)
    assert (await shop.row("staff", shop.people["advisor"]))["rev"] == 1
    await shop.serve("staff.put", **person | {"active": False})
    row = await shop.row("staff", shop.people["advisor"])
    assert (row["active"], row["rev"]) == (False, 2)
    why = await shop.refused("advisor", "visit.cancel", "forbidden", visit_id=visit.id, reason="改天")
    assert (why.subject.type, why.subject.id) == ("staff", shop.people["advisor"])


async def a_device_is_enrolled_once_and_revoked_once(shop):
    tablet = await shop.tablet()
    again = {"device_id": tablet.id, "name": "别的", "public_key": {"kty": "EC"}, "enrolled_by": tablet.user_id}
    await shop.serve("device.enrol", **again)
    for _ in range(2):
        await shop.serve("device.revoke", device_id=tablet.id)
    async with shop.db.read() as tx:
        [[row]] = await tx.run(("SELECT name, rev FROM devices WHERE id = ?", (tablet.id,)))
    assert tuple(row) == ("平板", 2)
    assert (await shop.serve("device.revoke", device_id=uuid7())).reason.code == "not_found"


async def a_device_that_waits_is_approved_once(shop):
    device_id, by = uuid7(), shop.people["advisor"]
    fields = {"device_id": device_id, "name": "平板", "public_key": {"kty": "EC"}, "enrolled_by": by}
    await shop.serve("device.enrol", **fields, pending=True)
    for _ in range(2):
        await shop.serve("device.approve", device_id=device_id)
    async with shop.db.read() as tx:
        [[row]] = await tx.run(("SELECT pending, rev FROM devices WHERE id = ?", (device_id,)))
    assert (bool(row[0]), row[1]) == (False, 2)
    assert (await shop.serve("device.approve", device_id=uuid7())).reason.code == "not_found"


async def the_catalogue_is_on_every_stores_tablets(shop):
    item = {
        "code": "BP-1", "kind": "part", "name": "前刹车片", "name_en": "Front brake pads", "unit": "个",
        "unit_price_fen": 38_000, "as_of": "2026-11-01",
    }  # fmt: skip
    for price in (38_000, 38_000, 39_000):
        await shop.serve("catalog.put", **item | {"unit_price_fen": price})
    for store in (0, 1):
        [row] = await shop.rows("catalog_items", store)
        assert (row["code"], row["unit_price_fen"], row["rev"]) == ("BP-1", 39_000, 2)


async def the_inspection_template_is_on_every_stores_tablets(shop):
    item = {
        "code": "BRAKE-PAD-FL", "group": "制动", "group_en": "Brakes", "position": 1, "name": "左前刹车片",
        "name_en": "Front left pad", "unit": "mm", "limits": {"yellow": "4", "red": "2", "worse": "below"},
    }  # fmt: skip
    for _ in range(2):
        await shop.serve("inspection.put", **item)
    for store in (0, 1):
        [row] = await shop.rows("inspection_items", store)
        assert (row["code"], row["limits"]["red"], row["rev"]) == ("BRAKE-PAD-FL", "2", 1)


async def a_visit_leaves_the_tablets_thirty_days_after_it_closed(shop):
    visit = await advance_to(shop, "handed_over")
    other = await check_in(shop)
    await shop.done("manager", "visit.add_damage", **examples()["visit.add_damage"] | {"visit_id": other.id})
    before = await shop.fresh()
    shop.later(days=29)
    await shop.serve("visit.sweep", visit_id=visit.id)
    assert await shop.fresh() == before
    shop.later(days=2)
    await shop.serve("visit.sweep", visit_id=visit.id)
    await shop.serve("visit.sweep", visit_id=other.id)
    after = await shop.fresh()
    assert list(after["visits"]) == [other.id]
    for kind in ("progress", "estimate_lines", "damages"):
        assert {row["visit_id"] for row in after.get(kind, {}).values()} <= {other.id}


async def a_command_on_a_visit_that_left_the_tablets_still_works(shop):
    visit = await advance_to(shop, "handed_over")
    shop.later(days=31)
    await shop.serve("visit.sweep", visit_id=visit.id)
    await shop.kept("manager", "photo.add", "visit_closed", **examples()["photo.add"] | {"visit_id": visit.id})
    await shop.done("crm", "survey.answer", **examples()["survey.answer"] | {"visit_id": visit.id})
    rows = await shop.fresh()
    assert visit.id not in rows.get("visits", {})
    assert not rows.get("photos")
    second = examples()["visit.open"] | {
        "visit_id": uuid7(), "vehicle_id": visit.vehicle_id, "customer_id": visit.customer_id, "comeback_of": visit.id,
    }  # fmt: skip
    await shop.done("advisor", "visit.open", **second)


async def told(shop, visit, **fields) -> str:
    """A message to the customer of this visit, recorded now."""
    message = uuid7()
    said = {"customer_id": visit.customer_id, "event": "appointment", "state": "sent", "channel": "sms"} | fields
    await shop.serve("message.record", message_id=message, promised_at=shop.now.isoformat(), **said)
    return message


async def the_messages_leave_the_tablets_with_their_visit_or_after_thirty_days(shop):
    visit, other = await advance_to(shop, "handed_over"), await check_in(shop)
    of_visit, of_nothing = await told(shop, visit, visit_id=visit.id), await told(shop, visit)
    of_open = await told(shop, other, visit_id=other.id)
    shop.later(days=29)
    young = await told(shop, visit)
    await sweep(shop.db, shop.bus)
    assert {row["id"] for row in await shop.rows("messages")} == {of_visit, of_nothing, of_open, young}
    shop.later(days=2)
    await sweep(shop.db, shop.bus)
    assert {row["id"] for row in await shop.rows("messages")} == {of_open, young}
    for message in (of_open, young, uuid7()):
        await shop.serve("message.sweep", message_id=message)
    assert {row["id"] for row in await shop.rows("messages")} == {of_open, young}


async def a_complaint_leaves_the_tablets_thirty_days_after_it_was_closed_and_never_before(shop):
    visit = await advance_to(shop, "handed_over")
    closed, still_open = uuid7(), uuid7()
    for complaint in (closed, still_open):
        fields = {"customer_id": visit.customer_id, "visit_id": visit.id, "text": "异响还在", "about": "quality"}
        await shop.done("advisor", "complaint.open", complaint_id=complaint, **fields)
    step = {"step_id": uuid7(), "kind": "call_back", "text": "已回电", "at": shop.now.isoformat()}
    shop.later(days=31)
    await shop.done("crm", "complaint.step", complaint_id=closed, **step)
    await sweep(shop.db, shop.bus)
    assert {row["id"] for row in await shop.rows("complaints")} == {closed, still_open}
    assert not await shop.rows("visits")
    shop.later(days=31)
    await sweep(shop.db, shop.bus)
    assert [row["id"] for row in await shop.rows("complaints")] == [still_open]
    await shop.kept("crm", "complaint.step", "complaint_closed", complaint_id=closed, **step | {"step_id": uuid7()})


async def a_complaint_goes_with_its_customer_through_a_merge_and_back(shop):
    keep, merged, complaint = await registered(shop), await registered(shop, "李娜", phones=()), uuid7()
    fields = {"customer_id": merged, "text": "价格不对", "about": "price"}
    await shop.done("crm", "complaint.open", complaint_id=complaint, **fields)
    await shop.done("manager", "customer.merge", keep_id=keep, merge_id=merged)
    assert (await shop.row("complaints", complaint))["customer_id"] == keep
    await shop.done("manager", "customer.unmerge", merge_id=merged)
    assert (await shop.row("complaints", complaint))["customer_id"] == merged


@pytest.mark.parametrize("kind", ["links", "push_subscriptions"])
async def the_customers_page_outlives_the_sweep(shop, kind):
    visit = await advance_to(shop, "handed_over")
    await shop.done("manager", "push.subscribe", **examples()["push.subscribe"] | {"visit_id": visit.id})
    shop.later(days=31)
    await shop.serve("visit.sweep", visit_id=visit.id)
    async with shop.db.read() as tx:
        [rows] = await tx.run(("SELECT gone FROM feed WHERE kind = ? AND parent_id = ?", (kind, visit.id)))
    assert [bool(gone) for (gone,) in rows] == [False]
