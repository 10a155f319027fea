"""A customer of another store of the group: on request, with a reason, and the customer reads who asked."""

import pytest

from server import auth, graphql, sync
from server.domain.ids import uuid7
from server.settings import Settings
from server.store.doorbell import Doorbell
from server.sync.fetching import PACE
from tests.auth.app import client_for, hire, sign_in
from tests.commands.given import car, registered
from tests.shop import Shop

PHONE = "13800138000"
WHY = "客户到店，要看上次的估价"


@pytest.fixture
async def shop(db) -> Shop:
    """A dealership of two stores."""
    PACE.forget()
    return await Shop.open(db)


@pytest.fixture
async def ask(shop, tmp_path):
    """Asks as somebody of the second store; gives the answer."""
    async with client_for(
        shop, Settings(data_dir=str(tmp_path)), [*auth.routes, *sync.routes, *graphql.routes]
    ) as client:
        client._transport.app.state.update({"doorbell": Doorbell()})

        async def asked(role: str = "advisor", store: int = 1, **wanted: str):
            if not client.headers.get("authorization"):
                name = f"{role}-{uuid7()}"
                await hire(shop, name, role, store)
                await sign_in(client, name)
            return await client.post("/customers/fetch", json={"by": "phone", "value": PHONE, "reason": WHY} | wanted)

        yield asked


async def looks_of(shop: Shop, customer: str) -> list[tuple]:
    """Who looked at the file by this door, and why."""
    async with shop.db.read() as tx:
        asked = "SELECT role, door, reason FROM access_log WHERE subject_id = ? AND door = 'fetch'"
        [rows] = await tx.run((asked, (customer,)))
    return rows


@pytest.mark.parametrize("by", ["phone", "plate", "vin"])
async def a_customer_who_tells_who_they_are_is_there_with_the_next_pull(shop, ask, by):
    customer = await registered(shop)
    told = {"phone": "138 0013 8000", "plate": "川a12345", "vin": "ldc613p23a1305189"}
    vehicle, _ = await car(shop, plate="川A12345", vin="LDC613P23A1305189", owner_id=customer)
    assert not await shop.rows("customers", store=1)
    answer = await ask(by=by, value=told[by])
    assert (answer.status_code, answer.json()) == (200, {"customers": [customer]})
    assert [row["id"] for row in await shop.rows("customers", store=1)] == [customer]
    assert [row["id"] for row in await shop.rows("vehicles", store=1)] == [vehicle]
    assert await looks_of(shop, customer) == [("advisor", "fetch", WHY)]


async def a_part_of_a_number_finds_nobody_and_says_what_is_missing(shop, ask):
    await registered(shop)
    answer = await ask(value="0013800")
    assert answer.status_code == 400
    assert answer.json()["facts"] == {"field": "value", "problem": "phone_format"}


@pytest.mark.parametrize("reason", ["", "看看", "     "])
async def a_reason_is_given(shop, ask, reason):
    customer = await registered(shop)
    answer = await ask(reason=reason)
    assert (answer.status_code, answer.json()["facts"]["field"]) == (400, "reason")
    assert not await shop.rows("customers", store=1)
    assert not await looks_of(shop, customer)


async def a_number_of_nobody_and_a_record_that_is_only_stored_are_the_same(shop, ask):
    nobody = await ask()
    customer = await registered(shop)
    wish = {"reason": "本人要求", "restricted_at": shop.now}
    await shop.done("crm", "customer.restrict", customer_id=customer, **wish)
    stored = await ask()
    assert (nobody.status_code, nobody.content) == (stored.status_code, stored.content)
    assert nobody.status_code == 404


async def a_technician_receives_nobody(shop, ask):
    await registered(shop)
    assert (await ask("technician")).status_code == 403
    assert not await shop.rows("customers", store=1)


async def a_person_who_tries_one_number_after_another_has_to_wait(shop, ask):
    codes = [(await ask(value=f"138001390{i:02}")).status_code for i in range(21)]
    assert codes == [404] * 20 + [429]
