"""Passwords: long enough, none that everybody tries; a person changes the own one, an operator gives another."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.auth import routes
from server.auth.rules import LONGEST, SHORTEST, weakness
from server.demo.house import staff
from server.settings import Settings
from tests.auth.app import client_for, hire, sign_in
from tests.running import Running
from tests.shop import Shop

LONG_ONES_OF_THE_1000_MOST_COMMON = (
    "qwertyuiop", "1234567890", "q1w2e3r4t5", "1q2w3e4r5t", "4815162342", "0987654321", "12345qwert", "123456789a",
    "1234554321", "Usuckballz1", "123456789q", "1111111111",
)  # fmt: skip
"""All that have at least ten characters in the list of 10 million (SecLists, 2017)."""


@pytest.mark.parametrize("common", LONG_ONES_OF_THE_1000_MOST_COMMON)
def a_password_that_everybody_tries_is_none(common):
    assert weakness(common, "advisor") == "too_common"


@pytest.mark.parametrize(
    "poor", ["Password123", "P@ssw0rd2026", "admin12345!", "abcabcabcabc", "1qaz2wsx3edc", "woaini1314520"]
)
def a_word_with_digits_and_a_run_are_no_password(poor):
    assert weakness(poor, "advisor") == "too_common"


@pytest.mark.parametrize(
    "good",
    ["correct horse battery", "我的车在四号工位修", "gKx93-plum-tin", "   spaces count   ", "川A12345是我的车牌吗"],
)
def a_long_password_may_have_any_characters(good):
    assert weakness(good + "呀呀好", "advisor") is None


def a_password_is_not_the_username():
    assert weakness("zhoumin.service", "zhoumin.service") == "same_as_username"
    assert weakness("ZhouMin.Service1", "zhoumin.service") == "same_as_username"
    assert weakness("zhoumin likes red cars", "zhoumin") is None


@settings(deadline=None)
@given(st.text(max_size=LONGEST + 20), st.text(min_size=1, max_size=20))
def a_password_is_judged_whatever_it_holds(password, username):
    problem = weakness(password, username)
    assert problem in (None, "too_short", "too_long", "too_common", "same_as_username")
    assert problem is not None or SHORTEST <= len(password) <= LONGEST * 3


@pytest.fixture
async def shop(db) -> Shop:
    """A dealership on each engine."""
    return await Shop.open(db)


@pytest.fixture
async def client(shop, tmp_path):
    """A client of the sign-in."""
    async with client_for(shop, Settings(data_dir=str(tmp_path)), routes) as client:
        yield client


NEW = "gKx93-plum-tin"


async def a_person_changes_the_password_and_is_signed_out_elsewhere(shop, client):
    await hire(shop, "advisor")
    old = (await sign_in(client, "advisor")).json()["token"]
    await sign_in(client, "advisor")
    answer = await client.post("/auth/password", json={"old": "advisor-demo", "new": NEW})
    assert (answer.status_code, answer.json()) == (200, {"ended": 1})
    assert (await client.get("/auth/me")).status_code == 200
    assert (await client.get("/auth/me", headers={"Authorization": f"Bearer {old}"})).status_code == 401
    assert (await sign_in(client, "advisor")).status_code == 401
    assert (await client.post("/auth/login", json={"username": "advisor", "password": NEW})).status_code == 200


async def a_wrong_old_password_changes_nothing_and_cannot_be_guessed(shop, client):
    await hire(shop, "advisor")
    await sign_in(client, "advisor")
    codes = []
    for _ in range(6):
        answer = await client.post("/auth/password", json={"old": "guess", "new": NEW})
        codes.append((answer.status_code, answer.json()["code"]))
    assert codes == [(403, "wrong_password")] * 5 + [(429, "too_many_attempts")]
    assert (await client.get("/auth/me")).status_code == 200
    assert (await sign_in(client, "advisor")).status_code == 200, "guesses here do not touch the sign-in"


@pytest.mark.parametrize(
    ("new", "problem"),
    [("short", "too_short"), ("advisor-1", "too_short"), ("x1" * 101, "too_long"), ("1234567890", "too_common")],
)
async def a_poor_new_password_is_refused_by_name(shop, client, new, problem):
    await hire(shop, "advisor")
    await sign_in(client, "advisor")
    answer = await client.post("/auth/password", json={"old": "advisor-demo", "new": new})
    assert (answer.status_code, answer.json()["field"], answer.json()["problem"]) == (400, "new", problem)
    assert (await sign_in(client, "advisor")).status_code == 200


async def the_body_of_a_change_names_its_fields(shop, client):
    await hire(shop, "advisor")
    await sign_in(client, "advisor")
    assert (await client.post("/auth/password", json={"old": "x"})).json()["field"] == "new"
    client.headers.pop("Authorization")
    assert (await client.post("/auth/password", json={"old": "x", "new": NEW})).status_code == 401


def an_operator_gives_somebody_another_password(tmp_path):
    server = Running(tmp_path, None)
    server.run("migrate")
    server.run("store", "add", "--name", "一店")
    said = server.run("user", "add", "zhoumin", "--name", "周敏", "--role", "advisor", stdin=f"{NEW}\n")
    assert "may sign in" in said
    assert "another password; 0 sign-ins ended" in server.run("user", "password", "ZhouMin", stdin=f"{NEW} 2\n")
    with pytest.raises(AssertionError, match="10 to 200 characters"):
        server.run("user", "password", "zhoumin", stdin="short\n")
    with pytest.raises(AssertionError, match="no account nobody"):
        server.run("user", "password", "nobody", stdin=f"{NEW}\n")


def the_demos_people_keep_their_passwords():
    assert {person["password"] for person in staff()} >= {"crm-demo", "manager-demo"}
