"""What asks too much is refused by a limit that says what it counted, before anything is read."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from server.domain.ids import uuid7
from server.graphql import subscription
from server.graphql.limits import WATCHED
from server.settings import Settings
from tests.graphql.door import Asker, app_of, asker, served
from tests.graphql.hostile import CASES, Hostile
from tests.graphql.sockets import answered, hear, opened, say
from tests.shop import Shop

LISTENING = "subscription { storeChanged { at } }"


@pytest.fixture(params=["sqlite"])
def dialect(request) -> str:
    """These say nothing of the database: one engine is enough."""
    return request.param


@pytest.fixture
async def where(ask: Asker) -> AsyncIterator[str]:
    """The door on a port."""
    async with served(ask.app) as address:
        yield address


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def a_request_that_asks_too_much_is_refused(ask: Asker, case: Hostile):
    answer = await ask.http.post("/graphql", content=case.body, headers={"Content-Type": "application/json"})
    error = answer.json()["errors"][0]
    assert error["extensions"]["code"] == case.code, error
    assert answer.status_code == {"too_large": 413, "bad_request": 400, "batch_refused": 400}.get(case.code, 200)


async def a_limit_says_what_it_counted(ask: Asker):
    error = await ask.error("{ " + " ".join(f"a{n}: me {{ name }}" for n in range(51)) + " }")
    assert error["message"] == "This has 51 aliases; 50 is the most."
    assert error["extensions"] == {"code": "too_many_aliases", "counted": 51, "limit": 50}


async def a_document_at_every_limit_still_runs(ask: Asker):
    aliases = " ".join(f"a{n}: me {{ name @include(if: true) }}" for n in range(50))
    assert len(await ask.data(f"{{ {aliases} }}")) == 50


async def a_request_that_takes_too_long_is_ended_and_its_work_with_it(shop: Shop, tmp_path, monkeypatch):
    began, ended = asyncio.Event(), asyncio.Event()

    async def endless(*_: object) -> None:
        began.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    monkeypatch.setattr("server.graphql.query.row_of_any_kind", endless)
    program = asker(shop, app_of(shop, Settings(data_dir=str(tmp_path), graphql_seconds=0.3)))
    await program.sign_in("boss")
    answer = await program.post(f'{{ node(id: "{uuid7()}") {{ id }} }}', accept="application/graphql-response+json")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "timeout")
    assert began.is_set()
    assert ended.is_set()
    assert await program.data("{ me { username } }") == {"me": {"username": "boss"}}
    await program.http.aclose()


async def a_socket_runs_twenty_operations_and_no_more(ask: Asker, where: str):
    async with opened(where, ask.token) as raw:
        for n in range(21):
            await say(raw, "subscribe", id=str(n), payload={"query": LISTENING})
        refused = await hear(raw)
        assert (refused["type"], refused["id"]) == ("error", "20")
        assert refused["payload"][0]["extensions"] == {"code": "too_many_operations", "counted": 21, "limit": 20}


async def a_person_has_so_many_subscriptions_over_all_sockets(ask: Asker, where: str, monkeypatch):
    monkeypatch.setattr(subscription, "WATCHED", WATCHED._replace(most=3))
    listening = {"query": LISTENING}
    async with opened(where, ask.token) as one, opened(where, ask.token) as two:
        for raw, n in ((one, "0"), (one, "1"), (two, "2"), (two, "3")):
            await say(raw, "subscribe", id=n, payload=listening)
            await answered(raw) if n != "3" else None
        refused = await hear(two)
        assert refused["payload"]["errors"][0]["extensions"]["code"] == "too_many_subscriptions"
        await say(one, "complete", id="0")
        await answered(one)
        await say(two, "subscribe", id="4", payload=listening)
        await answered(two)
