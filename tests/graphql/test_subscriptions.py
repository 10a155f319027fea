"""Subscriptions over graphql-transport-ws, as outside programs use them: the client is gql, the server has a port."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from websockets import connect
from websockets.exceptions import ConnectionClosed

from server.app import create_app
from server.domain.ids import uuid7
from server.settings import Settings
from tests.graphql.door import Asker, served
from tests.graphql.sockets import answered, closed_with, opened, say
from tests.shop import Shop
from tests.visits import check_in, move

WATCH = "subscription($id: UUID!) { visitChanged(visitId: $id) { stage estimateLines { name } } }"


@pytest.fixture
async def where(ask: Asker) -> AsyncIterator[str]:
    """The door on a port."""
    async with served(ask.app) as address:
        yield address


@pytest.fixture
async def where_all_is(ask: Asker, database_url: str, tmp_path: Path) -> AsyncIterator[str]:
    """The whole product on a port, over the same database."""
    config = Settings(database_url=database_url, data_dir=str(tmp_path), embedded_worker=False)
    async with served(create_app(config)) as address:
        yield address


def socket(where: str, payload: dict, protocol: str = "graphql-transport-ws") -> WebsocketsTransport:
    """A connection of gql's."""
    return WebsocketsTransport(f"ws://{where}/graphql", init_payload=payload, subprotocols=[protocol])


@asynccontextmanager
async def watching(where: str, token: str, query: str, **variables: str) -> AsyncIterator[AsyncIterator[dict]]:
    """What a subscription sends; it listens once the block is entered."""
    async with Client(transport=socket(where, {"Authorization": f"Bearer {token}"})) as session:
        events: asyncio.Queue[dict] = asyncio.Queue()

        async def listen() -> None:
            async for event in session.subscribe(GraphQLRequest(query, variable_values=variables)):
                events.put_nowait(event)

        task = asyncio.create_task(listen())
        # The protocol does not say when a subscription has begun: an answered query says that it has been read.
        await session.execute(GraphQLRequest("{ me { name } }"))
        await asyncio.sleep(0.2)

        async def arriving() -> AsyncIterator[dict]:
            while True:
                yield await asyncio.wait_for(events.get(), 5)

        yield arriving()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def an_outside_client_asks_writes_and_watches(ask: Asker, shop: Shop, where_all_is: str):
    visit, where = await check_in(shop), where_all_is
    headers = {"Authorization": f"Bearer {ask.token}"}
    async with Client(
        transport=HTTPXAsyncTransport(f"http://{where}/graphql", headers=headers), fetch_schema_from_transport=True
    ) as http:
        assert await http.execute(GraphQLRequest("{ me { username } }")) == {"me": {"username": "boss"}}
        async with watching(where, ask.token, WATCH, id=visit.id) as events:
            cancel = GraphQLRequest(
                "mutation($id: UUID!, $input: VisitCancelInput!) { visitCancel(id: $id, input: $input) { outcome } }",
                variable_values={"id": uuid7(), "input": {"visitId": visit.id, "reason": "不修了"}},
            )
            assert await http.execute(cancel) == {"visitCancel": {"outcome": "APPLIED"}}
            assert await anext(events) == {"visitChanged": {"stage": "CANCELLED", "estimateLines": []}}


async def a_watched_visit_rings_for_itself_and_what_hangs_on_it_and_for_nothing_else(
    ask: Asker, shop: Shop, where: str
):
    visit, other = await check_in(shop), await check_in(shop)
    async with watching(where, ask.token, WATCH, id=visit.id) as events:
        await shop.done("manager", "visit.promise", visit_id=other.id, ready_at={"from": None, "to": shop.now})
        await shop.done("manager", "customer.add_note", customer_id=visit.customer_id, note_id=uuid7(), text="VIP")
        await asyncio.sleep(0.2)
        technician = {"from": None, "to": shop.people["technician"]}
        await shop.done("manager", "visit.assign", visit_id=visit.id, technician_id=technician)
        assert (await anext(events))["visitChanged"]["stage"] == "ASSIGNED"
        await move(shop, visit, "assigned", "diagnosing")
        assert (await anext(events))["visitChanged"]["stage"] == "DIAGNOSING"
        await shop.done(
            "manager", "estimate.add_line", visit_id=visit.id, line_id=uuid7(), kind="part", name="雨刮", quantity="1",
            unit="件", unit_price_fen=9900,
        )  # fmt: skip
        assert (await anext(events))["visitChanged"]["estimateLines"] == [{"name": "雨刮"}]


async def a_visit_is_watched_under_the_id_that_joined_it(ask: Asker, shop: Shop, where: str):
    visit, second = await check_in(shop), uuid7()
    opened = {"visit_id": second, "vehicle_id": visit.vehicle_id, "customer_id": visit.customer_id}
    await shop.merged("manager", "visit.open", None, **opened, kind="repair", payer="customer")
    async with watching(where, ask.token, WATCH, id=second) as events:
        await shop.done("manager", "visit.cancel", visit_id=visit.id, reason="不修了")
        assert (await anext(events))["visitChanged"]["stage"] == "CANCELLED"


async def a_store_rings_for_its_own_changes(ask: Asker, shop: Shop, where: str):
    async with watching(where, ask.token, "subscription { storeChanged { at storeId } }") as events:
        await shop.do(
            "manager",
            "customer.register",
            store=1,
            customer_id=uuid7(),
            name="李四",
            phones=[{"number": "13900001111"}],
        )
        await asyncio.sleep(0.1)
        await check_in(shop)
        assert (await anext(events))["storeChanged"]["storeId"] == shop.stores[0]


async def a_watch_ends_when_its_token_does(ask: Asker, shop: Shop, where: str):
    visit = await check_in(shop)
    async with opened(where, ask.token) as raw:
        await say(raw, "subscribe", id="1", payload={"query": WATCH, "variables": {"id": visit.id}})
        await answered(raw)
        await ask.http.post("/auth/logout")
        await shop.done("manager", "visit.cancel", visit_id=visit.id, reason="不修了")
        assert await closed_with(raw) == 4403


@pytest.mark.parametrize("payload", [{}, {"Authorization": "Bearer wrong"}, {"token": "wrong"}, {"token": 7}])
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def a_stranger_is_not_let_in(where: str, payload: dict):
    async with connect(f"ws://{where}/graphql", subprotocols=["graphql-transport-ws"]) as raw:
        await raw.send(json.dumps({"type": "connection_init", "payload": payload}))
        with pytest.raises(ConnectionClosed) as closed:
            await raw.recv()
        assert closed.value.rcvd.code == 4403


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def a_socket_asks_afresh_each_time(ask: Asker, shop: Shop, where: str):
    visit = await check_in(shop)
    query = GraphQLRequest("query($id: UUID!) { visit(id: $id) { stage } }", variable_values={"id": visit.id})
    async with Client(transport=socket(where, {"token": ask.token})) as session:
        assert (await session.execute(query))["visit"]["stage"] == "CHECKED_IN"
        await shop.done("manager", "visit.cancel", visit_id=visit.id, reason="不修了")
        assert (await session.execute(query))["visit"]["stage"] == "CANCELLED"
        with pytest.raises(TransportQueryError) as refused:
            await session.execute(GraphQLRequest("{ nothing }"))
        assert refused.value.errors[0]["extensions"]["code"] == "invalid_query"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def a_visit_that_is_not_there_cannot_be_watched(ask: Asker, where: str):
    async with Client(transport=socket(where, {"token": ask.token})) as session:
        with pytest.raises(TransportQueryError) as refused:
            await anext(session.subscribe(GraphQLRequest(WATCH, variable_values={"id": uuid7()})))
        assert refused.value.errors[0]["extensions"]["code"] == "not_found"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def an_older_client_may_watch_by_the_older_protocol(ask: Asker, shop: Shop, where: str):
    visit = await check_in(shop)
    older = socket(where, {"token": ask.token}, "graphql-ws")
    async with Client(transport=older) as session:
        watch = session.subscribe(GraphQLRequest(WATCH, variable_values={"id": visit.id}))
        waiting = asyncio.ensure_future(anext(watch))
        await asyncio.sleep(0.5)
        await shop.done("manager", "visit.cancel", visit_id=visit.id, reason="不修了")
        assert (await asyncio.wait_for(waiting, 5))["visitChanged"]["stage"] == "CANCELLED"
        await watch.aclose()
        with pytest.raises(TransportQueryError) as refused:
            await session.execute(GraphQLRequest("{ me { name } }"))
        assert refused.value.errors[0]["extensions"]["code"] == "invalid_query"
