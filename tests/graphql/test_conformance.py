"""The two published protocols, as their reference implementations speak them: graphql-http's audits, graphql-ws."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from server.graphql.door import GraphQLDoor
from tests.auth.app import sign_in
from tests.graphql.door import Asker, served
from tests.graphql.node import node, running
from tests.graphql.sockets import answered, closed_with, connected, hear, opened, say
from tests.shop import Shop
from tests.visits import check_in, move

ME = "{ me { username } }"
WATCH = "subscription($id: UUID!) { visitChanged(visitId: $id) { stage } }"


@pytest.fixture(params=["sqlite"])
def dialect(request) -> str:
    """These say nothing of the database: one engine is enough."""
    return request.param


@pytest.fixture
async def where(ask: Asker) -> AsyncIterator[str]:
    """The door on a port."""
    async with served(ask.app) as address:
        yield address


def client(where: str, *tokens: str, query: str = ME, **variables: str) -> str:
    """What sockets.mjs is given."""
    return json.dumps({"url": f"ws://{where}/graphql", "tokens": tokens, "query": query, "variables": variables})


async def the_reference_audits_of_graphql_over_http_all_pass(where: str):
    [results] = await node("audits.mjs", f"http://{where}/graphql")
    assert [one for one in results if one["status"] != "ok"] == []
    assert len(results) == 61


async def the_reference_client_is_answered_when_it_pings(ask: Asker, where: str):
    assert {"pongs": 2} in await node("sockets.mjs", "pings", client(where, ask.token))


async def the_reference_client_is_refused_with_a_code_that_lets_it_try_another_token(where: str):
    assert await node("sockets.mjs", "refused", client(where, "wrong")) == [{"closed": 4403}]


async def an_error_of_one_operation_leaves_the_connection_to_others(ask: Asker, where: str):
    assert await node("sockets.mjs", "errors", client(where, ask.token)) == [
        "connected", {"failed": ["invalid_query"]}, {"data": {"me": {"username": "boss"}}},
    ]  # fmt: skip


async def the_reference_client_signs_in_again_when_its_token_has_ended_and_goes_on(ask: Asker, shop: Shop, where: str):
    visit, first = await check_in(shop), ask.token
    await sign_in(ask.http, "boss")
    async with running("sockets.mjs", "watch", client(where, first, ask.token, query=WATCH, id=visit.id)) as lines:
        assert await anext(lines) == "connected"
        await ask.http.post("/auth/logout", headers={"Authorization": f"Bearer {first}"})
        technician = {"from": None, "to": shop.people["technician"]}
        await shop.done("manager", "visit.assign", visit_id=visit.id, technician_id=technician)
        assert [await anext(lines), await anext(lines)] == [{"closed": 4403}, "connected"]
        # What happened meanwhile is asked for; what happens from now on is told.
        assert (await ask.data("query($id: UUID!) { visit(id: $id) { stage } }", id=visit.id)) == {
            "visit": {"stage": "ASSIGNED"}
        }
        assert await told_of(lines, shop, visit) == "DIAGNOSING"


async def told_of(lines: AsyncIterator[Any], shop: Shop, visit: Any) -> str:
    """The stage that the watcher hears of; the protocol does not say when it has begun to listen."""
    await asyncio.sleep(0.5)
    await move(shop, visit, "assigned", "diagnosing")
    return (await anext(lines))["data"]["visitChanged"]["stage"]


async def a_query_over_a_socket_whose_token_has_ended_closes_it(ask: Asker, where: str):
    async with opened(where, ask.token) as raw:
        await answered(raw)
        await ask.http.post("/auth/logout")
        await say(raw, "subscribe", id="1", payload={"query": ME})
        assert await closed_with(raw) == 4403


@pytest.mark.parametrize(
    "message",
    [
        "no json", "[]", "7", "{}",
        '{"type": "unknown"}', '{"type": 7}', '{"type": "subscribe"}', '{"type": "complete"}',
        '{"type": "subscribe", "id": 7, "payload": {"query": "{ me { name } }"}}', b"\x00\xff",
        '{"type": "subscribe", "id": "1", "payload": []}', '{"type": "subscribe", "id": "1", "payload": {"query": 7}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ me { name } }", "variables": []}}', "[" * 5000,
        '{"type": "connection_init", "payload": 7}', '{"type": "subscribe", "id": "%s", "payload": {}}' % ("x" * 200),
    ],
)  # fmt: skip
async def a_message_of_no_known_shape_closes_with_4400(ask: Asker, where: str, message: str | bytes):
    async with opened(where, ask.token) as raw:
        await raw.send(message)
        assert await closed_with(raw) == 4400


async def an_operation_before_the_connection_is_signed_in_closes_with_4401(where: str):
    async with connected(where) as raw:
        await say(raw, "subscribe", id="1", payload={"query": ME})
        assert await closed_with(raw) == 4401


async def a_protocol_that_is_not_spoken_closes_with_4406(where: str):
    async with connected(where, "graphql-over-carrier-pigeon") as raw:
        assert await closed_with(raw) == 4406


async def a_connection_that_never_signs_in_closes_with_4408(where: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(GraphQLDoor, "connection_init_wait_timeout", timedelta(seconds=0.2))
    async with connected(where) as raw:
        assert await closed_with(raw) == 4408


async def an_id_that_is_still_running_closes_with_4409(ask: Asker, where: str):
    async with opened(where, ask.token) as raw:
        for _ in range(2):
            await say(raw, "subscribe", id="1", payload={"query": "subscription { storeChanged { at } }"})
        assert await closed_with(raw) == 4409


async def a_second_sign_in_closes_with_4429(ask: Asker, where: str):
    async with opened(where, ask.token) as raw:
        await say(raw, "connection_init", payload={"token": ask.token})
        assert await closed_with(raw) == 4429


async def a_payload_of_connection_init_is_bounded(ask: Asker, where: str):
    async with connected(where) as raw:
        await say(raw, "connection_init", payload={"token": ask.token, "padding": "x" * 5000})
        assert await closed_with(raw) == 4400


async def a_message_is_bounded(ask: Asker, where: str):
    async with opened(where, ask.token) as raw:
        await say(raw, "subscribe", id="1", payload={"query": ME, "padding": "x" * 300_000})
        assert await closed_with(raw) == 1009


async def a_ping_is_answered_before_and_after_signing_in(ask: Asker, where: str):
    async with connected(where) as raw:
        await say(raw, "ping", payload={"at": 1})
        assert (await hear(raw))["type"] == "pong"
    async with opened(where, ask.token) as raw:
        await say(raw, "pong")
        await say(raw, "ping")
        assert (await hear(raw))["type"] == "pong"
