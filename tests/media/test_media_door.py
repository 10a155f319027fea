import pytest

from server.auth import routes as auth
from server.domain.ids import uuid7
from server.media.files import LARGEST, place
from server.settings import Settings
from server.sync.media import get_media, put_media
from tests.auth.app import client_for, hire, sign_in
from tests.media.pictures import name, picture
from tests.shop import Shop
from tests.visits import check_in


@pytest.fixture
async def shop(db):
    """A dealership on each engine."""
    return await Shop.open(db)


@pytest.fixture
def settings(tmp_path):
    """Settings with a data folder of their own."""
    return Settings(data_dir=str(tmp_path), secret_key="of these tests")


@pytest.fixture
async def client(shop, settings):
    """An advisor of the first store, signed in."""
    async with client_for(shop, settings, [*auth, get_media, put_media]) as client:
        await hire(shop, "advisor")
        await sign_in(client, "advisor")
        yield client


async def add_photo(shop: Shop, content: bytes) -> tuple[str, str]:
    """Names the picture in a new visit; gives the photo's and the visit's id."""
    visit = await check_in(shop)
    photo_id = uuid7()
    await shop.done(
        "manager", "photo.add", photo_id=photo_id, visit_id=visit.id, sha256=name(content), media_type="image/jpeg",
        bytes=len(content), purpose="walkaround", taken_at=shop.now,
    )  # fmt: skip
    return photo_id, visit.id


async def a_photo_is_uploaded_once_its_bytes_are_here(shop, client):
    content = picture()
    photo_id, _ = await add_photo(shop, content)
    assert (await shop.row("photos", photo_id))["uploaded"] is False
    answer = await client.put(f"/media/{name(content)}", content=content)
    assert answer.status_code == 201
    assert answer.json() == {"sha256": name(content), "media_type": "image/jpeg", "bytes": len(content)}
    assert (await shop.row("photos", photo_id))["uploaded"] is True


async def a_repeat_is_fine_and_writes_nothing(shop, client, settings):
    content = picture()
    await client.put(f"/media/{name(content)}", content=content)
    before = place(settings.data, name(content)).stat().st_ino
    assert (await client.put(f"/media/{name(content)}", content=content)).status_code == 200
    assert place(settings.data, name(content)).stat().st_ino == before


async def the_bytes_may_come_before_their_command(shop, client):
    content = picture()
    await client.put(f"/media/{name(content)}", content=content)
    photo_id, _ = await add_photo(shop, content)
    assert (await shop.row("photos", photo_id))["uploaded"] is True


async def the_bytes_without_a_row_are_noted_when_they_come_again(shop, client, settings):
    content = picture()
    path = place(settings.data, name(content))
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    photo_id, _ = await add_photo(shop, content)
    assert (await client.put(f"/media/{name(content)}", content=content)).status_code == 201
    assert (await shop.row("photos", photo_id))["uploaded"] is True


@pytest.mark.parametrize(
    ("content", "named", "status", "code"),
    [
        (picture(), "0" * 64, 422, "wrong_hash"),
        (b"no image", name(b"no image"), 415, "not_an_image"),
        (bytes(LARGEST + 1), "0" * 64, 413, "too_large"),
        (picture(), "0" * 63, 404, "not_found"),
    ],
)
async def a_refusal_says_why_and_leaves_nothing(client, settings, content, named, status, code):
    answer = await client.put(f"/media/{named}", content=content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert [path for path in settings.data.rglob("*") if path.is_file()] == []


async def a_body_sent_in_pieces_is_refused_when_it_grows_too_large(client, settings):
    async def endless():
        for _ in range(30):
            yield bytes(2**20)

    answer = await client.put(f"/media/{'0' * 64}", content=endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def the_people_of_the_store_see_a_photo_and_may_keep_it(shop, client):
    content = picture()
    await add_photo(shop, content)
    await client.put(f"/media/{name(content)}", content=content)
    answer = await client.get(f"/media/{name(content)}")
    assert answer.content == content
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = await client.get(f"/media/{name(content)}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def a_stranger_gets_the_same_answer_for_not_yours_and_not_there(shop, client):
    content = picture()
    await client.put(f"/media/{name(content)}", content=content)
    unnamed = await client.get(f"/media/{name(content)}")
    await add_photo(shop, content)
    await hire(shop, "other", store=1)
    await sign_in(client, "other")
    not_yours = await client.get(f"/media/{name(content)}")
    not_there = await client.get(f"/media/{name(b'?')}")
    assert not_yours.status_code == not_there.status_code == unnamed.status_code == 404
    assert not_yours.json() == not_there.json() == unnamed.json()


async def a_photo_of_a_finding_is_seen_too(shop, client):
    content = picture()
    visit = await check_in(shop)
    await client.put(f"/media/{name(content)}", content=content)
    await shop.done(
        "manager", "finding.record", visit_id=visit.id, finding_id=uuid7(), item_code="BRK-01", grade="red", dtcs=[],
        photos=[name(content)],
    )  # fmt: skip
    assert (await client.get(f"/media/{name(content)}")).status_code == 200


async def the_media_are_for_people_who_signed_in(client):
    del client.headers["Authorization"]
    assert (await client.get(f"/media/{'0' * 64}")).status_code == 401
    assert (await client.put(f"/media/{'0' * 64}", content=b"")).status_code == 401
