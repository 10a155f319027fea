"""How a car wears: what an inspection would measure at an odometer reading and a day, and what is put right."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any, NamedTuple

from server.demo.catalogue import inspection_template
from server.demo.models import Model, age_in_years

_TENTH = Decimal("0.1")


class _Pace(NamedTuple):
    """How one thing ages: its value when new, its change in 10,000 km and in a year, and when it is usually renewed."""

    new: float
    per_10_000_km: float
    per_year: float
    life_km: int = 10_000_000
    life_years: float = 100


_PACES = {
    "TYR-TREAD-F": _Pace(8.0, -1.15, 0, life_km=48_000),
    "TYR-TREAD-R": _Pace(8.0, -0.9, 0, life_km=58_000),
    "BRK-PAD-F": _Pace(11.5, -1.9, 0, life_km=38_000),
    "BRK-PAD-R": _Pace(10.0, -1.2, 0, life_km=52_000),
    "BRK-FLUID": _Pace(0.4, 0, 0.85, life_years=2.6),
    "BAT-SOH": _Pace(100, 0, -9, life_years=4.5),
    "FLU-FREEZE": _Pace(-37, 0, 2.6, life_years=4.2),
    "NEV-SOH": _Pace(100, -0.55, -1.0),
    "NEV-CELL": _Pace(12, 1.5, 3.0),
}
_COUNTED_IN_TENTHS = ("TYR", "BRK")
_SOFT_BRAKING = 0.5
"""Cars with a plug brake with their motor, which halves the wear of their pads."""

_WORN_OUT = 1.1
"""How many usual lives a thing lasts at most: beyond it, the owner had it renewed somewhere else."""

_ALWAYS = (
    "TYR-TREAD-FL", "TYR-TREAD-FR", "TYR-TREAD-RL", "TYR-TREAD-RR",
    "BRK-PAD-FL", "BRK-PAD-FR", "BRK-PAD-RL", "BRK-PAD-RR",
)  # fmt: skip
_AT_SERVICE = ("BRK-FLUID", "BAT-VOLT", "BAT-SOH")
_WITH_ENGINE = ("FLU-FREEZE",)
_WITH_PLUG = ("NEV-SOH", "NEV-CELL", "NEV-ISO")


def measured_items(model: Model, thorough: bool) -> tuple[str, ...]:
    """The items that are measured on such a car: wheels and brakes always, the rest at a service."""
    if not thorough:
        return _ALWAYS
    return _ALWAYS + _AT_SERVICE + _WITH_ENGINE * model.has_engine + _WITH_PLUG * model.has_plug


def remedy_of(item_code: str) -> str:
    """What is renewed together: the axle for wheels and brakes, the battery for its voltage, else the item itself."""
    if item_code in _ALWAYS:
        return item_code[:-1]
    return "BAT-SOH" if item_code == "BAT-VOLT" else item_code


def grade(item_code: str, value: Decimal) -> str:
    """The grade that the template's limits give to a measured value."""
    limits = _limits()[item_code]
    yellow, red = Decimal(limits["yellow"]), Decimal(limits["red"])
    if limits["worse"] == "above":
        value, yellow, red = -value, -yellow, -red
    return "red" if value <= red else "yellow" if value <= yellow else "green"


@cache
def _limits() -> dict[str, dict[str, Any]]:
    return {item["code"]: item["limits"] | {"unit": item["unit"]} for item in inspection_template() if item["limits"]}


class Wear:
    """The state of one car's wearing parts; the same car always wears the same way."""

    def __init__(self, vehicle_id: str, model: Model, odometer_km: int, purchased_on: date, day: date) -> None:
        self._rng_seed, self._model = vehicle_id, model
        self._renewed: dict[str, tuple[int, date]] = {}
        for thing, pace in _PACES.items():
            years = age_in_years(purchased_on, day) % pace.life_years
            self._renewed[thing] = odometer_km - odometer_km % pace.life_km, day - timedelta(days=years * 365.25)

    def renew(self, thing: str, odometer_km: int, day: date) -> None:
        """Something was replaced or refilled: it starts anew."""
        if thing in self._renewed:
            self._renewed[thing] = odometer_km, day

    def measure(self, item_code: str, odometer_km: int, day: date) -> dict[str, str]:
        """What the technician reads: a decimal string and the template's unit."""
        return {"value": str(self._value(item_code, odometer_km, day)), "unit": _limits()[item_code]["unit"]}

    def _value(self, item_code: str, odometer_km: int, day: date) -> Decimal:
        own = Random(f"{self._rng_seed} {item_code}").uniform(0.9, 1.1)
        if item_code == "NEV-ISO":
            return Decimal(12 * own).quantize(_TENTH)
        thing = remedy_of(item_code)
        pace = _PACES[thing]
        km_at, day_at = self._renewed[thing]
        soft = _SOFT_BRAKING if self._model.has_plug and thing.startswith("BRK-PAD") else 1
        km = (odometer_km - km_at) * soft % (pace.life_km * _WORN_OUT)
        years = age_in_years(day_at, day) % (pace.life_years * _WORN_OUT)
        value = pace.new + own * (pace.per_10_000_km * km / 10_000 + pace.per_year * years)
        if item_code == "BAT-VOLT":
            return Decimal(11.75 + 0.01 * value).quantize(_TENTH)
        if item_code.startswith(_COUNTED_IN_TENTHS):
            return Decimal(max(value, 0.8)).quantize(_TENTH)
        return Decimal(value).quantize(Decimal(1))
