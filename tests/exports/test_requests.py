"""A request: who asks, who answers, once and in time; strangers learn nothing."""

import asyncio

import pytest

from server.domain.ids import uuid7
from server.exports.requests import MOST_WAITING
from tests.commands.given import registered
from tests.exports.asking import DAYS, WHY, allowed, asked, code, fetched
from tests.shop import Shop


async def a_request_is_allowed_by_somebody_else_and_fetched(shop, desk):
    clerk, manager = await desk("claims"), await desk("manager")
    export = await asked(clerk, "records-health", **DAYS)
    assert (export["state"], export["reason"], export["first_day"]) == ("waiting", WHY, "2026-11-01")
    [waiting] = (await manager.get("/exports")).json()["waiting"]
    assert (waiting["id"], waiting["asker_role"]) == (export["id"], "claims")
    assert (await allowed(manager, export))["state"] == "approved"
    await fetched(clerk, export)
    [mine] = (await clerk.get("/exports")).json()["mine"]
    [done] = (await manager.get("/exports")).json()["done"]
    assert mine == done
    assert (mine["state"], mine["people"], mine["fetched_at"] is not None) == ("fetched", 0, True)
    assert mine["decider_name"].startswith("manager")


@pytest.mark.parametrize("role", ["manager", "admin"])
async def a_person_never_allows_their_own_request_in_any_session(desk, role):
    first = await desk(role)
    second = await desk(role)
    export = await asked(first, "records-health", **DAYS)
    for client in (first, second):
        assert code(await client.post(f"/exports/{export['id']}/approve")) == (403, "own_export")
        assert code(await client.post(f"/exports/{export['id']}/refuse", json={"reason": "自己不要了"})) == (
            403, "own_export",
        )  # fmt: skip
        told = (await client.get("/exports")).json()
        assert (told["waiting"], told["done"]) == ([], [])
    assert told["mine"][0]["state"] == "waiting"


async def the_first_of_several_answers_at_once_counts(desk):
    crm, manager, admin = await desk("crm"), await desk("manager"), await desk("admin")
    for _ in range(3):
        export = await asked(crm)
        answers = await asyncio.gather(
            manager.post(f"/exports/{export['id']}/approve"),
            admin.post(f"/exports/{export['id']}/approve"),
            admin.post(f"/exports/{export['id']}/refuse", json={"reason": "没有必要导出"}),
        )
        assert sorted(one.status_code for one in answers) == [200, 409, 409]
        [told] = [one.json() for one in answers if one.status_code == 200]
        [mine] = [one for one in (await crm.get("/exports")).json()["mine"] if one["id"] == export["id"]]
        assert mine == told


async def a_refusal_says_why_and_is_the_end(desk):
    crm, manager = await desk("crm"), await desk("manager")
    export = await asked(crm)
    short = await manager.post(f"/exports/{export['id']}/refuse", json={"reason": "不 行"})
    assert (*code(short), short.json()["facts"]["field"]) == (400, "invalid", "reason")
    assert (await manager.post(f"/exports/{export['id']}/refuse", json={"reason": "名单不得外传"})).status_code == 200
    [mine] = (await crm.get("/exports")).json()["mine"]
    assert (mine["state"], mine["refusal"]) == ("refused", "名单不得外传")
    assert code(await crm.get(f"/exports/{export['id']}/file")) == (409, "wrong_state")
    assert code(await manager.post(f"/exports/{export['id']}/approve")) == (409, "wrong_state")


async def a_stranger_cannot_tell_a_request_from_none(db, shop, desk):
    elsewhere = await Shop.open(db)
    export, nothing = await asked(await desk("crm")), uuid7()
    strangers = [
        await desk("manager", store=1), await desk("crm", name="colleague"), await desk("claims"),
        await desk("technician"), await desk("admin", of=elsewhere), await desk("manager", of=elsewhere),
    ]  # fmt: skip
    refusal = {"reason": "名单不得外传"}
    for client in strangers:
        told = (await client.get("/exports")).json()
        assert told == {"mine": [], "waiting": [], "done": []}
        for method, ending, body in (("POST", "approve", None), ("POST", "refuse", refusal), ("GET", "file", None)):
            found, unknown = [
                await client.request(method, f"/exports/{one}/{ending}", json=body) for one in (export["id"], nothing)
            ]
            assert (found.status_code, found.content) == (404, unknown.content)


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("manager", {"records-health", "records-warranty", "customer-archive", "customer-list"}),
        ("claims", {"records-health", "records-warranty"}),
        ("crm", {"customer-archive", "customer-list"}),
        ("admin", {"records-health", "records-warranty"}),
        ("advisor", set()),
        ("technician", set()),
        ("inspector", set()),
    ],
)
async def a_role_asks_for_what_its_work_needs(shop, desk, role, kinds):
    client, customer_id = await desk(role), await registered(shop)
    fields = dict.fromkeys(("records-health", "records-warranty"), DAYS) | {
        "customer-archive": {"customer_id": customer_id}, "customer-list": {},
    }  # fmt: skip
    for kind, more in fields.items():
        answer = await client.post("/exports", json={"kind": kind, "reason": WHY} | more)
        assert answer.status_code == (201 if kind in kinds else 403), (kind, answer.text)


async def a_request_that_nobody_answered_ends_after_a_week(shop, desk):
    crm, manager = await desk("crm"), await desk("manager")
    export = await asked(crm)
    shop.later(days=7)
    [mine] = (await crm.get("/exports")).json()["mine"]
    told = (await manager.get("/exports")).json()
    assert (mine["state"], told["waiting"], told["done"][0]["state"]) == ("expired", [], "expired")
    late = await manager.post(f"/exports/{export['id']}/approve")
    assert (*code(late), late.json()["facts"]["state"]) == (409, "wrong_state", "expired")


async def an_approval_that_nobody_used_ends_after_a_day(shop, desk):
    crm, manager = await desk("crm"), await desk("manager")
    export = await asked(crm)
    told = await allowed(manager, export)
    shop.later(hours=24)
    assert told["ends_at"] == shop.now.isoformat().replace("+00:00", "Z")
    late = await crm.get(f"/exports/{export['id']}/file")
    assert (*code(late), late.json()["facts"]["state"]) == (409, "wrong_state", "expired")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "everything"}, "kind"),
        ({"reason": "要"}, "reason"),
        ({"reason": " \u0000 要用 \n"}, "reason"),
        ({"reason": "要" * 201}, "reason"),
        ({"kind": "records-health", "from": "2026-11-02", "to": "2026-11-01"}, "to"),
        ({"kind": "records-health"}, "from"),
        ({"store": "no uuid"}, "store"),
        ({"colour": "red"}, "colour"),
    ],
)
async def a_bad_request_names_its_field(desk, said, field):
    manager = await desk("manager")
    answer = await manager.post("/exports", json={"kind": "customer-list", "reason": WHY} | said)
    assert code(answer) == (400, "invalid"), answer.text
    facts = answer.json()["facts"]
    assert facts.get("field") == field or [one["field"] for one in facts["fields"]] == [field]


async def a_file_of_another_store_or_an_unknown_customer_is_not_there(db, shop, desk):
    manager, crm, admin = await desk("manager"), await desk("crm"), await desk("admin")
    elsewhere = await Shop.open(db)
    stranger = await registered(elsewhere)
    stored = await registered(shop)
    wish = {"customer_id": stored, "reason": "客户要求", "restricted_at": shop.now}
    await shop.given("manager", "customer.restrict", **wish)
    for client, said in (
        (manager, {"store": shop.stores[1]}),
        (admin, {"kind": "records-health", "store": elsewhere.stores[0]} | DAYS),
        (manager, {"kind": "customer-archive"}),
        (manager, {"kind": "customer-archive", "customer_id": stranger}),
        (crm, {"kind": "customer-archive", "customer_id": stored}),
    ):
        answer = await client.post("/exports", json={"kind": "customer-list", "reason": WHY} | said)
        assert code(answer) == (404, "not_found"), said
    await asked(manager, "customer-archive", customer_id=stored)
    await asked(admin, "records-health", store=shop.stores[1], **DAYS)


async def a_person_has_so_many_requests_waiting_at_most(shop, desk):
    crm = await desk("crm")
    for _ in range(MOST_WAITING):
        await asked(crm)
    body = {"kind": "customer-list", "reason": WHY}
    assert code(await crm.post("/exports", json=body)) == (409, "too_many")
    shop.later(days=7)
    assert (await crm.post("/exports", json=body)).status_code == 201


async def a_person_with_another_role_since_fetches_nothing(shop, desk):
    crm, manager = await desk("crm"), await desk("manager")
    export = await asked(crm)
    await allowed(manager, export)
    assert code(await manager.get(f"/exports/{export['id']}/file")) == (403, "forbidden")
    for change in ("role = 'technician'", f"store_id = '{shop.stores[1]}'"):
        async with shop.db.write() as tx:
            [[(role, store)]] = await tx.run(("SELECT role, store_id FROM users WHERE id = ?", (export["asked_by"],)))
            await tx.run((f"UPDATE users SET {change} WHERE id = ?", (export["asked_by"],)))
        assert code(await crm.get(f"/exports/{export['id']}/file")) == (403, "forbidden"), change
        async with shop.db.write() as tx:
            back = "UPDATE users SET role = ?, store_id = ? WHERE id = ?"
            await tx.run((back, (role, store, export["asked_by"])))
    await fetched(crm, export)
