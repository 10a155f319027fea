"""The cars that people in Chengdu drive: models sold in China, their VINs and their plates."""

from datetime import date
from functools import cache
from random import Random
from typing import Any, NamedTuple

from server.demo.content import table
from server.demo.names import weighted, words
from server.domain import plate, vin

_YEAR_CODES = dict(zip(range(2010, 2031), "ABCDEFGHJKLMNPRSTVWXY", strict=True))
_VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_PLANTS = "ABCDEFGHJKLMN"
_OILS = {"1.5L": "0W-20", "2.0L": "0W-20", "2.5L": "0W-20", "1.5T": "5W-30", "2.0T": "5W-30", "3.0T": "0W-40"}


class Model(NamedTuple):
    """A model: `wmi` is its maker's (SAE/GB 16737), `size`, `engine` and `tyre` are the words that choose parts."""

    make: str
    model: str
    wmi: str
    energy: str
    size: str
    engine: str
    tyre: str
    first: int
    last: int
    weight: int
    km_per_year: int

    @property
    def fits(self) -> tuple[str, ...]:
        """The words by which the catalogue finds the right variant of a part."""
        return self.size, self.engine, self.tyre, _OILS.get(self.engine, "")

    @property
    def has_engine(self) -> bool:
        """Whether there is engine oil to change."""
        return self.energy != "bev"

    @property
    def has_plug(self) -> bool:
        """Whether it charges, and so carries a green plate."""
        return self.energy in ("bev", "phev", "erev")


@cache
def models() -> list[Model]:
    """Every model the demo knows."""
    numbers = ("first", "last", "weight", "km_per_year")
    rows: list[dict[str, Any]] = [row | {name: int(row[name]) for name in numbers} for row in table("cars")]
    return [Model(**row) for row in rows]


def model_of(vehicle: dict[str, Any]) -> Model:
    """The model of a vehicle as it was registered."""
    return _by_name()[vehicle["make"], vehicle["model"]]


@cache
def _by_name() -> dict[tuple[str, str], Model]:
    return {(model.make, model.model): model for model in models()}


def a_model(rng: Random, newest: int) -> tuple[Model, int]:
    """A model as often as it is seen on the road, and a model year of it that is not after `newest`."""
    model = rng.choices(models(), [model.weight for model in models()])[0]
    return model, rng.randint(model.first, max(model.first, min(model.last, newest)))


def a_vin(rng: Random, model: Model, year: int) -> str:
    """A VIN with the maker's WMI, the year's code at position 10, six digits at the end and the right check digit."""
    described = "".join(rng.choices(_VIN_LETTERS, k=5))
    serial = f"{_YEAR_CODES[year]}{rng.choice(_PLANTS)}{rng.randrange(1_000_000):06}"
    return model.wmi + described + vin.check_digit(model.wmi + described + "0" + serial) + serial


def a_plate(rng: Random, energy: str) -> str:
    """A plate of the kind that the energy asks for: green with D, A, B, C, E or F, G, H, J, K, else blue (GA 36)."""
    area = weighted(rng, words().areas)
    if energy in ("bev", "phev", "erev"):
        letters = plate.ELECTRIC if energy == "bev" else plate.OTHER_NEW_ENERGY
        return f"{area}{rng.choice(letters)}{rng.choice(plate.SERIAL)}{rng.randrange(10_000):04}"
    serial = [str(rng.randrange(10)) for _ in range(5)]
    for at in rng.sample(range(5), rng.choice((0, 1, 1, 2))):
        serial[at] = rng.choice(plate.SERIAL[:24])
    return area + "".join(serial)


def age_in_years(since: date, day: date) -> float:
    """Years between two days, never negative."""
    return max(0, (day - since).days) / 365.25
