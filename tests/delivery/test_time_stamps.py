"""Sealing with a time-stamp authority that works, is away, or comes back: the customer's paper comes all the same."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from server.delivery import outbox as queue
from server.delivery.sealing import STAMP_TRIES
from server.doctor import extent
from server.documents import timestamp
from server.documents.sealkey import seal_key
from server.documents.verify import is_stamped
from server.media.files import paper, write
from server.queries.papers import UNSTAMPED
from tests.delivery.conftest import working
from tests.delivery.signing import sign
from tests.documents.authority import TimeAuthority, serving
from tests.visits import ready_visit


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> TimeAuthority:
    return TimeAuthority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def address(one: TimeAuthority) -> Iterator[str]:
    with serving(one) as url:
        yield url


@pytest.fixture
def settings(settings, one: TimeAuthority, address: str, monkeypatch: pytest.MonkeyPatch):
    """Settings with an honest authority, asked again without a pause."""
    one.manner, one.asked = "honest", 0
    monkeypatch.setattr(queue, "FIRST_PAUSE", 0.0)
    return replace(settings, tsa_url=address)


async def handed_over(shop) -> tuple[str, str]:
    """A visit that was signed for: its id and its signature's."""
    visit = await ready_visit(shop)
    return visit.id, await sign(shop, visit.id)


async def noted(shop, signature_id: str) -> str:
    """The SHA-256 that the signature's row names."""
    return (await shop.row("signatures", signature_id))["pdf_sha256"]


async def told(shop) -> int:
    """How often the customer was told of the document."""
    async with shop.db.read() as tx:
        [[(count,)]] = await tx.run(("SELECT count(*) FROM outbox WHERE payload LIKE '%\"document\"%'", ()))
    return count


async def a_paper_carries_the_authoritys_stamp(shop, settings, outbox, one):
    visit_id, signature_id = await handed_over(shop)
    async with working(shop, settings):
        assert await outbox.settled("seal") == [("sent", None, 1)]
    content = paper(settings.data, visit_id, signature_id).read_bytes()
    assert is_stamped(content)
    assert await noted(shop, signature_id) == hashlib.sha256(content).hexdigest()
    assert one.asked == 1


@pytest.mark.parametrize("manner", ["503", "garbage", "slow"])
async def an_authority_that_fails_is_done_without_after_three_tries_and_that_is_told(
    shop, settings, outbox, one, manner: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(timestamp, "SECONDS", 0.2)
    one.manner = manner
    visit_id, signature_id = await handed_over(shop)
    async with working(shop, settings):
        assert await outbox.settled("seal") == [("sent", UNSTAMPED, STAMP_TRIES)]
    content = paper(settings.data, visit_id, signature_id).read_bytes()
    assert not is_stamped(content)
    assert one.asked == STAMP_TRIES
    assert (await noted(shop, signature_id), await told(shop)) == (hashlib.sha256(content).hexdigest(), 1)
    assert "1 papers were sealed without time stamp" in (await extent(shop.db))[-1]


async def an_authority_that_comes_back_in_time_stamps(shop, settings, outbox, one, monkeypatch):
    monkeypatch.setattr(queue, "FIRST_PAUSE", 10.0)
    one.manner = "503"
    visit_id, signature_id = await handed_over(shop)
    async with working(shop, settings):
        await outbox.left(1, "seal")
        assert not paper(settings.data, visit_id, signature_id).exists()
        one.manner = "honest"
        shop.now += timedelta(seconds=20)
        assert await outbox.settled("seal") == [("sent", None, 2)]
    assert is_stamped(paper(settings.data, visit_id, signature_id).read_bytes())


async def a_worker_that_died_between_file_and_record_leaves_one_paper(shop, settings, outbox, one):
    visit_id, signature_id = await handed_over(shop)
    async with working(shop, settings):
        await outbox.settled("seal")
    first = paper(settings.data, visit_id, signature_id).read_bytes()
    async with shop.db.write() as tx:  # as it was when the file was there and nothing was recorded
        await tx.run(("UPDATE outbox SET state = 'waiting' WHERE kind = 'seal'", ()))
    one.manner = "503"
    async with working(shop, settings):
        await outbox.settled("seal")
    assert paper(settings.data, visit_id, signature_id).read_bytes() == first
    assert one.asked == 1
    assert (await noted(shop, signature_id), await told(shop)) == (hashlib.sha256(first).hexdigest(), 1)


def a_paper_of_two_workers_is_the_first_ones(tmp_path: Path):
    place = paper(tmp_path, "v", "s")
    write(place, b"first", once=True)
    write(place, b"second", once=True)
    assert place.read_bytes() == b"first"
    assert [file.name for file in place.parent.iterdir()] == ["s.pdf"]


async def a_key_that_others_can_read_seals_nothing_until_it_is_closed(shop, settings, outbox, monkeypatch):
    monkeypatch.setattr(queue, "FIRST_PAUSE", 10.0)
    seal_key(settings.data)
    key = settings.data / "seal" / "seal.pem"
    key.chmod(0o644)
    visit_id, signature_id = await handed_over(shop)
    async with working(shop, settings):
        [(state, why, _)] = await outbox.left(1, "seal")
        assert (state, why) == ("waiting", "not_sealed: loose_permissions")
        assert not paper(settings.data, visit_id, signature_id).exists()
        key.chmod(0o600)
        shop.now += timedelta(seconds=20)
        assert (await outbox.settled("seal"))[0][:2] == ("sent", None)
