"""Keys of other programs: told once and kept as a hash, bounded by scopes, paced, changed for fresh ones, revoked."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler

from server import exports, records, sync
from server.domain.access_keys import is_key
from server.domain.ids import uuid7
from server.settings import Settings
from tests.auth.app import hire, new_device, sign_in
from tests.auth.keys import SOME, asked, cards, code_of, new_key, program
from tests.graphql.door import app_of
from tests.shop import Shop

ME = "{ me { id name role username scopes store { id } } }"


@pytest.fixture
async def shop(db) -> Shop:
    """A dealership on each engine whose clock is the real one, which keys go by."""
    shop = await Shop.open(db)
    shop.now = datetime.now(UTC)
    for name, role, store in (
        ("advisor", "advisor", 0), ("boss", "manager", 0), ("far boss", "manager", 1), ("root", "admin", 1),
    ):  # fmt: skip
        await hire(shop, name, role, store)
    return shop


@pytest.fixture
async def app(shop, tmp_path):
    """Every door at which a token opens something."""
    return app_of(shop, Settings(data_dir=str(tmp_path)), *sync.routes, *records.routes, *exports.routes)


@pytest.fixture
async def boss(app):
    """The manager of the first store, signed in."""
    async with program(app, "") as client:
        await sign_in(client, "boss")
        yield client


@pytest.fixture
async def enter(app):
    """Opens programs with keys, and people by their names."""
    opened: list[httpx.AsyncClient] = []

    async def come(key: str = "", person: str = "") -> httpx.AsyncClient:
        opened.append(client := program(app, key))
        if person:
            await sign_in(client, person)
        return client

    yield come
    for client in opened:
        await client.aclose()


async def everything(shop: Shop) -> str:
    """All that the tables of keys, people, journal and feed hold, as text."""
    async with shop.db.read() as tx:
        tables = [
            await tx.run((f"SELECT * FROM {name}", ())) for name in ("api_keys", "users", "staff", "journal", "feed")
        ]
    return str(tables)


async def a_key_is_told_once_and_only_its_hash_is_kept(shop, boss, enter):
    made = await new_key(boss, "金蝶 DMS", purpose="每晚同步工单")
    assert is_key(made["key"])
    assert made["key"] not in await everything(shop)
    assert made["key"][8:] not in (await boss.get("/auth/keys")).text
    [card] = await cards(boss)
    assert (card["id"], card["name"], card["purpose"], card["scopes"]) == (made["id"], "金蝶 DMS", "每晚同步工单", SOME)
    assert (card["prefix"], card["created_by"], card["state"]) == (f"{made['key'][:8]}…", "boss", "active")
    assert card["used_at"] is None
    lasts = datetime.fromisoformat(card["expires_at"]) - datetime.fromisoformat(card["created_at"])
    assert lasts == timedelta(days=365)
    dms = await enter(made["key"])
    me = (await asked(dms, ME))["data"]["me"]
    assert me == {
        "id": made["id"], "name": "金蝶 DMS", "role": "integration", "username": card["prefix"], "scopes": SOME,
        "store": {"id": shop.stores[0]},
    }  # fmt: skip
    [card] = await cards(boss)
    assert (card["used_at"] is not None, card["address"]) == (True, "127.0.0.x")
    assert (await asked(boss, ME))["data"]["me"]["scopes"] is None


async def a_key_opens_graphql_and_no_other_door(app, boss, enter):
    dms = await enter((await new_key(boss, scopes=["visits:read"]))["key"])
    allowed = {"/auth/keys/{key_id:uuid}/rotate", "/media/{sha256:str}"}
    closed = set()
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if not isinstance(handler, HTTPRouteHandler) or "person" not in handler.parsed_fn_signature.parameters:
                continue
            path = route.path_format.replace("{sha256}", "0" * 64).replace("{kind}", "health")
            path = re.sub(r"\{\w+\}", uuid7(), path)
            for method in handler.http_methods - {"HEAD", "OPTIONS"}:
                if route.path in allowed and (method != "PUT"):
                    continue
                answer = await dms.request(method, path, json={}, params={"cookie": "x", "purpose": "contract"})
                assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), (method, path)
                closed.add(route.path.split("/")[1])
    assert closed == {"auth", "sync", "media", "visits", "records", "exports", "customers"}


async def test_photos_need_their_scope_and_the_refusal_names_it(boss, enter):
    without, having = [
        await enter((await new_key(boss, scopes=[scope]))["key"]) for scope in ("visits:read", "photos:read")
    ]
    answer = await without.get(f"/media/{'0' * 64}")
    assert (answer.status_code, answer.json()["code"], answer.json()["scope"]) == (403, "forbidden", "photos:read")
    assert (await having.get(f"/media/{'0' * 64}")).status_code == 404


async def a_key_is_nobody_who_signs_in(boss, enter):
    made = await new_key(boss)
    stranger = await enter()
    for username in ("DMS", made["id"], made["key"], made["key"][:8], f"{made['key'][:8]}…"):
        for password in (made["key"], "x", made["id"]):
            body = {"username": username, "password": password, "device": new_device()}
            assert (await stranger.post("/auth/login", json=body)).status_code in (401, 429)


async def test_what_is_no_key_or_an_altered_one_opens_nothing(boss, enter):
    key = (await new_key(boss))["key"]
    for wrong in (key[:-1], key + "0", key.lower(), key[:20] + ("a" if key[20] != "a" else "b") + key[21:], "jck_"):
        assert await code_of(await enter(wrong), ME) == "unauthorized"


async def a_key_ends_with_its_days(shop, boss, enter):
    dms = await enter((await new_key(boss, days=1))["key"])
    assert await code_of(dms, ME) is None
    async with shop.db.write() as tx:
        await tx.finish(("UPDATE api_keys SET expires_at = ?", (datetime.now(UTC),)))
    assert await code_of(dms, ME) == "unauthorized"
    shop.now = datetime.now(UTC)
    assert [card["state"] for card in await cards(boss)] == ["expired"]


async def a_revoked_key_stops_at_once_and_the_list_says_who_and_why(shop, boss, enter):
    made = await new_key(boss)
    dms = await enter(made["key"])
    assert await code_of(dms, ME) is None
    answer = await boss.delete(f"/auth/keys/{made['id']}", params={"why": "换了供应商"})
    assert answer.status_code == 204
    assert await code_of(dms, ME) == "unauthorized"
    assert (await dms.get("/auth/me")).status_code == 401
    [card] = await cards(boss)
    assert (card["state"], card["revoked_by"], card["revoked_why"]) == ("revoked", "boss", "换了供应商")
    assert (await boss.delete(f"/auth/keys/{made['id']}")).status_code == 404, "only once"
    assert (await boss.post(f"/auth/keys/{made['id']}/rotate")).status_code == 404
    async with shop.db.read() as tx:
        [staff, entries] = await tx.run(
            ("SELECT active FROM staff WHERE id = ?", (made["id"],)),
            ("SELECT name, user_id FROM journal WHERE fields LIKE ? ORDER BY n", (f"%{made['id']}%",)),
        )
    assert [bool(active) for (active,) in staff] == [False]
    assert [name for name, _ in entries] == ["staff.put", "staff.put"]
    assert {by for _, by in entries} == {(await asked(boss, ME))["data"]["me"]["id"]}


async def test_managers_look_after_their_store_and_admins_after_the_group(shop, enter):
    boss, far, root, advisor = [await enter(person=name) for name in ("boss", "far boss", "root", "advisor")]
    here, there = await new_key(boss, "here"), await new_key(far, "there")
    elsewhere = await new_key(root, "elsewhere", store_id=shop.stores[0])
    listed = {name: {card["name"] for card in await cards(who)} for name, who in (("b", boss), ("f", far), ("r", root))}
    assert listed == {"b": {"here", "elsewhere"}, "f": {"there"}, "r": {"here", "there", "elsewhere"}}
    unknown = [
        (await boss.delete(f"/auth/keys/{uuid7()}")).json(), (await boss.post(f"/auth/keys/{uuid7()}/rotate")).json()
    ]  # fmt: skip
    strange = [
        (await boss.delete(f"/auth/keys/{there['id']}")).json(),
        (await boss.post(f"/auth/keys/{there['id']}/rotate")).json(),
    ]
    assert strange == unknown
    assert {one["code"] for one in strange} == {"not_found"}
    body = {"name": "x", "scopes": SOME, "store_id": shop.stores[1]}
    assert (await boss.post("/auth/keys", json=body)).status_code == 404
    assert (await root.post("/auth/keys", json=body | {"store_id": uuid7()})).status_code == 404
    for answer in (
        await advisor.get("/auth/keys"), await advisor.post("/auth/keys", json={"name": "x", "scopes": SOME}),
        await advisor.delete(f"/auth/keys/{here['id']}"), await advisor.post(f"/auth/keys/{here['id']}/rotate"),
    ):  # fmt: skip
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert (await boss.delete(f"/auth/keys/{elsewhere['id']}")).status_code == 204
    assert (await root.delete(f"/auth/keys/{there['id']}")).status_code == 204


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"scopes": ["visits:write"]}, "scopes"), ({"scopes": []}, "scopes"), ({"name": ""}, "name"),
        ({"name": "  "}, "name"), ({"name": "x" * 61}, "name"), ({"days": 731}, "days"), ({"days": 0}, "days"),
        ({"store_id": "here"}, "store_id"), ({"colour": "red"}, "colour"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def a_wish_that_cannot_be_met_names_the_field(boss, wish, field):
    answer = await boss.post("/auth/keys", json={"name": "DMS", "scopes": SOME} | wish)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "invalid", field)
    assert await cards(boss) == []


async def a_key_may_ask_fifty_times_at_once_and_then_ten_times_a_second(boss, enter):
    busy, calm = [await enter((await new_key(boss))["key"]) for _ in range(2)]
    answered = 0
    while (late := await busy.post("/graphql", json={"query": "{ __typename }"})).status_code == 200:
        answered += 1
    assert answered >= 50
    assert (late.status_code, late.json()["errors"][0]["extensions"]["code"]) == (429, "rate_limited")
    assert int(late.headers["retry-after"]) >= 1
    while (door := await busy.get(f"/media/{'0' * 64}")).status_code != 429:
        assert door.status_code == 403
    assert (door.json()["code"], door.headers["retry-after"]) == ("rate_limited", "1")
    assert await code_of(calm, ME) is None


async def a_fresh_key_takes_over_within_a_minute_of_its_first_use(shop, boss, enter):
    made = await new_key(boss, days=30)
    old = await enter(made["key"])
    renewed = (await boss.post(f"/auth/keys/{made['id']}/rotate", json={"days": 60})).json()
    assert (renewed["id"], renewed["key"] != made["key"], is_key(renewed["key"])) == (made["id"], True, True)
    assert renewed["key"] not in await everything(shop)
    assert await code_of(old, ME) is None, "nobody has used the fresh one yet"
    fresh = await enter(renewed["key"])
    for _ in range(2):
        assert (await asked(fresh, ME))["data"]["me"]["id"] == made["id"]
    assert await code_of(old, ME) is None, "a request under way"
    [card] = await cards(boss)
    assert (card["prefix"], card["state"]) == (f"{renewed['key'][:8]}…", "active")
    lasts = datetime.fromisoformat(card["expires_at"]) - datetime.fromisoformat(card["rotated_at"])
    assert lasts == timedelta(days=60)
    left = datetime.fromisoformat(card["old_until"]) - datetime.now(UTC)
    assert timedelta(seconds=30) < left <= timedelta(seconds=60)
    async with shop.db.write() as tx:
        await tx.finish(("UPDATE api_keys SET previous_until = ?", (datetime.now(UTC),)))
    assert await code_of(old, ME) == "unauthorized"
    assert await code_of(fresh, ME) is None


async def the_key_before_lasts_a_day_when_nobody_uses_the_fresh_one(shop, boss, enter):
    made = await new_key(boss)
    old = await enter(made["key"])
    fresh = await enter((await boss.post(f"/auth/keys/{made['id']}/rotate")).json()["key"])
    await rotated(shop, timedelta(hours=23, minutes=59))
    assert await code_of(old, ME) is None
    await rotated(shop, timedelta(hours=24))
    assert await code_of(old, ME) == "unauthorized"
    assert await code_of(fresh, ME) is None


async def rotated(shop: Shop, ago: timedelta) -> None:
    """The last rotation was so long ago."""
    async with shop.db.write() as tx:
        await tx.finish(("UPDATE api_keys SET rotated_at = ?", (datetime.now(UTC) - ago,)))


async def test_of_two_fresh_keys_in_a_row_the_one_in_use_goes_on_and_the_unused_one_gives_way(boss, enter):
    made = await new_key(boss)
    old = await enter(made["key"])
    lost, last = [(await boss.post(f"/auth/keys/{made['id']}/rotate")).json()["key"] for _ in range(2)]
    assert await code_of(await enter(lost), ME) == "unauthorized"
    assert await code_of(old, ME) is None
    assert await code_of(await enter(last), ME) is None


async def a_program_changes_its_own_key_and_keeps_its_term(boss, enter):
    made, other = await new_key(boss, days=30), await new_key(boss)
    dms = await enter(made["key"])
    strange = await dms.post(f"/auth/keys/{other['id']}/rotate")
    assert (strange.status_code, strange.json()) == (404, (await dms.post(f"/auth/keys/{uuid7()}/rotate")).json())
    lost = (await dms.post(f"/auth/keys/{made['id']}/rotate")).json()
    again = (await dms.post(f"/auth/keys/{made['id']}/rotate")).json()
    assert lost["expires_at"] == again["expires_at"] == made["expires_at"]
    assert await code_of(await enter(lost["key"]), ME) == "unauthorized"
    assert await code_of(await enter(again["key"]), ME) is None
    late = await dms.post(f"/auth/keys/{made['id']}/rotate")
    assert (late.status_code, late.json()["code"]) == (409, "token_rotated")


async def a_key_whose_days_are_over_is_renewed_and_its_old_text_stays_dead(shop, boss, enter):
    made = await new_key(boss)
    async with shop.db.write() as tx:
        await tx.finish(("UPDATE api_keys SET expires_at = ?", (shop.now - timedelta(days=1),)))
    fresh = (await boss.post(f"/auth/keys/{made['id']}/rotate")).json()
    assert await code_of(await enter(made["key"]), ME) == "unauthorized"
    assert await code_of(await enter(fresh["key"]), ME) is None
