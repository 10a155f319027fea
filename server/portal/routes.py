"""The addresses below `/c/{token}`: the page, its data, its photos, documents and dates, its live line."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, Router, get
from litestar.response import Redirect, ServerSentEvent, ServerSentEventMessage

from server.domain.ids import is_id
from server.http.errors import Problem, answer
from server.media.files import paper, place
from server.portal import calendar
from server.portal.answers import GUARDED, tagged
from server.portal.archive import archive
from server.portal.build import shown_photos
from server.portal.check import check_form, check_paper, document_schema
from server.portal.commands import command
from server.portal.digits import refuse_strangers
from server.portal.facts import Outside, Page
from server.portal.files import asset, bundle, service_worker
from server.portal.forms import form, open_up
from server.portal.inside import seen_by
from server.portal.language import language_of, remembered
from server.portal.link import Asked, NoSuchLink, open_link, rows_of
from server.portal.lookers import lookers
from server.portal.page import document, lang_of, lost
from server.portal.voice import Voice
from server.queries.portal import last_change
from server.queries.visits import VisitRows, amendment_named, paper_name, visit_rows
from server.store.database import Database
from server.store.doorbell import Doorbell

HTML = "text/html"


async def shown(request: Asked, token: str) -> tuple[Outside, Voice]:
    """What the page shows to whoever asks, and how it speaks."""
    link = await open_link(request, token)
    now = datetime.now(UTC)
    facts = await seen_by(request, link, now)
    zone, speaks = ZoneInfo(facts.store.time_zone), language_of(request, facts.language)
    return facts, Voice(speaks, zone, now, f"/c/{token}", bundle(request).icons)


async def inside(request: Asked, token: str) -> tuple[Page, Voice]:
    """Like `shown`, for what only the customer sees; raises 403 `digits_needed`."""
    facts, voice = await shown(request, token)
    if not isinstance(facts, Page):
        raise Problem(403, "digits_needed", "Open the page and enter the last 4 digits of the phone first.")
    return facts, voice


@get("/c/{token:str}", include_in_schema=False)
async def page(request: Asked, token: str, said: str | None = None) -> Response[Any]:
    """The page, whole without a script; `?lang=` `zh` or `en`, `?said=` what became of a form."""
    facts, voice = await shown(request, token)
    answer = tagged(request, document(facts, voice, bundle(request), said).encode(), HTML)
    if (chosen := remembered(request)) is not None:
        answer.set_cookie(chosen)
    return answer


@get("/c/{token:str}/data", include_in_schema=False)
async def data(request: Asked, token: str) -> Response[Any]:
    """What the page shows, as JSON (`facts.Page`, or `facts.Outside` while digits are needed)."""
    facts, _ = await shown(request, token)
    return tagged(request, msgspec.json.encode(facts), "application/json")


@get("/c/{token:str}/app.webmanifest", include_in_schema=False)
async def manifest(request: Asked, token: str) -> Response[Any]:
    """Lets a phone keep the page as an app, which an iPhone needs before it delivers notifications."""
    facts, voice = await shown(request, token)
    short = facts.car.plate or facts.number
    app = {
        "name": f"{short} {voice('title')}", "short_name": short,
        "lang": lang_of(voice.language), "start_url": f"/c/{token}", "id": f"/c/{token}", "scope": "/c/",
        "display": "standalone", "background_color": "#f5f3ee", "theme_color": "#f5f3ee",
        "icons": [{"src": f"/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"} for size in (192, 512)],
    }  # fmt: skip
    return tagged(request, msgspec.json.encode(app), "application/manifest+json")


@get("/c/{token:str}/calendar/{what:str}", include_in_schema=False)
async def date_for_calendar(request: Asked, token: str, what: str) -> Response[bytes]:
    """One date of the page for the phone's calendar: `ready.ics`, `advice-{id}.ics`, `booking-{id}.ics`."""
    facts, voice = await inside(request, token)
    found = calendar.entry(facts, what.removesuffix(".ics"), voice)
    if found is None or not what.endswith(".ics"):
        raise Problem(404, "not_found")
    headers = GUARDED | {"Content-Disposition": 'inline; filename="jieche.ics"'}
    body = calendar.written(found, facts, voice)
    return Response(body, headers=headers, media_type=calendar.MEDIA_TYPE)


@get("/c/{token:str}/media/{sha256:str}", include_in_schema=False)
async def media(request: Asked, token: str, sha256: str) -> Response[Any]:
    """A photo of this visit, and of no other."""
    link = await open_link(request, token)
    rows = await rows_of(request, link)
    refuse_strangers(request, link, rows)
    if sha256 not in shown_photos(rows):
        raise Problem(404, "not_found")
    headers = GUARDED | {"Cache-Control": "private, max-age=31536000, immutable", "ETag": f'"{sha256}"'}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(None, status_code=304, headers=headers)
    content = await _read(place(request.app.state.settings.data, sha256))
    media_type = next(photo.media_type for photo in rows.photos if photo.sha256 == sha256)
    return Response(content, headers=headers, media_type=media_type)


@get("/c/{token:str}/handover.pdf", include_in_schema=False)
async def handover(request: Asked, token: str) -> Response[bytes]:
    """The sealed handover document; 404 until it is there."""
    link = await open_link(request, token)
    rows = await rows_of(request, link)
    refuse_strangers(request, link, rows)
    return await _document(request, rows)


@get("/c/{token:str}/amendments/{name:str}", include_in_schema=False)
async def amendment(request: Asked, token: str, name: str) -> Response[bytes]:
    """The sealed PDF of an amendment of this visit: `{amendment id}.pdf`; 404 until it is there."""
    link = await open_link(request, token)
    rows = await rows_of(request, link)
    refuse_strangers(request, link, rows)
    found = amendment_named(rows, name)
    if found is None:
        raise Problem(404, "not_found")
    content = await _read(paper(request.app.state.settings.data, rows.visit.id, found.id))
    return _pdf(content, f"{rows.visit.number}-{found.id}")


@get("/c/{token:str}/earlier/{name:str}", include_in_schema=False)
async def earlier(request: Asked, token: str, name: str) -> Response[bytes]:
    """The sealed document of an earlier visit of this car, brought by the same customer: `{visit id}.pdf`."""
    link = await open_link(request, token)
    rows = await rows_of(request, link)
    refuse_strangers(request, link, rows)
    wanted = name.removesuffix(".pdf")
    found = await visit_rows(request.app.state.db, link.group_id, wanted) if is_id(wanted) else None
    own = (rows.customer.id, rows.vehicle.id)
    if found is None or (found.customer.id, found.vehicle.id) != own:
        raise Problem(404, "not_found")
    return await _document(request, found)


async def _document(request: Asked, rows: VisitRows) -> Response[bytes]:
    name = paper_name(rows)
    if name is None:
        raise Problem(404, "not_sealed_yet", "The car is not handed over yet.", why="not_handed_over")
    content = await _read(paper(request.app.state.settings.data, rows.visit.id, name))
    return _pdf(content, rows.visit.number)


def _pdf(content: bytes, name: str) -> Response[bytes]:
    headers = GUARDED | {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(content, headers=headers, media_type="application/pdf")


@get("/c/{token:str}/live", include_in_schema=False)
async def live(request: Asked, token: str) -> ServerSentEvent:
    """`event: changed` whenever something of this visit did; carries no data, ends when the link does."""
    link = await open_link(request, token)
    rows = await rows_of(request, link)
    doorbell: Doorbell = request.app.state.doorbell
    db: Database = request.app.state.db

    async def events() -> AsyncIterator[ServerSentEventMessage]:
        seen = -1
        async for rang in doorbell.listen(rows.visit.store_id):
            if not rang:
                yield ServerSentEventMessage(comment="still here")
                continue
            try:
                await open_link(request, token)
            except (NoSuchLink, Problem):
                return
            if (now := await last_change(db, link.group_id, link.visit_id, rows.customer.id)) != seen:
                seen = now
                yield ServerSentEventMessage(event="changed", data="{}")

    return ServerSentEvent(events(), headers=GUARDED | {"X-Accel-Buffering": "no"})


async def _read(path: Any) -> bytes:
    try:
        return await asyncio.to_thread(path.read_bytes)
    except FileNotFoundError:
        raise Problem(404, "not_found") from None


def on_problem(request: Asked, problem: Problem) -> Response[Any]:
    """Our errors with the page's headers; whoever opens a document by hand before the digits is led to the page."""
    if problem.code == "digits_needed" and request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return Redirect("/".join(request.url.path.split("/")[:3]), status_code=303, headers=dict(GUARDED))
    refused = answer(problem.status, problem.code, problem.message, **problem.facts)
    refused.headers.update(GUARDED)
    return refused


def on_no_link(request: Asked, _: NoSuchLink) -> Response[Any]:
    """The same answer for every reason: a friendly page for people, `not_found` for programs."""
    if "text/html" in request.headers.get("accept", "") or request.url.path.count("/") == 2:
        return Response(lost(bundle(request)).encode(), status_code=404, headers=dict(GUARDED), media_type=HTML)
    refused = answer(404, "not_found")
    refused.headers.update(GUARDED)
    return refused


routes = [
    Router(
        "/",
        route_handlers=[
            page,
            data,
            manifest,
            date_for_calendar,
            media,
            handover,
            amendment,
            earlier,
            live,
            command,
            form,
            check_form,
            check_paper,
            document_schema,
            lookers,
            archive,
            open_up,
            asset,
            service_worker,
        ],
        exception_handlers={NoSuchLink: on_no_link, Problem: on_problem},
    )
]
