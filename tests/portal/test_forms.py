"""The page's forms without a script: the same commands, sent by a browser that only knows HTML."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from server.domain.ids import uuid7
from tests.portal.door import HTML, door
from tests.visits import check_in, ready_visit


class Forms(HTMLParser):
    """Every form of a page: where it is sent, and what it says when nothing was touched."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str]], str]] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        if tag == "form":
            assert given["method"] == "post"
            self.found.append((given["action"], [], given.get("id") or ""))
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self.found[-1][1].append((self._select, given["value"]))
        elif tag == "textarea" or (tag == "input" and given["type"] != "radio"):
            self.found[-1][1].append((given["name"], given.get("value") or ""))


async def sent(customer, do: str, about: str = "", **touched: str) -> Any:
    """Sends the first form of the page that means a command and says `about`, with what was touched."""
    for action, said, _ in Forms(await customer.html()).found:
        if ("do", do) in said and about in str(said):
            fields: dict[str, list[str]] = {}
            for name, value in said:
                fields.setdefault(name, []).append(value)
            fields |= {name: [value] for name, value in touched.items()}
            return await customer.client.post(action, data=fields, headers=HTML)
    raise AssertionError(f"no form {do} {about}")


def where(answer: Any) -> str:
    """What a form leads back to, below the page."""
    assert answer.status_code == 303, answer.text
    return re.sub(r"^/c/[\w-]{43}", "", answer.headers["location"])


async def a_line_is_decided_and_decided_anew_by_plain_forms(shop, visit, customer):
    assert where(await sent(customer, "estimate.decide", visit.lines[0], say="approved")) == "?said=done#your_answers"
    for answer in ("declined", "approved", "declined"):
        assert where(await sent(customer, "estimate.decide", visit.lines[0], say=answer)) == "?said=done#your_answers"
        assert (await shop.row("estimate_lines", visit.lines[0]))["decision"] == answer
    assert len((await shop.row("estimate_lines", visit.lines[0]))["decided"]) == 4
    assert "reviews" not in await shop.fresh()


async def the_whole_estimate_is_approved_by_one_plain_form(shop, visit, customer):
    whole = [said for _, said, _ in Forms(await customer.html()).found if sum(n == "line" for n, _ in said) == 3]
    fields = {"do": "estimate.decide", "line": [v for n, v in whole[0] if n == "line"], "say": "approved"}
    await customer.client.post(f"/c/{customer.token}/form", data=fields, headers=HTML)
    assert {line["decision"] for line in (await shop.fresh())["estimate_lines"].values()} == {"approved"}


async def a_form_that_is_sent_twice_counts_once(shop, visit, customer):
    fields = {"do": "estimate.ask", "text": "什么牌子？", "line": visit.lines[1]}
    for _ in range(2):
        answer = await customer.client.post(f"/c/{customer.token}/form", data=fields, headers=HTML)
        assert where(answer) == f"?said=done#about-{visit.lines[1]}"
    assert len((await shop.row("visits", visit.id))["questions"]) == 1


async def a_price_that_changed_meanwhile_asks_again_without_a_script_too(shop, visit, customer):
    seen = {"do": "estimate.decide", "line": f"{visit.lines[0]}:1:18000", "say": "approved"}
    revised = {"line_id": visit.lines[0], "seen_version": 1, "unit_price_fen": 20_000, "reason": "工时不足"}
    await shop.done("manager", "estimate.revise_line", **revised)
    answer = await customer.client.post(f"/c/{customer.token}/form", data=seen, headers=HTML)
    assert where(answer) == "?said=kept#your_answers"
    assert "请再看一次" in (await customer.get("?said=kept", **HTML)).text
    assert "原 ¥180" in await customer.html()


async def a_question_is_answered_on_the_page(shop, visit, customer):
    await sent(customer, "estimate.ask", visit.lines[0], text="可以用副厂件吗？")
    await sent(customer, "estimate.ask", text="几点关门？", line="")
    asked = {one["text"]: one for one in (await customer.data())["questions"]}
    assert [asked["可以用副厂件吗？"]["line_id"], asked["几点关门？"]["line_id"]] == [visit.lines[0], None]
    assert (await customer.html()).count("门店会在这里答复") == 2
    question = asked["可以用副厂件吗？"]["id"]
    await shop.done("advisor", "estimate.answer", visit_id=visit.id, question_id=question, text="可以，便宜 200")
    html = await customer.html()
    assert "可以，便宜 200" in html
    assert html.count("门店会在这里答复") == 1


async def the_survey_is_answered_by_a_plain_form(shop, tmp_path):
    ready = await ready_visit(shop)
    await shop.done("manager", "handover.release", visit_id=ready.id, reason="key_drop", note="钥匙箱")
    async with door(shop, ready.id, tmp_path) as customer:
        stars = {"speed": "5", "quality": "4", "price": "3", "courtesy": "5"}
        assert where(await sent(customer, "survey.answer", **stars)) == "?said=incomplete#survey"
        assert 'name="recommend" value="0"' in await customer.html()
        assert where(await sent(customer, "survey.answer", recommend="0", text="太慢", **stars)) == "?said=done#survey"
        answer = (await shop.row("visits", ready.id))["survey"]
        assert (answer["price"], answer["recommend"], answer["text"]) == (3, 0, "太慢")


async def a_permission_is_given_and_withdrawn_again_and_again(shop, visit, customer):
    async def state() -> str:
        return next(c["state"] for c in (await customer.data())["consents"] if c["purpose"] == "marketing")

    for said in ("granted", "withdrawn", "granted", "withdrawn", "granted"):
        assert where(await sent(customer, "customer.set_consent", "marketing", say=said)) == "?said=done#consents"
        assert await state() == said
    assert len((await shop.row("customers", visit.customer_id))["consents"]) == 5


async def the_customer_says_how_to_be_told_and_changes_only_that(shop, visit, customer):
    async def row() -> tuple[Any, ...]:
        found = await shop.row("customers", visit.customer_id)
        return found["channels"], found["quiet"], found["language"]

    assert where(await sent(customer, "customer.set_contact", channels="sms,push")) == "?said=done#reach"
    assert await row() == (["sms", "push"], None, None)
    await sent(customer, "customer.set_contact", quiet_start="21:00", quiet_end="08:00", language="en")
    assert await row() == (["sms", "push"], {"start": "21:00", "end": "08:00"}, "en")
    await sent(customer, "customer.set_contact", language="zh")
    await sent(customer, "customer.set_contact", language="en")
    await sent(customer, "customer.set_contact", language="zh", quiet_start="", quiet_end="")
    assert await row() == (["sms", "push"], None, "zh")
    half = await sent(customer, "customer.set_contact", quiet_start="21:00")
    assert where(half) == "?said=incomplete#reach"
    assert "reviews" not in await shop.fresh()


async def an_appointment_is_asked_for_confirmed_moved_and_cancelled(shop, visit, customer):
    day = (datetime.now(UTC) + timedelta(days=9)).date()
    asked = {"on": day.isoformat(), "slot": "09:30", "work": "保养", "note": "早点"}
    assert where(await sent(customer, "appointment.book", **asked)) == "?said=done#bookings"
    [booking] = (await customer.data())["bookings"]
    assert (booking["state"], booking["at"], booking["work"]) == ("requested", f"{day}T01:30:00Z", "保养")
    row = await shop.row("appointments", booking["id"])
    assert (row["status"], row["vehicle_id"], row["note"]) == ("requested", visit.vehicle_id, "早点")
    assert "等门店确认" in await customer.html()
    await shop.done("advisor", "appointment.accept", appointment_id=booking["id"])
    assert "已确认：" in await customer.html()
    change = {"from": f"{day}T01:30:00Z", "to": f"{day}T03:00:00Z"}
    await shop.done("advisor", "appointment.move", appointment_id=booking["id"], at=change)
    [booking] = (await customer.data())["bookings"]
    assert (booking["state"], booking["was_at"]) == ("moved", f"{day}T01:30:00Z")
    assert "11:00（原 " in await customer.html()
    await shop.done("advisor", "appointment.cancel", appointment_id=booking["id"], reason="没有工位")
    assert [one["state"] for one in (await customer.data())["bookings"]] == ["cancelled"]


@pytest.mark.parametrize(
    "touched",
    [{"on": "2020-01-01"}, {"on": "2999-01-01"}, {"on": "soon"}, {"slot": "25:00"}, {"on": "9999-12-31"}, {"work": ""}],
)
async def an_appointment_at_no_time_to_come_is_not_asked_for(shop, visit, customer, touched):
    assert where(await sent(customer, "appointment.book", **touched)) == "?said=incomplete#bookings"
    assert "appointments" not in await shop.fresh()


@pytest.mark.parametrize(
    "fields",
    [
        {}, {"do": "visit.cancel"}, {"do": "push.subscribe"}, {"do": "estimate.decide"},
        {"do": "estimate.decide", "line": "x", "say": "approved"},
        {"do": "estimate.decide", "line": "a:b:c", "say": "approved"},
        {"do": "estimate.decide", "line": f"{uuid7()}:1:1", "say": "perhaps"},
        {"do": "estimate.ask", "text": ""}, {"do": "estimate.ask", "text": "x" * 5000},
        {"do": "estimate.ask", "text": "x", "line": "here"}, {"do": "estimate.ask", "text": "\0"},
        {"do": "survey.answer", "speed": "9"}, {"do": "customer.set_consent", "purpose": "all", "say": "granted"},
        {"do": "customer.set_contact", "channels": "fax", "channels_was": "nonsense"},
        {"do": "customer.set_contact", "channels": "push", "channels_was": '{"a":1}'},
        {"do": "estimate.ask", "text": "x", "id": "mine"},
        {"do": "customer.set_consent", "purpose": "marketing", "say": "granted", "at": "yesterday"},
    ],
)  # fmt: skip
async def a_form_that_nobody_of_us_wrote_is_a_clear_error_and_changes_nothing(shop, visit, customer, fields):
    before = await shop.fresh()
    answer = await customer.client.post(f"/c/{customer.token}/form", data=fields)
    assert answer.status_code in (400, 403), answer.text
    assert answer.json()["code"] in ("invalid", "forbidden")
    led = await customer.client.post(f"/c/{customer.token}/form", data=fields, headers=HTML)
    assert where(led).startswith(("?said=incomplete", "?said=refused"))
    assert await shop.fresh() == before


async def a_form_reaches_no_other_customers_rows(shop, visit, customer):
    other = await check_in(shop)
    fields = {"do": "customer.set_consent", "purpose": "marketing", "say": "granted", "customer_id": other.customer_id}
    await customer.client.post(f"/c/{customer.token}/form", data=fields)
    assert (await shop.row("customers", other.customer_id))["consents"] == []


async def a_script_is_told_the_outcome_of_a_form(shop, visit, customer):
    command_id = uuid7()
    fields = {"do": "estimate.ask", "text": "好了吗？", "id": command_id, "at": "2026-11-21T02:00:00Z"}
    first = await customer.client.post(f"/c/{customer.token}/form", data=fields)
    assert (first.json()["outcome"], first.json()["id"]) == ("applied", command_id)
    again = await customer.client.post(f"/c/{customer.token}/form", data=fields)
    assert again.json() == first.json()
