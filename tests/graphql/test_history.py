"""The history of single fields: who replaced what, when, and from which device."""

from tests.graphql.door import Asker
from tests.shop import Shop
from tests.visits import check_in

ASK = (
    "query($id: UUID!, $first: Int!) { customer(id: $id) { history(first: $first) "
    "{ field before after command userId deviceId door } } }"
)


async def a_field_remembers_what_it_held_and_who_replaced_it(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    tablet = await shop.tablet("advisor")
    name = {"name": {"from": "王小明", "to": "王晓明"}}
    await shop.push(tablet, shop.queued(tablet, "customer.update", customer_id=visit.customer_id, changes=name))
    await shop.done("crm", "customer.tag", customer_id=visit.customer_id, add=["常客"])
    history = (await ask.data(ASK, id=visit.customer_id, first=10))["customer"]["history"]
    assert history == [
        {
            "field": "tags", "before": [], "after": ["常客"], "command": "customer.tag", "userId": shop.people["crm"],
            "deviceId": None, "door": "graphql",
        },
        {
            "field": "name", "before": "王小明", "after": "王晓明", "command": "customer.update",
            "userId": shop.people["advisor"], "deviceId": tablet.id, "door": "tablet",
        },
    ]  # fmt: skip
    assert len((await ask.data(ASK, id=visit.customer_id, first=1))["customer"]["history"]) == 1


async def a_merged_customer_keeps_the_history_of_both(ask: Asker, shop: Shop):
    one, other = await check_in(shop), await check_in(shop)
    address = {"address": {"from": None, "to": "锦江区"}}
    await shop.done("advisor", "customer.update", customer_id=other.customer_id, changes=address)
    await shop.done("manager", "customer.merge", keep_id=one.customer_id, merge_id=other.customer_id)
    history = (await ask.data(ASK, id=other.customer_id, first=20))["customer"]["history"]
    assert {("address", "customer.update"), ("phones", "customer.merge")} <= {
        (h["field"], h["command"]) for h in history
    }
