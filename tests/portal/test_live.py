"""The live line: it rings when something of this visit changed, and says nothing else."""

import asyncio

from server.domain.ids import derived, uuid7
from tests.visits import check_in, decide

PATIENCE = 5
QUIET = 0.3


async def rang(heard: asyncio.Queue[str]) -> str:
    """What the line says next."""
    return await asyncio.wait_for(heard.get(), PATIENCE)


async def is_quiet(heard: asyncio.Queue[str]) -> bool:
    """Whether the line says nothing for a moment."""
    try:
        await asyncio.wait_for(heard.get(), QUIET)
    except TimeoutError:
        return True
    return False


async def the_line_rings_at_once_and_after_each_change_of_the_visit(shop, visit, customer):
    async with customer.live() as heard:
        assert "event: changed" in await rang(heard)
        await decide(shop, visit, "approved")
        assert "event: changed" in await rang(heard)
        assert await is_quiet(heard)


async def the_line_does_not_ring_for_other_cars_of_the_store(shop, visit, customer):
    async with customer.live() as heard:
        await rang(heard)
        await check_in(shop)
        assert await is_quiet(heard)


async def the_line_ends_when_the_link_is_revoked(shop, visit, customer):
    async with customer.live() as heard:
        await rang(heard)
        async with shop.db.write() as tx:
            await tx.run(("UPDATE links SET revoked = true WHERE id = ?", (derived("link", visit.id),)))
        note = {"visit_id": visit.id, "note_id": uuid7(), "text": "好了", "visible_to_customer": True}
        await shop.done("manager", "repair.note", **note)
        assert await rang(heard) == ""


async def the_line_never_carries_what_changed(shop, visit, customer):
    async with customer.live() as heard:
        await rang(heard)
        note = {"visit_id": visit.id, "note_id": uuid7(), "text": "好了", "visible_to_customer": True}
        await shop.done("manager", "repair.note", **note)
        assert (await rang(heard)).split() == ["event:", "changed", "data:", "{}"]
