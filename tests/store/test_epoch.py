"""The epoch: a database that went back begins a new one, whoever notices first; nothing else does."""

import asyncio
import contextlib

import pytest

from server.store import epoch
from server.store.epoch import Mark, keep_marks, marks_of, notice_restore, read_marks, renew_epoch, write_marks
from tests.shop import Shop


@pytest.fixture
async def shop(db) -> Shop:
    return await Shop.open(db)


@contextlib.asynccontextmanager
async def kept(shop: Shop, folder, monkeypatch):
    """A server that keeps its marks meanwhile."""
    monkeypatch.setattr(epoch, "EVERY", 0.02)
    stop = asyncio.Event()
    keeping = asyncio.create_task(keep_marks(shop.db, folder, stop))
    yield
    stop.set()
    await keeping


async def back_to(shop: Shop, position: int) -> None:
    """The database stands where it stood at this position."""
    async with shop.db.write() as tx:
        await tx.run(("UPDATE groups SET position = ? WHERE id = ?", (position, shop.group_id)))


async def until(condition) -> None:
    """Waits, two seconds at the most."""
    for _ in range(200):
        if await condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


async def a_server_that_starts_again_goes_on_in_its_epoch(shop, tmp_path):
    write_marks(tmp_path, await marks_of(shop.db))
    assert await notice_restore(shop.db, tmp_path) == []
    await shop.done("manager", "customer.register", customer_id=shop.epoch, name="王伟", phones=[])
    assert await notice_restore(shop.db, tmp_path) == []
    assert (await marks_of(shop.db))[shop.group_id].epoch == shop.epoch


@pytest.mark.parametrize("mark", [{"position": 10_000}, {"epoch": "019fa000-0000-7000-8000-000000000001"}, None])
async def a_database_that_is_not_what_the_mark_says_begins_a_new_epoch_once(shop, tmp_path, mark, capsys):
    if mark is not None:
        found = await marks_of(shop.db)
        known = {"epoch": shop.epoch, "position": found[shop.group_id].position} | mark
        write_marks(tmp_path, {shop.group_id: Mark(**known)})
    assert await notice_restore(shop.db, tmp_path) == [shop.group_id]
    fresh = await marks_of(shop.db)
    assert fresh[shop.group_id].epoch != shop.epoch
    assert read_marks(tmp_path) == fresh
    assert await notice_restore(shop.db, tmp_path) == []
    assert "a new epoch begins" in "".join(capsys.readouterr())


async def a_database_that_is_put_back_under_a_running_server_is_noticed(shop, tmp_path, monkeypatch):
    position = await shop.position()
    write_marks(tmp_path, await marks_of(shop.db))
    async with kept(shop, tmp_path, monkeypatch):
        await back_to(shop, position - 1)

        async def renewed() -> bool:
            return (await marks_of(shop.db))[shop.group_id].epoch != shop.epoch

        await until(renewed)
    assert read_marks(tmp_path) == await marks_of(shop.db)


async def a_new_epoch_of_another_worker_is_written_down_and_not_renewed(shop, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir()
    write_marks(tmp_path, await marks_of(shop.db))
    async with kept(shop, tmp_path, monkeypatch):
        fresh = await renew_epoch(shop.db, other, shop.group_id, shop.epoch, "elsewhere")

        async def written() -> bool:
            return read_marks(tmp_path)[shop.group_id].epoch == fresh

        await until(written)
        await asyncio.sleep(0.1)
    assert (await marks_of(shop.db))[shop.group_id].epoch == fresh


async def the_first_of_several_that_notice_at_once_begins_the_epoch(shop, tmp_path):
    begun = await asyncio.gather(
        *(renew_epoch(shop.db, tmp_path, shop.group_id, shop.epoch, "a cookie from the future") for _ in range(8))
    )
    assert len(set(begun)) == 1
