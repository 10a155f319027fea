"""The page as a customer reads it, without any script."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.documents.sentence import moment, money, sentence
from server.domain.ids import uuid7
from server.portal.html import h
from tests.portal.door import door
from tests.visits import Ids, bill, check_in, decide, ready_visit

CHINA = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def part(html: str, testid: str) -> str:
    """The opening tag and the text that follows it."""
    found = re.search(rf'<[^>]*data-testid="{testid}"[^>]*>[^<]*', html)
    assert found, testid
    return found.group(0)


async def the_page_needs_no_script_to_say_what_is_going_on(customer, shop, visit):
    await shop.done(
        "manager", "visit.promise", visit_id=visit.id, ready_at={"from": None, "to": "2030-01-02T08:30:00Z"}
    )
    html = await customer.html()
    assert part(html, "c-sentence").endswith("有 3 项需要您确认，预计 1月2日 16:30 可取")
    assert 'class="done"' in part(html, "c-stage-diagnosing")
    assert 'aria-current="step"' in part(html, "c-stage-awaiting_approval")
    assert 'class="ahead"' in part(html, "c-stage-handed_over")
    assert "c-stage-awaiting_parts" not in html
    assert "¥1,039" in html


async def the_page_speaks_english_when_asked(customer):
    html = await customer.html("en")
    assert '<html lang="en">' in html
    assert part(html, "c-sentence").endswith("3 items need your decision")
    assert "Approve all · ¥1,039" in html


async def a_line_that_waits_has_its_three_answers(customer, visit):
    html = await customer.html()
    for line in visit.lines:
        for answer in ("approved", "declined", "deferred"):
            assert f'data-testid="c-decide-{line}-{answer}"' in html


async def a_text_that_people_typed_cannot_become_markup(shop, visit, customer):
    evil = '<script>alert(1)</script>"&'
    concern = {"visit_id": visit.id, "concern_id": uuid7(), "words": evil}
    await shop.done("manager", "visit.add_concern", **concern)
    note = {"visit_id": visit.id, "note_id": uuid7(), "text": evil, "visible_to_customer": True}
    await shop.done("manager", "repair.note", **note)
    html = await customer.html()
    assert "<script>alert" not in html
    assert (
        html.count("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;") == 3
    )  # the concern, the newest message, the list of updates


async def the_page_shows_nobodys_phone_name_or_private_remark(shop, visit, customer):
    for command, fields in (
        ("customer.add_note", {"customer_id": visit.customer_id, "note_id": uuid7(), "text": "爱投诉"}),
        ("customer.tag", {"customer_id": visit.customer_id, "add": ["难缠"]}),
        (
            "repair.note",
            {"visit_id": visit.id, "note_id": uuid7(), "text": "内部:螺丝滑牙", "visible_to_customer": False},
        ),
    ):
        await shop.done("manager", command, **fields)
    await decide(shop, visit, "approved", "approved", "declined")
    move = {"from": "awaiting_approval", "to": "repairing"}
    await shop.done("manager", "repair.advance", visit_id=visit.id, stage=move, note="先别告诉客户")
    shown = await customer.html() + str(await customer.data())
    for secret in (visit.phone, visit.phone[-4:], visit.vin, "王小明", "爱投诉", "难缠", "滑牙", "先别告诉客户"):
        assert secret not in shown, secret


async def a_visit_without_a_plate_or_a_promise_has_a_page_too(shop, tmp_path):
    arrived: Ids = await check_in(shop)
    async with door(shop, arrived.id, tmp_path) as customer:
        html = await customer.html()
        assert part(html, "c-sentence").endswith("我们已接到您的车")
        assert "暂无车牌" in html
        assert "c-parts" not in html


async def the_bill_stands_beside_what_was_approved(shop, tmp_path):
    ready = await ready_visit(shop)
    usage = {"visit_id": ready.id, "usage_id": uuid7(), "code": "BP-1", "name": "前刹车片", "quantity": "2"}
    await shop.done("manager", "repair.use_part", **usage)
    async with door(shop, ready.id, tmp_path) as customer:
        html = await customer.html()
        assert part(html, "c-sentence").endswith("您的车可以取了，应付 ¥940")
        assert "未超过您同意的金额 ¥940" in html
        assert part(html, "c-parts")
        await bill(shop, ready, total_fen=90_000, discount_fen=4_000)
        paid = {"method": "wechat", "amount_fen": 90_000, "paid_at": shop.now}
        await shop.done("manager", "settlement.record_payment", visit_id=ready.id, payment_id=uuid7(), **paid)
        html = await customer.html()
        assert part(html, "c-sentence").endswith("您的车可以取了")
        assert "已结清" in html
        assert "−¥40" in html


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        (NOON + timedelta(hours=4, minutes=30), "16:30", "16:30"),
        (NOON + timedelta(hours=13), "明天 01:00", "tomorrow 01:00"),
        (NOON + timedelta(days=3), "11月24日 12:00", "24 Nov 12:00"),
        (NOON - timedelta(days=1), "11月20日 12:00", "20 Nov 12:00"),
    ],
)
def a_time_is_told_on_the_stores_clock(at, zh, en):
    assert moment(at, NOON, CHINA) == (zh, en)


def the_sentence_admits_that_the_car_is_late():
    said = sentence("repairing", 0, 0, NOON - timedelta(minutes=40), NOON, CHINA)
    assert said.zh == "您的车正在维修，比预计的 11:20 晚了，有新时间会马上告诉您"
    assert sentence("ready", 0, 0, NOON - timedelta(minutes=40), NOON, CHINA).zh == "您的车可以取了"


def a_sum_is_written_as_people_read_it():
    assert [money(fen) for fen in (0, 94_000, 123_456, 5, -2_000)] == ["¥0", "¥940", "¥1,234.56", "¥0.05", "−¥20"]


def the_only_markup_is_what_h_made():
    assert h("p", "<b>", h("b", "&"), None, ["x", 1], title='"', hidden=True, id=None) == (
        '<p title="&quot;" hidden>&lt;b&gt;<b>&amp;</b>x1</p>'
    )
    assert h("img", src="a&b") == '<img src="a&amp;b">'
