"""The dealership in which every simulation begins: two stores, their people, cars at several stages of their visits."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from server.commands.bus import Actor
from server.commands.every import REGISTRY
from tests.simulation.hand import NAMES, PHONES, PLATES
from tests.simulation.house import START, House
from tests.simulation.ids import new_id
from tests.simulation.ledger import Ledger
from tests.simulation.profile_work import VINS
from tests.simulation.storage import Storage

assert REGISTRY, "importing the commands fills the registry"

_GROUP = "INSERT INTO groups (id, name, position, epoch, journal_count, journal_hash) VALUES (?, '集团', 0, ?, 0, '')"
_STORE = (
    "INSERT INTO stores (id, group_id, name, name_en, phone, address, time_zone, labour_rate_fen) "
    "VALUES (?, ?, '门店', 'Store', '+862812345678', '一环路', 'Asia/Shanghai', 12000)"
)
_USER = (
    "INSERT INTO users (id, group_id, store_id, username, name, role, password_hash, active, created_at) "
    "VALUES (?, ?, ?, ?, ?, ?, '', ?, ?)"
)
_STAGES = ("checked_in", "repairing", "ready", "settling", "handed_over", "awaiting_approval")


@dataclass
class World:
    """The ids that every run shares, and the database that every run copies."""

    url: str
    group_id: str
    stores: list[str]
    people: dict[str, str] = field(default_factory=dict)

    def store_of(self, person: str) -> str:
        """Where a person works: names end in a for the first store, in b for the second."""
        return self.stores[0 if person.endswith("a") else 1]

    def role_of(self, user: str) -> str:
        """What a person may do."""
        return next(name for name, known in self.people.items() if known == user).split("_")[0]


PEOPLE = ("manager_a", "advisor_a", "technician_a", "inspector_a", "crm_a", "manager_b", "advisor_b")


async def make_world(storage: Storage, data: Path) -> World:
    """Builds the dealership through the bus."""
    chance = Random(20300304)
    ids = [new_id(chance, START) for _ in range(3)]
    world = World(await storage.migrated(), ids[0], ids[1:])
    ledger = Ledger()
    ledger.begin("", [], {}, 0)
    house = House(storage, ledger, world.group_id, data)
    house.now = START - timedelta(hours=1)
    await house.start(world.url)
    await _people(house, world, chance)
    await _cars(house, world, chance)
    await house.stop()
    return world


async def _people(house: House, world: World, chance: Random) -> None:
    async with house.processes[0].db.write() as tx:
        await tx.run((_GROUP, (world.group_id, new_id(chance, START))))
        await tx.run(*((_STORE, (store, world.group_id)) for store in world.stores))
        for name in PEOPLE:
            world.people[name] = user = new_id(chance, START)
            role, store = name.split("_")[0], world.store_of(name)
            await tx.run((_USER, (user, world.group_id, store, name, name, role, True, START)))
    for name, user in world.people.items():
        fields = {"staff_id": user, "name": name, "role": name.split("_")[0]}
        await house.serve(world.store_of(name), "staff.put", fields, new_id(chance, START))


async def _cars(house: House, world: World, chance: Random) -> None:
    async def do(name: str, /, **fields: Any) -> None:
        manager = world.people["manager_a"]
        outcome = await house.program(manager, world.stores[0], name, fields, new_id(chance, house.now))
        assert outcome.outcome == "applied", outcome

    customers = [new_id(chance, START) for _ in range(3)]
    for customer, name, phone in zip(customers, NAMES, PHONES, strict=False):
        await do("customer.register", customer_id=customer, name=name, phones=[{"number": phone}])
    for number, stage in enumerate(_STAGES):
        house.later(timedelta(minutes=5))
        vehicle, visit = new_id(chance, house.now), new_id(chance, house.now)
        identity = {"vin": VINS[number]} if number < 2 else {"plate": PLATES[number - 2]}
        owner = customers[number % 3]
        car = {"make": "大众", "model": "朗逸", "energy": "petrol"} | identity
        await do("vehicle.register", vehicle_id=vehicle, owner_id=owner, **car)
        await do("visit.open", visit_id=visit, vehicle_id=vehicle, customer_id=owner, kind="repair", payer="customer")
        if number < 2:
            await _asks(house, world, visit, vehicle, owner, new_id(chance, house.now))
        await _advance(do, world, visit, stage, [new_id(chance, house.now) for _ in range(3)])


async def _asks(house: House, world: World, visit: str, vehicle: str, customer: str, appointment: str) -> None:
    """The customer asks on the page for a time to come again."""
    link = Actor(group_id=world.group_id, store_id=world.stores[0], door="portal", role="link", visit_id=visit)
    named = {"appointment_id": appointment, "customer_id": customer, "vehicle_id": vehicle}
    fields = named | {"at": (START + timedelta(days=3)).isoformat(), "work": "保养"}
    outcome = await house.processes[0].bus.run(link, "appointment.book", fields, appointment)
    assert outcome.outcome == "applied", outcome


async def _advance(do: Any, world: World, visit: str, stage: str, ids: list[str]) -> None:
    """Takes a visit to a stage by the straight road; two lines, both approved."""
    if stage == "checked_in":
        return
    lines = [{"line_id": line, "version": 1} for line in ids[:2]]
    await do("visit.assign", visit_id=visit, technician_id={"from": None, "to": world.people["technician_a"]})
    await do("repair.advance", visit_id=visit, stage={"from": "assigned", "to": "diagnosing"})
    for line in ids[:2]:
        price = {"quantity": "1", "unit": "件", "unit_price_fen": 50_000}
        await do("estimate.add_line", visit_id=visit, line_id=line, kind="part", name="刹车片", **price)
    await do("estimate.present", visit_id=visit, lines=lines)
    if stage == "awaiting_approval":
        return
    said = [line | {"decision": "approved"} for line in lines]
    by = {"name": "王小明", "role": "owner"}
    at = START.isoformat()
    await do("estimate.decide", visit_id=visit, decisions=said, decided_by=by, channel="tablet", decided_at=at)
    await do("repair.advance", visit_id=visit, stage={"from": "awaiting_approval", "to": "repairing"})
    if stage == "repairing":
        return
    await do("repair.advance", visit_id=visit, stage={"from": "repairing", "to": "quality_check"})
    await do("quality.pass", visit_id=visit, checks=[])
    if stage == "settling":
        return
    await do("settlement.issue", visit_id=visit, settlement_id=ids[2], lines=lines, discount_fen=0, total_fen=100_000)
    await do("repair.advance", visit_id=visit, stage={"from": "settling", "to": "ready"})
    if stage == "handed_over":
        await do("handover.release", visit_id=visit, reason="key_drop", note="钥匙投递")
