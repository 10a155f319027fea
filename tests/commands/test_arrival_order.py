"""The same commands in another order of arrival end in the same stored facts; only their effect may be `kept`."""

from typing import Any

import msgspec

from server.domain.ids import uuid7
from server.store.database import Database
from tests.commands.examples import examples
from tests.shop import Shop, plain
from tests.visits import estimated

FACTS = (
    "customer.add_note", "visit.add_concern", "visit.add_damage", "visit.advise", "photo.add", "finding.record",
    "repair.use_part", "repair.note", "settlement.record_payment", "visit.record_walkaround",
)  # fmt: skip


def late_facts(shop: Shop, visit) -> list[tuple[str, str, dict[str, Any]]]:
    """What several tablets did offline: (command id, name, fields), each fact twice and different."""
    ids = {"visit_id": visit.id, "customer_id": visit.customer_id}
    commands = [
        (uuid7(), name, fields | {field: value for field, value in ids.items() if field in fields})
        for name in FACTS
        for fields in (examples()[name], examples()[name])
    ]
    for km, (_, name, fields) in enumerate(commands):
        if name == "visit.record_walkaround":
            fields |= {"odometer_km": 30_000 + km * 10, "correction": None}
    consent = {
        "customer_id": visit.customer_id,
        "purpose": "marketing",
        "decided_at": plain(shop.now),
        "source": "phone",
    }
    granted, withdrawn, lifting = uuid7(), uuid7(), uuid7()
    commands += [
        (granted, "customer.set_consent", consent | {"channel": "any", "decision": "granted"}),
        (withdrawn, "customer.set_consent", consent | {"channel": "sms", "decision": "withdrawn"}),
        (lifting, "customer.set_consent", consent | {"channel": "sms", "decision": "granted", "lifts": [withdrawn]}),
    ]
    for decision in ("approved", "declined"):
        said = [{"line_id": line, "version": 1, "decision": decision} for line in visit.lines]
        fields = examples()["estimate.decide"] | {"visit_id": visit.id, "decisions": said, "replaces": None}
        commands.append((uuid7(), "estimate.decide", fields))
    return commands


def by_id(rows: list[dict[str, Any]], *without: str) -> list[dict[str, Any]]:
    """The rows in the order of their ids, without what says when they came."""
    kept = [{name: value for name, value in row.items() if name not in ("rev", *without)} for row in rows]
    return sorted(kept, key=lambda row: row["id"])


async def stored(shop: Shop, visit) -> dict[str, Any]:
    """The facts as the server holds them."""
    row, customer = await shop.row("visits", visit.id), await shop.row("customers", visit.customer_id)
    embedded = {name: by_id(row[name]) for name in ("concerns", "readings", "advice", "parts_used", "payments")}
    about = {name: by_id(customer[name]) for name in ("consents", "notes")}
    kinds = ("damages", "findings", "photos", "estimate_lines")
    hanging = {kind: by_id(await shop.rows(kind)) for kind in kinds}
    notes = [step for step in await shop.rows("progress") if step["kind"] == "note"]
    return embedded | about | hanging | {"notes_of_visit": by_id(notes)}


async def the_stored_facts_do_not_depend_on_the_order_of_arrival(engines, dialect):
    shops, urls, results = [], [], []
    for order in ("as done", "reversed", "shuffled"):
        urls.append(await engines[dialect].migrated())
        db = await Database.open(urls[-1])
        shop = await Shop.open(db, like=shops[0] if shops else None)
        if not shops:
            visit = await estimated(shop)
            commands = late_facts(shop, visit)
            base = await journalled(shop)
        else:
            await replay(shop, base)
        shops.append(shop)
        arriving = commands[::-1] if order == "reversed" else list(commands)
        if order == "shuffled":
            shop.rng.shuffle(arriving)
        for command_id, name, fields in arriving:
            outcome = await shop.do("manager", name, command_id=command_id, **fields)
            assert outcome.outcome in ("applied", "kept"), outcome
        results.append(await stored(shop, visit))
        await db.close()
        await engines[dialect].drop(urls[-1])
    assert results[0] == results[1] == results[2]
    assert len(results[0]["consents"]) == 3


async def journalled(shop: Shop) -> list[tuple]:
    """Every command that ran at a person's door: (id, name, fields, person)."""
    async with shop.db.read() as tx:
        [rows] = await tx.run(
            ("SELECT command_id, name, fields, user_id FROM journal WHERE door <> 'server' ORDER BY n", ()),
        )
    return [(command_id, name, msgspec.json.decode(fields), user_id) for command_id, name, fields, user_id in rows]


async def replay(shop: Shop, commands: list[tuple]) -> None:
    """Runs them again under their ids, in another database."""
    roles = {person: role for role, person in shop.people.items()}
    for command_id, name, fields, user_id in commands:
        await shop.do(roles[user_id], name, command_id=command_id, **fields)
