"""The cars as the shop knows them: whose they are, how far they have run, how worn they are."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from server.demo.models import Model, age_in_years, model_of
from server.demo.step import SHOP_TIME
from server.demo.wear import Wear


@dataclass
class Car:
    """One car between its visits; `odometer_km` was read on `read_on`, and it is in the shop until `free_on`."""

    vehicle: dict[str, Any]
    owner: dict[str, Any]
    model: Model
    wear: Wear
    km_a_day: float
    odometer_km: int
    read_on: date
    free_on: date
    visits: int = 0

    @property
    def id(self) -> str:
        """The vehicle's id."""
        return self.vehicle["vehicle_id"]

    @property
    def purchased_on(self) -> date:
        """When the first owner got it."""
        return date.fromisoformat(self.vehicle["purchased_on"])

    def age(self, day: date) -> float:
        """Years since it was bought."""
        return age_in_years(self.purchased_on, day)

    def drive_to(self, day: date) -> int:
        """The odometer in km on that day; never less than it was."""
        self.odometer_km += int(max(0, (day - self.read_on).days) * self.km_a_day)
        self.read_on = max(day, self.read_on)
        return self.odometer_km

    def leaves(self, at: datetime, odometer_km: int) -> None:
        """A visit is over: the next can be a few weeks later."""
        self.visits += 1
        self.odometer_km = odometer_km
        self.read_on = max(self.read_on, at.astimezone(SHOP_TIME).date())
        self.free_on = self.read_on + timedelta(days=45)


def cars_of(households: list[dict[str, Any]]) -> list[Car]:
    """Every car of these households (see `people`), as it was when it was registered."""
    return [_car(household, vehicle) for household in households for vehicle in household["vehicles"]]


def _car(household: dict[str, Any], vehicle: dict[str, Any]) -> Car:
    registered_on = datetime.fromisoformat(household["registered_at"]).astimezone(SHOP_TIME).date()
    model = model_of(vehicle)
    km = vehicle["odometer_km"]
    return Car(
        vehicle=vehicle,
        owner=household["customer"],
        model=model,
        wear=Wear(vehicle["vehicle_id"], model, km, date.fromisoformat(vehicle["purchased_on"]), registered_on),
        km_a_day=model.km_per_year / 365.25 * Random(vehicle["vehicle_id"]).uniform(0.7, 1.35),
        odometer_km=km,
        read_on=registered_on,
        free_on=registered_on + timedelta(days=30),
    )
