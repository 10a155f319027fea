"""`/media/{sha256}`: photo bytes in a lane of their own, content-addressed, never inside a command."""

import asyncio
from pathlib import Path
from typing import Any

from litestar import Request, Response, get, put

from server.commands.bus import Actor, Bus
from server.commands.photos import media_id
from server.domain.roles import may
from server.domain.rows.internal import Media
from server.http.errors import Problem
from server.http.looking import look, reason_of, seen
from server.media import files
from server.queries.callers import Caller
from server.queries.sight import Sight
from server.settings import Settings
from server.store.database import Database
from server.store.rows import DECODERS

STATUS = {"wrong_hash": 422, "not_an_image": 415, "too_large": 413}
MESSAGES = {
    "wrong_hash": "The bytes have another SHA-256 than the address says.",
    "not_an_image": "Only JPEG, PNG and WebP images are taken; this is none.",
    "too_large": f"At most {files.LARGEST} bytes and {files.MOST_PIXELS} pixels are taken.",
}


@put("/media/{sha256:str}", request_max_body_size=None, status_code=200)
async def put_media(request: Request[Any, Any, Any], person: Caller, sha256: str) -> Response[dict[str, Any]]:
    """Takes the bytes: 201 the first time, 200 for a repeat."""
    app = request.app.state
    if not may(person.role, "photo.add"):
        raise Problem(403, "forbidden", "This role takes no photos.", role=person.role)
    data = _folder(app.settings, sha256)
    try:
        stored = await files.receive(data, sha256, request.stream())
    except files.Unfit as error:
        raise Problem(STATUS[error.code], error.code, MESSAGES[error.code]) from None
    fresh = await _known(app.db, person.group_id, sha256) is None
    if fresh:
        await _store(app.bus, person, sha256, stored)
    body = {"sha256": sha256, "media_type": stored.media_type, "bytes": stored.bytes}
    return Response(body, status_code=201 if fresh else 200)


@get("/media/{sha256:str}", opt={"scope": "photos:read"})
async def get_media(request: Request[Any, Any, Any], person: Caller, sha256: str) -> Response[Any]:
    """The bytes, for people who see a visit that names them."""
    app = request.app.state
    path = files.place(_folder(app.settings, sha256), sha256)
    customer_id = await _whose(app.db, person, sha256)
    if customer_id is None or (media := await _known(app.db, person.group_id, sha256)) is None:
        raise Problem(404, "not_found")
    await seen(request, look(person, "media", customer_id, ["photo"], reason_of(request)))
    headers = {
        "ETag": f'"{sha256}"',
        "Cache-Control": "private, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(None, status_code=304, headers=headers)
    content = await asyncio.to_thread(path.read_bytes)
    return Response(content, headers=headers, media_type=media.media_type)


def _folder(settings: Settings, sha256: str) -> Path:
    """The data folder, once the address is known to be a SHA-256: it becomes part of a path."""
    try:
        files.place(settings.data, sha256)
    except ValueError:
        raise Problem(404, "not_found") from None
    return settings.data


async def _store(bus: Bus, person: Caller, sha256: str, stored: files.Stored) -> None:
    server = Actor(
        group_id=person.group_id, store_id=person.store_id, door="server", role="server", user_id=person.user_id
    )
    fields = {"sha256": sha256, "media_type": stored.media_type, "bytes": stored.bytes}
    await bus.run(server, "media.store", fields)


async def _known(db: Database, group_id: str, sha256: str) -> Media | None:
    async with db.read() as tx:
        [rows] = await tx.run(
            ("SELECT body FROM feed WHERE group_id = ? AND kind = 'media' AND id = ?", (group_id, media_id(sha256)))
        )
    return DECODERS["media"].decode(rows[0][0]) if rows else None


async def _whose(db: Database, person: Caller, sha256: str) -> str | None:
    """The customer of a visit that the person sees, in which a photo, damage or finding names the bytes."""
    whose = Sight.of(person).reach("photos")
    here, store = ("AND v.store_id = ? ", (person.store_id,)) if whose == "store" else ("", ())
    if whose == "none":
        return None
    async with db.read() as tx:
        [rows] = await tx.run(
            (
                "SELECT v.customer_id FROM lookups l "
                "JOIN feed f ON f.group_id = l.group_id AND f.kind = l.kind AND f.id = l.id "
                f"JOIN visits v ON v.id = f.parent_id WHERE l.group_id = ? AND l.key = ? {here}LIMIT 1",
                (person.group_id, f"photo:{sha256}", *store),
            )
        )
    return rows[0][0] if rows else None
