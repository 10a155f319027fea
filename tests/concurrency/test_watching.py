"""Two servers on one PostgreSQL: what is written at one is seen by those who watch at the other, over GraphQL."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.domain.ids import uuid7
from server.store.database import Database
from tests.concurrency.dealership import Dealership
from tests.concurrency.test_two_servers import two_servers
from tests.graphql.sockets import answered, hear, opened, say

pytestmark = pytest.mark.parametrize("dialect", ["postgres"], indirect=True)
VISIT = "subscription($id: UUID!) { visitChanged(visitId: $id) { progress { text } } }"
STORE = "subscription { storeChanged { storeId } }"
NOTE = "mutation($id: UUID!, $input: RepairNoteInput!) { repairNote(id: $id, input: $input) { outcome } }"


async def a_mutation_at_one_server_is_seen_by_those_who_watch_at_the_other(
    db: Database, database_url: str, tmp_path: Path
):
    house = await Dealership.open(db, visits=1)
    visit_id = house.visits[0].id
    async with two_servers(database_url, tmp_path) as (one, other):
        token = (await house.tablet(one.port)).line.token
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            opened(f"127.0.0.1:{other.port}", token) as raw,
            httpx.AsyncClient(base_url=one.url, headers=headers, timeout=60) as http,
        ):
            await say(raw, "subscribe", id="visit", payload={"query": VISIT, "variables": {"id": visit_id}})
            await say(raw, "subscribe", id="store", payload={"query": STORE})
            await answered(raw)
            await asyncio.sleep(0.5)
            fields = {"visitId": visit_id, "noteId": uuid7(), "text": "在那边写的", "visibleToCustomer": False}
            body = {"query": NOTE, "variables": {"id": uuid7(), "input": fields}}
            written = await http.post("/graphql", json=body)
            assert written.json() == {"data": {"repairNote": {"outcome": "APPLIED"}}}
            told: dict[str, Any] = {}
            while told.keys() != {"visit", "store"}:
                event = await hear(raw)
                told[event["id"]] = event["payload"]["data"]
            assert "在那边写的" in [row["text"] for row in told["visit"]["visitChanged"]["progress"]]
            assert told["store"]["storeChanged"]["storeId"] == house.shop.stores[0]
