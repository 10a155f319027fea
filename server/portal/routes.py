"""The addresses below `/c/{token}`: the page, its data, its photos, its document, its live line."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, Router, get
from litestar.response import ServerSentEvent, ServerSentEventMessage

from server.http.errors import Problem, answer
from server.media.files import paper, place
from server.portal.answers import GUARDED, tagged
from server.portal.build import shown_photos
from server.portal.commands import command
from server.portal.files import asset, bundle, service_worker
from server.portal.link import Asked, NoSuchLink, open_link, page_of, rows_of
from server.portal.page import document, lost
from server.portal.voice import Voice
from server.portal.words import LABELS
from server.queries.portal import last_change
from server.queries.visits import paper_name
from server.store.doorbell import Doorbell

HTML = "text/html"


@get("/c/{token:str}", include_in_schema=False)
async def page(request: Asked, token: str, lang: str = "zh") -> Response[Any]:
    """The page, whole without a script; `?lang=en` for English."""
    link = await open_link(request, token)
    now = datetime.now(UTC)
    facts = await page_of(request, link, now)
    files = bundle(request)
    zone = ZoneInfo(facts.store.time_zone)
    voice = Voice("en" if lang == "en" else "zh", zone, now, f"/c/{token}", files.icons)
    return tagged(request, document(facts, voice, files).encode(), HTML)


@get("/c/{token:str}/data", include_in_schema=False)
async def data(request: Asked, token: str) -> Response[Any]:
    """What the page shows, as JSON (`facts.Page`)."""
    link = await open_link(request, token)
    facts = await page_of(request, link, datetime.now(UTC))
    return tagged(request, msgspec.json.encode(facts), "application/json")


@get("/c/{token:str}/app.webmanifest", include_in_schema=False)
async def manifest(request: Asked, token: str) -> Response[Any]:
    """Lets a phone keep the page as an app, which an iPhone needs before it delivers notifications."""
    facts = await page_of(request, await open_link(request, token), datetime.now(UTC))
    short = facts.car.plate or facts.number
    app = {
        "name": f"{short} {LABELS['title'].zh}", "short_name": short,
        "lang": "zh-CN", "start_url": f"/c/{token}", "id": f"/c/{token}", "scope": "/c/", "display": "standalone",
        "background_color": "#f5f3ee", "theme_color": "#f5f3ee",
        "icons": [{"src": f"/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"} for size in (192, 512)],
    }  # fmt: skip
    return tagged(request, msgspec.json.encode(app), "application/manifest+json")


@get("/c/{token:str}/media/{sha256:str}", include_in_schema=False)
async def media(request: Asked, token: str, sha256: str) -> Response[Any]:
    """A photo of this visit, and of no other."""
    rows = await rows_of(request, await open_link(request, token))
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
    rows = await rows_of(request, await open_link(request, token))
    name = paper_name(rows)
    if name is None:
        raise Problem(404, "not_sealed_yet", "The car is not handed over yet.", why="not_handed_over")
    content = await _read(paper(request.app.state.settings.data, rows.visit.id, name))
    headers = GUARDED | {"Content-Disposition": f'inline; filename="{rows.visit.number}.pdf"'}
    return Response(content, headers=headers, media_type="application/pdf")


@get("/c/{token:str}/live", include_in_schema=False)
async def live(request: Asked, token: str) -> ServerSentEvent:
    """`event: changed` whenever something of this visit did; carries no data, ends when the link does."""
    link = await open_link(request, token)
    rows = await rows_of(request, link)
    doorbell: Doorbell = request.app.state.doorbell

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
            if (now := await last_change(request.app.state.db, link.group_id, link.visit_id)) != seen:
                seen = now
                yield ServerSentEventMessage(event="changed", data="{}")

    return ServerSentEvent(events(), headers=GUARDED | {"X-Accel-Buffering": "no"})


async def _read(path: Any) -> bytes:
    try:
        return await asyncio.to_thread(path.read_bytes)
    except FileNotFoundError:
        raise Problem(404, "not_found") from None


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
        route_handlers=[page, data, manifest, media, handover, live, command, asset, service_worker],
        exception_handlers={NoSuchLink: on_no_link},
    )
]
