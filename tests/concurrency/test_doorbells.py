"""No ring is lost between workers: not with the connection that carried it, nor with the worker that owed it."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from server.store import doorbell
from server.store.doorbell import Doorbell

pytestmark = pytest.mark.parametrize("dialect", ["postgres"], indirect=True)
GROUP = "group"
SOON = 5.0


@pytest.fixture
async def bells(bare_url: str) -> AsyncIterator[list[Doorbell]]:
    """The doorbells of two workers, connected."""
    both = [Doorbell(bare_url), Doorbell(bare_url)]
    for bell in both:
        await bell.start()
        await _rung(bell.listen("anything"), times=2)
    yield both
    for bell in both:
        await bell.stop()


async def _rung(rings: AsyncIterator[bool], times: int = 1) -> None:
    """Waits for so many rings; the first one comes at once."""
    async with asyncio.timeout(SOON):
        for _ in range(times):
            assert await anext(rings)


async def _cut_off(url: str) -> int:
    """Ends every doorbell's connection; gives how many there were."""
    admin = await asyncpg.connect(url)
    ended = await admin.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'jieche doorbell' AND datname = current_database()"
    )
    await admin.close()
    return len(ended)


async def a_ring_at_one_worker_is_heard_at_the_other(bells: list[Doorbell]):
    here, there = (bell.listen("store") for bell in bells)
    await _rung(here)
    await _rung(there)
    bells[0].ring(GROUP, {"store"})
    await _rung(here)
    await _rung(there)


async def test_what_rings_while_the_connections_are_cut_is_heard_after_all(bells: list[Doorbell], bare_url: str):
    stores = [f"store {number}" for number in range(200)]
    listening = [bells[1].listen(store) for store in stores]
    for rings in listening:
        await _rung(rings)
    cutting = asyncio.create_task(_cut_off(bare_url))
    for store in stores:
        bells[0].ring(GROUP, {store})
        await asyncio.sleep(0.0005)
    assert await cutting == 2
    await asyncio.gather(*(_rung(rings) for rings in listening))


async def the_stores_of_a_worker_that_died_before_it_rang_hear_its_successor(bells: list[Doorbell], bare_url: str):
    rings = bells[1].listen("store")
    await _rung(rings)
    await bells[0].stop()
    successor = Doorbell(bare_url)
    await successor.start()
    await _rung(rings)
    await successor.stop()


async def a_line_that_went_dead_without_a_word_is_noticed(bare_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doorbell, "PING", 0.3)
    address = bare_url.split("@")[1].split("/")[0].split(":")
    silent = asyncio.Event()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(2**16):
            if not silent.is_set():
                writer.write(data)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        out_reader, out_writer = await asyncio.open_connection(address[0], int(address[1]))
        await asyncio.gather(carry(reader, out_writer), carry(out_reader, writer))

    wire = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = wire.sockets[0].getsockname()[1]
    bell = Doorbell(bare_url.replace(f":{address[1]}/", f":{port}/"))
    await bell.start()
    rings = bell.listen("store")
    await _rung(rings, times=2)
    silent.set()
    await asyncio.sleep(1)
    silent.clear()
    await _rung(rings)
    await bell.stop()
    wire.close()
