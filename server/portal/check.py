"""`/verify`: anybody may check a paper here, by its file or by the QR code that stands on it."""

import asyncio
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from msgspec import Struct

from server.documents import report
from server.documents.sandbox import NotChecked, verified
from server.documents.sealkey import SealRefused, seal_key, spki
from server.documents.shapes import schema
from server.documents.verify import LARGEST, NoPaper, Verdict
from server.domain.ids import is_id
from server.http.address import client_network
from server.http.errors import Problem
from server.http.limits import Limit
from server.portal import check_page
from server.portal.answers import GUARDED
from server.portal.files import bundle
from server.portal.link import Asked
from server.queries.papers import SHORTEST, KnownPaper, amended_visit, known_paper

HTML = "text/html"
CHECKS = Limit(burst=6, per_second=0.1)
"""By the address of who asks: each may be a PDF of the largest size, and takes a second of a processor."""
LOOKS = Limit(burst=60, per_second=2)
"""The form and the codes on papers cost a query."""
_few_at_once = asyncio.Semaphore(2)


class Checked(Struct, frozen=True):
    """The answer to a program. `holds`: nothing is wrong with the file, whoever sealed it; `ours`: this house did.

    `latest`: no newer one was signed and nothing amends it; null when this house does not know the document.
    `amended_at` is when the newest amendment of it was made.
    """

    holds: bool
    problem: str | None
    ours: bool = False
    latest: bool | None = None
    amended_at: datetime | None = None
    verdict: Verdict | None = None


@get("/verify", include_in_schema=False)
async def check_form(request: Asked, visit: str = "", document: str = "") -> Response[str]:
    """The form; with `?visit=…&document=…`, as a paper's QR code has them, also what is known of that paper."""
    LOOKS.check(client_network(request))
    known = None
    if visit or document:
        known = check_page.known_card(await _known(request, visit, document))
    return Response(check_page.form_page(bundle(request), known), headers=dict(GUARDED), media_type=HTML)


@post("/verify", status_code=200, request_max_body_size=LARGEST + 2**16, include_in_schema=False)
async def check_paper(request: Asked) -> Response[Any]:
    """Checks a PDF, sent as the form field `pdf` or as the body; JSON (`Checked`) for who does not accept HTML."""
    CHECKS.check(client_network(request))
    pdf = await _sent(request)
    is_person = HTML in request.headers.get("accept", "")
    try:
        async with _few_at_once:
            found = await verified(pdf)
    except NoPaper as error:
        return _no_paper(request, error.code) if is_person else _told(Checked(holds=False, problem=error.code))
    except NotChecked:
        raise Problem(503, "unavailable", "Nobody could look at the paper just now; send it again.") from None
    ours = found.seal.key == await asyncio.to_thread(_own_key, request)
    # Under another seal a document that we know may stand beside pages that we never made.
    known = await _known_as(request, found) if ours else None
    if not is_person:
        latest, amended = (known.latest, known.amended_at) if known else (None, None)
        return _told(Checked(found.problem is None, found.problem, ours, latest, amended, found))
    holds = found.problem is None and ours
    sentence = report.outcome(found) if holds or found.problem else check_page.FOREIGN
    shown = check_page.result_page(bundle(request), sentence, holds, _marks(found, ours, known), report.facts(found))
    return Response(shown, headers=dict(GUARDED), media_type=HTML)


@get("/verify/document.schema.json", include_in_schema=False)
async def document_schema() -> Response[bytes]:
    """The JSON Schema of signed documents, for programs that read them."""
    return Response(_schema(), headers=dict(GUARDED), media_type="application/schema+json")


@cache
def _schema() -> bytes:
    return msgspec.json.encode(schema())


def _marks(found: Verdict, ours: bool, known: KnownPaper | None) -> list[check_page.Html]:
    marks = [check_page.both("p", check_page.OURS, "good")] if ours else []
    if known is not None:
        marks += [check_page.both("p", check_page.KNOWN, "good"), check_page.standing(known)]
    elif ours and _visit_in(found) is not None:
        marks.append(check_page.both("p", check_page.UNKNOWN, "bad"))
    return marks


def _no_paper(request: Asked, code: str) -> Response[str]:
    shown = check_page.result_page(bundle(request), report.NO_PAPER[code], False, [], [])
    return Response(shown, headers=dict(GUARDED), media_type=HTML)


def _told(checked: Checked) -> Response[bytes]:
    return Response(msgspec.json.encode(checked), headers=dict(GUARDED), media_type="application/json")


async def _sent(request: Asked) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    file = (await request.form()).get("pdf")
    return await file.read() if isinstance(file, UploadFile) else b""


def _visit_in(found: Verdict) -> str | None:
    """The visit that a paper names: by its signature, or in an amendment."""
    if found.signed is not None:
        return found.signed.visit_id
    return (found.document or {}).get("visit_id")


async def _known_as(request: Asked, found: Verdict) -> KnownPaper | None:
    document_hash = found.document_hash or ""
    visit_id = _visit_in(found) or await amended_visit(request.app.state.db, document_hash)
    return await _known(request, visit_id, document_hash) if visit_id else None


async def _known(request: Asked, visit_id: str, document_hash: str) -> KnownPaper | None:
    shown = document_hash.lower()
    if not is_id(visit_id) or not SHORTEST <= len(shown) <= 64 or not set(shown) <= set("0123456789abcdef"):
        return None
    return await known_paper(request.app.state.db, visit_id, shown)


def _own_key(request: Asked) -> str | None:
    """The fingerprint of this house's key; certificates for it come and go. None: the key is not fit to be used."""
    try:
        return spki(seal_key(request.app.state.settings.data).certificate)
    except SealRefused:
        return None
