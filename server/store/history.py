"""The history of single fields: what a command replaced. Who, when and from which device stands in the journal."""

from typing import Any

import msgspec

from server.domain.merge import PRIMARY, primary_of
from server.domain.rows import KINDS

FOLLOWED: dict[str, tuple[str, ...]] = {
    "customers": (
        "name",
        "kind",
        "phones",
        PRIMARY,
        "preferred_channel",
        "email",
        "address",
        "birthday_on",
        "tags",
        "channels",
        "quiet",
        "language",
        "contact_stop",
        "restricted",
    ),
    "vehicles": (
        "vin",
        "plate",
        "make",
        "model",
        "model_year",
        "colour",
        "energy",
        "engine_no",
        "owner_id",
        "purchased_on",
        "insurance_expires_on",
        "odometer_km",
        "recalls",
    ),
    "visits": ("customer_id", "vehicle_id", "kind", "payer", "ready_at", "technician_id"),
    "appointments": ("at",),
    "complaints": ("owner_id", "due_at"),
    "findings": ("item_code", "grade", "measure", "dtcs", "cause", "plan", "budget_fen", "photos"),
    "merge_proposals": ("state",),
}
"""Fields that people change; what is append-only keeps its own past in its row."""

assert all(name.split(".")[0] in KINDS[kind].__struct_fields__ for kind, names in FOLLOWED.items() for name in names)


def changes(kind: str, row_id: str, before: Any, after: Any, command_id: str) -> list[dict[str, Any]]:
    """One entry for each followed field that differs; values as JSON texts."""
    found = ((name, _value(before, name), _value(after, name)) for name in FOLLOWED.get(kind, ()))
    return [
        {
            "kind": kind, "row_id": row_id, "field": name, "command_id": command_id,
            "before": msgspec.json.encode(old).decode(), "after": msgspec.json.encode(new).decode(),
        }
        for name, old, new in found
        if old != new
    ]  # fmt: skip


def _value(row: Any, name: str) -> Any:
    return primary_of(row.phones) if name == PRIMARY else getattr(row, name)
