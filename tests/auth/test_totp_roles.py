"""Who must have a second factor, who may turn it off, and who helps when the phone is lost."""

from datetime import UTC, datetime

import pytest

from server import sync
from server.auth import routes
from server.domain.ids import uuid7
from server.queries.callers import caller
from server.settings import Settings
from tests.auth.app import client_for, hire, new_device, sign_in
from tests.auth.phone import Phone, changes, enrol, told, with_code
from tests.running import Running
from tests.shop import Shop


@pytest.fixture
async def shop(db) -> Shop:
    """A dealership on each engine with people of each kind; its clock is the real one, which tokens go by."""
    shop = await Shop.open(db)
    shop.now = datetime.now(UTC)
    shop.ids = {
        name: await hire(shop, name, role, store)
        for name, role, store in (
            ("advisor", "advisor", 0), ("boss", "manager", 0), ("deputy", "manager", 0), ("far boss", "manager", 1),
            ("root", "admin", 1),
        )
    }  # fmt: skip
    return shop


@pytest.fixture
async def door(shop, tmp_path):
    """Opens clients where no second factor is needed, or one for managers and admins."""
    opened = []

    async def enter(username: str | None = None, needed: str = ""):
        config = Settings(data_dir=str(tmp_path), secret_key="a key for tests", require_totp=needed)
        client = client_for(shop, config, [*routes, *sync.routes])
        opened.append(client)
        if username:
            assert (await sign_in(client, username)).status_code == 200
        return client

    yield enter
    for client in opened:
        await client.aclose()


async def by_ticket(shop, client, username: str) -> tuple[Phone, str]:
    """Enrols somebody who may not come in without; gives the phone and the ticket."""
    ticket = (await sign_in(client, username)).json()["ticket"]
    begun = (await client.post("/auth/totp", json={"ticket": ticket})).json()
    phone = Phone(shop, begun["secret"])
    answer = await client.post("/auth/totp/confirm", json={"ticket": ticket, "code": phone.code()})
    assert len(answer.json()["recovery_codes"]) == 10
    return phone, ticket


async def a_manager_who_must_have_one_enrols_after_the_password_and_then_comes_in(shop, door):
    client = await door(needed="true")
    assert (await sign_in(client, "advisor")).status_code == 200
    client.headers.pop("Authorization")
    answer = await sign_in(client, "boss", new_device())
    assert told(answer) == (403, "totp_enrolment_required", None)
    assert answer.json()["facts"]["ticket"] == answer.json()["ticket"]
    async with shop.db.read() as tx:
        [devices] = await tx.run(("SELECT id FROM devices", ()))
    assert devices == []
    phone, _ = await by_ticket(shop, client, "boss")
    assert told(await sign_in(client, "boss")) == (403, "totp_required", None)
    assert (await with_code(client, "boss", phone.next(), new_device())).status_code == 200
    assert (await client.get("/auth/totp")).json()["needed"] is True
    assert await changes(shop) == ["on"]


async def a_ticket_opens_nothing_but_the_enrolment(shop, door):
    client = await door(needed="true")
    ticket = (await sign_in(client, "boss")).json()["ticket"]
    client.headers["Authorization"] = f"Bearer {ticket}"
    for method, path in (
        ("GET", "/auth/me"), ("GET", "/auth/sessions"), ("POST", "/auth/rotate"), ("GET", "/auth/people"),
        ("GET", "/auth/totp"), ("GET", "/sync/pull"), ("GET", "/auth/devices"), ("DELETE", "/auth/totp"),
    ):  # fmt: skip
        assert (await client.request(method, path)).status_code == 401, path
    for path, body in (
        ("password", {"old": "boss-demo", "new": "gKx93-plum-tin"}),
        ("totp", {"password": "boss-demo"}),
    ):
        assert (await client.post(f"/auth/{path}", json=body)).status_code == 401, path
    assert await caller(shop.db, ticket) is None, "what GraphQL and live connections ask"


async def a_ticket_ends_with_its_time_with_the_password_and_once_a_factor_is_on(shop, door):
    client = await door(needed="true")
    ticket = (await sign_in(client, "boss")).json()["ticket"]
    forged = [ticket[:-1], ticket.replace(shop.ids["boss"], shop.ids["root"]), "x", "..", f"{uuid7()}.99999999999.x"]
    for one in [*forged, ticket.replace(ticket.split(".")[1], "99999999999")]:
        answer = await client.post("/auth/totp", json={"ticket": one})
        assert told(answer) == (401, "ticket_over", None), one
        assert told(await client.post("/auth/totp/confirm", json={"ticket": one, "code": "1"}))[1] == "ticket_over"
    shop.later(minutes=16)
    assert told(await client.post("/auth/totp", json={"ticket": ticket}))[1] == "ticket_over"
    _, ticket = await by_ticket(shop, client, "boss")
    assert told(await client.post("/auth/totp", json={"ticket": ticket})) == (409, "totp_is_on", None)
    ticket = (await sign_in(client, "root")).json()["ticket"]
    async with shop.db.write() as tx:
        await tx.finish(("UPDATE users SET password_hash = 'another' WHERE username = 'root'", ()))
    assert told(await client.post("/auth/totp", json={"ticket": ticket}))[1] == "ticket_over"


async def a_secret_that_waited_too_long_or_was_begun_anew_is_not_turned_on(shop, door):
    client = await door("advisor")
    assert told(await client.post("/auth/totp/confirm", json={"code": "000000"})) == (409, "totp_not_begun", None)
    first, second = [
        Phone(shop, (await client.post("/auth/totp", json={"password": "advisor-demo"})).json()["secret"]) for _ in "12"
    ]
    assert told(await client.post("/auth/totp/confirm", json={"code": first.code()})) == (403, "totp_wrong", "wrong")
    shop.later(minutes=15, seconds=1)
    assert told(await client.post("/auth/totp/confirm", json={"code": second.code()}))[1] == "totp_not_begun"
    assert (await client.get("/auth/totp")).json()["on"] is False


async def the_first_code_cannot_be_guessed(shop, door):
    client = await door("advisor")
    await client.post("/auth/totp", json={"password": "advisor-demo"})
    answers = [await client.post("/auth/totp/confirm", json={"code": "x"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [403] * 5 + [429]


async def a_person_moves_it_to_another_phone_and_turns_it_off(shop, door):
    client, elsewhere = await door("advisor"), await door("advisor")
    assert told(await client.post("/auth/totp", json={"password": "guess"})) == (403, "wrong_password", None)
    assert told(await client.post("/auth/totp", json={})) == (400, "invalid", "missing")
    old, _ = await enrol(shop, client, "advisor")
    assert (await elsewhere.get("/auth/me")).status_code == 401
    assert told(await client.post("/auth/totp", json={"password": "advisor-demo"}))[1] == "totp_required"
    proof = {"password": "advisor-demo", "code": old.next()}
    new = Phone(shop, (await client.post("/auth/totp", json=proof)).json()["secret"])
    assert (await with_code(elsewhere, "advisor", old.next())).status_code == 200, "the old one counts until then"
    assert (await client.post("/auth/totp/confirm", json={"code": new.code()})).status_code == 200
    assert (await elsewhere.get("/auth/me")).status_code == 401
    assert told(await with_code(elsewhere, "advisor", old.next())) == (403, "totp_wrong", "wrong")
    assert (await with_code(elsewhere, "advisor", new.next())).status_code == 200
    for code, answer in ((None, "totp_required"), (old.code(), "totp_wrong")):
        refused = await client.request("DELETE", "/auth/totp", json={"password": "advisor-demo", "code": code})
        assert told(refused)[:2] == (403, answer)
    off = await client.request("DELETE", "/auth/totp", json={"password": "advisor-demo", "code": new.next()})
    assert (off.status_code, off.json()) == (200, {"ended": 1})
    assert (await elsewhere.get("/auth/me")).status_code == 401
    assert (await sign_in(elsewhere, "advisor")).status_code == 200
    again = await client.request("DELETE", "/auth/totp", json={"password": "advisor-demo"})
    assert again.status_code == 404
    assert await changes(shop) == ["on", "replaced", "off"]


async def a_person_who_must_have_one_cannot_turn_it_off(shop, door):
    client = await door("boss")
    phone, _ = await enrol(shop, client, "boss")
    strict = await door(needed="manager")
    assert (await with_code(strict, "boss", phone.next())).status_code == 200
    proof = {"password": "boss-demo", "code": phone.next()}
    assert told(await strict.request("DELETE", "/auth/totp", json=proof)) == (403, "totp_needed", None)
    assert (await client.request("DELETE", "/auth/totp", json=proof)).status_code == 200


async def a_lost_phone_is_helped_by_who_answers_for_the_person(shop, door):
    people = {name: await door(name) for name in shop.ids}
    for name in ("advisor", "deputy", "root"):
        await enrol(shop, people[name], name)

    async def reset(by: str, whose: str):
        proof = {"password": f"{by}-demo"}
        return await people[by].request("DELETE", f"/auth/people/{shop.ids[whose]}/totp", json=proof)

    nobody = (await people["boss"].request("DELETE", f"/auth/people/{uuid7()}/totp", json={})).json()
    assert told(await reset("advisor", "deputy"))[:2] == (403, "forbidden")
    for by, whose in (
        ("boss", "root"),
        ("far boss", "advisor"),
        ("boss", "far boss"),
        ("boss", "boss"),
        ("root", "root"),
    ):
        answer = await reset(by, whose)
        assert (answer.status_code, answer.json()) == (404, nobody), (by, whose)
    unproven = await people["boss"].request(
        "DELETE", f"/auth/people/{shop.ids['advisor']}/totp", json={"password": "x"}
    )
    assert told(unproven)[:2] == (403, "wrong_password")
    assert told(await reset("root", "deputy"))[:2] == (403, "totp_required"), "who has one shows it"
    assert (await people["advisor"].get("/auth/me")).status_code == 200
    answer = await reset("boss", "advisor")
    assert (answer.status_code, answer.json()) == (200, {"ended": 1})
    assert (await people["advisor"].get("/auth/me")).status_code == 401
    assert (await sign_in(people["advisor"], "advisor")).status_code == 200
    assert (await reset("boss", "advisor")).status_code == 404
    assert (await changes(shop))[-1] == "reset"


async def the_list_of_people_tells_who_has_one(shop, door):
    advisor, boss, root = [await door(name) for name in ("advisor", "boss", "root")]
    await enrol(shop, advisor, "advisor")
    assert (await advisor.get("/auth/people")).status_code == 403
    cards = (await boss.get("/auth/people")).json()["people"]
    assert [(one["name"], bool(one["since"])) for one in cards] == [
        ("advisor", True),
        ("boss", False),
        ("deputy", False),
    ]
    assert len((await root.get("/auth/people")).json()["people"]) == 5
    assert {name for one in cards for name in one} == {"id", "name", "username", "role", "store_id", "since", "needed"}


async def a_recovery_code_proves_what_a_code_proves(shop, door):
    client = await door("boss")
    _, codes = await enrol(shop, client, "boss")
    begun = await client.post("/auth/totp", json={"password": "boss-demo", "code": codes[0]})
    assert begun.status_code == 200
    off = await client.request("DELETE", "/auth/totp", json={"password": "boss-demo", "code": codes[1]})
    assert off.status_code == 200
    assert told(await client.post("/auth/totp/recovery-codes", json={"password": "boss-demo"}))[0] == 404


def an_operator_helps_when_nobody_can_sign_in(tmp_path):
    server = Running(tmp_path, None)
    server.run("migrate")
    server.run("store", "add", "--name", "一店")
    server.run("user", "add", "zhoumin", "--name", "周敏", "--role", "admin", stdin="gKx93-plum-tin\n")
    with pytest.raises(AssertionError, match="zhoumin has no second factor"):
        server.run("user", "reset-totp", "zhoumin")
    with pytest.raises(AssertionError, match="no account nobody"):
        server.run("user", "reset-totp", "nobody")


async def an_operator_takes_it_away_and_every_sign_in_ends(shop, door, database_url, tmp_path):
    client = await door("boss")
    await enrol(shop, client, "boss")
    server = Running(tmp_path, None, database_url, secret_key="a key for tests")
    assert "without a second factor now; 1 sign-ins ended" in server.run("user", "reset-totp", "BOSS")
    assert (await client.get("/auth/me")).status_code == 401
    assert (await sign_in(client, "boss")).status_code == 200
    assert (await changes(shop))[-1] == "reset"
