"""The archive holds everything about one customer and nobody else, and fits its schema and its length."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import jsonschema
import pytest

from server.portal.archive import PACE
from tests.commands.given import registered
from tests.portal.door import door
from tests.visits import Ids, check_in, ready_visit

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "archive.schema.json").read_text("utf-8"))
PHOTO = b"\xff\xd8photo"
SHA = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
async def visit(shop, tmp_path) -> Ids:
    """A handed-over visit with a photo and a sealed paper, questions, a booking and a complaint."""
    visit = await ready_visit(shop)
    await shop.bus.run(shop.server(), "media.store", {"sha256": SHA, "media_type": "image/jpeg", "bytes": len(PHOTO)})
    await shop.given(
        "manager", "photo.add", photo_id=visit.lines[0], visit_id=visit.id, sha256=SHA, media_type="image/jpeg",
        bytes=len(PHOTO), purpose="walkaround", taken_at=shop.now,
    )  # fmt: skip
    await shop.given("manager", "handover.release", visit_id=visit.id, reason="key_drop", note="钥匙箱")
    for name, content in (("media", PHOTO), ("handovers", b"%PDF sealed")):
        place = (
            tmp_path / "media" / SHA[:2] / SHA[2:] if name == "media" else tmp_path / name / visit.id / "release.pdf"
        )
        place.parent.mkdir(parents=True)
        place.write_bytes(content)
    return visit


async def other_people(shop, visit: Ids) -> list[str]:
    """Somebody else brings the car, and another customer has a car of their own; gives what must not be seen."""
    bringer = await registered(shop, "司马懿", ("13911112222",))
    await shop.given(
        "advisor", "visit.open", visit_id=(second := visit.vehicle_id[:-1] + "f"), vehicle_id=visit.vehicle_id,
        customer_id=bringer, kind="repair", payer="customer",
    )  # fmt: skip
    await shop.given("advisor", "visit.add_concern", visit_id=second, concern_id=second, words="司马懿说的话")
    await shop.given("manager", "visit.cancel", visit_id=second, reason="不修")
    other = await check_in(shop)
    return ["司马懿", "13911112222", other.phone, other.vin]


def opened(content: bytes) -> tuple[dict, zipfile.ZipFile]:
    """The archive's data, checked against its schema, and the zip, checked by its own sums."""
    packed = zipfile.ZipFile(io.BytesIO(content))
    assert packed.testzip() is None
    data = json.loads(packed.read("archive.json"))
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    return data, packed


async def the_archive_has_everything_and_fits_its_schema_and_length(shop, visit, tmp_path):
    PACE.forget()
    async with door(shop, visit.id, tmp_path) as customer:
        answer = await customer.get("/archive.zip")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert int(answer.headers["content-length"]) == len(answer.content)
    data, packed = opened(answer.content)
    [one] = data["visits"]
    assert (one["id"], len(one["lines"]), one["settlement"]["total_fen"]) == (visit.id, 3, 94_000)
    assert data["customer"]["phones"][0]["number"] == visit.phone
    assert data["looks"][0]["fields"] == ["archive.zip"]
    names = packed.namelist()
    assert data["files"] == names[2:]
    assert data["left_out"] == []
    [paper] = [name for name in names if name.startswith("documents/")]
    assert packed.read(paper) == b"%PDF sealed"
    [photo] = [name for name in names if name.startswith("photos/")]
    assert hashlib.sha256(packed.read(photo)).hexdigest() == SHA
    assert "您" in packed.read("README.txt").decode()


async def the_archive_names_nobody_else(shop, visit, tmp_path):
    PACE.forget()
    strangers = await other_people(shop, visit)
    async with door(shop, visit.id, tmp_path) as customer:
        data, packed = opened((await customer.get("/archive.zip")).content)
    everything = b"".join(packed.read(name) for name in packed.namelist()).decode("utf-8", "ignore")
    assert not [word for word in strangers if word in everything]
    assert not [person for person in shop.people.values() if person in everything]
    assert [one["id"] for one in data["visits"]] == [visit.id]


async def a_missing_file_is_named_and_the_rest_is_there(shop, visit, tmp_path):
    PACE.forget()
    (tmp_path / "media" / SHA[:2] / SHA[2:]).unlink()
    async with door(shop, visit.id, tmp_path) as customer:
        data, _ = opened((await customer.get("/archive.zip")).content)
    assert [name.startswith("photos/") for name in data["left_out"]] == [True]


async def a_stranger_gets_no_archive_and_a_customer_only_a_few(shop, visit, tmp_path):
    PACE.forget()
    async with door(shop, visit.id, tmp_path, locked=True) as stranger:
        assert (await stranger.get("/archive.zip")).json()["code"] == "digits_needed"
    async with door(shop, visit.id, tmp_path) as customer:
        found = [(await customer.get("/archive.zip")).status_code for _ in range(4)]
    assert found == [200, 200, 200, 429]


async def a_customer_whose_record_is_only_stored_still_gets_it(shop, visit, tmp_path):
    PACE.forget()
    async with door(shop, visit.id, tmp_path) as customer:
        html = await customer.html()
        assert 'data-testid="c-restrict"' in html
        body = {"do": "customer.restrict"}
        said = await customer.client.post(f"/c/{customer.token}/form", data=body, headers={"accept": "text/html"})
        assert said.headers["location"].endswith("?said=done#own_data")
        assert 'data-testid="c-restricted"' in await customer.html()
        data, _ = opened((await customer.get("/archive.zip")).content)
    assert data["customer"]["restricted"]["reason"] == "本人在页面上要求"
