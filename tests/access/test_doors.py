"""The doors beside GraphQL: papers, photos, records, tablets. A stranger does not learn that there is anything."""

from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
import pytest

from server.domain.ids import uuid7
from server.domain.roles import MAY_READ_PAPERS, MAY_READ_RECORDS, PEOPLE, may, reach
from tests.access.house import PLACES, House

OPEN = (200, 201, 404, 409, 502)
"""What a door answers to who may pass it; a 404 then says what it waits for."""


class Door(NamedTuple):
    """A door to what belongs to a visit: how it is knocked at, and for whom the table opens it."""

    method: str
    path: str
    opens: Callable[[str], bool]
    reach: str = "visits"
    body: dict[str, Any] | None = None


DOORS = {
    "document": Door("GET", "/visits/{visit}/document?purpose=handover", MAY_READ_PAPERS.__contains__),
    "paper": Door("GET", "/visits/{visit}/handover.pdf", MAY_READ_PAPERS.__contains__),
    "amendment": Door("GET", "/visits/{visit}/amendments/{amendment}.pdf", MAY_READ_PAPERS.__contains__),
    "code": Door("POST", "/visits/{visit}/signing-codes", lambda role: may(role, "handover.sign"), body={}),
    "health record": Door("GET", "/visits/{visit}/health-record.json", MAY_READ_RECORDS.__contains__),
    "warranty record": Door("GET", "/visits/{visit}/warranty-record.json", MAY_READ_RECORDS.__contains__),
    "photo": Door("GET", "/media/{photo}", lambda role: reach(role, "photos") != "none", "photos"),
}


async def knock(house: House, door: Door, role: str, place: str, *, there: bool = True) -> httpx.Response:
    """The answer of a door: to something of the house, or to what is nowhere."""
    names = {"visit": house.visit.id, "amendment": house.ids["amendments"], "photo": house.photo}
    if not there:
        names = {"visit": uuid7(), "amendment": uuid7(), "photo": "0" * 64}
    how = {"json": door.body} if door.body is not None else {}
    return await house.clients[role, place].request(door.method, door.path.format(**names), **how)


def told(answer: httpx.Response) -> tuple[Any, ...]:
    """All that an answer tells: status, body, headers but those of the moment."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("date", "x-request-id")}
    return answer.status_code, answer.content, headers


@pytest.mark.parametrize("name", DOORS)
async def a_door_opens_to_whom_the_table_opens_it(house: House, name: str):
    door, differences = DOORS[name], []
    for role in PEOPLE:
        for place in PLACES:
            answer = await knock(house, door, role, place)
            nothing = await knock(house, door, role, place, there=False)
            near = place != "elsewhere" and (reach(role, door.reach) == "group" or place == "here")
            if not door.opens(role):
                right = answer.status_code == 403 and told(answer) == told(nothing)
            elif near:
                right = answer.status_code in OPEN and told(answer) != told(nothing)
            else:
                right = answer.status_code == 404 and told(answer) == told(nothing)
            if not right:
                differences.append((role, place, answer.status_code, answer.text))
    assert not differences


async def a_photo_is_given_by_those_who_may_take_one(house: House):
    for role in PEOPLE:
        answer = await house.clients[role, "here"].put(f"/media/{'0' * 64}", content=b"no picture")
        assert (answer.status_code == 403) == (not may(role, "photo.add")), role


async def the_records_of_a_store_are_those_of_its_own_people(house: House):
    days = {"from": "2026-11-01", "to": "2026-11-30"}
    other = house.shop.stores[1]
    for role in PEOPLE:
        client = house.clients[role, "here"]
        own, others, nobodys = [
            await client.get("/records/health", params=days | store)
            for store in ({}, {"store": other}, {"store": uuid7()})
        ]
        if role not in MAY_READ_RECORDS:
            assert {own.status_code, others.status_code} == {403}, role
            continue
        assert own.status_code == 200, own.text
        assert (others.status_code == 200) == (reach(role, "visits") == "group"), role
        if others.status_code != 200:
            assert told(others) == told(nobodys)


async def a_caller_without_a_token_passes_no_door(house: House):
    transport = house.clients["manager", "here"]._transport
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as nobody:
        house.clients["nobody", "here"] = nobody
        try:
            for door in DOORS.values():
                assert (await knock(house, door, "nobody", "here")).status_code == 401
        finally:
            del house.clients["nobody", "here"]
        for path in ("/sync/pull", "/sync/live", "/sync/checksum?cookie=x", "/auth/sessions", "/auth/devices"):
            assert (await nobody.get(path)).status_code == 401, path
        assert (await nobody.post("/graphql", json={"query": "{ visits { edges { cursor } } }"})).status_code in (
            200,
            401,
        )
