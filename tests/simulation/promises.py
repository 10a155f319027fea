"""The five promises, looked at when all is quiet."""

import hashlib
import json
from pathlib import Path
from typing import Any

from server.commands.bus import Submission
from server.commands.envelope import envelope
from server.commands.registry import REGISTRY
from server.doctor import examine
from server.domain.ids import IDS_IN_JSON, derived
from server.domain.rows.inbox import SentCommand
from server.store.journal import Outcome, outcome_of
from tests.simulation.ids import MARKS
from tests.simulation.model import Broken
from tests.simulation.simulation import Simulation, as_told
from tests.simulation.tablet import Rows

ACCEPTED = ("applied", "merged", "kept")


async def check(sim: Simulation) -> None:
    """Raises Broken for the first promise that does not hold."""
    if sim.house.bugs:
        raise Broken("bug", sim.house.bugs[0])
    journal = await _journal(sim)
    _one_outcome(sim, journal)
    await _same_when_repeated(sim, journal)
    await _equal(sim)
    await _nothing_lost(sim, journal)
    await _old_ids_work(sim, journal)
    await _waits_for_its_cause(sim)
    await _price_as_shown(sim, journal)
    for tablet in sim.tablets:
        sim.model.landed(tablet)
        sim.model.look(tablet)
        whole(tablet.name, tablet.base)
    breaches = await examine(sim.house.processes[0].db, Path("nowhere"))
    if breaches:
        raise Broken("store", breaches[0])


async def _journal(sim: Simulation) -> dict[str, Outcome]:
    columns = "command_id, seq, outcome, reason, merged, review_id"
    rows = await sim.house.read(f"SELECT {columns} FROM journal ORDER BY n")
    return {row[0]: outcome_of(row) for row in rows}


def _one_outcome(sim: Simulation, journal: dict[str, Outcome]) -> None:
    """Promise 1: everything issued ran once, and its outcome is what everybody was told."""
    missing = [c for c in sim.model.issued if c not in journal and c not in sim.model.lost]
    if missing:
        raise Broken("1", f"{sim.model.issued[missing[0]].name} {missing[0]} never ran")
    for (epoch, command_id), told in sim.model.told.items():
        if epoch != sim.ledger.epoch:
            continue
        recorded = {name: value for name, value in as_told(journal[command_id]).items() if name != "seq"}
        if recorded != told:
            raise Broken("1", f"{command_id} was told as {told}, the journal says {recorded}")


async def _same_when_repeated(sim: Simulation, journal: dict[str, Outcome]) -> None:
    """Promise 1: sent again through another door, every command answers its first outcome and changes nothing."""
    again = [command for command in sim.model.issued.values() if command.id in journal]
    envelopes = [
        envelope(SentCommand(c.id, c.name, c.fields, c.issued_at, c.user, None, c.lane)) for c in again
    ]  # fmt: skip
    if not envelopes:
        return
    before = sim.ledger.head
    answer = await sim.house.processes[0].bus.submit(Submission(sim.house.server(sim.world.stores[0]), envelopes))
    for outcome in answer.outcomes:
        first = journal[outcome.id]
        if as_told(first) | {"seq": None} != as_told(outcome) | {"seq": None}:
            raise Broken("1", f"{outcome.id} answers {outcome} the second time")
    if len(answer.outcomes) != len(envelopes) or sim.ledger.head != before:
        raise Broken("1", "commands that had run ran again")


async def _equal(sim: Simulation) -> None:
    """Promise 2: every tablet holds what a new one would load, and nothing waits."""
    fresh = {store: await sim.rows(store) for store in sim.world.stores}
    for tablet in sim.tablets:
        if tablet.queue:
            raise Broken("2", f"{tablet.name} still has {len(tablet.queue)} commands")
        mine = {kind: rows for kind, rows in tablet.base.items() if rows}
        if mine != (theirs := fresh[tablet.scope]):
            kinds = sorted(kind for kind in mine.keys() | theirs.keys() if mine.get(kind) != theirs.get(kind))
            rows = _different(mine, theirs, kinds[0])
            raise Broken("2", f"{tablet.name} differs from a new tablet in {kinds}: {rows}")
        assert tablet.cookie
        if await sim.house.checksum(tablet.tokens[tablet.people[0]], tablet.cookie) != _sums(mine):
            raise Broken("2", f"{tablet.name} has the same rows, but other checksums")


def _sums(rows: Rows) -> dict[str, Any]:
    """Per kind the count, and the sum modulo 2^64 of the first 8 bytes of SHA-256 over `id:rev`, in hex."""
    sums: dict[str, Any] = {}
    for kind, of_kind in rows.items():
        digests = (hashlib.sha256(f"{row_id}:{row['rev']}".encode()).digest() for row_id, row in of_kind.items())
        total = sum(int.from_bytes(digest[:8], "big") for digest in digests)
        sums[kind] = {"count": len(of_kind), "sum": f"{total % 2**64:016x}"}
    return sums


def _different(mine: Rows, theirs: Rows, kind: str) -> Any:
    a, b = mine.get(kind, {}), theirs.get(kind, {})
    row_id = sorted(row_id for row_id in a.keys() | b.keys() if a.get(row_id) != b.get(row_id))[0]
    return a.get(row_id), b.get(row_id)


async def _nothing_lost(sim: Simulation, journal: dict[str, Outcome]) -> None:
    """Promise 3: what a person typed is in a row or a review, unless somebody who saw it typed over it."""
    bodies = await sim.house.read("SELECT DISTINCT body FROM feed")
    text = "\n".join(body.decode() if isinstance(body, bytes) else body for (body,) in bodies)
    found = set(MARKS.findall(text))
    counted = {command_id for command_id, outcome in journal.items() if outcome.outcome in ACCEPTED} | _run_later(text)
    replaced = {mark for command in sim.model.issued.values() if command.id in counted for mark in command.saw}
    lost = [
        f"{sorted(missing)} of {command.name} {command.id} ({journal[command.id].outcome}) is nowhere"
        for command in sim.model.issued.values()
        if command.id in journal and (missing := command.marks - found - replaced)
    ]
    if lost:
        raise Broken("3", "; ".join(lost))


def _run_later(rows: str) -> set[str]:
    """Commands that were refused at first and ran when somebody resolved their review."""
    reviews = (json.loads(row) for row in rows.splitlines() if '"resolution":' in row)
    return {row["command"]["id"] for row in reviews if row["resolution"] in ("retry", "edit")}


async def _old_ids_work(sim: Simulation, journal: dict[str, Outcome]) -> None:
    """Whatever id a person gave to something that was accepted leads to a row for ever."""
    known = {row_id for (row_id,) in await sim.house.read("SELECT DISTINCT id FROM feed")}
    for command in sim.model.issued.values():
        field = {"customer.register": "customer_id", "vehicle.register": "vehicle_id", "visit.open": "visit_id"}
        made = command.fields.get(field.get(command.name, ""))
        outcome = journal[command.id].outcome if command.id in journal else ""
        if made and outcome in ACCEPTED and made not in known:
            raise Broken("3", f"{command.name} {command.id} was {outcome}, but {made} leads nowhere")


async def resolved_reviews(sim: Simulation) -> set[str]:
    """Reviews that somebody decided about, and those that went with them: what became of these depends on order.

    What was refused and ran with its cause may wait again, for another reason: then its review is still open.
    """
    rows = [json.loads(body) for (body,) in await sim.house.read("SELECT body FROM feed WHERE kind = 'reviews'")]
    refused = await sim.house.read("SELECT command_id FROM journal WHERE outcome IN ('rejected', 'blocked')")
    again = {row["id"] for row in rows if row["outcome"] not in ("rejected", "blocked")}
    closed = {row["id"] for row in rows if row["state"] != "open"}
    closed |= again & {derived("review", command_id) for (command_id,) in refused}
    return closed | {c.fields["review_id"] for c in sim.model.issued.values() if c.name == "review.resolve"}


async def _waits_for_its_cause(sim: Simulation) -> None:
    """What names an id that a command of this device would have made is blocked as long as nobody looks at that."""
    rows = await sim.house.read("SELECT command_id, device_id, name, fields, outcome, reason FROM journal ORDER BY n")
    looked_at = await resolved_reviews(sim)
    missing: dict[tuple[str, str], str] = {}
    for command_id, device, name, fields, outcome, reason in rows:
        named = set(IDS_IN_JSON.findall(fields.encode()))
        behind = [cause for (by, made), cause in missing.items() if by == device and made.encode() in named]
        poisoned = reason and json.loads(reason)["code"] == "internal_error"
        if behind and outcome != "blocked" and name != "review.resolve" and not poisoned:
            raise Broken("3", f"{name} {command_id} was {outcome}, although it needs what {behind[0]} would have made")
        spec = REGISTRY.get(name)
        if spec and device and outcome in ("rejected", "blocked") and derived("review", command_id) not in looked_at:
            values = json.loads(fields)
            missing |= {(device, values[f]): command_id for f in spec.makes if isinstance(values.get(f), str)}


async def _price_as_shown(sim: Simulation, journal: dict[str, Outcome]) -> None:
    """A decision counts only for the price that the customer was shown."""
    for (body,) in await sim.house.read("SELECT body FROM feed WHERE kind = 'estimate_lines'"):
        line = json.loads(body)
        for said in line["decided"]:
            command = sim.model.issued.get(said["id"])
            if command is None or journal[command.id].outcome != "applied":
                continue
            version = line["versions"][said["version"] - 1]
            price = int(version["quantity"]) * version["unit_price_fen"] - version["discount_fen"]
            if price != command.shown[line["id"]]:
                raise Broken("3", f"{command.id} decided on {price} fen, the customer saw {command.shown[line['id']]}")


REFERENCES = {
    "visits": {"customer_id": "customers", "vehicle_id": "vehicles"},
    "appointments": {"customer_id": "customers", "vehicle_id": "vehicles"},
    "complaints": {"customer_id": "customers"},
    "damages": {"visit_id": "visits"}, "findings": {"visit_id": "visits"}, "estimate_lines": {"visit_id": "visits"},
    "progress": {"visit_id": "visits"}, "photos": {"visit_id": "visits"}, "signatures": {"visit_id": "visits"},
}  # fmt: skip


def whole(name: str, rows: Rows) -> None:
    """What hangs together is there together, under the ids that count, and no fact is there twice."""
    for kind, fields in REFERENCES.items():
        for row in rows.get(kind, {}).values():
            for field, target in fields.items():
                if row[field] is not None and row[field] not in rows.get(target, {}):
                    raise Broken("2", f"{name}: {kind} {row['id']} names {field} {row[field]}, which is not there")
            for embedded in (value for value in row.values() if isinstance(value, list)):
                ids = [entry["id"] for entry in embedded if isinstance(entry, dict) and "id" in entry]
                if len(set(ids)) < len(ids):
                    raise Broken("5", f"{name}: {kind} {row['id']} holds a fact twice: {ids}")
    for alias in rows.get("aliases", {}).values():
        if alias["id"] in rows.get(alias["type"], {}):
            raise Broken("2", f"{name}: {alias['type']} {alias['id']} is there although it stands for another")
