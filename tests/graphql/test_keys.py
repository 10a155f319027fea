"""Programs that come with a key: what their scopes open over GraphQL, what no key opens, and how watching ends."""

from time import monotonic
from typing import Any

import pytest
from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from graphql import GraphQLObjectType

from server.auth.keys import Wish, add_key, revoke_key
from server.domain.ids import uuid7
from server.domain.scopes import SCOPES
from server.graphql import scoped
from server.graphql.schema import schema
from server.http.caller import KEYS
from tests.graphql.door import ANSWER, Asker
from tests.graphql.sockets import answered, closed_with, opened, say
from tests.graphql.test_subscriptions import socket, where  # noqa: F401
from tests.shop import Shop
from tests.visits import check_in

VISIT = "{{ visits {{ edges {{ node {{ {} {{ id }} }} }} }} }}"
ASKS = {
    "visits": "{ visits { edges { node { id stage number } } } }",
    "vehicles": "{ vehicles { edges { node { plate } } } }",
    "damages": VISIT.format("damages"),
    "findings": VISIT.format("findings"),
    "inspection_items": VISIT.format("findings { item { code } }").replace(" { id } }", " }"),
    "progress": VISIT.format("progress"),
    "staff": VISIT.format("advisor"),
    "estimate_lines": VISIT.format("estimateLines"),
    "customers": "{ customers { edges { node { name } } } }",
    "appointments": VISIT.format("appointment"),
    "catalog_items": "{ catalog { edges { node { code } } } }",
    "messages": VISIT.format("messages"),
    "complaints": "{ complaints { edges { node { text } } } }",
    "photos": VISIT.format("photos"),
}
"""A question about each kind of row; those that hang on a visit want visits too."""
NOBODYS = (
    "{ reviews { edges { node { id } } } }", "{ mergeProposals { pageInfo { endCursor } } }",
    "{ journal { edges { node { name } } } }",
    VISIT.format("signatures"), VISIT.format("amendments"), "{ visits { edges { node { customerLink } } } }",
    "{ visits { edges { node { releasedDocument } } } }", "{ visits { edges { node { history { field } } } } }",
    "{ customers { edges { node { looks { at } } } } }", "{ customers { edges { node { history { before } } } } }",
)  # fmt: skip


async def come(ask: Asker, *scopes: str) -> str:
    """Asks with a fresh key that has these scopes from now on; gives its id."""
    shop = ask.shop
    made = await add_key(shop.db, shop.bus, Wish(shop.group_id, shop.stores[0], "DMS", scopes))
    ask.http.headers["Authorization"] = f"Bearer {made.key}"
    return made.id


async def refused(ask: Asker, query: str) -> str | None:
    """The scope that an answer misses, `none` when no scope opens it; None when it was answered."""
    answer = (await ask.post(query)).json()
    if "errors" not in answer:
        return None
    [error] = answer["errors"]
    assert error["extensions"]["code"] == "forbidden", error
    assert "data" not in answer
    return error["extensions"].get("scope", "none")


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def a_key_reads_the_kinds_of_its_scope_and_is_told_what_it_lacks(ask: Asker, scope: str):
    await check_in(ask.shop)
    opened = set(SCOPES[scope].reads)
    await come(ask, scope)
    for kind, query in ASKS.items():
        wants = {kind} | ({"visits"} if "visits" in query else set()) | ({"findings"} if "item" in query else set())
        missing = await refused(ask, query)
        assert (missing is None) == (wants <= opened), (kind, missing)
        assert missing != scope, kind


async def a_key_with_every_scope_reads_all_that_keys_read_and_nothing_else(ask: Asker):
    await check_in(ask.shop)
    await come(ask, *SCOPES)
    assert {await refused(ask, query) for query in ASKS.values()} == {None}
    assert {await refused(ask, query) for query in NOBODYS} == {"none"}
    assert (await ask.post(NOBODYS[0], accept=ANSWER)).status_code == 403
    edges = (await ask.data(ASKS["visits"]))["visits"]["edges"]
    assert [edge["node"]["stage"] for edge in edges] == ["CHECKED_IN"]


async def test_how_a_customer_is_reached_has_a_scope_of_its_own(ask: Asker):
    visit = await check_in(ask.shop)
    note = {"customer_id": visit.customer_id, "note_id": uuid7(), "text": "VIP"}
    await ask.shop.done("manager", "customer.add_note", **note)
    query = "query($s: String) { customers(search: $s) { edges { node { name phones { number } notes { text } } } } }"
    node = f'{{ node(id: "{visit.customer_id}") {{ ... on Customer {{ phones {{ number }} }} }} }}'
    await come(ask, "customers:contact")
    [plain] = [edge["node"] for edge in (await ask.data(query))["customers"]["edges"]]
    [number] = [phone["number"] for phone in plain["phones"]]
    assert plain["notes"] == [{"text": "VIP"}]
    assert len((await ask.data(query, s=number[3:9]))["customers"]["edges"]) == 1
    await come(ask, "customers:read")
    [masked] = [edge["node"] for edge in (await ask.data(query))["customers"]["edges"]]
    assert (masked["name"], masked["notes"]) == (plain["name"], [])
    starred = [phone["number"] for phone in masked["phones"]]
    assert starred == [f"{number[3:6]}****{number[-4:]}"]
    assert (await ask.data(query, s=number[3:9]))["customers"]["edges"] == []
    assert [phone["number"] for phone in (await ask.data(node))["node"]["phones"]] == starred
    await come(ask, "visits:read")
    assert (await ask.data(node))["node"] is None


async def a_key_reads_the_rows_of_its_store_only(ask: Asker):
    shop, far = ask.shop, {"customer_id": uuid7(), "name": "远方", "phones": [{"number": "13900001111"}]}
    await check_in(shop)
    await shop.do("manager", "customer.register", store=1, **far)
    await come(ask, "customers:read")
    found = (await ask.data("{ customers { edges { node { name } } } }"))["customers"]["edges"]
    assert len(found) == 1
    assert found[0]["node"]["name"] != "远方"


def test_every_type_of_row_is_open_to_a_scope_or_closed_to_keys():
    types = schema._schema.type_map
    rows = {name for name, one in types.items() if isinstance(one, GraphQLObjectType) and one.interfaces}
    assert rows <= set(scoped.KINDS) | scoped.NEVER
    assert set(types) >= scoped.NEVER
    for field in (*scoped.NEVER_FIELDS, *scoped.MONEY):
        owner, name = field.split(".")
        assert name in types[owner].fields, field


WATCH = "subscription($id: UUID!) { visitChanged(visitId: $id) { stage } }"
REGISTER = """mutation($id: UUID!, $input: CustomerRegisterInput!) {
  customerRegister(id: $id, input: $input) { outcome reason { code subject { id } facts } } }"""


def newcomer() -> dict[str, Any]:
    return {"id": uuid7(), "input": {"customerId": uuid7(), "name": "李四", "phones": [{"number": "13900001111"}]}}


async def a_key_writes_under_its_own_name_what_its_scopes_allow(ask: Asker):
    key_id = await come(ask, "customers:write")
    assert (await ask.data(REGISTER, **newcomer()))["customerRegister"]["outcome"] == "APPLIED"
    await come(ask, "customers:contact")
    outcome = (await ask.data(REGISTER, **newcomer()))["customerRegister"]
    assert (outcome["outcome"], outcome["reason"]["code"]) == ("REJECTED", "FORBIDDEN")
    assert outcome["reason"]["subject"]["id"] == "customer.register"
    await ask.sign_in("other boss")
    entries = await ask.data("{ journal(first: 9) { edges { node { name outcome author { id name role } } } } }")
    said = [edge["node"] for edge in entries["journal"]["edges"] if edge["node"]["name"] == "customer.register"]
    assert [one["outcome"] for one in said] == ["REJECTED", "APPLIED"]
    assert said[1]["author"] == {"id": key_id, "name": "DMS", "role": "integration"}


async def a_key_writes_to_the_rows_of_its_store_only(ask: Asker):
    shop, far = ask.shop, uuid7()
    visit = await check_in(shop)
    await shop.done(
        "manager", "customer.register", store=1, customer_id=far, name="远方", phones=[{"number": "13900001111"}]
    )
    await come(ask, "customers:write")
    note = """mutation($id: UUID!, $input: CustomerAddNoteInput!) {
      customerAddNote(id: $id, input: $input) { outcome reason { code } } }"""
    said = []
    for customer_id in (far, visit.customer_id):
        wanted = {"customerId": customer_id, "noteId": uuid7(), "text": "DMS"}
        said.append((await ask.data(note, id=uuid7(), input=wanted))["customerAddNote"])
    assert said == [{"outcome": "REJECTED", "reason": {"code": "NOT_FOUND"}}, {"outcome": "APPLIED", "reason": None}]


async def test_looks_of_a_key_stand_in_the_access_log(ask: Asker):
    visit = await check_in(ask.shop)
    key_id = await come(ask, "customers:read")
    await ask.data("{ customers { edges { node { name } } } }")
    await ask.sign_in("other boss")
    query = "query($id: UUID!) { customer(id: $id) { looks { role fields by { id name } } } }"
    looks = (await ask.data(query, id=visit.customer_id))["customer"]["looks"]
    assert {"role": "integration", "fields": ["name"], "by": {"id": key_id, "name": "DMS"}} in looks


async def a_revoked_key_stops_watching_at_the_next_event(ask: Asker, shop: Shop, where: str):  # noqa: F811
    visit = await check_in(shop)
    key_id = await come(ask, "visits:read")
    async with opened(where, ask.token) as raw:
        await say(raw, "subscribe", id="1", payload={"query": WATCH, "variables": {"id": visit.id}})
        await answered(raw)
        await revoke_key(shop.db, shop.bus, key_id)
        await shop.done("manager", "visit.cancel", visit_id=visit.id, reason="不修了")
        assert await closed_with(raw) == 4403
    assert await ask.code("{ me { name } }") == "unauthorized"


async def test_over_a_socket_the_scopes_and_the_pace_are_the_same(ask: Asker, where: str):  # noqa: F811
    key_id = await come(ask, "visits:read")
    async with Client(transport=socket(where, {"token": ask.token})) as session:
        with pytest.raises(TransportQueryError) as refused:
            await session.execute(GraphQLRequest("{ customers { edges { node { name } } } }"))
        assert refused.value.errors[0]["extensions"] == {"code": "forbidden", "scope": "customers:read"}
        assert await session.execute(GraphQLRequest("{ me { role } }")) == {"me": {"role": "integration"}}
        KEYS.check(key_id, now=monotonic() + 60)  # as if it had asked without end for a minute
        with pytest.raises(TransportQueryError) as late:
            await session.execute(GraphQLRequest("{ me { name } }"))
        assert late.value.errors[0]["extensions"]["code"] == "rate_limited"
