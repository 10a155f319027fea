"""Watching: a visit by those who see it, for all others there is none; the own store by everybody."""

import asyncio
from typing import Any

from server.domain.ids import uuid7
from server.domain.roles import PEOPLE
from server.graphql.context import Context
from server.graphql.schema import schema
from server.settings import Settings
from server.store.doorbell import Doorbell
from server.store.looks import Looks
from tests.access.house import PLACES, House
from tests.access.test_fields import sees

WATCH = "subscription($id: UUID!) { visitChanged(visitId: $id) { id } }"
MOMENT = 0.2
"""Seconds in which a refusal is there; who may watch hears nothing, for nothing changes here."""


async def begun(house: House, role: str, place: str, query: str, **variables: Any) -> str | None:
    """The code with which a subscription is refused; None for one that goes on."""
    context = Context(house.shop.db, house.shop.bus, Doorbell(), Settings(), Looks(house.shop.db))
    assert await context.sign_in(house.clients[role, place].headers["Authorization"].removeprefix("Bearer "))
    events = await schema.subscribe(query, variable_values=variables, context_value=context)
    first = asyncio.ensure_future(anext(aiter(events)))
    done, _ = await asyncio.wait([first], timeout=MOMENT)
    if not done:
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        return None
    [error] = first.result().errors
    return error.extensions["code"]


async def a_visit_is_watched_by_those_who_see_it(house: House):
    differences = []
    for role in PEOPLE:
        for place in PLACES:
            refused = await begun(house, role, place, WATCH, id=house.visit.id)
            if refused != (None if sees(role, place, "visits") else "not_found"):
                differences.append((role, place, refused))
    assert not differences
    assert await begun(house, "advisor", "here", WATCH, id=uuid7()) == "not_found"


async def the_own_store_is_watched_by_everybody(house: House):
    for place in PLACES:
        assert await begun(house, "technician", place, "subscription { storeChanged { storeId } }") is None
