"""The page's data: what is there, for whom, and when it changed."""

import hashlib
from io import BytesIO

import pytest
from PIL import Image

from server.domain.ids import uuid7
from server.media.files import keep, paper
from tests.portal.door import door
from tests.visits import check_in, decide, estimated, move, ready_visit


def picture(colour: str) -> tuple[str, bytes]:
    """A small JPEG and its SHA-256."""
    out = BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "JPEG")
    return hashlib.sha256(out.getvalue()).hexdigest(), out.getvalue()


async def taken(shop, visit_id, folder, colour, uploaded=True, **fields) -> str:
    """A photo of a visit, on disk if `uploaded`."""
    sha256, content = picture(colour)
    kind = {"media_type": "image/jpeg", "bytes": len(content)}
    if uploaded:
        keep(folder, sha256, content)
        await shop.bus.run(shop.server(), "media.store", {"sha256": sha256, **kind})
    photo = {"photo_id": uuid7(), "visit_id": visit_id, "sha256": sha256, "taken_at": shop.now, **kind, **fields}
    await shop.done("manager", "photo.add", **photo)
    return sha256


async def found(shop, visit_id, grade="red", **fields) -> str:
    """A finding of a visit."""
    about = {"item_code": "BRK-PAD-F", "grade": grade, "dtcs": [], "photos": []}
    finding = {"finding_id": uuid7(), "visit_id": visit_id, **about, **fields}
    await shop.done("technician", "finding.record", **finding)
    return finding["finding_id"]


async def a_finding_shows_once_it_is_published_in_plain_words_with_its_photos(shop, visit, customer, tmp_path):
    item = {"code": "BRK-PAD-F", "name": "前制动片", "name_en": "Front pads", "group": "制动", "group_en": "Brakes"}
    limits = {"yellow": "5.0", "red": "3.0", "worse": "below"}
    await shop.bus.run(shop.server(), "inspection.put", item | {"position": 1, "limits": limits})
    sha256 = await taken(shop, visit.id, tmp_path, "brown", purpose="finding")
    finding = await found(
        shop, visit.id, measure={"value": "2.8", "unit": "mm"}, cause="磨到极限", plan="更换", photos=[sha256, "0" * 64]
    )
    assert (await customer.data())["findings"] == []
    await shop.done("manager", "report.publish", visit_id=visit.id, report_id=uuid7())
    [seen] = (await customer.data())["findings"]
    assert (seen["id"], seen["grade"], seen["photos"]) == (finding, "red", [sha256])
    assert (seen["name"]["en"], seen["measure"], seen["limit"], seen["limit_is"]) == (
        "Front pads",
        "2.8 mm",
        "3.0 mm",
        "below",
    )
    html = await customer.html()
    assert f'data-testid="c-finding-{finding}"' in html
    assert "低于 3.0 mm 须处理" in html


async def a_finding_shows_unpublished_when_a_presented_line_rests_on_it(shop, visit, customer):
    finding = await found(shop, visit.id)
    line = {"line_id": uuid7(), "kind": "part", "name": "制动盘", "quantity": "1", "unit": "个", "unit_price_fen": 100}
    await shop.done("manager", "estimate.add_line", visit_id=visit.id, finding_id=finding, **line)
    assert (await customer.data())["findings"] == []
    assert line["line_id"] not in {shown["id"] for shown in (await customer.data())["lines"]}
    presented = [{"line_id": line["line_id"], "version": 1}]
    await decide(shop, visit, "approved", "approved", "approved")
    await move(shop, visit, "awaiting_approval", "repairing")
    await shop.done("manager", "estimate.present", visit_id=visit.id, lines=presented)
    page = await customer.data()
    assert [f["id"] for f in page["findings"]] == [finding]
    assert [shown["id"] for shown in page["lines"] if shown["asks"]] == [line["line_id"]]


async def the_photos_are_those_of_this_visit_that_have_arrived(shop, visit, customer, tmp_path):
    other = await check_in(shop)
    mine = await taken(shop, visit.id, tmp_path, "red", purpose="walkaround")
    theirs = await taken(shop, other.id, tmp_path, "blue", purpose="walkaround")
    missing = await taken(shop, visit.id, tmp_path, "green", uploaded=False, purpose="after")
    answer = await customer.get(f"/media/{mine}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert hashlib.sha256(answer.content).hexdigest() == mine
    assert answer.headers["referrer-policy"] == "no-referrer"
    again = await customer.get(f"/media/{mine}", **{"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    for sha256 in (theirs, missing, "0" * 64, "..%2f..%2fsecret"):
        assert (await customer.get(f"/media/{sha256}")).status_code == 404
    assert [photo["sha256"] for photo in (await customer.data())["photos"]] == [mine]


@pytest.mark.parametrize("path", ["", "/data"])
async def a_page_that_did_not_change_is_not_sent_again(shop, visit, customer, path):
    first = await customer.get(path)
    same = await customer.get(path, **{"if-none-match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    await decide(shop, visit, "approved")
    fresh = await customer.get(path, **{"if-none-match": first.headers["etag"]})
    assert fresh.status_code == 200
    assert fresh.headers["etag"] != first.headers["etag"]


async def the_handover_document_is_there_once_it_is_sealed(shop, tmp_path):
    ready = await ready_visit(shop)
    async with door(shop, ready.id, tmp_path) as customer:
        answer = await customer.get("/handover.pdf")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_sealed_yet")
        await shop.done("manager", "handover.release", visit_id=ready.id, reason="key_drop", note="钥匙箱")
        assert (await customer.data())["documents"] == []
        sealed = paper(tmp_path, ready.id, "release")
        sealed.parent.mkdir(parents=True)
        sealed.write_bytes(b"%PDF-1.7")
        assert (await customer.data())["documents"] == [{"kind": "handover", "href": "handover.pdf"}]
        answer = await customer.get("/handover.pdf")
        assert (answer.content, answer.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
        assert 'data-testid="c-pdf"' in await customer.html()


async def a_changed_price_is_shown_with_what_it_was_and_asks_again(shop, visit, customer):
    await decide(shop, visit, "approved", "approved", "deferred")
    await shop.done(
        "manager",
        "estimate.revise_line",
        line_id=visit.lines[0],
        seen_version=1,
        unit_price_fen=20_000,
        reason="漏了一道工序",
    )
    page = await customer.data()
    first, second, third = page["lines"]
    assert (first["asks"], first["version"], first["before_fen"], first["amount_fen"]) == (True, 2, 18_000, 30_000)
    assert (second["asks"], second["may_change"], second["before_fen"]) == (False, True, None)
    assert (third["decision"], third["may_change"]) == ("deferred", True)
    assert (page["asks_fen"], page["approved_fen"]) == (30_000, 76_000)
    assert "这一项有变动，请再看一次 · 原 ¥180" in await customer.html()


async def an_approval_stands_once_the_work_has_begun(shop, visit, customer):
    await decide(shop, visit, "approved", "approved", "declined")
    await move(shop, visit, "awaiting_approval", "repairing")
    assert [line["may_change"] for line in (await customer.data())["lines"]] == [False, False, True]


async def a_joined_car_keeps_one_page(shop, tmp_path):
    visit = await estimated(shop)
    second = uuid7()
    await shop.do(
        "manager", "visit.open", visit_id=second, vehicle_id=visit.vehicle_id, customer_id=visit.customer_id,
        kind="repair", payer="customer",
    )  # fmt: skip
    for opened in (visit.id, second):
        async with door(shop, opened, tmp_path) as customer:
            assert (await customer.data())["visit_id"] == visit.id
