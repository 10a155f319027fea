"""A whole visit from the screens while the server is stopped: nothing waits, nothing is lost, everybody is told."""

import asyncio
import hashlib
import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image
from playwright.async_api import BrowserContext, Route, expect
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from server.documents.sealkey import seal_key
from server.domain.ids import uuid7
from tests.browser import reception, workshop
from tests.browser.conftest import OpenTablet
from tests.browser.office import Office
from tests.browser.reception import Guest
from tests.browser.tablet import Tablet
from tests.delivery.services import PushService
from tests.portal.door import unlock
from tests.running import Running

GUEST = Guest("诸葛文博", "13908081234", "川AD12345")
TEMPORARY = re.compile(r"临-\d{4}-[0-9A-F]{4}-01")
LONGEST_PX = 1920


async def subscribed(office: Office, visit_id: str, push_service: PushService) -> dict[str, Any]:
    """The customer's browser asks, on the page of the visit, to be told of it."""
    known = await office.visit(visit_id)
    link = known["customerLink"]
    async with httpx.AsyncClient(base_url=office.http.base_url) as phone:
        await unlock(phone, link.rpartition("/")[2], known["customer"]["phones"][0]["number"])
        key = (await phone.get("/push/key")).json()["key"]
        browser = await push_service.subscribe(key)
        fields = {"endpoint": browser["endpoint"], "keys": browser["keys"]}
        sent = {"id": uuid7(), "name": "push.subscribe", "fields": fields}
        answer = await phone.post(f"{link}/commands", json=sent)
    assert answer.json()["outcome"] == "applied", answer.text
    return browser


async def all_steps(tablet: Tablet) -> list[str]:
    """Everything from check-in to the second signature; each step shows at once and waits to be sent."""
    async with tablet.adds(4):
        await reception.check_in(tablet)
    async with tablet.adds(3):
        await reception.walk_around(tablet)
    async with tablet.adds():
        await reception.sign(tablet)
    async with tablet.adds(7):
        await workshop.diagnose(tablet)
    async with tablet.adds(4):
        lines = await workshop.estimate(tablet)
    async with tablet.adds(4):
        await workshop.decide(tablet, lines, "approved", "approved", "declined")
    async with tablet.adds(2):
        await workshop.repair(tablet)
    async with tablet.adds():
        await workshop.pass_quality(tablet)
    async with tablet.adds(3):
        await workshop.settle(tablet)
    async with tablet.adds():
        await workshop.hand_over(tablet)
    return lines


async def a_whole_visit_made_without_a_server_arrives_whole_and_the_customer_hears_every_step(
    tablet: OpenTablet, shop: Running, office: Office, push_service: PushService, tmp_path: Path
):
    one = await tablet()
    visit_id = await reception.receive(one, GUEST)
    await one.is_in_step()
    phone = await subscribed(office, visit_id, push_service)

    await one.goes_out_of_reach()
    shop.stop()
    lines = await all_steps(one)
    waiting = len(await one.rows("queue"))
    assert waiting >= 30

    await one.page.reload()
    await shows_the_whole_visit(one, visit_id)
    await expect(one.get("status-pill")).to_have_attribute("data-unsent", str(waiting))

    shop.start()
    await one.comes_back()
    await one.is_in_step()
    assert not [review for review in await one.rows("reviews") if visit_id in str(review)]
    await office.sign_in()
    visit = await office.visit(visit_id)
    is_what_was_tapped(visit, lines)
    document = await office.document(visit_id)
    await photos_are_those_of_the_tablet(one, office, visit)  # the seal has waited for them
    await asyncio.to_thread(is_sealed, document, shop.folder, tmp_path)
    checked = (await office.http.post("/verify", content=document)).json()
    assert (checked["holds"], checked["ours"], checked["latest"]) == (True, True, True)
    await every_step_was_told(push_service, phone, visit)


async def a_new_customer_and_car_entered_offline_arrive_once(tablet: OpenTablet, office: Office):
    one = await tablet("advisor")
    await one.goes_out_of_reach()
    guest = Guest("独孤云飞", "13808082002", "川A20Q02", "吉利", "博越")
    async with one.adds(3):
        visit_id = await reception.receive(one, guest)
    await expect(one.get("visit-number")).to_have_text(TEMPORARY)
    await one.page.reload()
    await one.sees(guest.name, "吉利 博越")
    await expect(one.get("visit-number")).to_have_text(TEMPORARY)

    lost = await loses_the_answer(one.context)
    await one.comes_back()
    assert (await lost)["next_seq"] == 4
    await one.is_in_step()
    await expect(one.get("visit-number")).to_have_text(re.compile(r"R\d{8}-\d{4}"))
    [customer] = await office.customers(guest.phone)
    assert [visit["id"] for visit in customer["visits"]] == [visit_id]
    assert [car["plate"] for car in customer["vehicles"]] == [guest.plate]


async def loses_the_answer(context: BrowserContext) -> asyncio.Future[dict[str, Any]]:
    """The first push from now on reaches the server; its answer, given here, never reaches the tablet."""
    lost: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

    async def lose(route: Route) -> None:
        lost.set_result(await (await route.fetch()).json())
        await route.abort()

    await context.route("**/sync/push", lose, times=1)
    return lost


async def shows_the_whole_visit(tablet: Tablet, visit_id: str) -> None:
    """After the page was loaded anew: stage, lines, findings, damage and photos are there."""
    await reception.stands_at(tablet, "handed_over")
    await tablet.sees(GUEST.name, "已交车")
    await tablet.tap("step-estimate")
    await expect(tablet.page.locator("[data-testid^=line-][data-decision=approved]")).to_have_count(2)
    await expect(tablet.page.locator("[data-testid^=line-][data-decision=declined]")).to_have_count(1)
    await tablet.tap("step-diagnosis")
    for code, (value, grade) in workshop.MEASURED.items():
        await workshop.turn_to(tablet, code)
        await workshop.is_graded(tablet, code, grade)
        await expect(tablet.get(f"measure-{code}")).to_have_value(value)
    await tablet.tap("step-walkaround")
    await expect(tablet.get("damage")).to_have_count(1)
    await expect(tablet.get("photo").locator("img")).to_have_count(2)
    await tablet.tap("step-contract")
    await expect(tablet.get("signed")).to_be_visible()


def is_what_was_tapped(visit: dict[str, Any], lines: list[str]) -> None:
    """The visit as the server has it."""
    assert visit["stage"] == "HANDED_OVER"
    assert visit["number"].startswith("R")
    assert visit["customer"]["name"] == GUEST.name
    assert [phone["number"] for phone in visit["customer"]["phones"]] == [f"+86{GUEST.phone}"]
    assert (visit["vehicle"]["plate"], visit["vehicle"]["model"]) == (GUEST.plate, GUEST.model)
    assert visit["vehicle"]["ownerId"] == visit["customer"]["id"]
    assert visit["walkaround"] == {"odometerKm": 42180, "energyPct": 64, "belongings": ["雨伞"]}
    assert [damage["kind"] for damage in visit["damages"]] == ["SCRATCH"]
    found = {finding["itemCode"]: finding for finding in visit["findings"]}
    assert len(found) == workshop.FOUND
    assert found["BRK-PAD-FL"]["measure"] == {"value": "2.4", "unit": "mm"}
    assert found["BRK-PAD-FL"]["grade"] == "RED"
    assert found["ELE-DTC"]["dtcs"] == ["U0073-04"]
    said = {line["id"]: line["decision"] for line in visit["estimateLines"]}
    assert said == dict(zip(lines, ("APPROVED", "APPROVED", "DECLINED"), strict=True))
    assert visit["settlement"]["totalFen"] == sum(payment["amountFen"] for payment in visit["payments"]) > 0
    assert visit["quality"]["passed"]
    assert {(one["purpose"], one["state"]) for one in visit["signatures"]} == {
        ("CONTRACT", "ACCEPTED"),
        ("HANDOVER", "ACCEPTED"),
    }


async def photos_are_those_of_the_tablet(tablet: Tablet, office: Office, visit: dict[str, Any]) -> None:
    """The server gives exactly the bytes that the tablet keeps: small, upright JPEGs that say nothing of the place."""
    kept = {blob["sha256"]: blob["data"] for blob in await tablet.rows("blobs")}
    assert {photo["sha256"] for photo in visit["photos"]} == set(kept)
    for sha256, content in kept.items():
        answer = await office.http.get(f"/media/{sha256}")
        assert answer.content == content
        assert hashlib.sha256(content).hexdigest() == sha256
        picture = Image.open(io.BytesIO(content))
        assert picture.format == "JPEG"
        assert max(picture.size) == LONGEST_PX
        assert not picture.getexif()


def is_sealed(document: bytes, data: Path, folder: Path) -> None:
    """The PDF's signature is the shop's and covers the whole file, by pyHanko and by poppler."""
    certificate = seal_key(data).certificate.public_bytes(Encoding.DER)
    trusted = ValidationContext(trust_roots=[Certificate.load(certificate)])
    [embedded] = PdfFileReader(io.BytesIO(document)).embedded_signatures
    status = validate_pdf_signature(embedded, trusted)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    if shutil.which("pdfsig"):
        path = folder / "handover.pdf"
        path.write_bytes(document)
        said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
        assert "Signature is Valid" in said, said


async def every_step_was_told(push_service: PushService, phone: dict[str, Any], visit: dict[str, Any]) -> None:
    """The push service got and decrypted one message for each thing that the customer was to hear of, in order."""
    told = await push_service.received(phone)
    steps = [message["stage"] for message in told if message["event"] == "stage"]
    assert steps == [stage.lower() for stage in visit["trail"][1:]]
    assert [message["event"] for message in told if message["event"] != "stage"] == [
        "promise",
        "contract",
        "report",
        "survey",
        "document",
    ]
    assert told[-1]["event"] == "document"
    assert {message["visit_number"] for message in told} == {visit["number"]}
    assert all(GUEST.plate in message["title"] for message in told)
