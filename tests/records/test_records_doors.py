"""The doors to the records: who may, of which visits, stores and days."""

from contextlib import asynccontextmanager
from typing import Any

import pytest

from server.auth import routes as auth
from server.domain.ids import uuid7
from server.records import routes
from server.settings import Settings
from tests.auth.app import client_for, hire, sign_in
from tests.commands.amending import amending
from tests.delivery.signing import sign
from tests.shop import Shop
from tests.visits import check_in, ready_visit

DAYS = {"from": "2026-11-01", "to": "2026-11-30"}


@asynccontextmanager
async def asking(shop: Shop, role: str = "claims", store: int = 0):
    """A client of somebody with this role."""
    name = f"{role}-{uuid7()}"
    async with client_for(shop, Settings(), [*auth, *routes]) as client:
        await hire(shop, name, role, store)
        await sign_in(client, name)
        yield client


async def _left(shop: Shop, **opened: Any):
    """A visit whose car left with a signature; its first line is labour, the second a part without a code."""
    visit = await ready_visit(shop, await check_in(shop, **opened))
    await sign(shop, visit.id)
    return visit


@pytest.mark.parametrize("role", ["manager", "claims", "admin"])
async def a_record_tells_what_the_visit_lacks(shop, role):
    visit = await _left(shop)
    async with asking(shop, role) as client:
        answer = await client.get(f"/visits/{visit.id}/health-record.json")
    assert answer.status_code == 200
    found = answer.json()
    assert found["record"]["basicInfo"]["vin"] == visit.vin
    assert found["record"]["basicInfo"]["costlistcode"] == found["number"]
    assert found["record"]["repairprojectlist"] == [{"repairproject": "前刹车片", "workinghours": "1.5"}]
    assert {problem["element"] for problem in found["problems"]} == {
        "vehicleplatenumber", "repairmileage", "faultdescription", "partscode",
    }  # fmt: skip


@pytest.mark.parametrize("role", ["advisor", "technician", "inspector", "crm"])
async def a_person_of_another_role_reads_no_records(shop, role):
    visit = await _left(shop)
    async with asking(shop, role) as client:
        for path in (f"/visits/{visit.id}/health-record.json", "/records/health"):
            answer = await client.get(path, params=DAYS)
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path


async def a_stranger_is_asked_to_sign_in(shop):
    async with client_for(shop, Settings(), routes) as client:
        assert (await client.get("/records/health", params=DAYS)).status_code == 401


async def a_visit_of_another_group_is_not_found(db, shop):
    elsewhere = await Shop.open(db)
    visit = await _left(elsewhere)
    async with asking(shop) as client:
        for ending in ("health-record.json", "warranty-record.json"):
            answer = await client.get(f"/visits/{visit.id}/{ending}")
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        there = await client.get("/records/health", params=DAYS | {"store": elsewhere.stores[0]})
        assert (there.status_code, there.json()["code"]) == (404, "not_found")


async def a_car_that_has_not_left_has_no_record(shop):
    visit = await ready_visit(shop)
    async with asking(shop) as client:
        answer = await client.get(f"/visits/{visit.id}/health-record.json")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def a_visit_without_warranty_work_has_no_warranty_record(shop):
    plain, covered = await _left(shop), await _left(shop, kind="warranty", payer="warranty")
    async with asking(shop) as client:
        answer = await client.get(f"/visits/{plain.id}/warranty-record.json")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_record")
        found = (await client.get(f"/visits/{covered.id}/warranty-record.json")).json()
        page = (await client.get("/records/warranty", params=DAYS)).json()
    assert found["record"]["labour_fen"] == 18_000
    assert found["record"]["consumer_signature"]["name"] == "王小明"
    assert {one["visit_id"] for one in page["incomplete"]} == {covered.id}
    assert (page["complete"], "records" in page) == (0, False)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "yesterday", "to": "2026-11-30"}, "from"),
        ({"from": "2026-11-01"}, "to"),
        ({"from": "2026-11-01T00:00", "to": "2026-11-30"}, "from"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "to"),
        ({"from": "2025-11-01", "to": "2026-11-02"}, "to"),
        ({"from": "9999-12-01", "to": "9999-12-31"}, "from"),
        ({"from": "0001-01-01", "to": "0001-01-02"}, "from"),
        (DAYS | {"limit": 501}, "limit"),
        (DAYS | {"limit": 0}, "limit"),
        (DAYS | {"after": "nonsense"}, "after"),
        (DAYS | {"store": "no uuid"}, "store"),
    ],
)
async def a_bad_question_names_its_field(shop, asked, field):
    async with asking(shop) as client:
        answer = await client.get("/records/health", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), answer.text
    assert [one["field"] for one in answer.json()["facts"]["fields"]] == [field]


async def an_unknown_kind_of_record_is_refused(shop):
    async with asking(shop) as client:
        assert (await client.get("/records/gossip", params=DAYS)).status_code in (400, 404)


async def a_day_begins_at_midnight_of_the_store(shop):
    shop.now = shop.now.replace(hour=15, minute=0)  # 23:00 in Shanghai
    visit = await ready_visit(shop)
    await shop.given("manager", "handover.release", visit_id=visit.id, reason="key_drop", note="钥匙投递")
    late = await ready_visit(shop)
    shop.later(hours=2)
    await sign(shop, late.id)
    async with asking(shop) as client:
        for day, ids in (("2026-11-21", {visit.id}), ("2026-11-22", {late.id}), ("2026-11-23", set())):
            page = (await client.get("/records/health", params={"from": day, "to": day})).json()
            assert {one["visit_id"] for one in page["incomplete"]} == ids, day


async def a_page_leads_to_the_next_and_other_stores_stay_out(shop):
    ids = [(await _left(shop)).id for _ in range(3)]
    async with asking(shop, store=1) as client:
        assert (await client.get("/records/health", params=DAYS)).json()["incomplete"] == []
        assert (await client.get("/records/health", params=DAYS | {"store": shop.stores[0]})).status_code == 404
    async with asking(shop, "admin", store=1) as client:
        asked, seen = DAYS | {"store": shop.stores[0], "limit": 2}, []
        while True:
            page = (await client.get("/records/health", params=asked)).json()
            seen.append([one["visit_id"] for one in page["incomplete"]])
            if page["after"] is None:
                break
            asked["after"] = page["after"]
    assert [len(part) for part in seen] == [2, 1]
    assert sorted(one for part in seen for one in part) == sorted(ids)


async def a_visit_of_a_customer_who_left_every_tablet_stays_in_the_records(shop):
    visit = await _left(shop)
    wish = {"customer_id": visit.customer_id, "reason": "客户要求", "restricted_at": shop.now}
    await shop.given("crm", "customer.restrict", **wish)
    async with asking(shop) as client:
        page = (await client.get("/records/health", params=DAYS)).json()
        alone = await client.get(f"/visits/{visit.id}/health-record.json")
    assert [one["visit_id"] for one in page["incomplete"]] == [visit.id]
    assert alone.status_code == 200


async def a_record_that_is_read_is_in_the_access_log(shop):
    visit = await _left(shop)
    async with asking(shop, "claims") as client:
        await client.get(f"/visits/{visit.id}/health-record.json", headers={"Jieche-Reason": "audit"})
        await client.get("/records/health", params=DAYS)
    async with shop.db.read() as tx:
        [rows] = await tx.run(
            ("SELECT subject_id, role, reason, fields FROM access_log WHERE group_id = ? ORDER BY n", (shop.group_id,))
        )
    assert rows == [
        (visit.customer_id, "claims", "audit", '["health-record.json"]'),
        (shop.stores[0], "claims", None, '["health:1"]'),
    ]


async def a_record_tells_the_visit_as_it_was_put_right_afterwards(shop):
    visit = await _left(shop)
    named = (f"lines/{visit.lines[0]}/name", "前刹车片", "后刹车片")
    await shop.done("advisor", "handover.amend", **await amending(shop, visit, ("plate", None, "川A12345"), named))
    async with asking(shop) as client:
        record = (await client.get(f"/visits/{visit.id}/health-record.json")).json()["record"]
    assert record["basicInfo"]["vehicleplatenumber"] == "川A12345"
    assert record["repairprojectlist"][0]["repairproject"] == "后刹车片"
