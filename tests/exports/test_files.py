"""The file: fetched once, marked in every format, and each customer in it sees so in the access log."""

import asyncio
import csv
import io
import json
import zipfile

from server.exports.customer_list import _COLUMNS
from tests.commands.given import registered
from tests.delivery.signing import sign
from tests.exports.asking import DAYS, WHY, allowed, asked, code, fetched
from tests.portal.door import door
from tests.shop import Shop
from tests.visits import Ids, check_in, ready_visit


async def left(shop: Shop) -> Ids:
    """A visit whose car left."""
    visit = await ready_visit(shop)
    await sign(shop, visit.id)
    return visit


async def looks(shop: Shop) -> set[tuple]:
    """(customer, role, reason, fields) of what the access log has of exports."""
    said = "SELECT subject_id, role, reason, fields FROM access_log WHERE group_id = ? AND door = 'export'"
    async with shop.db.read() as tx:
        [rows] = await tx.run((said, (shop.group_id,)))
    assert len(rows) == len(set(rows))
    return set(rows)


def seen(export: dict, role: str, *customers: str) -> set[tuple]:
    """The looks that the file must leave."""
    return {(one, role, WHY, json.dumps([export["kind"], export["id"]], separators=(",", ":"))) for one in customers}


def marked(mark: dict, export: dict) -> None:
    """The mark says who, what, why, by whose word."""
    assert (mark["id"], mark["kind"], mark["reason"]) == (export["id"], export["kind"], WHY)
    assert (mark["exported_by"], mark["approved_by"]) == (export["asker_name"], export["decider_name"])
    assert (mark["exported_at"], mark["approved_at"]) == (export["decided_at"], export["decided_at"])


async def the_records_of_a_period_are_marked_and_each_customer_sees_it(shop, desk):
    visits = [await left(shop), await left(shop)]
    clerk, manager = await desk("claims"), await desk("manager")
    export = await allowed(manager, await asked(clerk, "records-health", **DAYS))
    answer = await fetched(clerk, export)
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="jieche-records-health-20261121-{export["id"]}.json"'
    )
    told = answer.json()
    assert next(iter(told)) == "export"
    marked(told["export"], export)
    assert {one["visit_id"] for one in told["incomplete"]} == {visit.id for visit in visits}
    assert await looks(shop) == seen(export, "claims", *(visit.customer_id for visit in visits))


async def a_period_without_visits_is_a_file_without_looks(shop, desk):
    clerk, manager = await desk("claims"), await desk("manager")
    export = await allowed(manager, await asked(clerk, "records-warranty", **DAYS))
    told = (await fetched(clerk, export)).json()
    assert (told["records"], told["incomplete"]) == ([], [])
    assert await looks(shop) == set()


async def the_list_of_customers_is_marked_in_its_head_and_in_each_line(db, shop, desk):
    visit = await check_in(shop)
    formula = await registered(shop, "=HYPERLINK(1)", ("+442071234567",))
    for stored in (await registered(shop, "只存的人", ("13911112222",)), (await check_in(shop)).customer_id):
        wish = {"customer_id": stored, "reason": "客户要求", "restricted_at": shop.now}
        await shop.given("manager", "customer.restrict", **wish)
    other = await registered(await Shop.open(db), "别的集团")
    consent = {"purpose": "marketing", "channel": "sms", "decision": "granted", "source": "tablet"}
    await shop.given("advisor", "customer.set_consent", customer_id=visit.customer_id, decided_at=shop.now, **consent)
    crm, manager = await desk("crm"), await desk("manager")
    export = await allowed(manager, await asked(crm))
    answer = await fetched(crm, export)
    assert answer.headers["content-disposition"].endswith(f'{export["id"]}.csv"')
    text = answer.content.decode("utf-8-sig")
    head, lines = text.split("\r\n\r\n")
    for word in (export["id"], export["asker_name"], export["decider_name"], WHY):
        assert word in head
    first, *rows = csv.reader(io.StringIO(lines))
    assert tuple(first) == _COLUMNS
    phone = visit.phone.removeprefix("+86")
    assert sorted(rows) == sorted(
        [
            ["王小明", phone, "大众 帕萨特", "2026-11-21", "短信", "", export["id"]],
            ["'=HYPERLINK(1)", "00442071234567", "", "", "", "", export["id"]],
        ]
    )
    assert await looks(shop) == seen(export, "crm", visit.customer_id, formula)
    assert other not in text


async def the_list_of_a_store_has_no_customer_of_another(shop, desk):
    await registered(shop)
    crm, manager = await desk("crm", store=1), await desk("manager", store=1)
    export = await allowed(manager, await asked(crm))
    assert "王伟" not in (await fetched(crm, export)).text
    assert await looks(shop) == set()


async def an_archive_has_a_manifest_and_the_customer_reads_who_took_it(shop, desk, tmp_path):
    visit = await left(shop)
    crm, manager = await desk("crm"), await desk("manager")
    export = await allowed(manager, await asked(crm, "customer-archive", customer_id=visit.customer_id))
    answer = await fetched(crm, export)
    assert int(answer.headers["content-length"]) == len(answer.content)
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    assert packed.testzip() is None
    manifest = json.loads(packed.read("export.json"))
    marked(manifest["export"], export)
    assert [one["name"] for one in manifest["files"]] == packed.namelist()[1:]
    assert json.loads(packed.read("archive.json"))["visits"][0]["id"] == visit.id
    assert await looks(shop) == seen(export, "crm", visit.customer_id)
    async with door(shop, visit.id, tmp_path) as customer:
        page = (await customer.get("/looks")).text
    assert "客户关系专员 · 导出文件" in page
    assert WHY in page


async def the_file_goes_to_one_of_several_downloads_at_once(shop, desk):
    await registered(shop)
    first, manager = await desk("crm"), await desk("manager")
    second = await desk("crm")
    for one, two in ((first, first), (first, second)):
        export = await allowed(manager, await asked(first))
        path = f"/exports/{export['id']}/file"
        answers = await asyncio.gather(one.get(path), two.get(path), one.get(path))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
        assert code(await one.get(path)) == (409, "wrong_state")
    assert len(await looks(shop)) == 2


async def a_transfer_that_broke_off_is_tried_again_in_the_same_session_for_ten_minutes(shop, desk):
    await registered(shop)
    crm, manager = await desk("crm"), await desk("manager")
    elsewhere = await desk("crm")
    export = await allowed(manager, await asked(crm))
    again = f"/exports/{export['id']}/file?again=true"
    assert code(await crm.get(again)) == (409, "wrong_state")
    await fetched(crm, export)
    assert code(await elsewhere.get(again)) == (409, "wrong_state")
    assert [(await crm.get(again)).status_code for _ in range(3)] == [200, 200, 409]
    async with shop.db.read() as tx:
        [[(count,)]] = await tx.run(
            ("SELECT count(*) FROM access_log WHERE group_id = ? AND door = 'export'", (shop.group_id,))
        )
    assert count == 3
    late = await allowed(manager, await asked(crm))
    await fetched(crm, late)
    shop.later(minutes=10)
    assert code(await crm.get(f"/exports/{late['id']}/file?again=true")) == (409, "wrong_state")


async def a_file_whose_looks_cannot_be_written_is_not_sent(shop, desk):
    await registered(shop)
    crm, manager = await desk("crm"), await desk("manager")
    export = await allowed(manager, await asked(crm))
    async with shop.db.write() as tx:
        await tx.run(("ALTER TABLE access_log RENAME TO hidden", ()))
    answer = await crm.get(f"/exports/{export['id']}/file")
    assert answer.status_code == 500
    assert "王伟" not in answer.text
    async with shop.db.write() as tx:
        await tx.run(("ALTER TABLE hidden RENAME TO access_log", ()))
    assert (await crm.get(f"/exports/{export['id']}/file?again=true")).status_code == 200
