"""What speaks for two records being one customer or one car: likely matches, which a person decides on.

Pure and the same whichever record is asked first, but for the sides. Facts of a match: `match` says what is alike,
`keep` and `merge` what each record says.
"""

from collections.abc import Iterable
from itertools import product
from typing import Any

from server.domain.names import likeness, marks, spelled
from server.domain.rows.customers import Customer
from server.domain.rows.vehicles import Vehicle
from server.domain.typed import one_slip

Facts = dict[str, Any]


def keys_of_customer(name: str, numbers: Iterable[str]) -> list[str]:
    """Words of which a customer shares one with every other who may be the same one.

    One slip in a number leaves its last five digits or what stands before its last six; the latter is shared by many,
    so a mark of the name stands beside it.
    """
    keys: list[str] = []
    for number in numbers:
        keys += [f"phone:{number}", f"near:{number[-5:]}"]
        keys += [f"near:{number[:-6]}:{mark}" for mark in sorted(marks(name))]
    return keys


def keys_of_vehicle(vin: str | None, plate: str | None) -> list[str]:
    """Words of which a car shares one with every other that may be the same one."""
    return [f"{name}:{value}" for name, value in (("vin", vin), ("plate", plate)) if value]


def alike_customers(keep: Customer, merge: Customer) -> list[Facts]:
    """The same phone, or a phone one slip away under a name that is not `different` (see `names.likeness`).

    The same phone counts under a quite different name too: a family shares one, and only a person can tell.
    """
    names = likeness(keep.name, merge.name)
    mine, theirs = ({phone.number for phone in row.phones} for row in (keep, merge))
    said = [{"name": row.name, "pinyin": spelled(row.name)} for row in (keep, merge)]
    if shared := sorted(mine & theirs):
        return [{"match": "phone", "names": names, "numbers": shared, "keep": said[0], "merge": said[1]}]
    near = [pair for pair in product(mine, theirs) if one_slip(*pair)] if names != "different" else []
    if not near:
        return []
    numbers = min(near, key=sorted)
    sides = [who | {"number": number} for who, number in zip(said, numbers, strict=True)]
    return [{"match": "near_phone", "names": names, "keep": sides[0], "merge": sides[1]}]


def alike_vehicles(keep: Vehicle, merge: Vehicle) -> list[Facts]:
    """The same VIN, or the same plate. Plates change hands, so `vins` says how the VINs compare.

    `vins`: `same`, `near` (one slip apart), `different`, or `unknown` when a record has none.
    """
    known = bool(keep.vin and merge.vin)
    vins = "unknown" if not known else "same" if keep.vin == merge.vin else "different"
    if known and one_slip(keep.vin or "", merge.vin or ""):
        vins = "near"
    said = [{"make": row.make, "model": row.model, "vin": row.vin, "plate": row.plate} for row in (keep, merge)]
    matches = [name for name, same in (("vin", vins == "same"), ("plate", keep.plate == merge.plate)) if same]
    return [
        {"match": name, "vins": vins, "keep": said[0], "merge": said[1]} for name in matches if getattr(keep, name)
    ]  # fmt: skip
