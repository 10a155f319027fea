"""Not yours and not there: the same words, and the same work, so that no clock tells them apart."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from server.domain.ids import uuid7
from server.domain.roles import reach
from server.store.database import Transaction
from tests.access.house import House
from tests.access.test_doors import DOORS, knock
from tests.access.test_fields import KINDS, question


def shape(answer: object, *ids: str) -> str:
    """An answer without the ids that were asked for."""
    text = repr(answer)
    for one in ids:
        text = text.replace(one, "…")
    return text


@pytest.mark.parametrize("kind", [kind for kind in KINDS if reach("advisor", kind) == "store"])
async def a_row_of_the_other_store_is_as_one_that_nobody_has(house: House, kind: str):
    nowhere = uuid7()
    theirs = await house.ask("advisor", "next_door", question(kind), id=house.ids[kind])
    nothing = await house.ask("advisor", "next_door", question(kind), id=nowhere)
    assert theirs == nothing == {"data": {"node": None}}


async def a_command_about_it_is_refused_in_the_same_words(house: House):
    nowhere = uuid7()
    mutation = """mutation($id: UUID!, $visit: UUID!) {
      visitCancel(id: $id, input: {visitId: $visit, reason: "改天再来"}) {
        outcome reason { code subject { type id } facts } merged { field }
      }
    }"""
    answers = [
        shape(await house.ask("advisor", "next_door", mutation, id=uuid7(), visit=visit), visit)
        for visit in (house.visit.id, nowhere)
    ]
    assert answers[0] == answers[1]
    assert "NOT_FOUND" in answers[0].upper()


async def a_watch_on_it_is_refused_in_the_same_words(house: House):
    """Over HTTP a subscription is refused before anything is looked at; over the socket see tests/graphql."""
    asked = "subscription($id: UUID!) { visitChanged(visitId: $id) { id } }"
    answers = [await house.ask("advisor", "next_door", asked, id=visit) for visit in (house.visit.id, uuid7())]
    assert answers[0] == answers[1]


async def counted(house: House, asking: Callable[[], Awaitable[object]]) -> int:
    """How many statements an answer takes: the fewest of three tries, for the server has jobs of its own."""
    return min([await _counted_once(house, asking) for _ in range(3)])


async def _counted_once(house: House, asking: Callable[[], Awaitable[object]]) -> int:
    db: Any = house.clients["advisor", "next_door"]._transport.app.state.db
    opened: list[Transaction] = []

    def counting(begin: Callable[[], Transaction]) -> Callable[[], Transaction]:
        def begun() -> Transaction:
            opened.append(begin())
            return opened[-1]

        return begun

    db.read, db.write = counting(db.read), counting(db.write)
    try:
        await asking()
    finally:
        del db.read, db.write
    return sum(transaction.statements for transaction in opened)


@pytest.mark.parametrize("name", DOORS)
async def the_same_work_is_done_at_a_door_for_not_yours_and_not_there(house: House, name: str):
    work = [
        await counted(house, partial(knock, house, DOORS[name], role, "next_door", there=there))
        for role in ("advisor", "claims")
        for there in (True, False)
    ]
    assert work[0] == work[1] > 0
    assert work[2] == work[3] > 0


@pytest.mark.parametrize("kind", [kind for kind in KINDS if reach("advisor", kind) == "store"])
async def the_same_work_is_done_for_a_row_that_is_not_yours_and_none(house: House, kind: str):
    work = [
        await counted(house, partial(house.ask, "advisor", "next_door", question(kind), id=row_id))
        for row_id in (house.ids[kind], uuid7())
    ]
    assert work[0] == work[1] > 0
