"""What the shop sells and what it looks at: labour, parts, and the inspection template."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

from server.demo.content import table

_RATES = defaultdict(lambda: 28000, HV=38000, ELE=32000, DIA=32000, BDY=26000, PNT=26000)
"""Fen per hour by trade, the middle word of a labour code; mechanical work unless named."""

_GROUPS = {
    "TYR": ("轮胎与车轮", "Tyres and wheels"),
    "BRK": ("制动系统", "Brakes"),
    "BAT": ("蓄电池与电气", "Battery and electrics"),
    "ELE": ("蓄电池与电气", "Battery and electrics"),
    "LGT": ("灯光", "Lights"),
    "FLU": ("油液", "Fluids"),
    "ENG": ("发动机舱", "Engine bay"),
    "UND": ("底盘", "Underbody"),
    "NEV": ("新能源三电", "New-energy drivetrain"),
}


def catalogue(as_of: date) -> list[dict[str, Any]]:
    """Every labour item (price per hour, standard hours) and part (price per unit) as the fields of catalog.put."""
    return [{**item, "as_of": as_of.isoformat()} for item in _items().values()]


def inspection_template() -> list[dict[str, Any]]:
    """The inspection items in walking order, as the fields of inspection.put; limits say where yellow and red begin."""
    return [
        {
            "code": row["code"], "position": position,
            "group": _GROUPS[row["code"][:3]][0], "group_en": _GROUPS[row["code"][:3]][1],
            "name": row["name"], "name_en": row["name_en"], "unit": row["unit"] or None,
            "limits": {"yellow": row["yellow"], "red": row["red"], "worse": row["worse"]} if row["unit"] else None,
            "phrases": _phrases()[row["code"]],
        }
        for position, row in enumerate(table("inspection"), start=1)
    ]  # fmt: skip


@cache
def _phrases() -> defaultdict[str, list[dict[str, Any]]]:
    """By inspection item what is often found there and what is done about it; a part's code is its prefix."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in table("phrases"):
        phrase = {name: row[name] for name in ("cause", "cause_en", "plan", "plan_en")}
        for code in row["items"].split():
            found[code].append({**phrase, "codes": row["codes"].split()})
    return found


def item(code: str, *fits: str) -> dict[str, Any]:
    """The item with this code, or, for a part's prefix such as `BP`, the variant that fits the car.

    `fits` are the car's own words: its size, engine, tyre and oil. Raises StopIteration when nothing fits.
    """
    items, variants = _items(), _variants()
    if code in items:
        return items[code]
    return items[next(variants[code, word] for word in fits if (code, word) in variants)]


@cache
def _items() -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in [*_labour(), *(row for row, _, _ in _parts())]}


@cache
def _variants() -> dict[tuple[str, str], str]:
    return {(prefix, word): row["code"] for row, prefix, word in _parts() if word}


def _labour() -> list[dict[str, Any]]:
    return [
        {
            "code": row["code"], "kind": "labour", "name": row["name"], "name_en": row["name_en"], "unit": "h",
            "unit_price_fen": _RATES[row["code"].split("-")[1]], "standard_hours": row["hours"],
        }
        for row in table("labour")
    ]  # fmt: skip


def _parts() -> Iterator[tuple[dict[str, Any], str, str]]:
    """Each part with its prefix and the variant's word (empty when there is only one)."""
    numbers: defaultdict[str, count[int]] = defaultdict(lambda: count(1))
    plain = {"key": "", "name": "", "name_en": "", "factor": "1"}
    for family in table("parts"):
        prefix = family["prefix"]
        fitting = [row for row in table("variants") if row["set"] == family["variants"]] or [plain]
        for variant in fitting:
            yield {
                "code": f"{prefix}-{next(numbers[prefix]):03}", "kind": "part",
                "name": _with(family["name"], variant["name"]), "name_en": _with(family["name_en"], variant["name_en"]),
                "unit": family["unit"], "unit_price_fen": _price(family["yuan"], variant["factor"]),
                "standard_hours": None,
            }, prefix, variant["key"]  # fmt: skip


def _with(name: str, variant: str) -> str:
    return f"{name} {variant}".strip()


def _price(yuan: str, factor: str) -> int:
    """Fen; whole yuan for everything that costs at least one."""
    exact = Decimal(yuan) * Decimal(factor)
    return int((exact if exact < 1 else exact.quantize(Decimal(1))) * 100)
