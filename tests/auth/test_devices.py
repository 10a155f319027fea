"""Tablets: who may see them, who lets them in, who sends them away."""

import pytest

from server import sync
from server.auth import routes
from server.settings import Settings
from server.sync import contact
from tests.auth.app import client_for, hire, new_device, sign_in
from tests.shop import Shop


@pytest.fixture
async def shop(db) -> Shop:
    """A dealership on each engine with people of each kind."""
    shop = await Shop.open(db)
    for name, role, store in (
        ("advisor", "advisor", 0), ("boss", "manager", 0), ("far boss", "manager", 1), ("root", "admin", 1),
    ):  # fmt: skip
        await hire(shop, name, role, store)
    return shop


@pytest.fixture
async def client(shop, tmp_path):
    """A client of the sign-in and of sync."""
    async with client_for(shop, Settings(data_dir=str(tmp_path)), [*routes, *sync.routes]) as client:
        yield client


@pytest.fixture
async def strict(shop, tmp_path):
    """The same where a manager approves tablets."""
    config = Settings(data_dir=str(tmp_path), approve_devices=True)
    async with client_for(shop, config, [*routes, *sync.routes]) as client:
        yield client


async def devices(client) -> list[dict]:
    return (await client.get("/auth/devices")).json()["devices"]


async def a_manager_sees_the_stores_tablets_with_what_they_told_last(client):
    device = new_device()
    await sign_in(client, "advisor", device)
    answer = await client.get("/sync/pull", params={"unsent": 7, "app": "2026.11.0"})
    assert answer.status_code == 200
    await sign_in(client, "boss")
    [card] = await devices(client)
    assert (card["id"], card["name"], card["enrolled_by"], card["state"]) == (
        device["id"],
        "前台 1",
        "advisor",
        "active",
    )
    assert (card["unsent"], card["app"], card["current"]) == (7, "2026.11.0", False)
    assert card["last_seen_at"]
    assert "public_key" not in card


async def a_tablet_of_an_older_app_tells_nothing_and_is_seen_all_the_same(client):
    await sign_in(client, "advisor", new_device())
    assert (await client.get("/sync/pull")).status_code == 200
    await sign_in(client, "boss")
    [card] = await devices(client)
    assert (card["unsent"], card["app"]) == (None, None)
    assert card["last_seen_at"]


@pytest.mark.parametrize("query", [{"unsent": -1}, {"unsent": "x"}, {"app": "<b>"}, {"app": "1" * 50}])
async def a_tablet_that_tells_nonsense_is_refused(client, query):
    await sign_in(client, "advisor", new_device())
    assert (await client.get("/sync/pull", params=query)).status_code == 400


async def the_same_word_is_not_written_down_at_each_pull(shop, client, monkeypatch):
    device = new_device()
    await sign_in(client, "advisor", device)
    await client.get("/sync/pull", params={"unsent": 7})
    async with shop.db.write() as tx:
        await tx.finish(("UPDATE device_queues SET unsent = 99", ()))
    await client.get("/sync/pull", params={"unsent": 7})
    assert (await unsent(shop)) == 99
    await client.get("/sync/pull", params={"unsent": 6})
    assert (await unsent(shop)) == 6
    monkeypatch.setattr(contact, "NOTED_EVERY", contact.NOTED_EVERY * 0)
    async with shop.db.write() as tx:
        await tx.finish(("UPDATE device_queues SET unsent = 99", ()))
    await client.get("/sync/pull", params={"unsent": 6})
    assert (await unsent(shop)) == 6


async def unsent(shop) -> int:
    async with shop.db.read() as tx:
        [[(number,)]] = await tx.run(("SELECT unsent FROM device_queues", ()))
    return number


async def the_list_is_for_those_who_answer_for_the_tablets(client):
    device = new_device()
    await sign_in(client, "advisor", device)
    assert (await client.get("/auth/devices")).status_code == 403
    for path in ("approve", "revoke"):
        assert (await client.post(f"/auth/devices/{device['id']}/{path}")).status_code == 403
    await sign_in(client, "far boss")
    assert await devices(client) == []
    assert (await client.post(f"/auth/devices/{device['id']}/revoke")).status_code == 404
    await sign_in(client, "root")
    assert [card["id"] for card in await devices(client)] == [device["id"]]
    assert (await client.post(f"/auth/devices/{device['id']}/revoke")).status_code == 204
    assert [card["state"] for card in await devices(client)] == ["revoked"]


async def a_new_tablet_waits_until_a_manager_approves_it(strict):
    device = new_device()
    for _ in range(2):
        waits = await sign_in(strict, "advisor", device)
        assert (waits.status_code, waits.json()["code"], waits.json()["device"]) == (403, "device_pending", "前台 1")
    await sign_in(strict, "boss")
    assert [(card["id"], card["state"]) for card in await devices(strict)] == [(device["id"], "pending")]
    assert (await strict.post(f"/auth/devices/{device['id']}/approve")).status_code == 204
    assert (await sign_in(strict, "advisor", device)).status_code == 200
    assert (await strict.get("/sync/pull")).status_code == 200


async def a_manager_who_signs_in_on_a_new_tablet_approves_it(strict):
    device = new_device()
    assert (await sign_in(strict, "advisor", device)).status_code == 403
    assert (await sign_in(strict, "boss", device)).status_code == 200
    assert (await sign_in(strict, "advisor", device)).status_code == 200


async def a_tablet_that_was_refused_stays_out(strict):
    device = new_device()
    await sign_in(strict, "advisor", device)
    await sign_in(strict, "boss")
    await strict.post(f"/auth/devices/{device['id']}/revoke")
    assert (await sign_in(strict, "boss", device)).json()["code"] == "device_revoked"
    await sign_in(strict, "boss")
    assert [card["state"] for card in await devices(strict)] == ["revoked"]


async def a_wrong_password_does_not_tell_that_a_tablet_waits(strict):
    device = new_device()
    await sign_in(strict, "advisor", device)
    body = {"username": "advisor", "password": "guess", "device": device}
    assert (await strict.post("/auth/login", json=body)).json()["code"] == "bad_credentials"


async def the_way_around_the_approval_without_a_tablet_is_closed(strict):
    answer = await sign_in(strict, "advisor")
    assert (answer.status_code, answer.json()["code"]) == (403, "device_needed")
    assert (await sign_in(strict, "boss")).status_code == 200


async def a_tablet_that_waited_comes_in_once_nobody_wants_approval_any_more(client, strict):
    device = new_device()
    await sign_in(strict, "advisor", device)
    assert (await sign_in(client, "advisor", device)).status_code == 200
