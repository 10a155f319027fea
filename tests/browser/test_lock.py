"""A tablet that several people share: it covers itself, opens to a PIN, and each command names who did it."""

from playwright.async_api import expect

from tests.browser.conftest import OpenTablet
from tests.browser.reception import Guest, receive
from tests.browser.tablet import NARROW, Tablet

PIN = "2468"
AN_HOUR_AGO = "localStorage.setItem('jieche.touched', String(Date.now() - 3600_000))"


async def sets_a_pin(tablet: Tablet, username: str, pin: str = PIN) -> None:
    """Takes the offer on today's page."""
    await tablet.tap("pin-offer-set")
    await tablet.fill("pin-password", f"{username}-demo")
    await tablet.fill("pin-new", pin)
    await tablet.fill("pin-again", pin)
    await tablet.tap("pin-yes")
    await expect(tablet.get("pin-offer")).to_have_count(0)


async def types(tablet: Tablet, pin: str) -> None:
    """Taps a PIN on the pad."""
    for digit in pin:
        await tablet.tap(f"pin-{digit}")


async def changes_over(tablet: Tablet, username: str) -> None:
    """Signs out and lets somebody else sign in."""
    await tablet.tap("tab-me")
    await tablet.tap("me-logout")
    await tablet.sign_in(username)


async def a_tablet_that_nobody_touched_covers_itself_and_keeps_what_was_typed(tablet: OpenTablet):
    one = await tablet("advisor")
    await sets_a_pin(one, "advisor")
    await receive(one, Guest("闻人静雯", "13608093001", "川A31L01"))
    await one.get("concern-words").fill("空调有股味道")
    await one.page.evaluate(AN_HOUR_AGO)
    await expect(one.get("lock")).to_be_visible(timeout=20_000)
    await expect(one.page.locator(".shell")).to_have_attribute("inert", "")
    await one.page.keyboard.press("Escape")
    await one.page.keyboard.press("Escape")
    await expect(one.get("lock")).to_be_visible()
    await one.page.keyboard.type("1111")
    await one.sees("PIN 不对，还能试 4 次")
    await types(one, PIN)
    await expect(one.get("lock")).to_have_count(0)
    await expect(one.get("concern-words")).to_have_value("空调有股味道")


async def a_colleague_takes_over_without_a_network_and_the_work_carries_both_names(tablet: OpenTablet):
    one = await tablet("advisor")
    await sets_a_pin(one, "advisor")
    await changes_over(one, "advisor2")
    visit_id = await receive(one, Guest("端木振海", "13608093002", "川A31L02"))
    await one.is_in_step()
    await one.goes_out_of_reach()
    await one.fill("concern-words", "方向盘抖")
    async with one.adds():
        await one.tap("concern-add")
    await one.tap("lock-now")
    await one.tap("lock-person-advisor")
    await one.page.keyboard.type(PIN)
    await expect(one.get("lock")).to_have_count(0)
    assert visit_id in one.page.url
    await one.fill("concern-words", "高速上更明显")
    async with one.adds():
        await one.tap("concern-add")
    users = {person["user"]["username"]: person["user_id"] for person in await one.rows("people")}
    authors = [command["user"] for command in await one.rows("queue")]
    assert authors == [users["advisor2"], users["advisor"]]
    await one.comes_back()
    await one.is_in_step()
    assert not [review for review in await one.rows("reviews") if review["visit_id"] == visit_id]


async def a_pin_that_was_guessed_at_gives_way_to_the_password_also_after_a_restart(tablet: OpenTablet):
    one = await tablet("advisor", NARROW)
    await sets_a_pin(one, "advisor")
    await one.tap("lock-now")
    for left in (4, 3, 2, 1):
        await types(one, "0000")
        await one.sees(f"还能试 {left} 次")
    await types(one, "0000")
    await expect(one.get("lock-password")).to_be_visible()
    await one.page.reload()
    await expect(one.get("lock")).to_be_visible()
    await one.sees("PIN 错了 5 次")
    await one.fill("lock-password", "wrong")
    await one.tap("lock-open")
    await one.sees("用户名或密码不对，请再试一次")
    await one.fill("lock-password", "advisor-demo")
    await one.tap("lock-open")
    await expect(one.get("lock")).to_have_count(0)
    await one.tap("lock-now")
    await types(one, PIN)
    await expect(one.get("lock")).to_have_count(0)


async def a_new_colleague_signs_in_on_a_locked_tablet(tablet: OpenTablet):
    one = await tablet("advisor")
    await one.tap("pin-offer-later")
    await expect(one.get("pin-offer")).to_have_count(0)
    await one.tap("lock-now")
    await one.tap("lock-other")
    await one.fill("login-username", "technician")
    await one.fill("login-password", "technician-demo")
    await one.tap("login-submit")
    await one.page.wait_for_url("**/today")
    await expect(one.get("lock")).to_have_count(0)
    await one.tap("tab-me")
    await expect(one.get("me-name")).not_to_be_empty()
    assert {person["user"]["username"] for person in await one.rows("people")} == {"advisor", "technician"}
