"""The shared cases: rows name only what a document reads; the rest is filled in here, so new fields break nothing."""

import json
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from server.domain.rows.customers import Customer
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.evidence import Photo
from server.domain.rows.findings import Damage, Finding
from server.domain.rows.vehicles import Vehicle
from server.domain.rows.visits import Visit

SHARED = json.loads((Path(__file__).parents[1] / "cases" / "documents.json").read_text("utf-8"))
CASES = {case["name"]: case for case in SHARED["cases"]}
ROW = {"visit": Visit, "vehicle": Vehicle, "customer": Customer}
ROWS = {"damages": Damage, "findings": Finding, "lines": EstimateLine, "photos": Photo}
NO_ID = "00000000-0000-7000-8000-000000000000"


def structs(rows: dict[str, Any]) -> list[Any]:
    """Wire rows as structs, in the order in which `build` takes them."""
    types = ROW | {name: list[kind] for name, kind in ROWS.items()}
    return [msgspec.convert(filled(rows[name], inspect.type_info(kind)), kind) for name, kind in types.items()]


def filled(value: Any, info: inspect.Type) -> Any:
    match info:
        case inspect.Metadata():
            return filled(value, info.type)
        case inspect.UnionType() if value is not None:
            return filled(value, next(t for t in info.types if not isinstance(t, inspect.NoneType)))
        case inspect.ListType():
            return [filled(entry, info.item_type) for entry in value]
        case inspect.StructType():
            return value | {
                f.encode_name: filled(value[f.encode_name], f.type) if f.encode_name in value else _blank(f.type)
                for f in info.fields
            }
        case _:
            return value


def _blank(info: inspect.Type) -> Any:
    match info:
        case inspect.Metadata():
            return _blank(info.type)
        case inspect.StrType():
            return NO_ID if info.pattern else "-"
        case inspect.LiteralType():
            return info.values[0]
        case inspect.ListType():
            return []
        case inspect.DictType():
            return {}
        case inspect.DateTimeType():
            return "2026-11-21T00:00:00Z"
        case inspect.BoolType():
            return False
        case inspect.IntType() | inspect.FloatType():
            return 1
        case _:
            return None
