"""An afternoon after a power cut: many tablets come back at once, each with a queue of its own about shared cars."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from server.doctor import examine
from server.domain.ids import uuid7
from server.store.database import Database
from tests.concurrency.dealership import Dealership
from tests.concurrency.tablet import Tablet, body_of
from tests.running import Running
from tests.shop import Shop
from tests.visits import Ids, make_phone, make_vin

VISITS = 20
PASSING = 10
"""Commands of a push of the tablet that comes by meanwhile."""


@dataclass
class Afternoon:
    """Seconds until queues were empty and copies equal, of each tablet until its queue was, and of each push of 10."""

    commands: int = 0
    rows: int = 0
    until_equal: float = 0
    until_empty: list[float] = field(default_factory=list)
    passing: list[float] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)
    different: int = 0
    breaches: list[str] = field(default_factory=list)


async def spend(server: Running, db: Database, tablets: int, commands: int, batch: int) -> Afternoon:
    """Types everything beforehand, then starts the server's afternoon; `batch` is the commands of a push."""
    house = await Dealership.open(db, VISITS)
    crowd = [await house.tablet(server.port) for _ in range(tablets)]
    for number, tablet in enumerate(crowd):
        _work(house.shop, tablet, house.visits, commands, random.Random(number))
    passer, fresh = await house.tablet(server.port), await house.tablet(server.port)
    await asyncio.to_thread(server.start)
    try:
        await asyncio.gather(*(tablet.pull() for tablet in [*crowd, passer]))
        result = await _meanwhile(crowd, passer, house.visits, batch)
        await fresh.pull()
        result.different = sum(tablet.rows != fresh.rows for tablet in crowd)
        result.rows = len(fresh.rows)
    finally:
        await asyncio.to_thread(server.stop)
    for tablet in crowd:
        for told in tablet.told.values():
            result.outcomes[told.outcome] = result.outcomes.get(told.outcome, 0) + 1
    result.commands = sum(len(tablet.issued) for tablet in crowd)
    result.breaches = await examine(db, server.folder)
    return result


async def _meanwhile(crowd: list[Tablet], passer: Tablet, visits: list[Ids], batch: int) -> Afternoon:
    result, over, began = Afternoon(), asyncio.Event(), time.monotonic()
    coming_by = asyncio.create_task(_come_by(passer, visits, over, result))
    bodies = [_bodies(tablet, batch) for tablet in crowd]
    began = time.monotonic()

    async def come_back(tablet: Tablet, queue: list[bytes]) -> None:
        for body in queue:
            for told in (await tablet.sent(body)).outcomes:
                tablet.told[told.id] = told
        while tablet.waiting:
            await tablet.pull()
        result.until_empty.append(time.monotonic() - began)

    await asyncio.gather(*(come_back(tablet, queue) for tablet, queue in zip(crowd, bodies, strict=True)))
    over.set()
    await coming_by
    await asyncio.gather(*(tablet.pull() for tablet in crowd))
    result.until_equal = time.monotonic() - began
    return result


def _bodies(tablet: Tablet, batch: int) -> list[bytes]:
    queue, tablet.queue = tablet.queue, []
    return [body_of(queue[first : first + batch]) for first in range(0, len(queue), batch)]


async def _come_by(passer: Tablet, visits: list[Ids], over: asyncio.Event, result: Afternoon) -> None:
    """One more tablet that pushes ten commands at a time, over and over."""
    while not over.is_set():
        for _ in range(PASSING):
            note = {"visit_id": random.choice(visits).id, "note_id": uuid7(), "text": "路过"}
            passer.type("repair.note", visible_to_customer=False, **note)
        began = time.monotonic()
        await passer.push(PASSING)
        result.passing.append(time.monotonic() - began)
        await asyncio.sleep(0.05)


def _work(shop: Shop, tablet: Tablet, visits: list[Ids], commands: int, chance: random.Random) -> None:
    """What people did offline on these visits, and for a few customers of their own."""
    acts = list(ACTS)
    while len(tablet.issued) < commands:
        if chance.random() < 0.02 and len(tablet.issued) < commands - 3:
            _reception(shop, tablet)
            continue
        act = chance.choices(acts, [ACTS[one] for one in acts])[0]
        name, fields = act(chance.choice(visits), chance)
        tablet.type(name, **fields)


def _reception(shop: Shop, tablet: Tablet) -> None:
    """A new customer with a new car."""
    customer, vehicle, visit = uuid7(), uuid7(), uuid7()
    tablet.type("customer.register", customer_id=customer, name="王小明", phones=[{"number": make_phone(shop)}])
    car = {"make": "大众", "model": "帕萨特", "energy": "petrol"}
    tablet.type("vehicle.register", vehicle_id=vehicle, vin=make_vin(shop), owner_id=customer, **car)
    opened = {"kind": "repair", "payer": "customer"}
    tablet.type("visit.open", visit_id=visit, vehicle_id=vehicle, customer_id=customer, **opened)


Act = Callable[[Ids, random.Random], tuple[str, dict]]


def _finding(visit: Ids, chance: random.Random) -> tuple[str, dict]:
    measure = {"value": f"{chance.randint(1, 9)}.5", "unit": "mm"}
    said = {"grade": chance.choice(("green", "yellow", "red")), "cause": "磨损", "plan": "更换"}
    ids = {"visit_id": visit.id, "finding_id": uuid7()}
    return "finding.record", {"item_code": "BRK-01", "dtcs": [], "photos": [], "measure": measure, **ids, **said}


def _damage(visit: Ids, chance: random.Random) -> tuple[str, dict]:
    where = {"x": round(chance.random(), 3), "y": round(chance.random(), 3), "panel": "hood"}
    said = {"kind": "dent", "severity": "light", "known": False, "photos": []}
    return "visit.add_damage", {"visit_id": visit.id, "damage_id": uuid7(), **where, **said}


def _photo(visit: Ids, chance: random.Random) -> tuple[str, dict]:
    file = {"sha256": f"{chance.getrandbits(256):064x}", "media_type": "image/jpeg", "bytes": 200_000}
    taken = {"purpose": "walkaround", "taken_at": "2026-11-21T01:00:00Z"}
    return "photo.add", {"visit_id": visit.id, "photo_id": uuid7(), **file, **taken}


def _note(visit: Ids, chance: random.Random) -> tuple[str, dict]:
    said = {"text": f"已拆下前轮 {chance.getrandbits(32):x}", "visible_to_customer": False}
    return "repair.note", {"visit_id": visit.id, "note_id": uuid7(), **said}


def _line(visit: Ids, chance: random.Random) -> tuple[str, dict]:
    price = {"quantity": "1", "unit": "个", "unit_price_fen": chance.randint(1_000, 90_000)}
    return "estimate.add_line", {"visit_id": visit.id, "line_id": uuid7(), "kind": "part", "name": "前刹车片", **price}


def _remark(visit: Ids, chance: random.Random) -> tuple[str, dict]:
    said = {"note_id": uuid7(), "text": f"客户着急 {chance.getrandbits(32):x}"}
    return "customer.add_note", {"customer_id": visit.customer_id, **said}


def _tag(visit: Ids, chance: random.Random) -> tuple[str, dict]:
    return "customer.tag", {"customer_id": visit.customer_id, "add": [f"标签{chance.randrange(12)}"], "remove": []}


def _concern(visit: Ids, chance: random.Random) -> tuple[str, dict]:
    return "visit.add_concern", {"visit_id": visit.id, "concern_id": uuid7(), "words": f"异响 {chance.randrange(99)}"}


def _address(visit: Ids, chance: random.Random) -> tuple[str, dict]:
    change = {"address": {"from": None, "to": f"锦程路{chance.randint(1, 400)}号"}}
    return "customer.update", {"customer_id": visit.customer_id, "changes": change}


def _walkaround(visit: Ids, chance: random.Random) -> tuple[str, dict]:
    read = {
        "odometer_km": 30_000 + chance.randrange(100),
        "energy_pct": 60,
        "warning_lamps": [],
        "belongings": ["雨伞"],
    }
    said = {"old_parts": "take", "wash": True, "valuables_reminded": True}
    return "visit.record_walkaround", {"visit_id": visit.id, **read, **said}


ACTS: dict[Act, int] = {
    _finding: 24, _damage: 16, _photo: 20, _note: 16, _line: 10, _remark: 4, _tag: 3, _concern: 2, _address: 2,
    _walkaround: 1,
}  # fmt: skip
"""What people do, and how often among a hundred commands."""
