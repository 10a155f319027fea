"""How many rows a list has: of those the person sees, counted when somebody wants to know, and only so far."""

import pytest

from server.domain.ids import uuid7
from server.queries import pages
from tests.graphql.door import Asker
from tests.shop import Shop
from tests.visits import check_in

ALL = """{
  visits { totalCount } open: visits(openOnly: true, first: 1) { totalCount }
  gone: visits(stage: CANCELLED) { totalCount }
  customers { totalCount } some: customers(search: "王") { totalCount } none: customers(search: "zz") { totalCount }
  vehicles { totalCount } reviews { totalCount } resolved: reviews(status: RESOLVED) { totalCount }
  complaints { totalCount } mergeProposals { totalCount } catalog { totalCount } journal { totalCount }
}"""


async def totals(ask: Asker) -> dict[str, int | None]:
    """How long each list is."""
    return {name: page["totalCount"] for name, page in (await ask.data(ALL)).items()}


async def a_total_counts_what_the_list_would_give(ask: Asker, shop: Shop):
    visit, gone = await check_in(shop), await check_in(shop)
    await shop.done("manager", "visit.cancel", visit_id=gone.id, reason="不修了")
    await shop.done("manager", "customer.merge", keep_id=visit.customer_id, merge_id=gone.customer_id)
    await shop.do("manager", "visit.promise", visit_id=uuid7(), ready_at={"from": None, "to": shop.now})
    assert await totals(ask) == {
        "visits": 2, "open": 1, "gone": 1, "customers": 1, "some": 1, "none": 0, "vehicles": 2, "reviews": 1,
        "resolved": 0, "complaints": 0, "mergeProposals": 0, "catalog": 0, "journal": None,
    }  # fmt: skip


async def a_total_is_that_of_the_whole_list_on_every_page(ask: Asker, shop: Shop):
    for _ in range(3):
        await check_in(shop)
    page = "totalCount pageInfo { endCursor } edges { cursor }"
    asked = f"query($after: String) {{ visits(first: 2, after: $after) {{ {page} }} }}"
    first = (await ask.data(asked))["visits"]
    rest = (await ask.data(asked, after=first["pageInfo"]["endCursor"]))["visits"]
    assert (first["totalCount"], rest["totalCount"], len(rest["edges"])) == (3, 3, 1)


async def a_total_tells_nobody_of_rows_that_they_do_not_see(ask: Asker, shop: Shop):
    await check_in(shop)
    await shop.do("manager", "visit.promise", visit_id=uuid7(), ready_at={"from": None, "to": shop.now})
    await ask.sign_in("neighbour", "advisor", store=1)
    elsewhere = await totals(ask)
    assert {name: elsewhere[name] for name in ("visits", "reviews")} == {"visits": 0, "reviews": 0}
    await ask.sign_in("tom", "technician")
    data = await ask.data("{ visits { totalCount } reviews { totalCount edges { cursor } } }")
    assert data == {"visits": {"totalCount": 1}, "reviews": {"totalCount": None, "edges": []}}


async def a_count_stops_where_it_gets_dear(ask: Asker, shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pages, "COUNTED", 2)
    found = []
    for _ in range(3):
        await check_in(shop)
        found.append((await ask.data("{ visits(first: 1) { totalCount } }"))["visits"]["totalCount"])
    assert found == [1, 2, None]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def a_total_costs_one_statement_and_nothing_where_nobody_asks(ask: Asker, shop: Shop):
    await check_in(shop)
    await ask.data("{ me { name } }")
    without = await ask.statements("{ visits { edges { cursor } } }")
    assert await ask.statements("{ visits { edges { cursor } totalCount } }") == without + 1


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def a_total_is_weighed(ask: Asker):
    def many(count: int) -> str:
        return f"{{ {' '.join(f'a{n}: visits(first: 1) {{ ...Total }}' for n in range(count))} }}"

    total = " fragment Total on VisitConnection { totalCount }"
    assert await ask.code(many(50) + total) == "too_expensive"
    assert len(await ask.data(many(49) + total)) == 49
