"""What can be read, and how one thing leads to another."""

from server.domain.ids import uuid7
from tests.graphql.door import Asker
from tests.shop import Shop
from tests.visits import check_in, estimated


async def a_caller_learns_who_they_are_and_where_they_work(ask: Asker, shop: Shop):
    me = (await ask.data("{ me { id username role storeId deviceId store { name timeZone labourRateFen } } }"))["me"]
    assert (me["username"], me["role"], me["storeId"], me["deviceId"]) == ("boss", "manager", shop.stores[0], None)
    assert me["store"] == {"name": "锦程门店", "timeZone": "Asia/Shanghai", "labourRateFen": 12000}


async def a_visit_reaches_everything_around_it(ask: Asker, shop: Shop):
    ids = await estimated(shop)
    await shop.done(
        "manager", "finding.record", visit_id=ids.id, finding_id=uuid7(), item_code="BRK-01", grade="not_checked",
        dtcs=[], photos=[],
    )  # fmt: skip
    visit = (
        await ask.data(
            """query($id: UUID!) { visit(id: $id) {
              __typename id number stage trail kind openedAt customerLink advisor { name } technician { name }
              customer { id name phones { number } vehicles { id } visits(first: 1) { id } }
              vehicle { id plate owner { id } visits { id } }
              damages { id } photos { id } signatures { id } findings { grade item { name } }
              estimateLines { name amountFen decision kind finding { id } }
              progress { kind stage at } store { name }
            } }""",
            id=ids.id,
        )
    )["visit"]
    assert (visit["__typename"], visit["stage"], visit["kind"]) == ("Visit", "AWAITING_APPROVAL", "REPAIR")
    assert visit["trail"] == ["CHECKED_IN", "ASSIGNED", "DIAGNOSING", "AWAITING_APPROVAL"]
    assert visit["customer"]["id"] == visit["vehicle"]["owner"]["id"] == ids.customer_id
    assert visit["customer"]["vehicles"] == [{"id": ids.vehicle_id}]
    assert visit["customer"]["visits"] == visit["vehicle"]["visits"] == [{"id": ids.id}]
    assert visit["technician"] == {"name": "technician"}
    assert [line["amountFen"] for line in visit["estimateLines"]] == [18000, 76000, 9900]
    assert visit["findings"] == [{"grade": "NOT_CHECKED", "item": None}]
    assert [step["stage"] for step in visit["progress"]] == visit["trail"]
    assert visit["openedAt"] == "2026-11-21T01:02:03Z"
    assert visit["customerLink"].startswith("https://shop.test/c/")


async def an_id_of_nothing_answers_null(ask: Asker):
    data = await ask.data(
        "query($id: UUID!) { visit(id: $id) { id } customer(id: $id) { id } node(id: $id) { id } }", id=uuid7()
    )
    assert data == {"visit": None, "customer": None, "node": None}


async def a_merged_customer_answers_with_the_one_that_was_kept(ask: Asker, shop: Shop):
    first, second = await check_in(shop), await check_in(shop)
    await shop.done("manager", "customer.merge", keep_id=first.customer_id, merge_id=second.customer_id)
    data = await ask.data(
        """query($c: UUID!, $v: UUID!) {
          customer(id: $c) { id vehicles { id } } visit(id: $v) { customer { id } } node(id: $c) { id }
        }""",
        c=second.customer_id, v=second.id,
    )  # fmt: skip
    assert data["customer"]["id"] == data["visit"]["customer"]["id"] == data["node"]["id"] == first.customer_id
    assert {car["id"] for car in data["customer"]["vehicles"]} == {first.vehicle_id, second.vehicle_id}


async def a_row_of_another_group_is_not_there(ask: Asker, shop: Shop):
    stranger = await Shop.open(shop.db)
    theirs = await check_in(stranger)
    data = await ask.data(
        """query($v: UUID!, $c: UUID!) {
          visit(id: $v) { id } node(id: $c) { id } visits { edges { node { id } } } journal { edges { node { id } } }
        }""",
        v=theirs.id, c=theirs.customer_id,
    )  # fmt: skip
    assert (data["visit"], data["node"], data["visits"]["edges"]) == (None, None, [])
    theirs_too = {entry["node"]["id"] for entry in data["journal"]["edges"]}
    ask.shop = stranger
    await ask.sign_in("rival")
    data = await ask.data("{ journal(first: 100) { edges { node { id } } } }")
    assert theirs_too.isdisjoint(entry["node"]["id"] for entry in data["journal"]["edges"])
