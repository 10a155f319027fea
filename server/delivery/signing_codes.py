"""`/visits/{id}/signing-codes`: six digits by text message to a phone on file; whoever signs tells the advisor."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, post
from msgspec import Meta, Struct

from server.commands.bus import Actor
from server.delivery.code_book import LASTS, forget, issue, tried
from server.delivery.gateway import named, provider
from server.delivery.guard import Guard
from server.delivery.sms import Provider, Text
from server.domain import phone as phones
from server.domain.contact import is_mobile, mobile_of
from server.domain.fields import PhoneNumber
from server.domain.ids import derived
from server.domain.merge import withdrawn
from server.domain.roles import may
from server.domain.rows.customers import Customer
from server.http import bodies
from server.http.errors import Problem
from server.queries.callers import Caller
from server.queries.rows import rows_by_id
from server.queries.sight import Sight
from server.queries.visits import VisitRows, store_facts, visit_rows
from server.settings import Settings
from server.store.database import Database

TOPIC = "signing_code"
HttpRequest = Request[Any, Any, Any]


class Wanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Where to send it: a phone of whoever brought the car or of the owner (null: the first mobile of the former)."""

    phone: PhoneNumber | None = None


class Told(Struct, frozen=True, forbid_unknown_fields=True):
    """The digits that the customer told the advisor."""

    code: Annotated[str, Meta(pattern=r"^\d{6}$")]


@post("/visits/{visit_id:uuid}/signing-codes", status_code=201)
async def send_code(request: HttpRequest, person: Caller, visit_id: UUID) -> dict[str, Any]:
    """Sends a code; raises 409 with why nothing can be sent, 429, or 502 `sms_failed`."""
    wanted = bodies.asked(request, await request.body() or b"{}", Wanted)
    app, now = request.app.state, request.app.state.bus.clock()
    rows = await _visit_for(app.db, person, visit_id)
    customer, number = _recipient(await _people(app.db, person.group_id, rows), wanted.phone)
    _refuse_unwanted(customer)
    async with _gateway(app.settings) as sms:
        code_id, digits = await issue(app.db, app.settings.secret, person.group_id, rows.visit.id, number, now)
        answer = await sms.send(await _text(app.db, rows, customer, number, code_id, digits))
    if answer.what != "taken":
        await forget(app.db, code_id)
        raise Problem(502, "sms_failed", "The gateway did not take the message.", why=answer.why)
    return {"code_id": code_id, "phone_tail": phones.tail(number), "expires_at": now + LASTS}


@post("/visits/{visit_id:uuid}/signing-codes/{code_id:uuid}/check", status_code=200)
async def check_code(request: HttpRequest, person: Caller, visit_id: UUID, code_id: UUID) -> dict[str, Any]:
    """Whether these are the digits; raises 403 `wrong_code`, 410 `code_expired` or `code_used_up`. May be repeated."""
    told = bodies.asked(request, await request.body(), Told)
    app = request.app.state
    visit = (await _visit_for(app.db, person, visit_id)).visit
    code, now = str(code_id), app.bus.clock()
    tail = await tried(app.db, app.settings.secret, person.group_id, visit.id, code, told.code, now)
    server = Actor(
        group_id=person.group_id, store_id=visit.store_id, door="server", role="server", user_id=person.user_id
    )
    fields = {"visit_id": visit.id, "code_id": code, "phone_tail": tail}
    await app.bus.run(server, "visit.verify_code", fields, derived("verify_code", code))
    return {"code_id": code, "phone_tail": tail}


async def _visit_for(db: Database, person: Caller, visit_id: UUID) -> VisitRows:
    """The visit, for people of its store who may take a signature."""
    if not may(person.role, "handover.sign"):
        raise Problem(403, "forbidden", "This role takes no signatures.", role=person.role)
    rows = await visit_rows(db, person.group_id, str(visit_id))
    if rows is None or not Sight.of(person).may_open("visits", [rows.visit.store_id]):
        raise Problem(404, "not_found")
    return rows


async def _people(db: Database, group_id: str, rows: VisitRows) -> list[Customer]:
    """Who brought the car, then who owns it."""
    owner_id = rows.vehicle.owner_id
    if owner_id is None or owner_id == rows.customer.id:
        return [rows.customer]
    return [rows.customer, *(await rows_by_id(db, Sight.everything(group_id), "customers", [owner_id])).values()]


def _recipient(people: list[Customer], wanted: str | None) -> tuple[Customer, str]:
    """Whose phone it is, and the number; nobody is texted whose number is not on file."""
    if wanted is None:
        number = mobile_of(people[0])
        if number is None:
            raise Problem(409, "no_phone", "There is no mobile phone on file.")
        return people[0], number
    try:
        number = phones.normalise(wanted)
    except ValueError:
        raise Problem(400, "invalid", "This is no phone number.", field="phone", problem="phone_format") from None
    for customer in people:
        if is_mobile(number) and any(phone.number == number for phone in customer.phones):
            return customer, number
    raise Problem(409, "unknown_phone", "This is no mobile phone of who brought the car, nor of its owner.")


def _refuse_unwanted(customer: Customer) -> None:
    if customer.restricted is not None:
        raise Problem(409, "storage_only", "This customer's data are kept and not used.")
    if withdrawn(customer.consents, "service_messages", "sms"):
        raise Problem(409, "consent_withdrawn", "This customer wants no text messages.")


async def _text(db: Database, rows: VisitRows, customer: Customer, number: str, code_id: str, digits: str) -> Text:
    """The message: for which car and store the code is, how long it lives, and whom it is for alone."""
    store, car = await store_facts(db, rows.visit.store_id), rows.vehicle.plate or rows.vehicle.model
    minutes = int(LASTS.total_seconds() // 60)
    words = (
        f"【{store.name}】{car} 签字验证码 {digits}，{minutes} 分钟内有效。只告诉接待您的服务顾问，不要转给别人。"
        if customer.language != "en"
        else f"[{store.name}] {digits} is your code to sign for {car}, good for {minutes} minutes. "
        "Tell it only to your service advisor, nobody else."
    )
    params = {"store": store.name, "car": car, "code": digits}
    return Text(
        out_id=code_id, phone=number, topic=TOPIC, language=customer.language or "zh", words=words, params=params
    )


@asynccontextmanager
async def _gateway(config: Settings) -> AsyncIterator[Provider]:
    """What sends the text; raises 409 `sms_not_configured` where nothing has words for a code."""
    guard = Guard(named(config.sms_url))
    async with guard.session() as http:
        try:
            sms = provider(config, http, guard)
        except ValueError:
            raise Problem(409, "sms_not_configured", "The provider's settings are incomplete.") from None
        if TOPIC not in sms.topics:
            raise Problem(409, "sms_not_configured", "No provider of text messages has words for codes.")
        yield sms
