from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from server.auth import routes
from server.auth.login import BURST
from server.settings import Settings
from tests.auth.app import client_for, hire, new_device, new_key, sign_in
from tests.shop import Shop


@pytest.fixture
async def shop(db):
    """A dealership on each engine."""
    return await Shop.open(db)


@pytest.fixture
async def client(shop, tmp_path):
    """A client of the sign-in."""
    async with client_for(shop, Settings(data_dir=str(tmp_path)), routes) as client:
        yield client


async def a_person_signs_in_on_a_tablet_and_is_told_who_and_where_they_are(shop, client):
    user_id = await hire(shop, "advisor")
    device = new_device()
    answer = await sign_in(client, "advisor", device)
    assert answer.status_code == 200
    told = answer.json()
    assert len(told["token"]) >= 43
    assert told["user"] == {"id": user_id, "username": "advisor", "name": "advisor", "role": "advisor"}
    assert told["store"] == {
        "id": shop.stores[0], "name": "锦程门店", "name_en": "Jincheng", "time_zone": "Asia/Shanghai",
        "phone": "+862812345678", "labour_rate_fen": 12000,
    }  # fmt: skip
    assert told["device"] == {"id": device["id"], "name": "前台 1"}
    me = (await client.get("/auth/me")).json()
    assert me == {name: value for name, value in told.items() if name != "token"}


async def a_program_signs_in_without_a_device(shop, client):
    await hire(shop, "crm", role="crm")
    told = (await sign_in(client, "crm")).json()
    assert told["device"] is None
    assert (await client.get("/auth/me")).json()["device"] is None


async def a_sign_in_may_be_message_pack(shop, client):
    await hire(shop, "advisor")
    body = msgspec.msgpack.encode({"username": " Advisor ", "password": "advisor-demo"})
    headers = {"Content-Type": "application/msgpack", "Accept": "application/msgpack"}
    answer = await client.post("/auth/login", content=body, headers=headers)
    assert msgspec.msgpack.decode(answer.content)["user"]["username"] == "advisor"


async def the_token_itself_is_nowhere_in_the_database(shop, client):
    await hire(shop, "advisor")
    token = (await sign_in(client, "advisor")).json()["token"]
    async with shop.db.read() as tx:
        [rows] = await tx.run(("SELECT token_hash FROM sessions", ()))
    assert token not in rows[0][0]


async def a_wrong_password_and_an_unknown_person_get_the_same_answer(shop, client):
    await hire(shop, "advisor")
    wrong = await client.post("/auth/login", json={"username": "advisor", "password": "guess"})
    unknown = await client.post("/auth/login", json={"username": "nobody", "password": "guess"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "bad_credentials")
    assert unknown.json() == wrong.json()


async def a_person_who_left_does_not_come_in(shop, client):
    user_id = await hire(shop, "advisor")
    async with shop.db.write() as tx:
        await tx.run(("UPDATE users SET active = ? WHERE id = ?", (False, user_id)))
    assert (await sign_in(client, "advisor")).status_code == 401


async def a_guesser_waits_and_others_do_not(shop, client):
    await hire(shop, "advisor")
    await hire(shop, "manager", role="manager")
    for _ in range(5):
        assert (await client.post("/auth/login", json={"username": "advisor", "password": "x"})).status_code == 401
    answer = await sign_in(client, "advisor")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert answer.json()["retry_after"] == int(answer.headers["Retry-After"]) >= 1
    assert (await sign_in(client, "manager")).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"username": "a"}, "password"),
        ({"username": "a", "password": "b", "colour": 1}, "colour"),
        ({"username": 7, "password": "b"}, "username"),
        ({"username": "a\0", "password": "b"}, "username"),
        ({"username": "a", "password": "b", "device": {"id": "x", "name": "n", "public_key": {}}}, "device.id"),
    ],
)
async def a_body_that_cannot_be_read_names_the_field(client, body, field):
    answer = await client.post("/auth/login", json=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "invalid", field)


async def a_body_that_is_no_json_is_refused(client):
    assert (await client.post("/auth/login", content=b"{")).status_code == 400


@pytest.mark.parametrize("spoil", [{"d": "AAAA"}, {"x": "AAAA"}, {"y": 7}, {"crv": "P-384"}, {"kty": "RSA"}])
async def a_key_that_is_no_public_p256_key_is_refused(shop, client, spoil):
    await hire(shop, "advisor")
    device = new_device()
    device["public_key"] |= spoil
    answer = await sign_in(client, "advisor", device)
    assert (answer.status_code, answer.json()["field"]) == (400, "device.public_key")


async def a_key_may_carry_what_browsers_add(shop, client):
    await hire(shop, "advisor")
    device = new_device()
    device["public_key"] |= {"ext": True, "key_ops": ["verify"]}
    assert (await sign_in(client, "advisor", device)).status_code == 200
    assert (await sign_in(client, "advisor", device)).status_code == 200


async def a_known_tablet_with_another_key_must_enrol_anew(shop, client):
    await hire(shop, "advisor")
    device = new_device()
    await sign_in(client, "advisor", device)
    answer = await sign_in(client, "advisor", device | {"public_key": new_key()})
    assert (answer.status_code, answer.json()["code"]) == (409, "device_key_changed")


async def a_second_sign_in_on_a_tablet_keeps_its_queue(shop, client):
    await hire(shop, "advisor")
    await hire(shop, "technician", role="technician")
    device = new_device()
    await sign_in(client, "advisor", device)
    async with shop.db.write() as tx:
        await tx.run(("UPDATE device_queues SET next_seq = 41 WHERE device_id = ?", (device["id"],)))
    assert (await sign_in(client, "technician", device)).status_code == 200
    async with shop.db.read() as tx:
        [rows] = await tx.run(("SELECT next_seq, group_id FROM device_queues", ()))
    assert rows == [(41, shop.group_id)]


async def a_token_ends_with_sign_out_and_with_time(shop, client):
    await hire(shop, "advisor")
    first = (await sign_in(client, "advisor")).json()
    assert (await client.post("/auth/logout")).status_code == 204
    assert (await client.get("/auth/me")).status_code == 401
    shop.now -= timedelta(days=31)
    await sign_in(client, "advisor")
    assert (await client.get("/auth/me")).status_code == 401, first


async def a_revoked_tablet_learns_so_and_cannot_come_back(shop, client):
    await hire(shop, "advisor")
    await hire(shop, "admin", role="admin")
    device = new_device()
    token = (await sign_in(client, "advisor", device)).json()["token"]
    assert (await client.post(f"/auth/devices/{device['id']}/revoke")).status_code == 403
    await sign_in(client, "admin")
    assert (await client.post(f"/auth/devices/{device['id']}/revoke")).status_code == 204
    me = await client.get("/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert (me.status_code, me.json()["code"]) == (403, "device_revoked")
    again = await sign_in(client, "advisor", device)
    assert (again.status_code, again.json()["code"]) == (403, "device_revoked")


async def an_unknown_tablet_cannot_be_revoked(shop, client):
    await hire(shop, "manager", role="manager")
    await sign_in(client, "manager")
    assert (await client.post(f"/auth/devices/{new_device()['id']}/revoke")).status_code == 404


async def an_account_is_changed_when_it_is_added_again(shop, client):
    user_id = await hire(shop, "advisor")
    assert await hire(shop, "advisor", role="manager") == user_id
    assert (await sign_in(client, "advisor")).json()["user"]["role"] == "manager"
    assert (await shop.row("staff", user_id))["role"] == "manager"


async def an_account_needs_a_role_that_exists(shop):
    with pytest.raises(ValueError, match="role"):
        await hire(shop, "x", role="king")


async def a_stranger_who_guesses_does_not_lock_the_person_out_who_was_here_before(shop, client):
    await hire(shop, "advisor")
    await sign_in(client, "advisor")
    stranger = client_for(shop, client.settings, routes)
    async with stranger:
        for _ in range(6):
            refused = await stranger.post("/auth/login", json={"username": "advisor", "password": "x"})
        assert refused.status_code == 429
    assert (await sign_in(client, "advisor")).status_code == 200


async def a_browser_is_known_for_the_person_alone_who_signed_in_on_it(shop, client):
    await hire(shop, "advisor")
    await hire(shop, "manager", role="manager")
    answer = await sign_in(client, "advisor")
    cookie = answer.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/auth/login"))
    assert "advisor" not in cookie
    for _ in range(6):
        refused = await client.post("/auth/login", json={"username": "manager", "password": "x"})
    assert refused.status_code == 429


async def a_forged_cookie_makes_no_browser_known(shop, client):
    await hire(shop, "advisor")
    cookie = (await sign_in(client, "advisor")).headers["set-cookie"].partition(";")[0]
    stranger = client_for(shop, client.settings, routes)
    async with stranger:
        for _ in range(5):
            await stranger.post("/auth/login", json={"username": "advisor", "password": "x"})
        async with shop.db.write() as tx:  # a second is soon over on a busy machine
            await tx.finish(("UPDATE attempts SET until = ?", (datetime.now(UTC) + timedelta(hours=1),)))
        for forged in (cookie[:-1], f"{cookie}x", cookie.replace("=", "=x", 1), cookie.partition(".")[0]):
            stranger.headers["cookie"] = forged
            assert (await sign_in(stranger, "advisor")).status_code == 429
        stranger.headers["cookie"] = cookie
        assert (await sign_in(stranger, "advisor")).status_code == 200


async def the_sign_in_has_an_end_for_who_asks_too_often(shop, client):
    answers = [await client.post("/auth/login", content=b"{") for _ in range(BURST * 2)]
    assert {answer.status_code for answer in answers[:BURST]} == {400}
    assert "too_many_requests" in {answer.json()["code"] for answer in answers[BURST:]}
