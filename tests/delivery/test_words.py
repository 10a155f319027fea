from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from server.delivery import words
from server.documents.sentence import moment
from server.domain.ids import uuid7
from server.queries.visits import store_facts, visit_rows
from tests.visits import check_in, decide, diagnosing, estimated, ready_visit, settling

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture(params=["sqlite"])
def dialect(request):
    """What a text says does not depend on the engine."""
    return request.param


async def text(shop, visit, event="stage", progress_id=None):
    """What the customer would read now."""
    rows = await visit_rows(shop.db, shop.group_id, visit.id)
    said = words.said(rows, await store_facts(shop.db, shop.stores[0]), event, {"progress_id": progress_id}, shop.now)
    return words.cut(said)


async def a_stage_says_where_the_car_is_and_which_parts_were_replaced(shop):
    visit = await estimated(shop)
    await decide(shop, visit, "approved", "approved", "declined")
    stage = {"from": "awaiting_approval", "to": "repairing"}
    await shop.done("manager", "repair.advance", visit_id=visit.id, stage=stage)
    assert await text(shop, visit) == "您的车正在维修"
    for n, quantity in enumerate(("2", "1", "1", "4")):
        await shop.done(
            "manager", "repair.use_part", visit_id=visit.id, usage_id=uuid7(), code=f"P{n}", name=f"配件{n}",
            quantity=quantity,
        )  # fmt: skip
    assert await text(shop, visit) == "您的车正在维修。已更换：配件0×2、配件1、配件2 等 4 种"


async def a_promised_time_is_told_and_owned_up_to_when_it_passed(shop):
    visit = await diagnosing(shop)
    at = shop.now.replace(day=22, hour=2, minute=0)
    await shop.done("manager", "visit.promise", visit_id=visit.id, ready_at={"from": None, "to": at})
    assert await text(shop, visit, "promise") == "技师正在检查您的车，预计 明天 10:00 可取"
    shop.later(days=2)
    late = "技师正在检查您的车，比预计的 11月22日 10:00 晚了，有新时间会马上告诉您"
    assert await text(shop, visit, "promise") == late


async def a_line_that_waits_is_asked_for_and_an_answered_one_is_not(shop):
    visit = await estimated(shop)
    await decide(shop, visit, "approved", "declined")
    assert await text(shop, visit, "estimate") == "有 1 项需要您确认。合计 ¥99"
    await decide(shop, visit, "approved", "declined", "deferred")
    assert await text(shop, visit, "estimate") == "已收到您的决定，正在安排"


async def a_note_is_told_in_its_own_words_and_cut_to_fit(shop):
    visit = await diagnosing(shop)
    for said in ("空调滤芯已到货", "很" * 500):
        note = uuid7()
        await shop.done("manager", "repair.note", visit_id=visit.id, note_id=note, text=said, visible_to_customer=True)
        told = await text(shop, visit, "note", note)
        assert told.startswith(f"门店留言：{said[:7]}")
        assert len(told) <= words.LONGEST


async def a_report_counts_its_grades(shop):
    visit = await diagnosing(shop)
    for grade in ("red", "green", "green"):
        finding = uuid7()
        await shop.done(
            "technician", "finding.record", visit_id=visit.id, finding_id=finding, item_code=f"I-{finding[-4:]}",
            grade=grade, dtcs=[], photos=[],
        )  # fmt: skip
    await shop.done("manager", "report.publish", visit_id=visit.id, report_id=uuid7())
    assert await text(shop, visit, "report") == "检查报告已出：1 项需处理，2 项正常。点开查看。"


async def a_ready_car_is_ready_whatever_was_promised(shop):
    visit = await ready_visit(shop)
    assert await text(shop, visit) == "您的车可以取了"
    assert await text(shop, visit, "document") == "交车单已签章，点开可查看和下载 PDF。"
    assert await text(shop, await settling(shop)) == "质检通过，正在准备账单"


async def a_car_without_a_plate_is_named_by_its_model(shop):
    visit = await check_in(shop)
    rows = await visit_rows(shop.db, shop.group_id, visit.id)
    assert words.title(rows, await store_facts(shop.db, shop.stores[0])) == "锦程门店 · 帕萨特"


@pytest.mark.parametrize(("hour", "told"), [(8, "16:30"), (20, "明天 04:30"), (40, "11月23日 00:30")])
def a_time_is_told_as_people_say_it(hour, told):
    now = datetime(2026, 11, 21, 1, tzinfo=UTC)
    at = datetime(2026, 11, 21 + hour // 24, hour % 24, 30, tzinfo=UTC)
    assert moment(at, now, CHINA).zh == told
