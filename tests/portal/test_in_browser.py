"""The page in a real browser on a phone's screen: taps, live changes, bad lines, notifications."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import get
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from server.domain.ids import uuid7
from server.domain.tokens import customer_token
from server.settings import ROOT, Settings
from tests.portal.door import house, name_digits
from tests.running import free_port
from tests.shop import Shop
from tests.visits import Ids, decide, move, ready_visit

BUILT = ROOT / "web" / "dist-customer"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PUSH_KEY = "BEl62iUYgUivxIkv69yViEuiBIa-Ib9-SkvMeAtA3LFgDzkrxZJjSgSnfckjBJuBkr3qBUYIHBQFLXYp5Nksh8U"
SUBSCRIBED = """
PushManager.prototype.subscribe = async () => ({
  endpoint: 'https://push.example/phone',
  toJSON() { return { endpoint: this.endpoint, keys: { p256dh: 'B' + 'a'.repeat(86), auth: 'b'.repeat(22) } } },
})
"""
"""Chromium without a push service cannot subscribe: what a browser would answer stands in its place."""

pytestmark = [
    pytest.mark.skipif(not BUILT.exists(), reason="npm run build:customer was not run"),
    pytest.mark.parametrize("dialect", ["sqlite"], indirect=True),
]


@get("/push/key")
async def push_key() -> dict[str, str]:
    """The address of the delivery door that the page asks for the server's public key."""
    return {"key": PUSH_KEY}


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for these tests."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        await opened.close()


@pytest.fixture
async def address(shop: Shop, tmp_path: Path) -> AsyncIterator[str]:
    """Where the shop is served."""
    config = Settings(data_dir=str(tmp_path), secret_key="a secret of this test", customer_dir=str(BUILT))
    app = house(shop, config)
    app.register(push_key)
    port = free_port()
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
    serving = asyncio.create_task(server.serve())
    yield f"http://127.0.0.1:{port}"
    server.stop()
    await asyncio.wait_for(serving, 10)


@pytest.fixture
async def phone(browser: Browser, address: str) -> AsyncIterator[BrowserContext]:
    """A customer's phone; what goes wrong in its pages fails the test. It leaves before the server does."""
    context = await browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    await context.close()
    assert errors == []


def link(address: str, visit: Ids) -> str:
    """The customer's link to a visit."""
    return f"{address}/c/{customer_token(b'a secret of this test', visit.id, 1)}"


async def opened(phone: BrowserContext, address: str, visit: Ids) -> Page:
    """The page of a visit, once its customer has named the digits of the phone."""
    page = await phone.new_page()
    for _ in range(50):
        try:
            await page.goto(link(address, visit))
            await name_digits(page, visit.phone)
            return page
        except Exception:
            await asyncio.sleep(0.1)
    raise AssertionError("the server did not come up")


async def the_page_that_was_opened_does_not_travel_a_second_time(phone, address, visit):
    await (await opened(phone, address, visit)).close()
    page = await phone.new_page()
    answers: list[tuple[str, int]] = []
    page.on("response", lambda answer: answers.append((answer.url.partition("?")[0], answer.status)))
    async with page.expect_response(lambda answer: answer.status == 304):
        await page.goto(link(address, visit))
    assert [status for url, status in answers if url == link(address, visit)] == [200, 304]


async def a_tap_decides_a_line_and_the_page_shows_it(phone, address, shop, visit):
    page = await opened(phone, address, visit)
    await page.get_by_test_id(f"c-decide-{visit.lines[0]}-approved").click()
    await expect(page.locator(f"#line-{visit.lines[0]}.approved")).to_be_visible()
    await page.get_by_test_id("c-decide-all").click()
    await expect(page.locator("#asks")).to_have_count(0)
    lines = (await shop.fresh())["estimate_lines"].values()
    assert {line["decision"] for line in lines} == {"approved"}
    await page.locator(f"#change-{visit.lines[1]} summary").click()
    await page.get_by_test_id(f"c-decide-{visit.lines[1]}-declined").click()
    await expect(page.locator(f"#line-{visit.lines[1]}.declined")).to_be_visible()


async def a_change_in_the_shop_appears_by_itself_and_disturbs_nothing(phone, address, shop, visit):
    page = await opened(phone, address, visit)
    await page.locator("#consents > summary").click()
    await decide(shop, visit, "approved", "approved", "declined")
    await move(shop, visit, "awaiting_approval", "repairing")
    await expect(page.get_by_test_id("c-sentence")).to_have_text("您的车正在维修")
    await expect(page.get_by_test_id("c-stage-repairing")).to_have_class("now")
    assert await page.locator("#consents").get_attribute("open") is not None


async def an_answer_given_without_a_line_is_sent_when_the_line_is_back(phone, address, shop, visit):
    page = await opened(phone, address, visit)
    await phone.set_offline(True)
    await page.get_by_test_id(f"c-decide-{visit.lines[0]}-declined").click()
    await expect(page.locator(f"#ask-{visit.lines[0]} .decide .state")).to_have_text(
        "已记下，联网后自动发送", timeout=8000
    )
    await phone.set_offline(False)
    await page.reload()
    await expect(page.locator(f"#line-{visit.lines[0]}.declined")).to_be_visible()
    assert len((await shop.row("estimate_lines", visit.lines[0]))["decided"]) == 1


async def a_price_that_changed_under_the_finger_asks_again(phone, address, shop, visit):
    page = await opened(phone, address, visit)
    await phone.set_offline(True)
    await page.get_by_test_id(f"c-decide-{visit.lines[0]}-approved").click()
    await shop.done(
        "manager",
        "estimate.revise_line",
        line_id=visit.lines[0],
        seen_version=1,
        unit_price_fen=20_000,
        reason="工时不足",
    )
    await phone.set_offline(False)
    await expect(page.locator(f"#ask-{visit.lines[0]} .changed")).to_contain_text("原 ¥180", timeout=10_000)
    assert (await shop.row("estimate_lines", visit.lines[0]))["decision"] is None


async def the_survey_wants_every_answer_and_then_thanks(phone, address, shop):
    ready = await ready_visit(shop)
    await shop.done("manager", "handover.release", visit_id=ready.id, reason="key_drop", note="钥匙箱")
    page = await opened(phone, address, ready)
    await page.get_by_test_id("c-survey-submit").click()
    await expect(page.locator("#survey-form .state")).to_have_text("请先给四项打分，并选择 0–10")
    for question in ("speed", "quality", "price", "courtesy"):
        await page.locator(f"label[for={question}-4]").click()
    await page.get_by_test_id("c-survey-recommend-9").click()
    await page.locator("#survey textarea").fill("很满意")
    note = {"visit_id": ready.id, "note_id": uuid7(), "text": "期待再见", "visible_to_customer": True}
    await shop.do("manager", "repair.note", **note)
    await expect(page.locator("#history")).to_contain_text("期待再见")
    await page.get_by_test_id("c-survey-submit").click()
    await expect(page.get_by_test_id("c-survey-thanks")).to_be_visible()
    answer = (await shop.row("visits", ready.id))["survey"]
    assert (answer["speed"], answer["recommend"], answer["text"]) == (4, 9, "很满意")


async def a_phone_that_cannot_be_notified_is_told_plainly(phone, address, visit):
    page = await opened(phone, address, visit)
    await page.get_by_test_id("c-notify").click()
    await expect(page.locator("#notify .why")).to_have_text(
        "通知被浏览器关闭了，可在浏览器的网站设置中允许。本页会自动更新。"
    )


async def a_phone_that_wants_to_know_subscribes_and_can_stop(phone, address, shop, visit):
    await phone.grant_permissions(["notifications"])
    await phone.add_init_script(SUBSCRIBED)
    page = await opened(phone, address, visit)
    await page.get_by_test_id("c-notify").click()
    await expect(page.locator("#notify.is-told")).to_be_visible(timeout=10_000)
    async with shop.db.read() as tx:
        [rows] = await tx.run(("SELECT visit_id, endpoint FROM push_subscriptions WHERE active", ()))
    assert rows == [(visit.id, "https://push.example/phone")]
    await page.get_by_test_id("c-notify-stop").click()
    await expect(page.get_by_test_id("c-notify")).to_be_visible()


async def a_message_is_shown_with_a_way_to_the_page(phone, address, visit):
    await phone.grant_permissions(["notifications"])
    await phone.add_init_script(SUBSCRIBED)
    page = await opened(phone, address, visit)
    await page.get_by_test_id("c-notify").click()
    await expect(page.locator("#notify.is-told")).to_be_visible(timeout=10_000)
    devtools = await phone.new_cdp_session(page)
    registrations: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(r["registrationId"] for r in event["registrations"]),
    )
    await devtools.send("ServiceWorker.enable")
    await asyncio.sleep(0.3)
    message = {
        "title": "锦程门店 · 川A12345",
        "body": "有 3 项需要您确认",
        "url": link(address, visit),
        "event": "estimate",
    }
    push = {"origin": address, "registrationId": registrations[0], "data": json.dumps(message | {"tag": visit.id})}
    shown = """async () => {
      const registration = await navigator.serviceWorker.getRegistration('/c/')
      const [shown] = await registration.getNotifications()
      return shown && [shown.title, shown.body, shown.tag, shown.data.url]
    }"""
    for _ in range(30):
        await devtools.send("ServiceWorker.deliverPushMessage", push)
        if said := await page.evaluate(shown):
            break
        await asyncio.sleep(0.5)
    assert said == [message["title"], message["body"], visit.id, message["url"]]


@pytest.mark.parametrize("width", [320, 390, 1280])
async def the_page_fits_the_screen_and_every_button_can_be_hit(phone, address, visit, width):
    page = await opened(phone, address, visit)
    await page.set_viewport_size({"width": width, "height": 800})
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    small = """() => [...document.querySelectorAll('button, summary, a.button')]
      .filter((it) => it.checkVisibility() && it.getBoundingClientRect().height < 44).map((it) => it.outerHTML)"""
    assert await page.evaluate(small) == []


async def the_language_is_remembered_on_the_phone(phone, address, visit):
    page = await opened(phone, address, visit)
    await page.get_by_test_id("c-lang").click()
    await expect(page.get_by_test_id("c-sentence")).to_have_text("3 items need your decision")
    await page.goto(link(address, visit))
    await expect(page.get_by_test_id("c-sentence")).to_have_text("3 items need your decision")
    await page.get_by_test_id("c-lang").click()
    await expect(page.get_by_test_id("c-sentence")).to_contain_text("有 3 项需要您确认")
