"""What a tablet is given, by the role of who holds it: kinds, fields and reviews, as the table of roles says."""

from typing import Any

import msgspec
import pytest

from server.domain.ids import uuid7
from server.domain.roles import PEOPLE, hidden, reach, reads_review
from server.queries.pull import Behind, checksum
from tests.commands.examples import examples
from tests.commands.given import registered
from tests.shop import Rows, Shop, Tablet, held, plain
from tests.sync.sums import sums_of
from tests.visits import Ids, advance_to, check_in

SEE_ALL = ("manager", "advisor", "crm")
SEE_LESS = tuple(role for role in PEOPLE if role not in SEE_ALL)
OWN = ("phones", "email", "address", "birthday_on", "preferred_channel", "channels", "quiet", "contact_stop")
"""What a technician has no need for: how to reach a customer …"""
SAID = ("notes", "tags", "consents")
"""… and what the shop knows about them."""

REFUSED = {
    "technician": "repair.advance", "inspector": "quality.pass", "claims": "handover.amend",
    "admin": "customer.restrict", "advisor": "customer.update",
}  # fmt: skip
"""One command of each of these roles that comes to nothing, so that its review lies in the inbox."""


async def lively(shop: Shop) -> Ids:
    """A visit near its end, a complaint, a pair that may be one person, and a refused command of every role."""
    ids = await advance_to(shop, "ready")
    await shop.given("crm", "customer.add_note", customer_id=ids.customer_id, note_id=uuid7(), text="性子急")
    await shop.given("crm", "customer.tag", customer_id=ids.customer_id, add=["VIP"])
    await shop.given("crm", "complaint.open", **complaint(shop, ids))
    alike = {"customer_id": uuid7(), "name": "李娜", "phones": [{"number": ids.phone, "primary": True}]}
    await shop.bus.run(shop.person("advisor"), "customer.register", alike)
    for role, command in REFUSED.items():
        fields = examples()[command] | {"visit_id" if "visit_id" in examples()[command] else "customer_id": uuid7()}
        assert (await shop.bus.run(shop.person(role), command, plain(fields))).outcome == "rejected"
    return ids


def complaint(shop: Shop, ids: Ids) -> dict[str, Any]:
    """A complaint about the visit, for customer relations to answer."""
    named = {"complaint_id": uuid7(), "customer_id": ids.customer_id, "visit_id": ids.id}
    return examples()["complaint.open"] | named | {"owner_id": shop.people["crm"]}


def seen(rows: Rows, role: str) -> Rows:
    """Of everything in a store, what the table says that a role sees."""
    shown = {
        kind: {
            row_id: {name: value for name, value in row.items() if name not in hidden(role, kind)}
            for row_id, row in held_rows.items()
            if kind != "reviews" or reads_review(role, row["command"]["name"])
        }
        for kind, held_rows in rows.items()
        if reach(role, kind) != "none"
    }
    return {kind: left for kind, left in shown.items() if left}


@pytest.mark.parametrize("role", PEOPLE)
async def a_tablet_holds_what_the_table_says_that_its_role_sees(shop, role):
    await lively(shop)
    everything = await shop.fresh()
    assert {"customers", "complaints", "merge_proposals", "reviews"} <= set(everything)
    for limit in (3, 5000):
        tablet = await shop.tablet(role)
        await shop.pull(tablet, limit)
        assert held(tablet) == seen(everything, role)
    assert (held(tablet) == everything) == (role in SEE_ALL)


async def a_technician_gets_no_phone_no_remark_and_no_complaint(shop):
    ids = await lively(shop)
    tablet = await shop.tablet("technician")
    await shop.pull(tablet)
    customer = tablet.rows["customers"][ids.customer_id]
    assert (customer["name"], set(customer).isdisjoint({*OWN, *SAID})) == ("王小明", True)
    assert "complaints" not in tablet.rows
    assert {row["command"]["name"] for row in tablet.rows["reviews"].values()} == {"repair.advance"}
    assert all("evidence" not in row for row in tablet.rows["merge_proposals"].values())
    text = msgspec.json.encode(tablet.rows).decode()
    assert not [word for word in (ids.phone, ids.phone[3:], "性子急", "VIP") if word in text]


async def a_claims_clerk_gets_phones_and_no_remarks(shop):
    ids = await lively(shop)
    tablet = await shop.tablet("claims")
    await shop.pull(tablet)
    customer = tablet.rows["customers"][ids.customer_id]
    assert ([phone["number"] for phone in customer["phones"]], set(customer).isdisjoint(SAID)) == ([ids.phone], True)


@pytest.mark.parametrize("role", SEE_LESS)
async def a_tablet_that_follows_along_holds_what_a_new_one_would_load(shop, role):
    shop.followers.append(Tablet(uuid7(), shop.stores[0], shop.people[role]))
    ids = await lively(shop)
    keep = await registered(shop, name="赵六", phones=())
    await shop.done("manager", "customer.merge", keep_id=ids.customer_id, merge_id=keep)
    await shop.done("manager", "customer.unmerge", merge_id=keep)
    [known] = await shop.rows("complaints")
    step = {"step_id": uuid7(), "complaint_id": known["id"]}
    await shop.done("crm", "complaint.step", **examples()["complaint.step"] | step)
    for review in await shop.rows("reviews"):
        resolve = {"review_id": review["id"], "seen_rev": review["rev"], "action": "discard", "reason": "不需要"}
        await shop.done("manager", "review.resolve", **resolve)


@pytest.mark.parametrize("role", PEOPLE)
async def the_checksum_counts_what_the_role_was_given(shop, role):
    await lively(shop)
    tablet = await shop.tablet(role)
    await shop.pull(tablet)
    assert await checksum(shop.db, shop.caller(tablet), tablet.cookie) == sums_of(held(tablet))


async def the_kinds_that_a_role_does_not_read_come_neither_as_a_row_nor_as_gone(shop):
    ids = await check_in(shop)
    tablet = await shop.tablet("technician")
    await shop.pull(tablet)
    await shop.done("crm", "complaint.open", **complaint(shop, ids))
    await shop.refused("advisor", "customer.update", "not_found", customer_id=uuid7(), changes={})
    page = await shop.next_page(tablet, 1)
    told = {kind for part in ("rows", "gone") for kind in page[part]}
    assert "complaints" not in told
    assert "reviews" not in told
    await shop.pull(tablet)
    assert tablet.cookie.position == await shop.position()


async def a_role_that_takes_the_tablet_over_starts_anew_and_keeps_the_queue(shop):
    ids = await lively(shop)
    tablet = await shop.tablet("manager")
    await shop.sign_in(tablet, "technician")
    await shop.send(tablet, "customer.tag", customer_id=ids.customer_id, add=["常客"])
    await shop.pull(tablet)
    assert held(tablet) == await shop.fresh()
    for role in ("technician", "manager"):
        tablet.user_id = shop.people[role]
        with pytest.raises(Behind):
            await checksum(shop.db, shop.caller(tablet), tablet.cookie)
        page = await shop.next_page(tablet, 1)
        assert (page["reset"], page["more"], page["applied_through"]) == (True, True, 1)
        await shop.pull(tablet)
        assert held(tablet) == await shop.fresh(role=role)
    assert tablet.resets == 2


async def a_colleague_who_sees_as_much_goes_on_where_the_first_one_was(shop):
    await lively(shop)
    tablet = await shop.tablet("manager")
    await shop.pull(tablet)
    for role in ("advisor", "crm"):
        tablet.user_id = shop.people[role]
        page = await shop.next_page(tablet, 5000)
        assert (page["reset"], page["rows"]) == (False, {})


async def a_first_sync_that_another_role_takes_over_half_way_starts_anew(shop):
    await lively(shop)
    tablet = await shop.tablet("manager")
    for _ in range(4):
        await shop.next_page(tablet, 3)
    tablet.user_id = shop.people["technician"]
    await shop.pull(tablet, 3)
    assert (held(tablet), tablet.resets) == (await shop.fresh(role="technician"), 1)
