"""Two-step verification on the screens: turned on, asked for, moved by recovery codes, required, reset."""

import base64
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.async_api import Browser, expect

from server.domain.totp import PERIOD, code_at
from server.settings import settings
from tests.browser.axe import faults
from tests.browser.conftest import OpenTablet, is_built
from tests.browser.tablet import NARROW, SLOW, WIDE, Tablet
from tests.running import Running

PASSWORD = "gKx93-plum-tin"


def code(secret: str, off: int = 0) -> str:
    """What the phone shows now, or so many steps later."""
    return code_at(base64.b32decode(secret.replace(" ", "")), int(time.time()) // PERIOD + off)


def hire(shop: Running, username: str, name: str, role: str) -> None:
    """A person of this test alone."""
    shop.run("user", "add", username, "--name", name, "--role", role, stdin=f"{PASSWORD}\n")


def opened(folder: Path, **how: str) -> Iterator[Running]:
    """A shop of its own, so that nobody else's people change."""
    if not is_built():
        pytest.skip("needs the built apps: make setup")
    app = folder / "app"
    shutil.copytree(settings().web_dir, app)
    running = Running(folder, None, web_dir=str(app), **how)
    running.run("migrate")
    running.run("store", "add", "--name", "一店")
    hire(running, "boss", "周经理", "manager")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A shop where everybody does as they like."""
    yield from opened(tmp_path_factory.mktemp("free"))


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Running]:
    """A shop where managers sign in with a second factor only."""
    yield from opened(tmp_path, require_totp="true")


async def enter(one: Tablet, username: str) -> None:
    """Name and password; what comes then is the test's to see."""
    await one.fill("login-username", username)
    await one.fill("login-password", PASSWORD)
    await one.tap("login-submit")


async def inside(one: Tablet) -> None:
    """Waits until somebody is signed in: the address of the sign-in ends the same."""
    await expect(one.page).to_have_url(f"{one.url}/today", timeout=SLOW)


class Enrolled(NamedTuple):
    """What the screens showed, and the code that turned it on."""

    secret: str
    codes: list[str]
    used: str


async def turn_on(one: Tablet) -> Enrolled:
    """From 登录与设备."""
    await one.page.goto("/access")
    await one.tap("factor-turn-on")
    await one.fill("factor-password", PASSWORD)
    await one.tap("factor-yes")
    return await confirm(one)


async def confirm(one: Tablet) -> Enrolled:
    """The secret on the screen, its first code, and the recovery codes that come for it."""
    await expect(one.get("factor-qr")).to_be_visible(timeout=SLOW)
    assert await faults(one.page) == []
    secret = await one.get("factor-secret").inner_text()
    await one.get("factor-code").fill("000000" if code(secret) != "000000" else "111111")
    await one.sees("验证码不对")
    assert await faults(one.page) == []
    await one.get("factor-code").fill(used := code(secret))
    await expect(one.get("factor-codes")).to_be_visible(timeout=SLOW)
    assert await faults(one.page) == []
    codes = (await one.get("factor-codes").inner_text()).split()
    assert len(codes) == 10
    return Enrolled(secret, codes, used)


async def a_person_turns_it_on_and_signs_in_with_codes(tablet: OpenTablet, shop: Running):
    hire(shop, "twostep", "两步", "claims")
    one = await tablet(None, NARROW)
    await enter(one, "twostep")
    await inside(one)
    _, codes, used = await turn_on(one)
    await one.tap("sheet-close")
    await one.sees("还没有保存？")
    await one.tap("factor-codes-kept")
    await expect(one.get("factor-card")).to_have_attribute("data-on", "true")
    await one.sees("还有 10 个恢复码")
    assert await faults(one.page) == []
    await one.page.goto("/me")
    await one.tap("me-logout")
    await enter(one, "twostep")
    await expect(one.get("factor-code")).to_be_focused(timeout=SLOW)
    assert await faults(one.page) == []
    await one.get("factor-code").fill(used)
    await expect(one.page.get_by_role("alert")).to_contain_text(re.compile("已经用过|验证码不对"))
    await one.tap("factor-otherwise")
    await one.get("factor-code").fill(codes[0].lower())
    await one.page.keyboard.press("Enter")
    await inside(one)
    await one.page.goto("/access")
    await one.sees("还有 9 个恢复码")


async def the_lock_opens_by_the_password_alone_and_the_sign_in_elsewhere_does_not(tablet: OpenTablet, shop: Running):
    hire(shop, "locking", "锁屏", "claims")
    one, other = await tablet(None), await tablet(None)
    await enter(one, "locking")
    await inside(one)
    secret, *_ = await turn_on(one)
    await one.tap("factor-codes-kept")
    await one.page.goto("/me")
    await one.tap("me-lock")
    await one.get("lock-password").fill(PASSWORD)
    await one.tap("lock-open")
    await expect(one.get("lock")).to_have_count(0)
    await expect(one.get("me-name")).to_have_text("锁屏")
    await enter(other, "locking")
    await expect(other.get("second-step")).to_have_attribute("data-step", "code", timeout=SLOW)
    await other.get("factor-code").fill(code(secret, 1))
    await inside(other)


async def a_manager_resets_it_for_who_lost_the_phone(tablet: OpenTablet, shop: Running):
    hire(shop, "forgetful", "健忘", "crm")
    lost, boss = await tablet(None), await tablet(None)
    await enter(boss, "boss")
    await inside(boss)
    await enter(lost, "forgetful")
    await inside(lost)
    await turn_on(lost)
    await boss.page.goto("/access")
    row = boss.get("factor-person").filter(has_text="健忘")
    await expect(row).to_have_attribute("data-on", "true")
    await row.get_by_test_id("factor-reset").click()
    assert await faults(boss.page) == []
    await boss.fill("factor-password", "guess")
    await boss.tap("factor-yes")
    await boss.sees("密码不对")
    await boss.fill("factor-password", PASSWORD)
    await boss.tap("factor-yes")
    await expect(row).to_have_attribute("data-on", "false")
    again = await tablet(None)
    await enter(again, "forgetful")
    await inside(again)


async def a_manager_who_must_have_one_is_led_through(browser: Browser, strict: Running):
    async with Tablet.open(browser, strict.url, WIDE, dark=True) as one:
        await enter(one, "boss")
        await expect(one.get("second-step")).to_have_attribute("data-step", "must", timeout=SLOW)
        assert await faults(one.page) == []
        await one.tap("factor-begin")
        secret, codes, _ = await confirm(one)
        await one.tap("factor-codes-kept")
        await one.sees("两步验证已开启")
        await one.get("factor-code").fill(code(secret, 1))
        await inside(one)
        await one.page.goto("/access")
        await one.tap("factor-renew")
        await expect(one.get("factor-turn-off")).to_have_count(0)
        await one.fill("factor-password", PASSWORD)
        await one.tap("factor-otherwise")
        await one.get("factor-code").fill(codes[0])
        await one.tap("factor-yes")
        await expect(one.get("factor-codes")).to_be_visible()
        assert codes[1] not in await one.get("factor-codes").inner_text()
        assert one.errors == []
