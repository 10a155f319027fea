import hashlib

import pytest

from server.auth import routes as auth
from server.documents.document import canonical
from server.domain.ids import uuid7
from server.media.files import paper
from server.queries.visits import document_of, visit_rows
from server.sync import routes as sync
from tests.auth.app import client_for, hire, sign_in
from tests.delivery.conftest import working
from tests.delivery.signing import sign
from tests.media.pictures import name, picture
from tests.visits import check_in, ready_visit


@pytest.fixture
async def client(shop, settings):
    """An advisor of the first store, signed in."""
    async with client_for(shop, settings, [*auth, *sync]) as client:
        await hire(shop, "advisor")
        await sign_in(client, "advisor")
        yield client


async def add_photo(shop, visit, content):
    """Names the picture in the visit; gives the photo's id."""
    photo_id = uuid7()
    await shop.done(
        "manager", "photo.add", photo_id=photo_id, visit_id=visit.id, sha256=name(content), media_type="image/jpeg",
        bytes=len(content), purpose="after", taken_at=shop.now,
    )  # fmt: skip
    return photo_id


async def a_signed_handover_is_sealed_filed_and_told(shop, settings, outbox, client):
    visit = await ready_visit(shop)
    signature_id = await sign(shop, visit.id)
    async with working(shop, settings):
        assert await outbox.settled("seal") == [("sent", None, 1)]
    sealed = paper(settings.data, visit.id, signature_id).read_bytes()
    row = await shop.row("signatures", signature_id)
    assert row["pdf_sha256"] == hashlib.sha256(sealed).hexdigest()
    assert row["sealed_at"] is not None
    answer = await client.get(f"/visits/{visit.id}/handover.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content == sealed
    async with shop.db.read() as tx:
        [promised] = await tx.run(("SELECT count(*) FROM outbox WHERE payload LIKE '%\"document\"%'", ()))
    assert promised == [(1,)]


async def a_seal_waits_for_photos_and_says_so(shop, settings, outbox, client):
    visit = await ready_visit(shop)
    contents = [picture(), picture()]
    photos = [await add_photo(shop, visit, content) for content in contents]
    await sign(shop, visit.id)
    pdf = f"/visits/{visit.id}/handover.pdf"
    async with working(shop, settings):
        assert (await outbox.settled("seal"))[-1][1] == "not_sealed: waiting_for_photos"
        waiting = await client.get(pdf)
        assert (waiting.status_code, waiting.json()["code"]) == (404, "not_sealed_yet")
        assert waiting.json()["facts"] == {"why": "waiting_for_photos", "photos": sorted(map(name, contents))}
        assert (await client.put(f"/media/{name(contents[0])}", content=contents[0])).status_code == 201
        await outbox.settled("seal")
        assert (await client.get(pdf)).json()["facts"]["photos"] == [name(contents[1])]
        await shop.given("manager", "photo.waive", photo_id=photos[1], reason="平板已丢失")
        assert (await outbox.settled("seal"))[-1][1] is None
    assert (await client.get(pdf)).status_code == 200


async def a_release_is_sealed_too(shop, settings, outbox, client):
    visit = await ready_visit(shop)
    await shop.done("manager", "handover.release", visit_id=visit.id, reason="key_drop", note="钥匙投箱")
    async with working(shop, settings):
        assert await outbox.settled("seal") == [("sent", None, 1)]
    answer = await client.get(f"/visits/{visit.id}/handover.pdf")
    assert answer.content == paper(settings.data, visit.id, "release").read_bytes()


async def a_seal_made_twice_is_the_same_file_and_is_told_once(shop, settings, outbox):
    visit = await ready_visit(shop)
    await shop.done("manager", "handover.release", visit_id=visit.id, reason="key_drop", note="钥匙投箱")
    async with working(shop, settings):
        await outbox.settled("seal")
        path = paper(settings.data, visit.id, "release")
        first = path.read_bytes()
        path.unlink()
        async with shop.db.write() as tx:
            await tx.run(("UPDATE outbox SET state = 'waiting' WHERE kind = 'seal'", ()))
        await outbox.settled("seal")
    assert path.read_bytes() == first
    async with shop.db.read() as tx:
        [promised] = await tx.run(("SELECT count(*) FROM outbox WHERE payload LIKE '%\"document\"%'", ()))
    assert promised == [(1,)]


async def the_document_is_served_in_its_canonical_bytes(shop, client):
    visit = await ready_visit(shop)
    rows = await visit_rows(shop.db, shop.group_id, visit.id)
    for purpose in ("contract", "handover"):
        answer = await client.get(f"/visits/{visit.id}/document", params={"purpose": purpose})
        assert answer.headers["content-type"].startswith("application/json")
        assert answer.content == canonical(document_of(rows, purpose))


async def a_document_has_a_purpose(shop, client):
    visit = await check_in(shop)
    for query in ({}, {"purpose": "joke"}):
        assert (await client.get(f"/visits/{visit.id}/document", params=query)).status_code == 400


async def a_car_that_is_still_here_has_no_sealed_paper(shop, client):
    visit = await check_in(shop)
    answer = await client.get(f"/visits/{visit.id}/handover.pdf")
    assert (answer.status_code, answer.json()["facts"]) == (404, {"why": "not_handed_over"})


async def a_stranger_learns_nothing_of_a_visit(shop, client):
    visit = await check_in(shop)
    await hire(shop, "other", store=1)
    await sign_in(client, "other")
    for path in ("document?purpose=contract", "handover.pdf"):
        not_yours = await client.get(f"/visits/{visit.id}/{path}")
        not_there = await client.get(f"/visits/{uuid7()}/{path}")
        no_id = await client.get(f"/visits/x/{path}")
        assert not_yours.status_code == not_there.status_code == no_id.status_code == 404
        assert not_yours.json() == not_there.json()
