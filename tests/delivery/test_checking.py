"""The page that checks a paper: what this house sealed is known as its own, the newest as the newest."""

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest
from jsonschema import Draft202012Validator
from pyhanko.pdf_utils.reader import PdfFileReader

from server.documents.pdf import render
from server.documents.seal import seal
from server.documents.sealkey import seal_key
from server.documents.verify import _attachments, verify
from server.documents.view import Extras
from server.domain.rows.evidence import Signature
from server.media.files import paper
from server.portal.check import CHECKS
from tests.delivery.conftest import working
from tests.delivery.signing import sign
from tests.portal.door import house
from tests.shop import Shop
from tests.visits import Ids, ready_visit

PROGRAM, PERSON = {"accept": "application/json"}, {"accept": "text/html"}


@pytest.fixture
async def anybody(shop: Shop, settings) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with a paper in hand, whom the house does not know."""
    CHECKS.forget()
    transport = httpx.ASGITransport(app=house(shop, settings), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield client


@pytest.fixture
async def sealed(shop: Shop, settings, outbox) -> tuple[Ids, str, bytes]:
    """A visit that was handed over: its ids, its signature and its paper."""
    visit = await ready_visit(shop)
    signature_id = await sign(shop, visit.id)
    async with working(shop, settings):
        await outbox.settled("seal")
    return visit, signature_id, paper(settings.data, visit.id, signature_id).read_bytes()


async def a_program_is_told_that_the_paper_holds_is_ours_and_the_newest(anybody, sealed):
    visit, _, pdf = sealed
    answer = await anybody.post("/verify", content=pdf, headers=PROGRAM | {"content-type": "application/pdf"})
    found = answer.json()
    assert (answer.status_code, found["holds"], found["problem"]) == (200, True, None)
    assert (found["ours"], found["latest"]) == (True, True)
    assert found["verdict"]["signed"]["visit_id"] == visit.id
    assert answer.headers["cache-control"] == "no-store"


async def a_person_reads_it_in_both_languages(anybody, sealed):
    _, _, pdf = sealed
    shown = (await anybody.post("/verify", files={"pdf": ("交车单.pdf", pdf)}, headers=PERSON)).text
    for said in ("文件完整", "The file is whole", "封章是本店的", "它是这次到店最新的一份", "送修人 Brought the car"):
        assert said in shown, said


async def the_code_on_the_paper_leads_to_what_is_known_and_names_nobody(anybody, sealed, shop):
    visit, _, pdf = sealed
    document_hash = (await asyncio.to_thread(verify, pdf)).document_hash
    where = {"visit": visit.id, "document": (document_hash or "")[:32]}
    shown = (await anybody.get("/verify", params=where)).text
    assert "本店系统里有这份文书" in shown
    assert document_hash in shown
    customer = (await shop.row("customers", visit.customer_id))["name"]
    assert customer not in shown
    assert visit.phone[-4:] not in shown
    for wrong in (
        {"document": "0" * 32},
        {"document": where["document"][:15]},
        {"visit": visit.customer_id},
        {"visit": "x"},
    ):
        assert "本店系统里没有这份文书" in (await anybody.get("/verify", params=where | wrong)).text


async def a_changed_paper_and_no_paper_are_told_as_such(anybody, sealed):
    _, _, pdf = sealed
    damaged = bytearray(pdf)
    damaged[len(pdf) // 2] ^= 1
    assert (await anybody.post("/verify", content=bytes(damaged), headers=PROGRAM)).json()["holds"] is False
    assert (await anybody.post("/verify", content=b"", headers=PROGRAM)).json()["problem"] == "unreadable"
    shown = await anybody.post("/verify", files={"pdf": ("x.pdf", b"%PDF-1.4 nothing")}, headers=PERSON)
    assert (shown.status_code, "这不是能读的 PDF" in shown.text) == (200, True)
    assert (await anybody.post("/verify", data={"pdf": "no file"}, headers=PERSON)).status_code == 200


async def the_seal_of_somebody_else_is_not_called_ours(anybody, sealed, shop, tmp_path: Path):
    _, signature_id, pdf = sealed
    at = datetime(2026, 11, 21, tzinfo=UTC)
    signature = msgspec.convert(await shop.row("signatures", signature_id), Signature)
    [key] = [file for name, file in _attachments(PdfFileReader(io.BytesIO(pdf))) if name == "device.jwk"]
    # Pages that we never made, with the very document, strokes, signature and key of a true paper beside them.
    beside = {"signature": signature, "device_key": json.loads(key)}
    plain = render(signature.document, Extras(store_name="假店", made_at=at, **beside))
    forged = await asyncio.to_thread(seal, plain, seal_key(tmp_path / "other"), at, store_name="假店")
    found = (await anybody.post("/verify", content=forged, headers=PROGRAM)).json()
    assert (found["holds"], found["ours"], found["latest"]) == (True, False, None)
    shown = (await anybody.post("/verify", files={"pdf": ("x.pdf", forged)}, headers=PERSON)).text
    assert "✗ 这不是本店封的章" in shown
    assert "文件完整" not in shown
    assert "本店系统里有这份文书" not in shown


async def the_schema_of_documents_is_published(anybody, sealed):
    published = Draft202012Validator((await anybody.get("/verify/document.schema.json")).json())
    assert published.is_valid((await asyncio.to_thread(verify, sealed[2])).document)


async def a_person_who_asks_too_often_waits(anybody, monkeypatch):
    # Six checks may take longer than the time after which a seventh is free.
    now = time.monotonic()
    monkeypatch.setattr("server.http.limits.monotonic", lambda: now)
    for _ in range(CHECKS.burst):
        await anybody.post("/verify", content=b"", headers=PROGRAM)
    assert (await anybody.post("/verify", content=b"", headers=PROGRAM)).status_code == 429
    assert (await anybody.get("/verify")).status_code == 200
