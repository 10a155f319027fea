"""From nothing to a first sign-in, as an operator does it: migrate, store add, user add, serve."""

import json

import httpx

from tests.running import Running


def an_operator_opens_a_store_and_a_person_signs_in(tmp_path):
    server = Running(tmp_path, customers=None)
    assert "newest revision" in server.run("migrate")
    assert "is open" in server.run("store", "add", "--name", "锦江店", "--phone", "028-12345678", "--group", "蓉驰集团")
    said = server.run("user", "add", "zhoumin", "--name", "周敏", "--role", "advisor", stdin="a long password\n")
    assert "zhoumin may sign in as advisor" in said
    server.start()
    try:
        login = httpx.post(f"{server.url}/auth/login", json={"username": "zhoumin", "password": "a long password"})
        assert login.json()["store"]["name"] == "锦江店"
        headers = {"Authorization": f"Bearer {login.json()['token']}"}
        rows = json.loads(httpx.get(f"{server.url}/sync/pull", headers=headers).content)["rows"]
        assert [person["name"] for person in rows["staff"]] == ["周敏"]
        assert len(rows["catalog_items"]) > 450
        assert len(rows["inspection_items"]) >= 60
    finally:
        server.stop()
    assert "whole" in server.run("doctor")
