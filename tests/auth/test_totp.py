"""The second factor at the sign-in: asked for after the password, taken once, guessed in vain."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta

import pytest

from server import sync
from server.auth import routes
from server.auth.backoff import CODES_FORGOTTEN, Backoff, Bucket, TooOften, code_bucket
from server.auth.factors import RECOVERY_CODES, Factors
from server.domain.roles import PEOPLE
from server.domain.totp import code_at, step_of
from server.settings import ROLES, Settings, settings
from tests.auth.app import client_for, hire, new_device, new_key, sign_in
from tests.auth.phone import Phone, changes, enrol, told, with_code
from tests.auth.test_backoff import Clock
from tests.shop import Shop


@pytest.fixture
async def shop(db) -> Shop:
    """A dealership on each engine whose clock is the real one, which tokens go by."""
    shop = await Shop.open(db)
    shop.now = datetime.now(UTC)
    return shop


@pytest.fixture
async def client(shop, tmp_path):
    """A client of all doors that a token opens."""
    config = Settings(data_dir=str(tmp_path), secret_key="a key for tests")
    async with client_for(shop, config, [*routes, *sync.routes]) as client:
        yield client


async def a_person_turns_it_on_and_is_asked_for_a_code_from_then_on(shop, client):
    await hire(shop, "boss", "manager")
    other = (await sign_in(client, "boss")).json()["token"]
    await sign_in(client, "boss")
    assert (await client.get("/auth/totp")).json() == {
        "on": False,
        "since": None,
        "recovery_left": None,
        "needed": False,
    }
    begun = (await client.post("/auth/totp", json={"password": "boss-demo"})).json()
    assert begun["uri"].startswith(f"otpauth://totp/Jieche%3Aboss?secret={begun['secret']}&")
    assert (await sign_in(client, "boss")).status_code == 200, "nothing is on before the first code"
    phone = Phone(shop, begun["secret"])
    answer = await client.post("/auth/totp/confirm", json={"code": phone.code()})
    assert (len(set(answer.json()["recovery_codes"])), answer.json()["ended"]) == (RECOVERY_CODES, 2)
    assert (await client.get("/auth/me", headers={"Authorization": f"Bearer {other}"})).status_code == 401
    assert (await client.get("/auth/totp")).json()["recovery_left"] == RECOVERY_CODES
    assert told(await sign_in(client, "boss")) == (403, "totp_required", None)
    assert told(await with_code(client, "boss", phone.code())) == (403, "totp_wrong", "used")
    assert (await with_code(client, "boss", phone.next())).status_code == 200
    assert (await client.get("/auth/me")).json()["user"]["username"] == "boss"


async def the_secret_is_sealed_and_no_code_is_stored(shop, client):
    await hire(shop, "boss", "manager")
    await sign_in(client, "boss")
    begun = (await client.post("/auth/totp", json={"password": "boss-demo"})).json()
    phone = Phone(shop, begun["secret"])
    codes = (await client.post("/auth/totp/confirm", json={"code": phone.code()})).json()["recovery_codes"]
    async with shop.db.read() as tx:
        factors, macs, journal = await tx.run(
            ("SELECT * FROM second_factors", ()), ("SELECT * FROM recovery_codes", ()),
            ("SELECT name, fields, CAST(user_id AS TEXT) FROM journal WHERE name = 'staff.note_factor'", ()),
        )  # fmt: skip
    stored = str(factors) + str(macs) + str(journal)
    [sealed] = [row[1] for row in factors]
    assert phone.secret not in base64.b64decode(sealed)
    assert begun["secret"] not in stored
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    assert [("on" in fields, user == factors[0][0]) for _, fields, user in journal] == [(True, True)]


async def a_code_is_taken_once_and_none_of_an_earlier_step(shop, client):
    await hire(shop, "boss")
    await sign_in(client, "boss")
    phone, _ = await enrol(shop, client, "boss")
    ahead = phone.code(1)
    assert (await with_code(client, "boss", ahead)).status_code == 200, "a phone may be a step ahead"
    assert told(await with_code(client, "boss", ahead)) == (403, "totp_wrong", "used")
    shop.later(seconds=30)
    assert told(await with_code(client, "boss", ahead)) == (403, "totp_wrong", "used")
    assert told(await with_code(client, "boss", phone.code(-1))) == (403, "totp_wrong", "used")
    shop.later(seconds=30)
    assert (await with_code(client, "boss", phone.code())).status_code == 200
    shop.later(seconds=90)
    assert told(await with_code(client, "boss", phone.code(-2))) == (403, "totp_wrong", "wrong")
    assert told(await with_code(client, "boss", phone.code(2))) == (403, "totp_wrong", "wrong")


async def the_same_code_sent_several_times_at_once_opens_one_door(shop, client):
    await hire(shop, "boss")
    await sign_in(client, "boss")
    phone, recovery = await enrol(shop, client, "boss")
    for code in (phone.next(), recovery[0]):
        answers = await asyncio.gather(*(with_code(client, "boss", code) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [200, 403, 403, 403, 403]
        assert (await with_code(client, "boss", phone.next())).status_code == 200


async def the_same_code_opens_once_also_past_the_counts(shop):
    factors, user_id = Factors(shop.db, b"key"), await hire(shop, "boss")
    secret = await factors.begin(user_id, None, shop.now)
    recovery = await factors.confirm(user_id, code_at(secret, step_of(shop.now)), shop.now)
    factor = await factors.of(user_id)
    for code, taken, not_taken in (
        (code_at(secret, step_of(shop.now) + 1), "timed", "used"),
        (recovery[3], "recovery", "wrong"),
    ):
        verdicts = await asyncio.gather(*(factors.spend(user_id, factor, code, shop.now) for _ in range(8)))
        assert sorted(verdicts) == sorted([taken] + [not_taken] * 7)


async def a_recovery_code_opens_once_and_new_ones_end_the_old(shop, client):
    await hire(shop, "boss")
    await sign_in(client, "boss")
    _, codes = await enrol(shop, client, "boss")
    assert (await with_code(client, "boss", codes[0].lower().replace("-", " "))).status_code == 200
    assert told(await with_code(client, "boss", codes[0])) == (403, "totp_wrong", "wrong")
    assert (await client.get("/auth/totp")).json()["recovery_left"] == RECOVERY_CODES - 1
    again = await client.post("/auth/totp/recovery-codes", json={"password": "boss-demo", "code": codes[1]})
    fresh = again.json()["recovery_codes"]
    assert len({*fresh, *codes}) == 2 * RECOVERY_CODES
    assert told(await with_code(client, "boss", codes[2])) == (403, "totp_wrong", "wrong")
    assert (await with_code(client, "boss", fresh[0])).status_code == 200
    assert await changes(shop) == ["on", "recovery_used", "recovery_used", "recovery_renewed", "recovery_used"]


async def a_wrong_password_is_told_the_same_with_any_code(shop, client):
    await hire(shop, "boss")
    await hire(shop, "plain")
    await sign_in(client, "boss")
    phone, codes = await enrol(shop, client, "boss")
    client.cookies.clear()
    answers = [
        await with_code(client, name, code, password="guess")
        for name in ("boss", "plain", "nobody") for code in (phone.code(1), "000000")
    ]  # fmt: skip
    assert {told(answer) for answer in answers} == {(401, "bad_credentials", None)}
    assert len({answer.text for answer in answers}) == 1
    assert (await with_code(client, "boss", phone.next())).status_code == 200, "a wrong password uses no code up"
    assert (await with_code(client, "plain", "000000")).status_code == 200, "who has none needs none"
    assert (await with_code(client, "boss", codes[0])).status_code == 200


async def the_codes_cannot_be_guessed_and_the_persons_own_browser_feels_nothing(shop, client):
    await hire(shop, "boss")
    await sign_in(client, "boss")
    phone, codes = await enrol(shop, client, "boss")
    await with_code(client, "boss", phone.next())
    stranger = client_for(shop, client.settings, routes)
    async with stranger:
        answers = [await with_code(stranger, "boss", f"00000{n}X") for n in range(10)]
        assert {told(answer) for answer in answers} == {(403, "totp_wrong", "wrong")}
        await hold(shop)
        refused = await with_code(stranger, "boss", codes[0])
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
        assert told(await sign_in(stranger, "boss")) == (403, "totp_required", None), "the password resets no count"
        assert (await with_code(stranger, "boss", codes[0])).status_code == 429
    assert (await with_code(client, "boss", phone.next())).status_code == 200
    answers = [await with_code(client, "boss", "wrong") for _ in range(5)]
    await hold(shop)
    assert (await with_code(client, "boss", phone.next())).status_code == 429, "a stolen browser is bounded as well"


async def hold(shop) -> None:
    """Stretches the pauses that began: a second is soon over on a busy machine."""
    async with shop.db.write() as tx:
        now = datetime.now(UTC)
        await tx.finish(
            ("UPDATE attempts SET until = ? WHERE until > ?", (now + timedelta(hours=1), now - timedelta(days=1)))
        )


async def the_tries_made_at_one_moment_are_counted_like_tries_in_a_row(db):
    clock = Clock()
    backoff, bucket = Backoff(db, b"key", clock), code_bucket("somebody", None)
    tries = await asyncio.gather(*(backoff.attempt(bucket) for _ in range(25)), return_exceptions=True)
    assert sum(one is None for one in tries) == 10
    assert all(isinstance(one, TooOften) for one in tries if one is not None)
    heard = 0
    for _ in range(24 * 60):
        clock.later(60)
        heard += await quiet(backoff, bucket)
    assert heard <= 40, "a day of guessing at 3 codes in a million"


async def quiet(backoff: Backoff, bucket: Bucket) -> bool:
    try:
        await backoff.attempt(bucket)
    except TooOften:
        return False
    return True


async def a_count_of_codes_is_forgotten_after_a_day_and_with_the_right_code(db):
    clock = Clock()
    backoff, bucket = Backoff(db, b"key", clock), code_bucket("somebody", "browser")
    for _ in range(5):
        assert await quiet(backoff, bucket)
    assert not await quiet(backoff, bucket)
    clock.later(CODES_FORGOTTEN.total_seconds())
    assert [await quiet(backoff, bucket) for _ in range(6)] == [True] * 5 + [False]
    await backoff.succeeded([bucket])
    assert await quiet(backoff, bucket)


async def a_tablet_whose_id_is_taken_does_not_use_the_code_up(shop, client):
    await hire(shop, "boss", "manager")
    device = new_device()
    await sign_in(client, "boss", device)
    phone, _ = await enrol(shop, client, "boss")
    code = phone.next()
    answer = await with_code(client, "boss", code, device | {"public_key": new_key()})
    assert (answer.status_code, answer.json()["code"]) == (409, "device_key_changed")
    assert (await with_code(client, "boss", code, new_device())).status_code == 200


async def a_password_without_a_code_enrols_and_approves_no_tablet(shop, client):
    await hire(shop, "boss", "manager")
    await sign_in(client, "boss")
    await enrol(shop, client, "boss")
    assert told(await sign_in(client, "boss", new_device())) == (403, "totp_required", None)
    async with shop.db.read() as tx:
        [rows] = await tx.run(("SELECT id FROM devices", ()))
    assert rows == []


async def a_key_that_changed_lets_nobody_in_and_breaks_nothing(shop, client, tmp_path):
    await hire(shop, "boss")
    await sign_in(client, "boss")
    phone, codes = await enrol(shop, client, "boss")
    other = client_for(shop, Settings(data_dir=str(tmp_path), secret_key="another key"), routes)
    async with other:
        for code in (phone.next(), codes[0]):
            assert told(await with_code(other, "boss", code)) == (403, "totp_wrong", "wrong")


def the_setting_names_roles():
    assert ROLES == PEOPLE
    assert settings({"JIECHE_REQUIRE_TOTP": "true"}).totp_roles == {"manager", "admin"}
    assert settings({"JIECHE_REQUIRE_TOTP": "admin, crm"}).totp_roles == {"admin", "crm"}
    assert settings({"JIECHE_REQUIRE_TOTP": "false"}).totp_roles == settings({}).totp_roles == frozenset()
    with pytest.raises(ValueError, match=r"JIECHE_REQUIRE_TOTP: 'king' is no role"):
        settings({"JIECHE_REQUIRE_TOTP": "admin,king"})
