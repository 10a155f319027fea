"""A customer's record that is only stored: off the tablets, told nothing, joined with nobody, until it is lifted."""

import pytest

from server.domain.ids import uuid7
from server.domain.roles import MAY_SEE_STORED
from server.queries.customers import customers
from server.queries.pages import Window
from server.queries.rows import rows_by_id
from server.queries.sight import Sight
from tests.commands.given import registered
from tests.visits import Ids, check_in


async def restrict(shop, customer: str, role: str = "crm", **fields):
    """The record is only stored from now on."""
    wish = {"customer_id": customer, "reason": "客户要求", "restricted_at": shop.now}
    return await shop.done(role, "customer.restrict", **wish | fields)


def consent(decision: str) -> dict:
    """What the customer said about marketing."""
    said = {"purpose": "marketing", "channel": "any", "source": "tablet", "decided_at": "2026-11-21T01:00:00Z"}
    return said | {"decision": decision}


async def cancelled(shop) -> Ids:
    """A visit that ended without work."""
    visit = await check_in(shop)
    await shop.given("manager", "visit.cancel", visit_id=visit.id, reason="改主意")
    return visit


async def a_stored_record_leaves_the_tablets_with_its_past_and_keeps_everything(shop):
    visit = await cancelled(shop)
    await shop.given(
        "crm", "appointment.book", appointment_id=(booked := uuid7()), customer_id=visit.customer_id,
        at="2026-12-01T01:00:00Z", work="保养",
    )  # fmt: skip
    before = await shop.row("customers", visit.customer_id)
    await restrict(shop, visit.customer_id)
    held = await shop.fresh()
    assert visit.customer_id not in held.get("customers", {})
    assert visit.id not in held.get("visits", {})
    assert booked not in held.get("appointments", {})
    assert visit.vehicle_id in held["vehicles"]
    [row] = (await rows_by_id(shop.db, Sight.everything(shop.group_id), "customers", [visit.customer_id])).values()
    assert (row.restricted.reason, row.restricted.by, row.stores) == ("客户要求", shop.people["crm"], [])
    assert (row.name, row.phones[0].number, len(row.consents)) == (before["name"], visit.phone, 0)
    [one] = (await rows_by_id(shop.db, Sight.everything(shop.group_id), "appointments", [booked])).values()
    assert one.status == "cancelled"


async def a_car_in_the_shop_keeps_its_people_on_the_tablets_until_it_leaves(shop):
    visit = await check_in(shop)
    await restrict(shop, visit.customer_id)
    assert (await shop.row("customers", visit.customer_id))["restricted"]["reason"] == "客户要求"
    await shop.done("manager", "visit.cancel", visit_id=visit.id, reason="不修了")
    assert visit.customer_id not in (await shop.fresh()).get("customers", {})


async def an_owner_whose_car_somebody_else_brings_is_there_as_long_as_the_car(shop):
    first = await cancelled(shop)
    await restrict(shop, first.customer_id)
    bringer = await registered(shop, "李雷", ("13900139000",))
    opened = uuid7()
    await shop.done(
        "advisor", "visit.open", visit_id=opened, vehicle_id=first.vehicle_id, customer_id=bringer, kind="repair",
        payer="customer",
    )  # fmt: skip
    assert first.customer_id in (await shop.fresh())["customers"]
    await shop.done("manager", "visit.cancel", visit_id=opened, reason="不修了")
    held = (await shop.fresh())["customers"]
    assert first.customer_id not in held
    assert bringer in held


async def a_stored_record_is_joined_with_nobody_and_proposed_to_nobody(shop):
    customer = await registered(shop, "王伟", ("13800138000",))
    await restrict(shop, customer)
    again = await registered(shop, "王伟", ("13800138000",))
    held = await shop.fresh()
    assert list(held["customers"]) == [again]
    assert "merge_proposals" not in held
    await shop.refused("manager", "customer.merge", "storage_only", keep_id=again, merge_id=customer)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("customer.tag", {"add": ["VIP"]}),
        ("customer.add_note", {"note_id": uuid7(), "text": "爱喝茶"}),
        ("appointment.book", {"appointment_id": uuid7(), "at": "2026-12-01T01:00:00Z", "work": "保养"}),
        ("customer.update", {"changes": {"name": {"from": "王伟", "to": "王大伟"}}}),
        ("customer.update", {"phones": {"add": [{"number": "13900139000"}]}}),
        ("customer.set_contact", {"language": {"from": None, "to": "en"}}),
        ("customer.set_contact", {"contact_stop": {"from": None, "to": "客户要求"}}),
        ("customer.set_consent", consent("granted")),
    ],
)
async def a_stored_record_is_not_worked_with(shop, name, fields):
    customer = await registered(shop)
    await restrict(shop, customer)
    why = await shop.refused("manager", name, "storage_only", customer_id=customer, **fields)
    assert (why.subject.type, why.subject.id) == ("customers", customer)


async def a_withdrawal_is_written_into_a_stored_record_too(shop):
    customer = await registered(shop)
    await restrict(shop, customer)
    await shop.done("crm", "customer.set_consent", customer_id=customer, **consent("withdrawn"))
    [row] = (await rows_by_id(shop.db, Sight.everything(shop.group_id), "customers", [customer])).values()
    assert [one.decision for one in row.consents] == ["withdrawn"]


async def a_customer_says_on_the_own_page_what_they_wish_of_a_stored_record(shop):
    visit = await check_in(shop)
    await restrict(shop, visit.customer_id)
    link = shop.link(visit.id)
    for name, fields in (
        ("customer.set_contact", {"language": {"from": None, "to": "en"}}),
        ("customer.set_consent", consent("granted") | {"source": "page"}),
    ):
        outcome = await shop.run(link, name, customer_id=visit.customer_id, **fields)
        assert outcome.outcome == "applied", outcome


async def a_second_wish_changes_nothing_and_lifting_brings_the_record_back(shop):
    customer = await registered(shop)
    await restrict(shop, customer)
    await restrict(shop, customer, "admin", reason="再说一次")
    [row] = (await rows_by_id(shop.db, Sight.everything(shop.group_id), "customers", [customer])).values()
    assert (row.restricted.reason, row.rev) == ("客户要求", 2)
    await shop.done("manager", "customer.lift_restriction", customer_id=customer, reason="客户同意恢复")
    assert (await shop.row("customers", customer))["restricted"] is None
    rev = (await shop.row("customers", customer))["rev"]
    await shop.done("manager", "customer.lift_restriction", customer_id=customer, reason="客户同意恢复")
    assert (await shop.row("customers", customer))["rev"] == rev


async def a_customer_stops_the_use_of_the_own_record_and_of_no_other(shop):
    visit, other = await check_in(shop), await check_in(shop)
    wish = {"reason": "本人要求", "restricted_at": shop.now}
    link = shop.link(visit.id)
    assert (await shop.run(link, "customer.restrict", customer_id=visit.customer_id, **wish)).outcome == "applied"
    refused = await shop.run(link, "customer.restrict", customer_id=other.customer_id, **wish)
    assert refused.reason.code == "not_found"
    lifted = await shop.run(link, "customer.lift_restriction", customer_id=visit.customer_id, reason="x")
    assert lifted.reason.code == "forbidden"
    assert (await shop.row("customers", visit.customer_id))["restricted"]["by"] is None


@pytest.mark.parametrize("role", ["manager", "claims", "admin", "advisor", "crm", "technician", "inspector"])
async def a_stored_record_is_found_by_those_who_keep_it_and_by_nobody_else(shop, role):
    customer, used = await registered(shop, "贾仅存"), await registered(shop, "贾常用", ("13700137000",))
    await restrict(shop, customer)
    sight = Sight(shop.group_id, shop.stores[0], role)
    page = await customers(shop.db, sight, "贾", Window(20))
    sees = role in MAY_SEE_STORED
    assert {row.id for row in page.rows} == {used} | ({customer} if sees else set())
    assert bool(await rows_by_id(shop.db, sight, "customers", [customer])) == sees
