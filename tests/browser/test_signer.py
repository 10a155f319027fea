"""Who signs, and how that was made sure: without a network by a tap, with one by a code to the phone on file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import OpenTablet
from tests.browser.reception import Guest, draw, receive, sign
from tests.browser.tablet import Tablet
from tests.running import Running


async def to_the_contract(one: Tablet, guest: Guest) -> str:
    """A new customer and car, straight to the paper."""
    visit_id = await receive(one, guest)
    await one.tap("step-contract")
    await one.get("signature-pad").scroll_into_view_if_needed()
    return visit_id


async def signature_of(one: Tablet, visit_id: str) -> dict[str, Any]:
    """The only signature of the visit."""
    [signature] = [row for row in await one.rows("signatures") if row["visit_id"] == visit_id]
    return signature


async def an_advisor_without_a_network_says_how_the_signer_was_known(tablet: OpenTablet):
    one = await tablet("advisor")
    await one.goes_out_of_reach()
    visit_id = await to_the_contract(one, Guest("尉迟静姝", "13899020416", "川A92S16"))
    await expect(one.get("identity-known_phone")).to_have_attribute("aria-checked", "true")
    await expect(one.get("identity-hint")).to_contain_text("尾号 0416")
    await expect(one.get("identity-sms_code")).to_be_disabled()
    await one.fill("signer-name", "尉迟静姝的弟弟")
    await one.tap("signer-other")
    await expect(one.get("identity-known_phone")).to_be_disabled()
    await draw(one, one.get("signature-pad"))
    await one.tap("sign-submit")
    await one.sees("请选择怎样核实签名人")
    await one.tap("identity-id_seen")
    await one.tap("sign-submit")
    await expect(one.get("signed-identity")).to_have_text("看过证件")
    waiting = await signature_of(one, visit_id)
    await one.comes_back()
    await one.is_in_step()
    signature = await signature_of(one, visit_id)
    said = signature["evidence"]
    assert (signature["state"], said["server_state"]["cookie"]) == (
        "accepted", waiting["evidence"]["server_state"]["cookie"],
    )  # fmt: skip
    assert said["identity"] == {"method": "id_seen", "phone_tail": None, "code_id": None}
    assert said["shown"]["document_hash"] == signature["document_hash"]
    assert said["shown"]["at"] <= signature["signed_at"]
    known = said["server_state"]
    assert (known["unsent"] >= 1, known["visit_rev"], bool(known["known_at"]), bool(known["cookie"])) == (
        True, None, True, True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def texting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A shop whose text messages go into a file."""
    running = Running(tmp_path_factory.mktemp("texting"), customers=2, sms_provider="file")
    running.start()
    yield running
    running.stop()


async def a_customer_signs_with_a_code_that_came_to_the_phone(browser: Browser, texting: Running):
    async with Tablet.open(browser, texting.url) as one:
        await one.sign_in("advisor")
        visit_id = await to_the_contract(one, Guest("澹台雨桐", "13899020417", "川A92S17"))
        await one.is_kept()
        await one.tap("identity-sms_code")
        await one.tap("code-send")
        await expect(one.get("code-digits")).to_be_visible()
        digits = code_in(texting.folder)
        await one.fill("code-digits", f"{(int(digits) + 1) % 10**6:06}")
        await expect(one.get("code-problem")).to_have_text("数字不对，还可以试 4 次")
        await one.get("code-digits").fill(digits)  # the field goes once they are right
        await expect(one.get("code-verified")).to_contain_text("尾号 0417")
        await sign(one)
        await expect(one.get("signed-identity")).to_have_text("短信验证码 · 尾号 0417")
        await one.is_in_step()
        signature = await signature_of(one, visit_id)
        assert (signature["state"], signature["evidence"]["identity"]["phone_tail"]) == ("accepted", "0417")
        assert one.errors == []


def code_in(folder: Path) -> str:
    """The digits of the newest message to a customer who signs."""
    texts = [json.loads(line) for line in (folder / "sms.jsonl").read_text().splitlines()]
    return [text["params"]["code"] for text in texts if text["topic"] == "signing_code"][-1]


async def a_shop_without_text_messages_says_so_and_signs_another_way(tablet: OpenTablet):
    one = await tablet("advisor")
    await to_the_contract(one, Guest("赫连一诺", "13899020418", "川A92S18"))
    await one.is_kept()
    await one.tap("identity-sms_code")
    await one.tap("code-send")
    await expect(one.get("code-problem")).to_have_text("门店还没有开通短信，请换一种方式")
    await one.tap("identity-not_checked")
    await sign(one)
    await expect(one.get("signed-identity")).to_have_text("未核实")
