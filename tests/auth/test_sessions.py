"""Where people are signed in: seen, ended, and their tokens changed under way."""

from datetime import UTC, datetime, timedelta

import pytest

from server.auth import routes
from server.domain.ids import uuid7
from server.queries.callers import cut
from server.settings import Settings
from tests.auth.app import client_for, hire, new_device, sign_in
from tests.shop import Shop


@pytest.fixture
async def shop(db) -> Shop:
    """A dealership on each engine whose clock is the real one, which tokens go by."""
    shop = await Shop.open(db)
    shop.now = datetime.now(UTC)
    return shop


@pytest.fixture
async def door(shop, tmp_path):
    """Opens clients, each with somebody signed in."""
    settings, opened = Settings(data_dir=str(tmp_path)), []

    async def enter(username: str, device=None):
        client = client_for(shop, settings, routes)
        opened.append(client)
        client.told = (await sign_in(client, username, device)).json()
        return client

    yield enter
    for client in opened:
        await client.aclose()


async def listed(client, **query) -> list[dict]:
    return (await client.get("/auth/sessions", params=query)).json()["sessions"]


async def a_person_sees_where_they_are_signed_in(shop, door):
    await hire(shop, "advisor")
    device = new_device()
    tablet, program = await door("advisor", device), await door("advisor")
    found = await listed(tablet)
    assert [(one["device_id"], one["device_name"], one["current"]) for one in found] in (
        [(None, None, False), (device["id"], "前台 1", True)],
        [(device["id"], "前台 1", True), (None, None, False)],
    )
    assert {one["address"] for one in found} == {"127.0.0.x"}
    assert all(one["used_at"] and one["created_at"] and one["user_name"] == "advisor" for one in found)
    assert "token" not in str(found)
    assert [one["current"] for one in await listed(program)].count(True) == 1


async def a_person_ends_one_sign_in_or_all_others(shop, door):
    await hire(shop, "advisor")
    here, there, third = [await door("advisor") for _ in range(3)]
    [other] = [one["id"] for one in await listed(there) if one["current"]]
    assert (await here.delete(f"/auth/sessions/{other}")).status_code == 204
    assert (await there.get("/auth/me")).status_code == 401
    assert (await here.delete(f"/auth/sessions/{other}")).status_code == 404
    assert (await here.delete("/auth/sessions")).json() == {"ended": 1}
    assert (await third.get("/auth/me")).status_code == 401
    assert [one["current"] for one in await listed(here)] == [True]


async def a_manager_answers_for_the_store_and_an_admin_for_the_group(shop, door):
    for name, role, store in (
        ("advisor", "advisor", 0), ("afar", "advisor", 1), ("boss", "manager", 0), ("root", "admin", 1),
    ):  # fmt: skip
        await hire(shop, name, role, store)
    advisor, afar, boss, root = [await door(name) for name in ("advisor", "afar", "boss", "root")]
    assert {one["user_name"] for one in await listed(boss, everybody=True)} == {"advisor", "boss"}
    assert {one["user_name"] for one in await listed(root, everybody=True)} == {"advisor", "afar", "boss", "root"}
    assert {one["user_name"] for one in await listed(advisor, everybody=True)} == {"advisor"}
    ids = {one["user_name"]: one["id"] for one in await listed(root, everybody=True)}
    for client, whose in ((advisor, "boss"), (boss, "afar"), (boss, "root")):
        answer = await client.delete(f"/auth/sessions/{ids[whose]}")
        assert (answer.status_code, answer.json()) == (404, (await client.delete(f"/auth/sessions/{uuid7()}")).json())
    assert (await boss.delete(f"/auth/sessions/{ids['advisor']}")).status_code == 204
    assert (await root.delete(f"/auth/sessions/{ids['afar']}")).status_code == 204
    assert [(await client.get("/auth/me")).status_code for client in (advisor, afar)] == [401, 401]


async def a_rotated_token_is_the_same_sign_in_and_the_one_before_ends_a_minute_after(shop, door):
    await hire(shop, "advisor")
    client = await door("advisor")
    old = client.headers["Authorization"]
    [before] = await listed(client)
    fresh = (await client.post("/auth/rotate")).json()
    assert fresh["token"] not in old
    assert (await client.get("/auth/me")).status_code == 200, "the answer may have been lost"
    client.headers["Authorization"] = f"Bearer {fresh['token']}"
    [after] = await listed(client)
    assert (after["id"], after["expires_at"]) == (before["id"], before["expires_at"])
    assert (await client.get("/auth/me", headers={"Authorization": old})).status_code == 200, "a request under way"
    async with shop.db.write() as tx:
        await tx.finish(("UPDATE sessions SET previous_until = ?", (datetime.now(UTC) - timedelta(seconds=1),)))
    assert (await client.get("/auth/me", headers={"Authorization": old})).status_code == 401
    assert (await client.get("/auth/me")).status_code == 200


async def the_overlap_of_two_tokens_is_a_minute_from_the_first_use_of_the_fresh_one(shop, door):
    await hire(shop, "advisor")
    client = await door("advisor")
    fresh = (await client.post("/auth/rotate")).json()["token"]
    for _ in range(2):
        assert (await client.get("/auth/me", headers={"Authorization": f"Bearer {fresh}"})).status_code == 200
    async with shop.db.read() as tx:
        [[(until,)]] = await tx.run(("SELECT previous_until FROM sessions", ()))
    assert timedelta(seconds=50) < until - datetime.now(UTC) <= timedelta(seconds=60)


async def a_lost_answer_to_a_rotation_can_be_asked_for_again_until_the_fresh_token_is_used(shop, door):
    await hire(shop, "advisor")
    client = await door("advisor")
    lost = (await client.post("/auth/rotate")).json()["token"]
    fresh = (await client.post("/auth/rotate")).json()["token"]
    assert (await client.get("/auth/me", headers={"Authorization": f"Bearer {lost}"})).status_code == 401
    assert (await client.get("/auth/me", headers={"Authorization": f"Bearer {fresh}"})).status_code == 200
    answer = await client.post("/auth/rotate")
    assert (answer.status_code, answer.json()["code"]) == (409, "token_rotated")


def an_address_is_shown_without_its_end():
    assert [cut(a) for a in ("198.51.100.7", "2001:db8:1:2::/64", "")] == ["198.51.100.x", "2001:db8:1::x", ""]
