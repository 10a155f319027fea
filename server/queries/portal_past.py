"""What the customer's page shows beyond this visit: the customer's appointments, and the car's earlier visits."""

from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from server.domain.rows.vehicles import Appointment, Vehicle
from server.domain.rows.visits import Visit
from server.store.database import Database
from server.store.rows import DECODERS

MOST = 20
"""Earlier visits that the page lists, the newest."""
_ALWAYS = datetime.min.replace(tzinfo=UTC)


class Booked(Struct, frozen=True):
    """An appointment, and the time that it had before somebody moved it."""

    row: Appointment
    was_at: datetime | None


class Past(Struct, frozen=True):
    """An earlier visit, the names of the work that was approved, and the id of the signature that returned the car."""

    visit: Visit
    done: list[str]
    signature_id: str | None


async def bookings_of(db: Database, group_id: str, customer_id: str) -> list[Booked]:
    """All appointments of a customer by time; `was_at` is the time that was asked for first."""
    mine = "SELECT id FROM appointments WHERE group_id = ? AND customer_id = ?"
    async with db.read() as tx:
        rows, moves = await tx.run(
            (
                f"SELECT DISTINCT body FROM feed WHERE group_id = ? AND kind = 'appointments' AND id IN ({mine})",
                (group_id, group_id, customer_id),
            ),
            (
                "SELECT h.row_id, h.before FROM history h JOIN journal j ON j.group_id = h.group_id "
                f"AND j.command_id = h.command_id WHERE h.group_id = ? AND h.field = 'at' AND h.row_id IN ({mine}) "
                "ORDER BY j.n DESC",
                (group_id, group_id, customer_id),
            ),
        )
    first = {row_id: msgspec.json.decode(before, type=datetime) for row_id, before in moves}
    found: list[Appointment] = [DECODERS["appointments"].decode(body) for (body,) in rows]
    return [Booked(row, first.get(row.id)) for row in sorted(found, key=lambda row: (row.at, row.id))]


async def earlier_visits(db: Database, group_id: str, vehicle: Vehicle, customer_id: str, but: str) -> list[Past]:
    """The car's returned visits that this customer brought, or that happened while this customer owned the car.

    An owner since a change of ownership sees nothing from before it.
    """
    which = "v.group_id = ? AND v.vehicle_id = ? AND v.stage = 'handed_over' AND v.id <> ?"
    keys = (group_id, vehicle.id, but)
    async with db.read() as tx:
        rows, lines, signed, bought = await tx.run(
            (
                "SELECT f.body FROM visits v JOIN feed f ON f.group_id = v.group_id AND f.kind = 'visits' "
                f"AND f.id = v.id AND f.store_id = v.store_id WHERE {which} ORDER BY v.opened_at DESC",
                keys,
            ),
            (
                "SELECT l.visit_id, l.name FROM visits v JOIN estimate_lines l ON l.visit_id = v.id AND "
                f"l.group_id = v.group_id WHERE {which} AND l.decision = 'approved' AND l.dropped IS NULL "
                "ORDER BY l.id",
                keys,
            ),
            (
                "SELECT s.visit_id, s.id FROM visits v JOIN signatures s ON s.visit_id = v.id AND "
                f"s.group_id = v.group_id WHERE {which} AND s.purpose = 'handover' AND s.state = 'accepted' "
                "ORDER BY s.id DESC",
                keys,
            ),
            (
                "SELECT j.received_at FROM history h JOIN journal j ON j.group_id = h.group_id AND "
                "j.command_id = h.command_id WHERE h.group_id = ? AND h.row_id = ? AND h.field = 'owner_id' "
                "ORDER BY j.n DESC LIMIT 1",
                (group_id, vehicle.id),
            ),
        )
    owner_since = (bought[0][0] if bought else _ALWAYS) if vehicle.owner_id == customer_id else None
    visits: list[Visit] = [DECODERS["visits"].decode(body) for (body,) in rows]
    theirs = [one for one in visits if is_theirs(one, customer_id, owner_since)][:MOST]
    signatures = dict(signed)
    return [Past(one, [name for at, name in lines if at == one.id], signatures.get(one.id)) for one in theirs]


def is_theirs(visit: Visit, customer_id: str, owner_since: datetime | None) -> bool:
    """Whether a customer may see an earlier visit of the car: as who brought it, or as its owner at that time."""
    return visit.customer_id == customer_id or (owner_since is not None and visit.opened_at > owner_since)
