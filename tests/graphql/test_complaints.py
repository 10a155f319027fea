"""Complaints as programs read them: by id, by state, by when they are due; never another group's."""

from datetime import timedelta

from server.domain.ids import uuid7
from tests.graphql.door import Asker
from tests.graphql.test_pages import every_page
from tests.shop import Shop
from tests.visits import check_in

ONE = """query($id: UUID!) { complaint(id: $id) {
  source about text state dueAt closedAt steps { kind text by } history { field }
  customer { name } visit { number } owner { name }
} }"""


async def opened(shop: Shop, hours: int, **fields) -> str:
    """A complaint that is due in so many hours."""
    complaint_id = uuid7()
    due_at = shop.now + timedelta(hours=hours)
    await shop.given(
        "manager", "complaint.open", complaint_id=complaint_id, text="等了两个小时", about="waiting", due_at=due_at,
        **fields,
    )  # fmt: skip
    return complaint_id


async def a_complaint_leads_to_its_customer_its_visit_and_who_answers_for_it(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    complaint_id = await opened(shop, 4, customer_id=visit.customer_id, visit_id=visit.id)
    for kind in ("CONFIRM", "CALL_BACK"):
        await shop.given(
            "manager", "complaint.step", complaint_id=complaint_id, step_id=uuid7(), kind=kind.lower(), text="已致电",
            at=shop.now,
        )  # fmt: skip
    found = (await ask.data(ONE, id=complaint_id))["complaint"]
    assert (found["source"], found["about"], found["state"]) == ("COUNTER", "WAITING", "CLOSED")
    assert [(one["kind"], one["by"]) for one in found["steps"]] == [
        ("CONFIRM", shop.people["manager"]), ("CALL_BACK", shop.people["manager"]),
    ]  # fmt: skip
    assert (found["customer"]["name"], found["owner"]["name"]) == ("王小明", "manager")
    assert found["visit"]["number"].startswith("R")


async def the_complaints_come_by_when_they_are_due_page_by_page(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    made = {hours: await opened(shop, hours, customer_id=visit.customer_id) for hours in (5, 1, 3)}
    closing = {"complaint_id": made[3], "step_id": uuid7(), "kind": "call_back", "text": "已致电", "at": shop.now}
    await shop.given("manager", "complaint.step", **closing)
    assert await every_page(ask, "complaints", first=1) == [made[1], made[3], made[5]]
    assert await every_page(ask, "complaints", "state: OPEN,") == [made[1], made[5]]
    assert await every_page(ask, "complaints", "state: CLOSED,") == [made[3]]


async def a_complaint_of_another_group_is_not_there(ask: Asker, shop: Shop):
    other = await Shop.open(shop.db)
    visit = await check_in(other)
    complaint_id = await opened(other, 1, customer_id=visit.customer_id)
    assert (await ask.data(ONE, id=complaint_id))["complaint"] is None
    assert await every_page(ask, "complaints") == []
