"""Text messages: a real small gateway that checks signatures, and the providers that reach nobody."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs

import msgspec
import pytest
from aiohttp import web

from server.delivery import gateway, worker
from server.delivery.gateway import provider, signed
from server.delivery.guard import Guard
from server.delivery.sms import CARRIED, File, Text
from server.domain.ids import uuid7
from server.settings import Settings
from tests.delivery.conftest import working
from tests.delivery.test_rules import message, present_again
from tests.visits import estimated

SECRET = "gateway-secret"


class SmsGateway:
    """Takes what is rightly signed, once per `OutId`; `mood` holds (status, code) that it answers first."""

    def __init__(self, *mood: tuple[int, str]) -> None:
        self.mood = list(mood)
        self.sent: dict[str, dict[str, str]] = {}
        self.asked = 0
        self.nonces: set[str] = set()

    async def __aenter__(self) -> "SmsGateway":
        app = web.Application()
        app.router.add_post("/", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.asked += 1
        if not self._genuine(request, body):
            return web.json_response({"Code": "SignatureDoesNotMatch"}, status=400)
        if self.mood:
            status, code = self.mood.pop(0)
            if code == "…":
                return web.Response(body=b"x" * 100_000, status=status)
            return web.json_response({"Code": code}, status=status, headers={"Location": "/elsewhere"})
        fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        self.sent.setdefault(fields["OutId"], fields)
        return web.json_response({"Code": "OK", "BizId": "1", "Message": "OK"})

    def _genuine(self, request: web.Request, body: bytes) -> bool:
        said = dict(part.split("=", 1) for part in request.headers["Authorization"].split(" ", 1)[1].split(","))
        names = said["SignedHeaders"].split(";")
        lines = "".join(f"{name}:{request.headers[name]}\n" for name in names)
        digest = hashlib.sha256(body).hexdigest()
        canonical = f"POST\n{request.path}\n{request.query_string}\n{lines}\n{said['SignedHeaders']}\n{digest}"
        wanted = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
        right = hmac.new(SECRET.encode(), wanted.encode(), "sha256").hexdigest() == said["Signature"]
        fresh = request.headers["x-acs-signature-nonce"] not in self.nonces
        self.nonces.add(request.headers["x-acs-signature-nonce"])
        signs = {"x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "host"} <= set(names)
        return right and fresh and signs and request.headers["x-acs-content-sha256"] == digest


def through(settings, box, **more):
    """The settings, with this gateway."""
    known = {"sms_provider": "http", "sms_key_id": "id", "sms_key_secret": SECRET, "sms_sign": "锦程"}
    return msgspec.structs.replace(settings, sms_url=box.url, **known | more)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The worker looks often."""
    monkeypatch.setattr(worker, "POLL", 0.05)


async def waiting_for_a_decision(shop, outbox):
    """A visit whose estimate is to be told by text, as nobody subscribed."""
    visit = await estimated(shop)
    await present_again(shop, visit, outbox)
    return visit


async def a_gateway_gets_a_signed_request_with_template_and_sign_name(shop, settings, outbox):
    visit = await waiting_for_a_decision(shop, outbox)
    async with SmsGateway() as box, working(shop, through(settings, box)):
        await outbox.settled()
    told = await message(shop)
    [fields] = box.sent.values()
    params = json.loads(fields.pop("TemplateParam"))
    assert fields == {
        "PhoneNumbers": visit.phone.removeprefix("+86"), "SignName": "锦程", "TemplateCode": "awaiting_approval",
        "OutId": told["id"],
    }  # fmt: skip
    assert (params["store"], params["car"], len(params["token"])) == ("锦程门店", "帕萨特", 43)
    assert (told["state"], told["channel"], box.asked) == ("sent", "sms", 1)


async def a_gateway_that_is_busy_or_broken_is_asked_again_and_sends_once(shop, settings, outbox):
    await waiting_for_a_decision(shop, outbox)
    moods = [(429, ""), (500, "InternalError"), (200, "isv.BUSINESS_LIMIT_CONTROL"), (200, "…")]
    async with SmsGateway(*moods) as box, working(shop, through(settings, box)):
        for attempts in range(1, 5):
            await outbox.tried(attempts)
            shop.later(minutes=10)
        assert await outbox.settled() == [("sent", None, 5)]
    assert (box.asked, len(box.sent)) == (5, 1)
    told = await message(shop)
    assert [one["why"] for one in told["attempts"] if one["channel"] == "sms"] == [
        "sms_gateway: 429", "sms_gateway: InternalError", "sms_gateway: isv.BUSINESS_LIMIT_CONTROL", "sms_gateway: 200",
        None,
    ]  # fmt: skip


async def a_refusal_is_put_before_a_person_who_may_have_it_sent_again(shop, settings, outbox):
    visit = await waiting_for_a_decision(shop, outbox)
    async with SmsGateway((200, "isv.MOBILE_NUMBER_ILLEGAL")) as box, working(shop, through(settings, box)):
        await outbox.settled(state="dead")
        told = await message(shop)
        assert (told["state"], told["why"], box.sent) == ("failed", "refused", {})
        [review] = await shop.rows("reviews")
        assert (review["reason"]["code"], review["reason"]["subject"]["id"]) == ("message_failed", told["id"])
        assert review["reason"]["facts"]["error"] == "sms_gateway: isv.MOBILE_NUMBER_ILLEGAL"
        assert (review["visit_id"], review["command"]["name"]) == (visit.id, "message.send_again")
        seen = {"review_id": review["id"], "seen_rev": review["rev"], "action": "retry"}
        assert (await shop.do("advisor", "review.resolve", **seen)).outcome == "applied"
        await outbox.left(waiting=0)
    [fields] = box.sent.values()
    assert fields["OutId"] == told["id"]
    told = await message(shop)
    assert (told["state"], told["why"]) == ("sent", None)
    [review] = await shop.rows("reviews")
    assert review["state"] == "resolved"


async def a_gateway_that_never_answers_well_is_given_up(shop, settings, outbox):
    await waiting_for_a_decision(shop, outbox)
    async with SmsGateway(*[(503, "ServiceUnavailable")] * 9) as box, working(shop, through(settings, box)):
        for attempts in range(1, 8):
            await outbox.tried(attempts)
            shop.later(hours=1)
            if attempts == 7:
                shop.later(hours=16)  # past the night
        assert await outbox.settled(state="dead") == [("dead", "sms_gateway: ServiceUnavailable", 8)]
    assert (await message(shop))["why"] == "gave_up"
    assert len(await shop.rows("reviews")) == 1


async def a_redirect_of_a_gateway_is_not_followed(shop, settings, outbox):
    await waiting_for_a_decision(shop, outbox)
    async with SmsGateway((302, "")) as box, working(shop, through(settings, box)):
        await outbox.settled(state="dead")
    assert box.asked == 1


async def a_topic_without_a_template_is_not_sent_by_text(shop, settings, outbox, tmp_path):
    await waiting_for_a_decision(shop, outbox)
    table = tmp_path / "templates.json"
    table.write_text('{"ready": "SMS_1"}')
    async with SmsGateway() as box, working(shop, through(settings, box, sms_templates=str(table))):
        await outbox.settled()
    assert ((await message(shop))["why"], box.asked) == ("nobody_subscribed", 0)


def test_a_signature_is_that_of_the_published_algorithm():
    """The parts of ACS3, put together by hand (Alibaba Cloud: "V3 request syntax and signature method")."""
    headers = signed("https://sms.example.com/?a=b", b"x=1", "key", "secret", datetime(2026, 1, 2, tzinfo=UTC), "n")
    names = "content-type;host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
    digest = hashlib.sha256(b"x=1").hexdigest()
    canonical = (
        "POST\n/\na=b\ncontent-type:application/x-www-form-urlencoded\nhost:sms.example.com\nx-acs-action:SendSms\n"
        f"x-acs-content-sha256:{digest}\nx-acs-date:2026-01-02T00:00:00Z\nx-acs-signature-nonce:n\n"
        f"x-acs-version:2017-05-25\n\n{names}\n{digest}"
    )
    wanted = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new(b"secret", wanted.encode(), "sha256").hexdigest()
    assert headers["authorization"] == (f"ACS3-HMAC-SHA256 Credential=key,SignedHeaders={names},Signature={signature}")


async def a_file_takes_each_message_once(tmp_path):
    file = File(tmp_path / "sms.jsonl")
    text = Text(out_id=uuid7(), phone="+8613800138000", topic="ready", language="zh", words="您的车可以取了", params={})
    for one in (text, text, msgspec.structs.replace(text, out_id=uuid7())):
        assert (await file.send(one)).what == "taken"
    assert len((tmp_path / "sms.jsonl").read_bytes().splitlines()) == 2


@pytest.mark.parametrize("missing", ["sms_url", "sms_key_id", "sms_key_secret", "sms_sign"])
def test_half_a_gateway_is_no_gateway(missing):
    whole = {"sms_url": "https://sms.example.com/", "sms_key_id": "a", "sms_key_secret": "b", "sms_sign": "c"}
    config = Settings(sms_provider="http", **whole | {missing: ""})
    with pytest.raises(ValueError, match=f"JIECHE_{missing.upper()}"):
        provider(config, None, Guard(""))


def test_a_table_of_templates_that_cannot_be_read_is_an_error(tmp_path):
    table = tmp_path / "templates.json"
    table.write_text("[]")
    with pytest.raises(ValueError, match="JIECHE_SMS_TEMPLATES"):
        gateway.templates(Settings(sms_templates=str(table)))
    assert set(gateway.templates(Settings())) == CARRIED
