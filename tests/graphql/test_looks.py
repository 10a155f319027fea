"""Whoever asks for a customer's file leaves a mark in the access log: whom, which fields, and why."""

from urllib.parse import quote

from server.domain.ids import uuid7
from tests.graphql.door import Asker
from tests.shop import Shop
from tests.visits import check_in

LOOKS = "query($id: UUID!) { customer(id: $id) { looks { role door reason fields userId by { name } } } }"


async def logged(shop: Shop) -> list[tuple]:
    """(subject, role, reason, fields) of every look, in order."""
    async with shop.db.read() as tx:
        [rows] = await tx.run(("SELECT subject_id, role, reason, fields FROM access_log ORDER BY n", ()))
    return rows


async def a_customer_in_an_answer_is_written_down_with_the_fields_that_were_asked(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    asked = "query($id: UUID!) { visit(id: $id) { stage customer { ...Known } } } fragment Known on Customer { name }"
    await ask.data(asked, id=visit.id)
    assert await logged(shop) == [(visit.customer_id, "manager", None, '["name"]')]


async def the_log_sees_each_way_to_a_customer(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    for asked in (
        "{ customers(first: 5) { edges { node { id } } } }",
        f'{{ node(id: "{visit.customer_id}") {{ id ... on Customer {{ email }} }} }}',
        f'{{ customer(id: "{visit.customer_id}") {{ phones {{ number }} }} }}',
        f'{{ vehicle(id: "{visit.vehicle_id}") {{ owner {{ name }} visits {{ customer {{ name }} }} }} }}',
    ):
        before = len(await logged(shop))
        await ask.data(asked)
        assert visit.customer_id in [subject for subject, *_ in (await logged(shop))[before:]], asked


async def a_caller_who_meets_no_customer_leaves_no_mark(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    await ask.data("query($id: UUID!) { visit(id: $id) { stage vehicle { plate } } }", id=visit.id)
    await ask.data("query($id: UUID!) { customer(id: $id) { name } }", id=uuid7())
    assert await logged(shop) == []


async def the_reason_is_what_the_caller_said(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    ask.http.headers["Jieche-Reason"] = quote("客户来电询问")
    await ask.data("query($id: UUID!) { customer(id: $id) { name } }", id=visit.customer_id)
    [(_, _, reason, _)] = await logged(shop)
    assert reason == "客户来电询问"


async def a_manager_reads_who_looked_and_an_advisor_does_not(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    await ask.sign_in("xiaoli", "advisor")
    await ask.data("query($id: UUID!) { customer(id: $id) { name phones { number } } }", id=visit.customer_id)
    assert await ask.code(LOOKS, id=visit.customer_id) == "forbidden"
    await ask.sign_in("chief")
    looks = (await ask.data(LOOKS, id=visit.customer_id))["customer"]["looks"]
    assert [(one["role"], one["door"], one["fields"]) for one in looks] == [
        ("advisor", "graphql", ["looks"]), ("advisor", "graphql", ["name", "phones"]),
    ]  # fmt: skip
    assert looks[0]["by"]["name"]


async def an_answer_that_cannot_be_written_down_is_not_shown(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    async with shop.db.write() as tx:
        await tx.run(("ALTER TABLE access_log RENAME TO hidden", ()))
    answer = (await ask.post("query($id: UUID!) { customer(id: $id) { name } }", id=visit.customer_id)).json()
    assert answer["errors"][0]["extensions"]["code"] == "internal_error"
    assert not answer.get("data")
