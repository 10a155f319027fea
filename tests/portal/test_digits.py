"""A forwarded link: it shows the car, and asks for the digits of the phone before anything about its customer."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from server.domain.ids import derived, uuid7
from server.domain.tokens import customer_pass, customer_token, is_pass, knows_digits, last_digits
from server.portal import digits
from server.portal.link import WRITES
from tests.portal.door import HTML, door, unlock
from tests.visits import bill, check_in, ready_visit, settling

OUTSIDE = {
    "visit_id", "number", "stage", "sentence", "late", "ready_at", "store", "car", "steps", "language", "locked",
}  # fmt: skip
INSIDE = ("/looks", "/handover.pdf", f"/media/{'0' * 64}", "/calendar/ready.ics", f"/earlier/{uuid7()}.pdf")


@pytest.fixture
async def stranger(shop, visit, tmp_path):
    """Somebody to whom the link was forwarded."""
    async with door(shop, visit.id, tmp_path, locked=True) as opened:
        yield opened


def other_than(digits: str) -> str:
    """Four other digits."""
    return f"{(int(digits[-4:]) + 1) % 10_000:04d}"


async def a_stranger_sees_the_car_where_it_is_and_when_it_will_be_ready(shop, visit, stranger):
    await shop.done(
        "manager", "visit.promise", visit_id=visit.id, ready_at={"from": None, "to": "2030-01-02T08:30:00Z"}
    )
    page = await stranger.data()
    assert set(page) == OUTSIDE
    assert (page["locked"], page["car"]["name"], page["ready_at"]) == (True, "大众 帕萨特", "2030-01-02T08:30:00Z")
    html = await stranger.html()
    for words in ("大众 帕萨特", "有 3 项需要您确认", "1月2日 16:30", "c-stage-awaiting_approval", "028-12345678"):
        assert words in html, words


async def a_stranger_sees_no_price_finding_document_or_question(shop, tmp_path):
    ready = await settling(shop)
    await bill(shop, ready)
    asked = {"visit_id": ready.id, "note_id": uuid7(), "text": "备胎在后备箱", "visible_to_customer": True}
    await shop.done("manager", "repair.note", **asked)
    await shop.done("manager", "visit.add_concern", visit_id=ready.id, concern_id=uuid7(), words="左前轮异响")
    async with door(shop, ready.id, tmp_path, locked=True) as stranger:
        shown = await stranger.html() + str(await stranger.data())
        for secret in (
            "¥",
            "前刹车片",
            "备胎",
            "异响",
            "王小明",
            ready.phone,
            ready.vin,
            "consents",
            "survey",
        ):
            assert secret not in shown, secret


@pytest.mark.parametrize("path", INSIDE)
async def the_inside_asks_a_stranger_for_the_digits(stranger, path):
    answer = await stranger.get(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "digits_needed")
    assert answer.headers["referrer-policy"] == "no-referrer"
    led = await stranger.get(path, **HTML)
    assert (led.status_code, led.headers["location"]) == (303, f"/c/{stranger.token}")


async def a_stranger_can_send_nothing(shop, visit, stranger):
    said = {"decisions": [{"line_id": visit.lines[0], "version": 1, "decision": "approved"}], "decided_at": shop.now}
    answer = await stranger.post("estimate.decide", {**said, "decided_at": "2026-11-21T02:00:00Z"})
    assert (answer.status_code, answer.json()["code"]) == (403, "digits_needed")
    form = {"do": "customer.set_consent", "purpose": "marketing", "say": "granted"}
    answer = await stranger.client.post(f"/c/{stranger.token}/form", data=form)
    assert (answer.status_code, answer.json()["code"]) == (403, "digits_needed")
    assert (await shop.row("estimate_lines", visit.lines[0]))["decision"] is None


async def the_right_digits_open_everything_on_this_device_and_on_no_other(shop, visit, stranger, tmp_path):
    answer = await stranger.client.post(f"/c/{stranger.token}/unlock", json={"digits": visit.phone[-4:]})
    assert (answer.status_code, answer.json()) == (200, {"unlocked": True})
    cookie = answer.headers["set-cookie"].lower()
    for word in ("httponly", "samesite=lax", f"path=/c/{stranger.token}".lower(), "max-age="):
        assert word in cookie, word
    assert "secure" not in cookie
    assert (await stranger.data())["locked"] is False
    async with door(shop, visit.id, tmp_path, locked=True) as another:
        assert (await another.data())["locked"] is True


async def the_pass_is_kept_for_https_alone_where_there_is_https(shop, visit, stranger):
    answer = await stranger.client.post(f"https://shop/c/{stranger.token}/unlock", json={"digits": visit.phone[-4:]})
    assert "secure" in answer.headers["set-cookie"].lower()


async def the_form_leads_back_to_what_waits_for_a_decision(visit, stranger):
    wide = visit.phone[-4:].translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    answer = await stranger.client.post(f"/c/{stranger.token}/unlock", data={"digits": wide}, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/c/{stranger.token}#asks")
    assert "c-decide-all" in await stranger.html()


async def a_second_phone_of_the_customer_counts_too(shop, visit, stranger):
    added = {"phones": {"add": [{"number": "+8613800001234"}]}}
    await shop.done("manager", "customer.update", customer_id=visit.customer_id, **added)
    await unlock(stranger.client, stranger.token, "1234")
    assert (await stranger.data())["locked"] is False


async def a_customer_without_a_phone_needs_no_digits(shop, tmp_path):
    arrived = await check_in(shop)
    gone = {"phones": {"remove": [arrived.phone]}}
    await shop.done("manager", "customer.update", customer_id=arrived.customer_id, **gone)
    async with door(shop, arrived.id, tmp_path, locked=True) as customer:
        assert (await customer.data())["locked"] is False


async def a_link_made_anew_asks_for_the_digits_anew(shop, visit, customer):
    assert (await customer.data())["locked"] is False
    await shop.done("manager", "visit.renew_link", visit_id=visit.id)
    fresh = customer_token(customer.config.secret, visit.id, 2)
    old = customer.client.cookies.get(digits.COOKIE)
    answer = await customer.client.get(f"/c/{fresh}/data", headers={"cookie": f"{digits.COOKIE}={old}"})
    assert answer.json()["locked"] is True


async def the_first_five_wrong_tries_are_heard_and_then_even_the_right_digits_wait(visit, stranger):
    async def tried(given: str):
        return await stranger.client.post(f"/c/{stranger.token}/unlock", json={"digits": given})

    for _ in range(5):
        answer = await tried(other_than(visit.phone))
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong_digits")
    for given in (other_than(visit.phone), visit.phone[-4:]):
        answer = await tried(given)
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
        assert 880 < int(answer.headers["retry-after"]) <= 900
    page = await stranger.client.post(f"/c/{stranger.token}/unlock", data={"digits": visit.phone[-4:]}, headers=HTML)
    assert page.headers["location"].endswith("?said=wait#gate")
    assert "请过一会儿再试" in (await stranger.get("?said=wait", **HTML)).text


async def the_tries_at_the_same_moment_are_not_heard_beyond_the_limit(visit, stranger):
    wrong = {"digits": other_than(visit.phone)}
    answers = await asyncio.gather(
        *(stranger.client.post(f"/c/{stranger.token}/unlock", json=wrong) for _ in range(12))
    )
    assert sorted(answer.status_code for answer in answers) == [403] * 5 + [429] * 7


async def a_further_wait_is_twice_as_long_up_to_a_day(shop, visit, stranger):
    waits = []
    for _ in range(9):
        for _ in range(5):
            await stranger.client.post(f"/c/{stranger.token}/unlock", json={"digits": other_than(visit.phone)})
        async with shop.db.write() as tx:
            [[[until]]] = await tx.run(("SELECT until FROM guesses WHERE visit_id = ?", (visit.id,)))
            await tx.run(("UPDATE guesses SET until = ?", (datetime.now(UTC) - timedelta(seconds=1),)))
        waits.append(round((until - datetime.now(UTC)) / timedelta(minutes=15)))
        WRITES.forget()
    assert waits == [1, 2, 4, 8, 16, 32, 64, 96, 96]


async def the_right_digits_forgive_the_wrong_ones(shop, visit, stranger):
    for _ in range(4):
        await stranger.client.post(f"/c/{stranger.token}/unlock", json={"digits": other_than(visit.phone)})
    await unlock(stranger.client, stranger.token, visit.phone)
    async with shop.db.read() as tx:
        [rows] = await tx.run(("SELECT wrong FROM guesses", ()))
    assert rows == []


@pytest.mark.parametrize("given", ["", "123", "12345", "abcd", "12 4", "١٢٣٤", "\0\0\0\0"])
async def a_text_that_is_not_four_digits_is_refused_and_counts_as_no_try(shop, visit, stranger, given):
    answer = await stranger.client.post(f"/c/{stranger.token}/unlock", json={"digits": given})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    async with shop.db.read() as tx:
        assert await tx.run(("SELECT wrong FROM guesses", ())) == [[]]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"digits": 1234}', b"\xff\xfe", b"digits"])
async def a_body_that_names_no_digits_is_a_clear_error(stranger, body):
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        answer = await stranger.client.post(f"/c/{stranger.token}/unlock", content=body, headers={"content-type": kind})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), (body, kind)


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}],
)
async def a_write_that_another_sites_page_sends_is_refused(shop, visit, customer, headers):
    for path in ("unlock", "form", "commands"):
        answer = await customer.client.post(f"/c/{customer.token}/{path}", content=b"{}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "other_site"), path


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://shop"}, {"origin": "null"}, {"origin": "null", "sec-fetch-site": "same-origin"}, {}],
)
async def a_write_from_the_page_itself_is_heard(visit, stranger, headers):
    answer = await stranger.client.post(
        f"/c/{stranger.token}/unlock", json={"digits": visit.phone[-4:]}, headers=headers
    )
    assert answer.status_code == 200


async def the_live_line_rings_for_a_stranger_too_and_says_nothing(shop, visit, stranger):
    async with stranger.live() as heard:
        assert (await asyncio.wait_for(heard.get(), 5)).split() == ["event:", "changed", "data:", "{}"]


def a_pass_belongs_to_one_visit_one_generation_and_one_key():
    visit = derived("visit")
    given = customer_pass(b"key", visit, 1)
    assert len(given) == 22
    assert is_pass(b"key", given, visit, 1)
    for key, other, generation in ((b"other", visit, 1), (b"key", derived("x"), 1), (b"key", visit, 2)):
        assert not is_pass(key, given, other, generation)
    assert not is_pass(b"key", customer_token(b"key", visit, 1), visit, 1)
    assert not is_pass(b"key", "", visit, 1)


def the_phones_with_four_digits_are_asked_for_and_no_other():
    assert last_digits(["+8613812345678", "+110", "12", ""]) == ["5678"]
    assert knows_digits("5678", ["+8613812345678", "+8613800000000"])
    assert not knows_digits("1234", ["+8613812345678"])
    assert not knows_digits("", [])


async def a_handed_over_visit_says_no_sum_to_a_stranger(shop, tmp_path):
    ready = await ready_visit(shop)
    async with door(shop, ready.id, tmp_path, locked=True) as stranger:
        assert (await stranger.data())["sentence"]["zh"] == "您的车可以取了"
    async with door(shop, ready.id, tmp_path) as customer:
        assert (await customer.data())["sentence"]["zh"] == "您的车可以取了，应付 ¥940"
