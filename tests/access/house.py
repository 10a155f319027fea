"""A store with one row of every kind, its people, those of the group's other store, and people of another group.

The whole application stands over it, so that every door is the real one.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar

from server.app import create_app
from server.auth.sessions import account, open_session
from server.domain.ids import derived, uuid7
from server.domain.roles import PEOPLE
from server.domain.rows import WIRE
from server.settings import Settings
from server.store.database import Database
from tests.auth.app import hire
from tests.commands.amending import amending
from tests.commands.signing import signed
from tests.media.pictures import name, picture
from tests.shop import Shop
from tests.visits import Ids, check_in, ready_visit

PLACES = ("here", "next_door", "elsewhere")
"""Where a person works: in the store of the rows, in the other one of the group, in another group."""


@dataclass
class House:
    """`ids` names one row of each kind; `clients[role, place]` asks as a person of this role who works there."""

    shop: Shop
    visit: Ids
    ids: dict[str, str]
    photo: str
    clients: dict[tuple[str, str], httpx.AsyncClient] = field(default_factory=dict)

    async def ask(self, role: str, place: str, query: str, **variables: Any) -> dict[str, Any]:
        """What GraphQL answers."""
        client = self.clients[role, place]
        return (await client.post("/graphql", json={"query": query, "variables": variables})).json()


@asynccontextmanager
async def opened(database_url: str, folder: Path) -> AsyncIterator[House]:
    """The house, with everybody signed in."""
    settings = Settings(
        database_url=database_url, data_dir=str(folder), public_url="http://127.0.0.1", secret_key="of these tests",
        embedded_worker=False,
    )  # fmt: skip
    app = create_app(settings)
    db = await Database.open(database_url)
    try:
        async with _running(app):
            shop, stranger = await Shop.open(db), await Shop.open(db)
            house, content = await _furnished(shop)
            for role in PEOPLE:
                for place, where, store in zip(PLACES, (shop, shop, stranger), (0, 1, 0), strict=True):
                    token = await _token(where, f"{role}-{place}-{uuid7()[-6:]}", role, store)
                    house.clients[role, place] = httpx.AsyncClient(
                        transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1",
                        headers={"Authorization": f"Bearer {token}"},
                    )  # fmt: skip
            answer = await house.clients["manager", "here"].put(f"/media/{house.photo}", content=content)
            assert answer.status_code == 201, answer.text
            yield house
            for client in house.clients.values():
                await client.aclose()
    finally:
        await db.close()


@asynccontextmanager
async def _running(app: Litestar) -> AsyncIterator[None]:
    """The application between its start and its stop, both in one task, as its event emitter wants it."""
    ready, stop = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        async with app.lifespan():
            ready.set()
            await stop.wait()

    running = asyncio.create_task(run())
    await ready.wait()
    try:
        yield
    finally:
        stop.set()
        await running


async def _token(shop: Shop, username: str, role: str, store: int) -> str:
    await hire(shop, username, role, store)
    who = await account(shop.db, username)
    assert who is not None
    token = (await open_session(shop.db, who, None, datetime.now(UTC), 1, "")).token
    assert token is not None
    return token


async def _furnished(shop: Shop) -> tuple[House, bytes]:
    """A car that was checked in, examined, repaired, signed for, complained about and corrected."""
    content = picture()
    visit = await check_in(shop)
    ids = {"visits": visit.id, "customers": visit.customer_id, "vehicles": visit.vehicle_id}
    ids |= {kind: uuid7() for kind in ("damages", "findings", "photos", "appointments", "complaints", "messages")}
    await _around(shop, visit, ids, content)
    await ready_visit(shop, visit)
    tablet = await shop.tablet()
    assert (await shop.send(tablet, "handover.sign", **await signed(shop, tablet, visit.id))).outcome == "applied"
    amendment = await amending(shop, visit, (f"lines/{visit.lines[0]}/name", "前刹车片", "前制动片"))
    await shop.given("manager", "handover.amend", **amendment)
    await shop.given(
        "manager", "customer.register", customer_id=uuid7(), name="王晓明", phones=[{"number": visit.phone}]
    )
    held = await shop.fresh()
    refused = await shop.do("technician", "customer.tag", customer_id=visit.customer_id, add=["VIP"], remove=[])
    ids |= {
        "reviews": str(refused.review), "amendments": amendment["amendment_id"], "estimate_lines": visit.lines[0],
        "staff": shop.people["technician"], "catalog_items": derived("catalog", "L-01"),
        "inspection_items": derived("inspection", "BRK-01"),
    } | {kind: next(iter(held[kind])) for kind in ("progress", "signatures", "merge_proposals")}  # fmt: skip
    assert set(ids) == set(WIRE) - {"aliases"}
    return House(shop, visit, ids, name(content)), content


async def _around(shop: Shop, visit: Ids, ids: dict[str, str], content: bytes) -> None:
    """What else there is about the car and its owner."""
    await shop.given(
        "manager", "customer.update", customer_id=visit.customer_id,
        changes={"email": {"from": None, "to": "w@example.cn"}, "address": {"from": None, "to": "锦程路1号"}},
    )  # fmt: skip
    await shop.given("manager", "customer.tag", customer_id=visit.customer_id, add=["VIP"], remove=[])
    await shop.given("manager", "customer.add_note", customer_id=visit.customer_id, note_id=uuid7(), text="爱喝茶")
    await shop.given(
        "manager", "customer.set_consent", customer_id=visit.customer_id, purpose="marketing", channel="sms",
        decision="granted", decided_at=shop.now, source="tablet",
    )  # fmt: skip
    await shop.serve("catalog.put", code="L-01", kind="labour", name="工时", name_en="Labour", unit="h",
                     unit_price_fen=12_000, as_of="2026-11-01")  # fmt: skip
    await shop.serve("inspection.put", code="BRK-01", group="制动", group_en="Brakes", name="前刹车片",
                     name_en="Front pads", position=1)  # fmt: skip
    await shop.given(
        "manager", "visit.add_damage", visit_id=visit.id, damage_id=ids["damages"], panel="door_fl", kind="scratch",
        severity="light", x=0.25, y=0.5, photos=[], known=False,
    )  # fmt: skip
    await shop.given(
        "manager", "finding.record", visit_id=visit.id, finding_id=ids["findings"], item_code="BRK-01",
        grade="green", dtcs=[], photos=[],
    )  # fmt: skip
    await shop.given(
        "manager", "photo.add", photo_id=ids["photos"], visit_id=visit.id, sha256=name(content),
        media_type="image/jpeg", bytes=len(content), purpose="walkaround", taken_at=shop.now,
    )  # fmt: skip
    await shop.given(
        "manager", "appointment.book", appointment_id=ids["appointments"], customer_id=visit.customer_id,
        vehicle_id=visit.vehicle_id, at="2026-12-01T01:00:00Z", work="保养",
    )  # fmt: skip
    await shop.given(
        "manager", "complaint.open", complaint_id=ids["complaints"], customer_id=visit.customer_id, visit_id=visit.id,
        text="等了两个小时", about="waiting",
    )  # fmt: skip
    await shop.serve(
        "message.record", message_id=ids["messages"], customer_id=visit.customer_id, visit_id=visit.id, event="stage",
        stage="checked_in", promised_at=shop.now, state="sent", channel="push",
    )  # fmt: skip
