"""Lists: every page, in order, nothing lost and nothing twice; searching."""

from datetime import timedelta

import pytest

from server.domain.ids import uuid7
from tests.graphql.door import Asker
from tests.shop import Shop
from tests.visits import Ids, check_in, diagnosing, estimated

PAGE = """{ edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"""


async def every_page(ask: Asker, field: str, arguments: str = "", first: int = 2) -> list[str]:
    """The ids of a list, read page by page; each page is checked against what Relay says of it."""
    ids: list[str] = []
    after = None
    while True:
        given = f"first: {first}, {arguments}"
        page = (await ask.data(f"query($after: String) {{ {field}({given} after: $after) {PAGE} }}", after=after))[
            field
        ]
        cursors = [edge["cursor"] for edge in page["edges"]]
        info = page["pageInfo"]
        assert len(cursors) <= first
        assert info["hasPreviousPage"] == (after is not None)
        assert (info["startCursor"], info["endCursor"]) == ((cursors[0], cursors[-1]) if cursors else (None, None))
        ids += [edge["node"]["id"] for edge in page["edges"]]
        if not info["hasNextPage"]:
            return ids
        after = info["endCursor"]


async def visits_in(shop: Shop, count: int) -> list[Ids]:
    """Visits that came in one hour after the other, the newest first."""
    made = []
    for _ in range(count):
        made.append(await check_in(shop))
        shop.later(hours=1)
    return made[::-1]


async def a_list_of_visits_is_read_page_by_page_the_newest_first(ask: Asker, shop: Shop):
    made = [visit.id for visit in await visits_in(shop, 5)]
    assert await every_page(ask, "visits") == made
    assert await every_page(ask, "visits", first=5) == made


async def a_page_goes_on_where_it_ended_although_a_visit_came_in(ask: Asker, shop: Shop):
    made = [visit.id for visit in await visits_in(shop, 3)]
    first = (await ask.data(f"{{ visits(first: 1) {PAGE} }}"))["visits"]
    await check_in(shop)
    rest = await ask.data(
        f"query($after: String) {{ visits(after: $after) {PAGE} }}", after=first["pageInfo"]["endCursor"]
    )
    assert [edge["node"]["id"] for edge in rest["visits"]["edges"]] == made[1:]


async def a_list_of_visits_is_narrowed_by_stage_and_by_who_is_still_here(ask: Asker, shop: Shop):
    waiting, gone = await estimated(shop), await check_in(shop)
    await shop.done("manager", "visit.cancel", visit_id=gone.id, reason="不修了")
    assert await every_page(ask, "visits", "openOnly: true,") == [waiting.id]
    assert await every_page(ask, "visits", "stage: CANCELLED,") == [gone.id]
    assert await every_page(ask, "visits", "stage: CANCELLED, openOnly: true,") == []


async def a_visit_that_left_the_tablets_stays_in_the_list(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    await shop.done("manager", "visit.cancel", visit_id=visit.id, reason="不修了")
    shop.now += timedelta(days=31)
    await shop.bus.run(shop.server(), "visit.sweep", {"visit_id": visit.id})
    assert await every_page(ask, "visits") == [visit.id]
    data = await ask.data("query($id: UUID!) { visit(id: $id) { progress { kind } customer { id } } }", id=visit.id)
    assert len(data["visit"]["progress"]) == 2


async def a_list_of_customers_goes_by_name_and_is_searched_by_name_or_phone(ask: Asker, shop: Shop):
    people = {}
    for name, phone in (
        ("陈一", "13811112222"),
        ("陈_二", "13811113333"),
        ("Wang Wu", "028-85551234"),
        ("李四", "13999992222"),
    ):
        people[name] = uuid7()
        await shop.done("manager", "customer.register", customer_id=people[name], name=name, phones=[{"number": phone}])
    assert await every_page(ask, "customers") == [people[name] for name in sorted(people)]

    async def found(search: str) -> set[str]:
        ids = await every_page(ask, "customers", f'search: "{search}",')
        return {name for name, row_id in people.items() if row_id in ids}

    assert await found("陈") == {"陈一", "陈_二"}
    assert await found("wang") == {"Wang Wu"}
    assert await found("_") == {"陈_二"}
    assert await found("2222") == {"陈一", "李四"}
    assert await found("138 1111 3333") == {"陈_二"}
    assert await found("028-85551234") == {"Wang Wu"}
    assert await found("%") == await found("5555555") == set()
    assert await found(" ") == set(people)


async def a_merged_away_customer_leaves_the_list_and_comes_back_when_unmerged(ask: Asker, shop: Shop):
    first, second = await check_in(shop), await check_in(shop)
    await shop.done("manager", "customer.merge", keep_id=first.customer_id, merge_id=second.customer_id)
    assert await every_page(ask, "customers") == [first.customer_id]
    assert await every_page(ask, "customers", f'search: "{second.phone}",') == [first.customer_id]
    await shop.done("manager", "customer.unmerge", merge_id=second.customer_id)
    assert set(await every_page(ask, "customers")) == {first.customer_id, second.customer_id}


async def a_list_of_vehicles_is_searched_by_plate_or_by_the_end_of_the_vin(ask: Asker, shop: Shop):
    first, second = await check_in(shop), await check_in(shop)
    plate = uuid7()
    await shop.done(
        "manager", "vehicle.register", vehicle_id=plate, plate="川A·12C45", make="大众", model="高尔夫", energy="petrol"
    )
    assert set(await every_page(ask, "vehicles")) == {first.vehicle_id, second.vehicle_id, plate}
    assert await every_page(ask, "vehicles", 'search: "a 12c",') == [plate]
    assert await every_page(ask, "vehicles", f'search: "{first.vin[-6:].lower()}",') == [first.vehicle_id]
    assert await every_page(ask, "vehicles", f'search: "{first.vin[:8]}9Z",') == []


async def a_list_of_reviews_and_one_of_proposals_tell_open_from_resolved(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    for _ in range(3):
        await shop.do("manager", "visit.promise", visit_id=uuid7(), ready_at={"from": None, "to": shop.now})
        shop.later(minutes=1)
    every = await every_page(ask, "reviews")
    assert len(every) == 3
    review = await ask.data(
        "{ reviews(first: 1) { edges { node { id rev outcome reason { code subject { type } } } } } }"
    )
    node = review["reviews"]["edges"][0]["node"]
    assert (node["outcome"], node["reason"]["code"], node["reason"]["subject"]["type"]) == (
        "REJECTED",
        "NOT_FOUND",
        "visits",
    )
    await shop.done(
        "manager", "review.resolve", review_id=node["id"], seen_rev=node["rev"], action="discard", reason="错了"
    )
    assert await every_page(ask, "reviews", "status: OPEN,") == every[1:]
    assert await every_page(ask, "reviews", "status: RESOLVED,") == every[:1]

    twin = uuid7()
    await shop.do("manager", "customer.register", customer_id=twin, name="王小明明", phones=[{"number": visit.phone}])
    proposals = await ask.data(
        "{ mergeProposals(status: OPEN) { edges { node { id type keep { id __typename } merge { id } } } } }"
    )
    [proposal] = [edge["node"] for edge in proposals["mergeProposals"]["edges"]]
    assert {proposal["keep"]["id"], proposal["merge"]["id"]} == {visit.customer_id, twin}
    assert proposal["keep"]["__typename"] == "Customer"
    assert await every_page(ask, "mergeProposals", "status: RESOLVED,") == []


async def a_list_of_the_catalogue_goes_by_code_and_is_searched_in_both_languages(ask: Asker, shop: Shop):
    for code, name, name_en in (
        ("P-01", "机油", "Engine oil"),
        ("L-01", "更换机油", "Oil change"),
        ("P-02", "雨刮", "Wiper"),
    ):
        fields = {
            "code": code, "kind": "part", "name": name, "name_en": name_en, "unit": "件", "unit_price_fen": 9900,
            "as_of": "2026-11-01",
        }  # fmt: skip
        await shop.bus.run(shop.server(), "catalog.put", fields)
    everything = await every_page(ask, "catalog")
    assert len(everything) == 3
    data = await ask.data('{ catalog(search: "OIL") { edges { node { code unitPriceFen asOf } } } }')
    assert [edge["node"]["code"] for edge in data["catalog"]["edges"]] == ["L-01", "P-01"]
    assert data["catalog"]["edges"][0]["node"] == {"code": "L-01", "unitPriceFen": 9900, "asOf": "2026-11-01"}


async def the_journal_is_read_the_newest_first_and_by_what_a_command_names(ask: Asker, shop: Shop):
    visit = await diagnosing(shop)
    whole = await every_page(ask, "journal", first=2)
    assert len(whole) == len(set(whole)) == 5
    data = await ask.data(
        "query($id: UUID!) { journal(subjectId: $id) { edges { node { name door outcome fields author { name } } } } }",
        id=visit.id,
    )
    entries = [edge["node"] for edge in data["journal"]["edges"]]
    assert [entry["name"] for entry in entries] == ["repair.advance", "visit.assign", "visit.open"]
    assert {entry["outcome"] for entry in entries} == {"APPLIED"}
    assert entries[-1]["fields"]["vehicle_id"] == visit.vehicle_id
    assert entries[-1]["author"] == {"name": "manager"}


@pytest.mark.parametrize("first", [0, -1, 101])
async def a_page_of_none_or_too_many_is_refused(ask: Asker, first: int):
    assert await ask.code(f"{{ visits(first: {first}) {PAGE} }}") == "invalid_argument"


async def a_cursor_of_another_list_is_refused(ask: Asker, shop: Shop):
    await check_in(shop)
    cursor = (await ask.data(f"{{ customers {PAGE} }}"))["customers"]["pageInfo"]["endCursor"]
    for wrong in (cursor, "🚗", "W10", "e30"):
        assert (
            await ask.code(f"query($after: String) {{ visits(after: $after) {PAGE} }}", after=wrong) == "invalid_cursor"
        )
