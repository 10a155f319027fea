"""Promise 5: the same commands in another order of arrival end in the same stored facts.

The other order keeps what cannot be otherwise: a tablet's queue stays in order, and nobody answers to what did not yet
happen (a command comes after everything that its author had been shown).
"""

from random import Random
from typing import Any

from msgspec import json

from server.commands.registry import REGISTRY
from server.domain.ids import derived
from tests.simulation.house import House
from tests.simulation.ledger import Ledger
from tests.simulation.model import Broken
from tests.simulation.promises import resolved_reviews
from tests.simulation.simulation import Simulation
from tests.simulation.tablet import Command, Device, Wire

LISTS = {
    "customers": ("notes", "consents"),
    "visits": ("readings", "concerns", "payments", "advice", "parts_used", "work", "calls", "questions"),
    "complaints": ("steps",),
}
ROWS = ("damages", "photos", "signatures")
FACTS = {
    "customer.add_note": "note_id", "customer.set_consent": None, "visit.record_walkaround": None,
    "visit.add_concern": "concern_id", "visit.add_damage": "damage_id", "visit.advise": "advice_id",
    "photo.add": "photo_id", "estimate.decide": None, "repair.use_part": "usage_id", "repair.note": "note_id",
    "settlement.record_payment": "payment_id", "handover.sign": "signature_id", "repair.clock_on": "work_id",
    "survey.record_call": "call_id", "complaint.step": "step_id", "estimate.ask": "question_id",
}  # fmt: skip
"""Commands that store a fact, and the field with its id (None: the command's own)."""
LATE = ("wrong_stage", "visit_closed", "stale_move")
LOOSE = {
    "id",
    "rev",
    "visit_id",
    "recorded_at",
    "received_at",
    "at",
    "uploaded",
    "waived",
    "state",
    "replaces",
    "ended_at",
    "reply",
}
"""What another order may change: where a fact hangs, when it came, and what became of it."""


async def check(sim: Simulation, seed: int) -> None:
    """Replays the run's commands in another order on a new database and compares the facts."""
    facts, ran = await _facts(sim.house), await _outcomes(sim.house)
    resolved = await resolved_reviews(sim)
    _stored(sim, {fact for _, fact in facts}, ran, resolved)
    if sim.model.faults["restore"] or not sim.model.issued:
        return
    other = House(sim.storage, Ledger(), sim.world.group_id, sim.data)
    other.ledger.begin("", [], {}, 0)
    other.now = sim.house.now
    await other.start(await sim.storage.copy(sim.world.url))
    try:
        outcomes = await _replay(sim, other, Random(seed))
        _compare(sim, facts, await _facts(other), ran, outcomes, resolved)
    finally:
        await other.stop()
        await sim.storage.drop(other.url)


def _stored(sim: Simulation, facts: set[str], ran: dict[str, Wire], resolved: set[str]) -> None:
    """Whatever was accepted as a fact is there; of what was refused nothing is."""
    for command in sim.model.issued.values():
        if command.id not in ran or command.name not in FACTS:
            continue
        made, outcome = FACTS[command.name], ran[command.id]["outcome"]
        stored = (command.fields.get(made) if made else command.id) in facts
        if outcome in ("applied", "merged", "kept") and not stored:
            raise Broken("5", f"{command.name} {command.id} was {outcome}, but is not stored")
        if outcome == "rejected" and ran[command.id]["reason"]["code"] in LATE:
            raise Broken("5", f"{command.name} {command.id} is a fact and was refused because it came late")
        if outcome in ("rejected", "blocked") and stored and _review_of(command.id) not in resolved:
            raise Broken("4", f"{command.name} {command.id} was {outcome}, but something of it is stored")


async def _replay(sim: Simulation, house: House, chance: Random) -> dict[str, Wire]:
    tokens, devices = await _signed_in(sim, house)
    numbers = dict.fromkeys(devices, 0)
    for author, commands in _order(sim, chance):
        if author not in devices:
            for c in commands:
                await house.program(c.user, sim.world.store_of(author), c.name, c.fields, c.id)
            continue
        batch = [
            {
                "seq": numbers[author] + n, "id": c.id, "name": c.name, "issued_at": c.issued_at.isoformat(),
                "user": c.user, "lane": c.lane, "fields": c.fields,
            }
            for n, c in enumerate(commands, start=1)
        ]  # fmt: skip
        answer = await house.push(tokens[author], batch)
        if answer["failed"]:
            raise Broken("bug", f"in another order a command failed: {house.bugs[-1:]}")
        numbers[author] += len(batch)
    return await _outcomes(house)


async def _signed_in(sim: Simulation, house: House) -> tuple[dict[str, str], dict[str, Device]]:
    """Every device that ever signed is known; each tablet has a queue under its first one."""
    tokens: dict[str, str] = {}
    devices: dict[str, Device] = {}
    used: set[str] = set()
    for tablet in sim.tablets:
        every = [*tablet.devices, tablet.device]
        own = next((device for device in every if device.id not in used), Device(Random(tablet.name), house.now))
        for device in [own, *every]:
            used.add(device.id)
            for user in tablet.people:
                token = await house.login(device.id, device.jwk, user, tablet.home)
                if device is own:
                    tokens.setdefault(tablet.name, token)
        devices[tablet.name] = own
    return tokens, devices


def _order(sim: Simulation, chance: Random) -> list[tuple[str, list[Command]]]:
    """Runs of commands by author, in an order that might have been."""
    ran = sim.ledger.positions(sim.ledger.epoch)
    queues: dict[str, list[Command]] = {}
    for command in sim.model.issued.values():
        if command.id in ran:
            queues.setdefault(command.author, []).append(command)
    arrival = sorted((c.id for queue in queues.values() for c in queue), key=lambda command_id: ran[command_id])
    positions = [ran[command_id] for command_id in arrival]
    done: set[str] = set()
    order: list[tuple[str, list[Command]]] = []

    def ready(command: Command) -> bool:
        inherited = next((t.inherited for t in sim.tablets if t.name == command.author), {})
        seen = (command_id for command_id, at in zip(arrival, positions, strict=True) if at <= command.seen[1])
        return all(command_id in done or command_id not in ran for command_id in [*seen, *inherited])

    while any(queues.values()):
        author = chance.choice([name for name, queue in queues.items() if queue and ready(queue[0])])
        run: list[Command] = []
        while queues[author] and ready(queues[author][0]) and len(run) < 6:
            run.append(queues[author].pop(0))
            done.add(run[-1].id)
            if chance.random() < 0.4:
                break
        order.append((author.split()[-1] if author.startswith("program") else author, run))
    return order


async def _outcomes(house: House) -> dict[str, Wire]:
    rows = await house.read("SELECT command_id, outcome, reason FROM journal")
    return {row[0]: {"outcome": row[1], "reason": json.decode(row[2]) if row[2] else None} for row in rows}


async def _facts(house: House) -> dict[tuple[str, str], Any]:
    """Facts by the command or entry that they are, without what another order may change."""
    facts: dict[tuple[str, str], Any] = {}
    for kind, body in await house.read("SELECT DISTINCT kind, body FROM feed"):
        row = json.decode(body)
        for name in LISTS.get(kind, ()):
            facts |= {(name, entry["id"]): _firm(entry) for entry in row[name]}
        if kind in ROWS:
            facts[kind, row["id"]] = _firm(row)
        if kind == "estimate_lines":
            facts |= {(row["id"], said["id"]): _firm(said) for said in row["decided"]}
        if kind == "progress" and row["kind"] == "note":
            facts["progress", row["id"]] = row["text"]
    return facts


def _firm(entry: Wire) -> Wire:
    return {name: value for name, value in entry.items() if name not in LOOSE}


def _compare(
    sim: Simulation, mine: Any, theirs: Any, ran: dict[str, Wire], again: dict[str, Wire], resolved: set[str]
) -> None:
    makers = {command.id: command.id for command in sim.model.issued.values()}
    for command in sim.model.issued.values():
        if spec := REGISTRY.get(command.name):
            makers |= {str(command.fields.get(name)): command.id for name in spec.makes}
    for key in sorted(mine.keys() | theirs.keys()):
        maker = makers.get(key[1])
        if maker is None or mine.get(key) == theirs.get(key) or _review_of(maker) in resolved:
            continue
        command = sim.model.issued[maker]
        if command.name not in FACTS:
            continue
        missing = again if key not in theirs else ran
        if key in mine and key in theirs:
            raise Broken("5", f"{command.name} {maker} became {theirs[key]} in another order, {mine[key]} here")
        if missing[maker]["outcome"] == "applied" or not _excused(command, missing[maker], _refused(sim, missing)):
            where = "another order" if missing is again else "this order"
            raise Broken("5", f"{command.name} {maker} is not stored in {where}: {missing[maker]}")


def _review_of(command_id: str) -> str:
    return derived("review", command_id)


def _refused(sim: Simulation, outcomes: dict[str, Wire]) -> set[str]:
    """Ids of things that were never made, because their commands were refused."""
    made: set[str] = set()
    for command in sim.model.issued.values():
        if (spec := REGISTRY.get(command.name)) and outcomes.get(command.id, {}).get("outcome") in (
            "rejected",
            "blocked",
        ):
            made |= {str(command.fields.get(name)) for name in spec.makes}
    return made


def _excused(command: Command, became: Wire, refused: set[str]) -> bool:
    """It waits in the inbox: behind what only this order refused, for a bug of ours, or as its line was refused.

    A tablet that became another device is not blocked by what the device before it had sent: its commands are refused.
    """
    if became["outcome"] == "blocked" or became["reason"]["code"] == "internal_error":
        return True
    code, subject = became["reason"]["code"], became["reason"]["subject"]["id"]
    if became["outcome"] == "rejected" and code == "not_found" and subject in refused:
        return True
    codes = ("not_found", "stale_version")
    return command.name == "estimate.decide" and became["outcome"] == "rejected" and code in codes
