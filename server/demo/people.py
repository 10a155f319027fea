"""Customers and their cars, shaped as the commands that register them."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from server.demo.models import Model, a_model, a_plate, a_vin, age_in_years
from server.demo.names import a_company, a_mobile, a_person, an_address, weighted, words
from server.demo.service import tone
from server.demo.step import Step, at_the_shop, demo_id, step, wire

OPENED_DAYS_AGO = 800
"""When the store began to use the system; cars bought before that were registered then."""


def people(rng: Random, n_customers: int, today: date) -> Iterator[dict[str, Any]]:
    """`n_customers` households with a fifth more cars than customers.

    Each is `registered_at` (RFC 3339) and lists of command fields: `customer` (customer.register, one), `consents`
    (customer.set_consent), `tags` (customer.tag), `notes` (customer.add_note), `vehicles` (vehicle.register).
    """
    garages = [1] * n_customers
    for lucky in rng.choices(range(n_customers), k=n_customers // 5):
        garages[lucky] += 1
    office = _Office(rng, today)
    for cars in garages:
        yield office.household(cars)


def enrolment(household: dict[str, Any]) -> Iterator[Step]:
    """The commands that bring a household into the system, in order."""
    rng = Random(household["customer"]["customer_id"])
    at = datetime.fromisoformat(household["registered_at"])
    told = [
        ("customer.register", [household["customer"]]),
        ("customer.set_consent", household["consents"]),
        ("customer.tag", [*household["tags"], *_toned(household["customer"]["customer_id"])]),
        ("customer.add_note", household["notes"]),
        ("vehicle.register", household["vehicles"]),
    ]
    for name, forms in told:
        for fields in forms:
            at += timedelta(seconds=40)
            yield step(rng, at, "advisor", name, **fields)


def _toned(customer_id: str) -> list[dict[str, Any]]:
    words = tone(customer_id)
    return [{"customer_id": customer_id, "add": words, "remove": []}] if words else []


class _Office:
    """Fills in the forms of one household after another; no phone, VIN or plate is given twice."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng, self.today = rng, today
        self.given: set[str] = set()

    def household(self, cars: int) -> dict[str, Any]:
        bought = [(model, year, self._purchased_on(year)) for model, year in (self._model() for _ in range(cars))]
        registered_on = max(self.today - timedelta(days=OPENED_DAYS_AGO), *(day for _, _, day in bought))
        at = at_the_shop(registered_on, self.rng.uniform(8.7, 17.5))
        customer_id = demo_id(self.rng, at)
        return {
            "registered_at": wire(at),
            "customer": self._customer(customer_id, company=cars > 2 or self._once_in(20)),
            "consents": self._consents(customer_id, at),
            "tags": self._tags(customer_id),
            "notes": self._notes(customer_id, at),
            "vehicles": [self._vehicle(customer_id, at, registered_on, *deal) for deal in bought],
        }

    def _customer(self, customer_id: str, company: bool) -> dict[str, Any]:
        rng = self.rng
        phones = [self._phone("联系人" if company else "手机", primary=True)]
        if self._once_in(8):
            phones.append(self._phone("家人", primary=False))
        form = {
            "customer_id": customer_id, "name": a_company(rng) if company else a_person(rng),
            "kind": "company" if company else "person", "phones": phones,
            "preferred_channel": rng.choice(("sms", "sms", "phone", "push")), "address": an_address(rng),
        }  # fmt: skip
        if self._once_in(4):
            form["email"] = f"customer{phones[0]['number'][-8:]}@example.com"
        if not company and self._once_in(2):
            form["birthday_on"] = date(rng.randint(1958, 2003), rng.randint(1, 12), rng.randint(1, 28)).isoformat()
        return form

    def _phone(self, label: str, primary: bool) -> dict[str, Any]:
        return {"number": self._new(lambda: a_mobile(self.rng)), "label": label, "primary": primary}

    def _consents(self, customer_id: str, at: datetime) -> list[dict[str, Any]]:
        wishes = (
            ("service_messages", "any", 0.94, 0.02),
            ("marketing", "sms", 0.45, 0.15),
            ("manufacturer_sharing", "any", 0.55, 0.10),
        )
        consents: list[dict[str, Any]] = []
        for purpose, channel, granted, withdrawn in wishes:
            drawn = self.rng.random()
            if drawn < granted + withdrawn:
                consents.append({
                    "customer_id": customer_id, "purpose": purpose, "channel": channel,
                    "decision": "granted" if drawn < granted else "withdrawn",
                    "decided_at": wire(at), "source": self.rng.choice(("tablet", "tablet", "paper")),
                })  # fmt: skip
        return consents

    def _tags(self, customer_id: str) -> list[dict[str, Any]]:
        if not self._once_in(5):
            return []
        return [{"customer_id": customer_id, "add": [weighted(self.rng, words().tags)], "remove": []}]

    def _notes(self, customer_id: str, at: datetime) -> list[dict[str, Any]]:
        if not self._once_in(12):
            return []
        return [{"customer_id": customer_id, "note_id": demo_id(self.rng, at), "text": self.rng.choice(words().notes)}]

    def _vehicle(
        self, owner_id: str, at: datetime, registered_on: date, model: Model, year: int, purchased_on: date
    ) -> dict[str, Any]:
        rng = self.rng
        driven = age_in_years(purchased_on, registered_on) * model.km_per_year * rng.uniform(0.7, 1.35)
        form = {
            "vehicle_id": demo_id(rng, at), "vin": self._new(lambda: a_vin(rng, model, year)),
            "make": model.make, "model": model.model, "model_year": year, "colour": weighted(rng, words().colours),
            "energy": model.energy, "owner_id": owner_id, "purchased_on": purchased_on.isoformat(),
            "odometer_km": rng.randint(8, 60) + int(driven),
        }  # fmt: skip
        if (self.today - purchased_on).days > 20:
            form["plate"] = self._new(lambda: a_plate(rng, model.energy))
        if model.has_engine:
            form["engine_no"] = f"{model.engine.replace('.', '')}{rng.randrange(10**7):07}"
        return form

    def _model(self) -> tuple[Model, int]:
        return a_model(self.rng, self.today.year)

    def _purchased_on(self, year: int) -> date:
        first, last = date(year, 1, 1), min(date(year, 12, 31), self.today - timedelta(days=5))
        return min(first + timedelta(days=self.rng.randint(0, 364)), last)

    def _once_in(self, times: int) -> bool:
        return self.rng.randrange(times) == 0

    def _new(self, draw: Callable[[], str]) -> str:
        while (value := draw()) in self.given:
            pass
        self.given.add(value)
        return value
