"""`archive.json`: everything that is recorded about one customer. What names somebody else is left out, by rule."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from server.domain.rows.customers import Customer
from server.domain.rows.vehicles import Vehicle
from server.queries.contact import messages_of
from server.queries.looks import looks_at
from server.queries.names import names_of
from server.queries.portal_past import earlier_visits
from server.queries.rows import belonging_to
from server.queries.sight import Sight
from server.queries.stores import stores_by_id
from server.queries.visits import VisitRows, visit_rows
from server.store.database import Database

VERSION = 1
MOST = 1000
"""Rows of a kind at most, the newest; `more` names the kinds that have others."""
_OURS = frozenset(
    {
        "rev", "store_id", "stores", "recorded_by", "advisor_id", "technician_id", "opened_by", "device_id", "user_id",
        "owner_id", "customer_id", "local_number", "touched", "contact_stop", "reply_by",
    }
)  # fmt: skip
"""Our own numbers and people; `by` is one too, where it is an id."""


async def facts_of(db: Database, group_id: str, customer: Customer, now: datetime) -> tuple[Any, list[VisitRows]]:
    """The archive as JSON data, and the customer's visits with their rows."""
    own = customer.id
    async with db.read() as tx:
        names = await names_of(tx, db.dialect, group_id, [own])
    brought = await belonging_to(db, Sight.everything(group_id), "visits", "customer_id", "opened_at", names[own], MOST)
    visits = [
        rows for row in _flat(brought) if (rows := await visit_rows(db, group_id, row.id)) and rows.customer.id == own
    ]
    owned = _flat(await belonging_to(db, Sight.everything(group_id), "vehicles", "owner_id", "id", [own], MOST))
    stores = {store_id: store.name for store_id, store in (await stores_by_id(db, group_id)).items()}
    others = {
        kind: _flat(await belonging_to(db, Sight.everything(group_id), kind, "customer_id", newest, names[own], MOST))
        for kind, newest in (("appointments", "at"), ("complaints", "opened_at"))
    }
    messages = (await messages_of(db, Sight.everything(group_id), "customers", [own], MOST))[own]
    looks = (await looks_at(db, group_id, [own], MOST))[own]
    data = {
        "archive_version": VERSION, "made_at": now, "customer": _clean(customer, customer),
        "cars": [*(_car(car, owned=True) for car in owned), *_cars_of_others(visits, owned)],
        "visits": [_visit(rows, stores) for rows in visits],
        "car_records": [record for car in owned for record in await _records(db, group_id, car, own)],
        "appointments": [_clean(one, customer) for one in others["appointments"]],
        "complaints": [_clean(one, customer) for one in others["complaints"]],
        "messages": [_clean(one, customer) for one in messages],
        "looks": [{"at": look.at, "role": look.role, "door": look.door, "fields": look.fields} for look in looks],
        "more": [kind for kind, rows in (("visits", visits), ("messages", messages)) if len(rows) >= MOST],
    }  # fmt: skip
    return data, visits


def _flat(found: dict[str, list[Any]]) -> list[Any]:
    rows = {row.id: row for each in found.values() for row in each}
    return [rows[row_id] for row_id in sorted(rows)]


def _visit(rows: VisitRows, stores: dict[str, str]) -> dict[str, Any]:
    who = rows.customer
    several = {
        "damages": rows.damages, "findings": rows.findings, "lines": rows.lines, "progress": _told(rows.progress),
        "photos": rows.photos, "signatures": rows.signatures,
    }  # fmt: skip
    link = rows.link and {"expires_at": rows.link.expires_at, "revoked": rows.link.revoked}
    return {
        **_clean(rows.visit, who), "store": stores.get(rows.visit.store_id, ""), "link": link,
        **{name: [_clean(row, who) for row in found] for name, found in several.items()},
    }  # fmt: skip


def _told(progress: Iterable[Any]) -> list[Any]:
    return [step for step in progress if step.visible_to_customer]


def _car(car: Vehicle, owned: bool) -> dict[str, Any]:
    """Of a car that is somebody else's only what it is: plate and reading may be the next owner's."""
    names = ("id", "vin", "make", "model", "model_year", "colour", "energy")
    mine = ("plate", "engine_no", "purchased_on", "insurance_expires_on", "odometer_km", "created_at")
    found = {name: getattr(car, name) for name in (*names, *(mine if owned else ()))}
    recalls = [{"code": r.code, "title": r.title, "done_at": r.done_at} for r in car.recalls] if owned else []
    return {"owned": owned, **found, "recalls": recalls}


def _cars_of_others(visits: list[VisitRows], owned: list[Vehicle]) -> list[dict[str, Any]]:
    known = {car.id for car in owned}
    cars = {rows.vehicle.id: rows.vehicle for rows in visits}
    return [_car(car, owned=False) for car_id, car in sorted(cars.items()) if car_id not in known]


async def _records(db: Database, group_id: str, car: Vehicle, own: str) -> list[dict[str, Any]]:
    """What was done to the customer's car while it was theirs, when somebody else brought it: never who."""
    past = await earlier_visits(db, group_id, car, own, but="00000000-0000-0000-0000-000000000000")
    return [
        {
            "car": car.id, "number": one.visit.number, "opened_at": one.visit.opened_at,
            "closed_at": one.visit.closed_at,
            "odometer_km": one.visit.walkaround.odometer_km if one.visit.walkaround else None, "done": one.done,
        }
        for one in past
        if one.visit.customer_id != own
    ]  # fmt: skip


def _clean(row: Any, customer: Customer) -> Any:
    """The row as data, without our own numbers and without the names of others."""
    return _without(msgspec.to_builtins(row), customer.name)


def _without(value: Any, own_name: str) -> Any:
    if isinstance(value, list):
        return [_without(one, own_name) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {name: inner for name, inner in value.items() if name not in _OURS and not _is_staff(name, inner)}
    if set(kept) == {"name", "role"} and kept["name"] != own_name:
        kept["name"] = None
    return {name: _without(inner, own_name) for name, inner in kept.items()}


def _is_staff(name: str, value: Any) -> bool:
    return name == "by" and not isinstance(value, dict)
