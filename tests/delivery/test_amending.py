"""The paper of an amendment: sealed beside the first, checked by itself, and the first leads to it."""

import asyncio
import io
import subprocess
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from server.auth import routes as auth
from server.documents.amendment import hash_of
from server.documents.document import canonical
from server.documents.verify import _attachments, verify
from server.domain.ids import uuid7
from server.media.files import paper
from server.portal.check import CHECKS
from server.sync import routes as sync
from tests.auth.app import client_for, hire, sign_in
from tests.commands.amending import amending
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


def said_by(*command: str) -> str:
    """What an outside tool says."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


async def chain(shop: Shop) -> list[dict[str, Any]]:
    """The rows of a visit's two amendments, the older one first."""
    one, other = await shop.rows("amendments")
    return [one, other] if other["amends"] == one["document_hash"] else [other, one]


async def amended(shop: Shop, visit: Ids, *corrections) -> str:
    """Puts a visit's document right; gives the amendment's id."""
    fields = await amending(shop, visit, *corrections)
    await shop.given("advisor", "handover.amend", **fields)
    return fields["amendment_id"]


@pytest.fixture
async def papers(shop: Shop, settings, outbox) -> tuple[Ids, list[bytes]]:
    """A visit with its handover's paper and those of two amendments."""
    visit = await ready_visit(shop)
    names = [await sign(shop, visit.id)]
    async with working(shop, settings):
        await outbox.settled("seal")
        first = paper(settings.data, visit.id, names[0]).read_bytes()
        names.append(await amended(shop, visit, (f"lines/{visit.lines[0]}/name", "前刹车片", "后刹车片")))
        names.append(await amended(shop, visit, ("plate", None, "川A12345"), ("customer_name", "王小明", "王晓明")))
        await outbox.settled("seal")
    found = [paper(settings.data, visit.id, name).read_bytes() for name in names]
    assert found[0] == first
    return visit, found


async def an_amendment_is_sealed_with_the_document_that_it_names(papers, shop, settings, tmp_path):
    _, pdfs = papers
    rows = await chain(shop)
    for pdf, row, before in zip(pdfs[1:], rows, [(await shop.rows("signatures"))[0], rows[0]], strict=True):
        assert row["pdf_sha256"] is not None
        attached = dict(_attachments(PdfFileReader(io.BytesIO(pdf))))
        assert attached == {
            "amendment.json": canonical(row["document"]), "document.json": canonical(before["document"]),
        }  # fmt: skip
        found = await asyncio.to_thread(verify, pdf)
        assert (found.problem, found.document, found.document_hash) == (None, row["document"], hash_of(row["document"]))
    (tmp_path / "a.pdf").write_bytes(pdfs[1])
    text = await asyncio.to_thread(said_by, "pdftotext", str(tmp_path / "a.pdf"), "-")
    for said in ("更正单", "前刹车片", "后刹车片", "写错了", rows[0]["amends"], "advisor"):
        assert said in text, said
    assert "Signature is Valid" in await asyncio.to_thread(said_by, "pdfsig", str(tmp_path / "a.pdf"))
    assert [message["event"] for message in await shop.promises()].count("amendment") == 2


async def a_first_paper_says_that_it_was_amended_and_the_newest_that_it_is(papers, anybody):
    visit, pdfs = papers
    found = [(await anybody.post("/verify", content=pdf, headers=PROGRAM)).json() for pdf in pdfs]
    assert [(one["holds"], one["ours"], one["latest"]) for one in found] == [
        (True, True, False), (True, True, False), (True, True, True),
    ]  # fmt: skip
    assert [one["amended_at"] is not None for one in found] == [True, True, False]
    shown = (await anybody.post("/verify", files={"pdf": ("a.pdf", pdfs[2])}, headers=PERSON)).text
    for said in ("更正单 Amendment", "王晓明", "写错了", "advisor", "它是这次到店最新的一份"):
        assert said in shown, said
    shown = await anybody.get(
        "/verify", params={"visit": visit.id, "document": found[0]["verdict"]["document_hash"][:32]}
    )
    assert "之后更正过" in shown.text
    assert found[2]["verdict"]["document_hash"][:16] in shown.text


async def a_released_cars_paper_leads_to_its_amendment_too(shop, settings, outbox, anybody):
    visit = await ready_visit(shop)
    await shop.done("manager", "handover.release", visit_id=visit.id, reason="key_drop", note="钥匙投箱")
    async with working(shop, settings):
        await outbox.settled("seal")
        # What happens to the rows afterwards changes nothing of what the paper says.
        paid = {"payment_id": uuid7(), "method": "cash", "amount_fen": 94_000, "paid_at": shop.now}
        await shop.given("manager", "settlement.record_payment", visit_id=visit.id, **paid)
        await amended(shop, visit, ("plate", None, "川A12345"))
        await outbox.settled("seal")
    pdf = paper(settings.data, visit.id, "release").read_bytes()
    found = (await anybody.post("/verify", content=pdf, headers=PROGRAM)).json()
    assert (found["holds"], found["latest"], found["amended_at"] is not None) == (True, False, True)
    where = {"visit": visit.id, "document": found["verdict"]["document_hash"][:32]}
    assert "之后更正过" in (await anybody.get("/verify", params=where)).text


async def the_paper_of_an_amendment_is_served_to_people_of_the_store_alone(papers, shop, settings):
    visit, pdfs = papers
    [first, _] = await chain(shop)
    async with client_for(shop, settings, [*auth, *sync]) as client:
        await hire(shop, "advisor")
        await sign_in(client, "advisor")
        answer = await client.get(f"/visits/{visit.id}/amendments/{first['id']}.pdf")
        assert (answer.status_code, answer.content) == (200, pdfs[1])
        for name in (f"{uuid7()}.pdf", first["id"], "release.pdf", "..%2Fx.pdf"):
            assert (await client.get(f"/visits/{visit.id}/amendments/{name}")).status_code == 404
        await hire(shop, "other", store=1)
        await sign_in(client, "other")
        assert (await client.get(f"/visits/{visit.id}/amendments/{first['id']}.pdf")).status_code == 404
