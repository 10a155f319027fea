"""Codes by text message for who signs: sent to phones on file alone, few at a time, and a signature can rest on one."""

import json
import re
from typing import Any

import msgspec
import pytest

from server import auth
from server.delivery.code_book import AN_HOUR, TRIES
from server.delivery.signing_codes import check_code, send_code
from server.domain.ids import uuid7
from tests.auth.app import client_for, hire, sign_in
from tests.commands.signing import evidence, signed
from tests.delivery.test_sms import SmsGateway, through
from tests.visits import check_in, ready_visit

ROUTES = [*auth.routes, send_code, check_code]


class Desk:
    """An advisor who asks for codes, and the phones they come to."""

    def __init__(self, client: Any, folder: Any, visit_id: str) -> None:
        self.client, self.sent, self.visit_id = client, folder / "sms.jsonl", visit_id

    async def ask(self, visit_id: str | None = None, **wanted: Any) -> Any:
        """The answer to a request for a code."""
        return await self.client.post(f"/visits/{visit_id or self.visit_id}/signing-codes", json=wanted)

    async def told(self, code_id: str, digits: str, visit_id: str | None = None) -> Any:
        """The answer to digits that the customer told."""
        door = f"/visits/{visit_id or self.visit_id}/signing-codes/{code_id}/check"
        return await self.client.post(door, json={"code": digits})

    def texts(self) -> list[dict[str, Any]]:
        """The messages that went out."""
        return [json.loads(line) for line in self.sent.read_text().splitlines()] if self.sent.exists() else []

    def digits(self) -> str:
        """Those of the last message."""
        return self.texts()[-1]["params"]["code"]


@pytest.fixture
async def settings(settings):
    return msgspec.structs.replace(settings, sms_provider="file")


@pytest.fixture
async def visit(shop):
    return await ready_visit(shop)


@pytest.fixture
async def desk(shop, settings, visit, tmp_path):
    await hire(shop, f"a{shop.group_id}")
    async with client_for(shop, settings, ROUTES) as client:
        assert (await sign_in(client, f"a{shop.group_id}")).status_code == 200
        yield Desk(client, tmp_path, visit.id)


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def a_code_says_for_which_car_and_store_it_is_and_whom_to_tell(shop, visit, desk):
    answer = await desk.ask()
    assert answer.status_code == 201
    [text] = desk.texts()
    vehicle = await shop.row("vehicles", visit.vehicle_id)
    assert (text["phone"], text["topic"], text["out_id"]) == (visit.phone, "signing_code", answer.json()["code_id"])
    assert answer.json()["phone_tail"] == visit.phone[-4:]
    for word in ("锦程门店", vehicle["plate"] or vehicle["model"], desk.digits(), "10 分钟", "只告诉接待您的服务顾问"):
        assert word in text["words"]
    assert re.fullmatch(r"\d{6}", desk.digits())


async def a_customer_who_reads_english_is_told_in_english(shop, visit, desk):
    change = {"language": {"from": None, "to": "en"}}
    await shop.done("manager", "customer.set_contact", customer_id=visit.customer_id, **change)
    await desk.ask()
    assert "Tell it only to your service advisor" in desk.texts()[0]["words"]


async def the_digits_stand_nowhere_in_the_database(shop, desk):
    await desk.ask()
    async with shop.db.read() as tx:
        [[row]] = await tx.run(("SELECT mac, phone_mac, phone_tail FROM signing_codes", ()))
    assert desk.digits() not in row[0]
    assert len(row[0]) == len(row[1]) == 64
    assert row[2] == desk.texts()[0]["phone"][-4:]


async def a_signature_rests_on_a_code_that_was_told(shop, visit, desk):
    code_id = (await desk.ask()).json()["code_id"]
    for _ in range(2):  # the first answer may have been lost
        assert (await desk.told(code_id, desk.digits())).json() == {"code_id": code_id, "phone_tail": visit.phone[-4:]}
    tablet = await shop.tablet()
    who = evidence(shop, method="sms_code", code_id=code_id, phone_tail=visit.phone[-4:])
    fields = await signed(shop, tablet, visit.id, evidence=who)
    shop.later(days=3)  # signed at once, sent when the network was back
    assert (await shop.send(tablet, "handover.sign", **fields)).outcome == "applied"
    assert (await shop.row("visits", visit.id))["stage"] == "handed_over"


@pytest.mark.parametrize("why", ["never told", "of nobody", "none", "another visit's", "another phone's", "long ago"])
async def a_signature_that_claims_a_code_without_one_is_refused(shop, visit, desk, why):
    code_id = (await desk.ask()).json()["code_id"]
    other = await check_in(shop)
    if why == "another visit's":
        shop.later(minutes=1)
        code_id = (await desk.ask(other.id)).json()["code_id"]
        assert (await desk.told(code_id, desk.digits(), other.id)).status_code == 200
    elif why != "never told":
        assert (await desk.told(code_id, desk.digits())).status_code == 200
    shop.later(minutes=36 if why == "long ago" else 0)
    known = {"of nobody": uuid7(), "none": None}.get(why, code_id)
    tail = "0000" if why == "another phone's" else None
    tablet = await shop.tablet()
    who = evidence(shop, method="sms_code", code_id=known, phone_tail=tail)
    fields = await signed(shop, tablet, visit.id, evidence=who)
    said = await shop.refused("advisor", "handover.sign", "bad_signature", **fields)
    assert said.facts["problem"] == "identity"
    assert (await shop.row("visits", visit.id))["stage"] == "ready"


async def a_wrong_code_is_refused_and_after_five_the_code_is_over(desk):
    code_id = (await desk.ask()).json()["code_id"]
    wrong = f"{(int(desk.digits()) + 1) % 10**6:06}"
    for left in range(TRIES - 1, -1, -1):
        answer = await desk.told(code_id, wrong)
        assert (refused(answer), answer.json()["tries_left"]) == ((403, "wrong_code"), left)
    assert refused(await desk.told(code_id, desk.digits())) == (410, "code_used_up")


async def a_code_is_over_after_ten_minutes(shop, desk):
    code_id = (await desk.ask()).json()["code_id"]
    shop.later(minutes=10, seconds=1)
    assert refused(await desk.told(code_id, desk.digits())) == (410, "code_expired")


async def a_code_is_good_for_its_own_visit_alone(shop, desk):
    code_id = (await desk.ask()).json()["code_id"]
    other = await check_in(shop)
    assert refused(await desk.told(code_id, desk.digits(), other.id)) == (404, "not_found")


async def a_number_that_is_not_on_file_gets_nothing(visit, desk):
    assert refused(await desk.ask(phone="13900001111")) == (409, "unknown_phone")
    assert refused(await desk.ask(phone="no phone")) == (400, "invalid")
    assert (await desk.ask(phone=visit.phone.removeprefix("+86"))).status_code == 201
    assert [text["phone"] for text in desk.texts()] == [visit.phone]


async def the_owner_may_get_the_code_when_somebody_else_brought_the_car(shop, visit, desk):
    owner, number = uuid7(), "+8613766660001"
    register = {"customer_id": owner, "name": "欧阳车主", "phones": [{"number": number}]}
    await shop.done("manager", "customer.register", **register)
    before = (await shop.row("vehicles", visit.vehicle_id))["owner_id"]
    change = {"owner_id": {"from": before, "to": owner}, "reason": "过户"}
    await shop.done("manager", "vehicle.change_owner", vehicle_id=visit.vehicle_id, **change)
    assert (await desk.ask(phone=number)).status_code == 201
    assert desk.texts()[0]["phone"] == number


async def a_second_code_waits_a_minute_and_a_sixth_an_hour(shop, desk):
    for _ in range(AN_HOUR):
        assert (await desk.ask()).status_code == 201
        soon = await desk.ask()
        assert refused(soon) == (429, "too_many_requests")
        shop.later(minutes=1)
    later = await desk.ask()
    assert (refused(later), later.json()["retry_after"]) == ((429, "too_many_requests"), 55 * 60)
    assert len(desk.texts()) == AN_HOUR
    shop.later(minutes=55)
    assert (await desk.ask()).status_code == 201


async def a_customer_who_wants_no_text_messages_gets_none(shop, visit, desk):
    wish = {"purpose": "service_messages", "channel": "sms", "decision": "withdrawn", "source": "tablet"}
    fields = {"customer_id": visit.customer_id, "decided_at": shop.now} | wish
    await shop.done("manager", "customer.set_consent", **fields)
    assert refused(await desk.ask()) == (409, "consent_withdrawn")
    assert desk.texts() == []


@pytest.mark.parametrize("username", ["technician", "elsewhere"])
async def a_person_who_takes_no_signatures_here_gets_no_code(shop, settings, visit, username, desk):
    name = f"{username}{shop.group_id}"
    await hire(shop, name, "technician" if username == "technician" else "advisor", store=username == "elsewhere")
    async with client_for(shop, settings, ROUTES) as client:
        await sign_in(client, name)
        desk.client = client
        expected = (403, "forbidden") if username == "technician" else (404, "not_found")
        assert refused(await desk.ask()) == expected
        assert refused(await desk.told(uuid7(), "123456")) == expected
        del client.headers["Authorization"]
        assert refused(await desk.ask()) == (401, "unauthorized")


@pytest.mark.parametrize("body", [{"code": "12345"}, {"code": 123456}, {}, {"code": "123456", "more": 1}])
async def a_body_that_is_no_code_names_the_field(desk, body):
    answer = await desk.client.post(f"/visits/{desk.visit_id}/signing-codes/{uuid7()}/check", json=body)
    assert (refused(answer), answer.json()["field"]) == ((400, "invalid"), "more" if len(body) == 2 else "code")


@pytest.mark.parametrize("half", [{"sms_provider": ""}, {"sms_provider": "http", "sms_url": ""}])
async def a_shop_without_a_whole_provider_says_so(shop, settings, visit, desk, half):
    nobody = msgspec.structs.replace(settings, **half)
    async with client_for(shop, nobody, ROUTES) as client:
        client.headers["Authorization"] = desk.client.headers["Authorization"]
        assert refused(await client.post(f"/visits/{visit.id}/signing-codes")) == (409, "sms_not_configured")


async def a_gateway_that_refuses_says_so_and_costs_no_turn(shop, settings, visit, desk):
    async with (
        SmsGateway((200, "isv.MOBILE_NUMBER_ILLEGAL")) as box,
        client_for(shop, through(settings, box), ROUTES) as client,
    ):
        client.headers["Authorization"] = desk.client.headers["Authorization"]
        door = f"/visits/{visit.id}/signing-codes"
        answer = await client.post(door)
        assert refused(answer) == (502, "sms_failed")
        assert answer.json()["why"] == "sms_gateway: isv.MOBILE_NUMBER_ILLEGAL"
        assert (await client.post(door)).status_code == 201
    [fields] = box.sent.values()
    assert (fields["TemplateCode"], set(json.loads(fields["TemplateParam"]))) == (
        "signing_code", {"store", "car", "code"},
    )  # fmt: skip
