"""What the store must know of a kind of row: its parent, its secondary keys, and whose tablets hold it."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from server.domain.alike import keys_of_customer, keys_of_vehicle
from server.domain.ids import derived, is_id
from server.domain.rows import KIND_OF, KINDS, WIRE
from server.domain.stages import CLOSED

encode = msgspec.json.encode
DECODERS: dict[str, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(struct) for kind, struct in KINDS.items()}

GROUP_WIDE = frozenset({"catalog_items", "inspection_items", "aliases"})
"""Kinds that every store of the group holds."""


def kind_of(row: Struct) -> str:
    """The wire name of a row's kind."""
    return KIND_OF[type(row)]


def parent_of(row: Any) -> str | None:
    """The visit that a row hangs on, if any; such rows are loaded and leave the scope together with it."""
    return getattr(row, "visit_id", None) if kind_of(row) not in ("appointments", "reviews", "complaints") else None


def _about(row: Any) -> list[str]:
    return [f"about:{row.visit_id}"] if row.visit_id else []


def _keys_of_open(review: Any) -> list[str]:
    command = review.command
    held_up = review.outcome in ("rejected", "blocked") and command.device_id
    named = [review.reason.subject.id, *(value for name, value in command.fields.items() if name.endswith("_id"))]
    return (
        _about(review)
        + [f"holds:{value}" for value in sorted({v for v in named if isinstance(v, str) and is_id(v)})]
        + ([f"blocks:{command.device_id}"] if held_up else [])
        + ([f"cause:{review.cause_id}"] if review.cause_id else [])
        + ([f"disputes:{review.reason.subject.id}"] if review.outcome == "merged" else [])
        + ([f"signed:{review.visit_id}"] if review.outcome == "kept" and command.name == "handover.sign" else [])
    )


_KEYS: dict[str, Callable[[Any], list[str]]] = {
    "customers": lambda r: keys_of_customer(r.name, [p.number for p in r.phones]),
    "vehicles": lambda r: keys_of_vehicle(r.vin, r.plate) + ([f"owner:{r.owner_id}"] if r.owner_id else []),
    "visits": lambda r: (
        [f"customer:{r.customer_id}", f"vehicle:{r.vehicle_id}"]
        + ([f"after:{r.comeback_of}"] if r.comeback_of else [])
        + ([] if r.stage in CLOSED else [f"open:{r.vehicle_id}"])
    ),
    "photos": lambda r: [f"photo:{r.sha256}"],
    "damages": lambda r: [f"photo:{sha}" for sha in r.photos],
    "findings": lambda r: [f"photo:{sha}" for sha in r.photos],
    "estimate_lines": lambda r: [f"after:{r.carried_from}"] if r.carried_from else [],
    "appointments": lambda r: (
        [f"customer:{r.customer_id}"] + ([f"vehicle:{r.vehicle_id}"] if r.vehicle_id else []) + _about(r)
    ),
    "messages": lambda r: [] if r.visit_id else [f"told:{r.customer_id}"],
    "aliases": lambda r: [f"stands:{r.canonical_id}"],
    "staff": lambda r: [f"manager:{r.store_id}"] if r.role == "manager" and r.active else [],
    "complaints": lambda r: [f"complains:{r.customer_id}", *_about(r)],
    "push_subscriptions": lambda r: [f"endpoint:{derived(r.endpoint)}"],
    "merges": lambda r: [f"into:{r.keep_id}"],
    "merge_proposals": lambda r: [f"proposal:{r.keep_id}", f"proposal:{r.merge_id}"],
    "reviews": lambda r: _keys_of_open(r) if r.state == "open" else _about(r),
}


def keys_of(row: Struct) -> list[str]:
    """The words by which a row can be found besides its id, such as `vin:…` or `phone:+86…`."""
    make = _KEYS.get(kind_of(row))
    return make(row) if make else []


def stores_of(row: Any, group_stores: list[str], parent: Any | None) -> list[str]:
    """The stores whose tablets hold the row; empty for rows that only the server reads."""
    kind = kind_of(row)
    if kind in GROUP_WIDE:
        return group_stores
    if hasattr(row, "stores"):
        return row.stores
    if hasattr(row, "store_id"):
        return [row.store_id]
    if parent is not None and kind in WIRE:
        return [parent.store_id]
    return []
