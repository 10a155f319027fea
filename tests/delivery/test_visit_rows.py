from server.domain.ids import uuid7
from server.queries.visits import awaited_photos, paper_name, visit_rows
from tests.delivery.signing import sign
from tests.visits import check_in, make_phone, ready_visit


async def a_visit_comes_with_all_that_hangs_on_it(shop):
    visit = await ready_visit(shop)
    rows = await visit_rows(shop.db, shop.group_id, visit.id)
    assert (rows.visit.id, rows.customer.id, rows.vehicle.id) == (visit.id, visit.customer_id, visit.vehicle_id)
    assert [line.id for line in rows.lines] == sorted(visit.lines)
    assert [step.stage for step in rows.progress if step.kind == "stage"][-1] == "ready"
    assert rows.link.visit_id == visit.id
    assert rows.damages == rows.findings == rows.photos == rows.signatures == rows.subscriptions == []


async def a_joined_visit_is_found_under_both_ids(shop):
    visit = await check_in(shop)
    second = uuid7()
    await shop.do(
        "manager", "visit.open", visit_id=second, vehicle_id=visit.vehicle_id, customer_id=visit.customer_id,
        kind="repair", payer="customer",
    )  # fmt: skip
    assert await visit_rows(shop.db, shop.group_id, second) == await visit_rows(shop.db, shop.group_id, visit.id)


async def a_merged_customer_is_shown_as_the_one_they_are(shop):
    visit = await check_in(shop)
    keep, phones = uuid7(), [{"number": make_phone(shop)}]
    await shop.done("manager", "customer.register", customer_id=keep, name="王小敏", phones=phones)
    await shop.done("manager", "customer.merge", keep_id=keep, merge_id=visit.customer_id)
    assert (await visit_rows(shop.db, shop.group_id, visit.id)).customer.id == keep


async def a_swept_visit_is_still_known_to_the_server(shop):
    visit = await ready_visit(shop)
    signature_id = await sign(shop, visit.id)
    before = await visit_rows(shop.db, shop.group_id, visit.id)
    shop.later(days=40)
    await shop.bus.run(shop.server(), "visit.sweep", {"visit_id": visit.id})
    after = await visit_rows(shop.db, shop.group_id, visit.id)
    assert (after.lines, after.signatures) == (before.lines, before.signatures)
    assert paper_name(after) == signature_id
    assert awaited_photos(after) == []


async def a_visit_of_another_group_is_no_visit(shop):
    visit = await check_in(shop)
    assert await visit_rows(shop.db, uuid7(), visit.id) is None
    assert await visit_rows(shop.db, shop.group_id, uuid7()) is None
