"""Customers and cars: believable, reproducible, and nobody real."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from random import Random

from server.demo import cars_of, enrolment, people
from server.demo.models import model_of
from server.domain import phone, plate, vin
from tests.demo.shapes import decoded

TODAY = date(2026, 11, 21)
HOUSEHOLDS = list(people(Random(1), 2000, TODAY))
CUSTOMERS = [household["customer"] for household in HOUSEHOLDS]
VEHICLES = [vehicle for household in HOUSEHOLDS for vehicle in household["vehicles"]]
NEW_ENERGY = {"bev", "phev", "erev"}


def the_same_seed_gives_the_same_people():
    few = list(people(Random(7), 30, TODAY))
    assert json.dumps(few) == json.dumps(list(people(Random(7), 30, TODAY)))
    assert few != list(people(Random(8), 30, TODAY))


def the_town_has_2000_customers_and_2400_vehicles():
    assert (len(CUSTOMERS), len(VEHICLES)) == (2000, 2400)
    assert 0.03 < Counter(customer["kind"] for customer in CUSTOMERS)["company"] / 2000 < 0.12


def an_id_phone_vin_or_plate_is_never_given_twice():
    phones = [number["number"] for customer in CUSTOMERS for number in customer["phones"]]
    plates = [vehicle["plate"] for vehicle in VEHICLES if "plate" in vehicle]
    ids = [customer["customer_id"] for customer in CUSTOMERS] + [vehicle["vehicle_id"] for vehicle in VEHICLES]
    for values in (phones, plates, ids, [vehicle["vin"] for vehicle in VEHICLES]):
        assert len(set(values)) == len(values)


def a_phone_is_a_mobile_that_no_operator_hands_out():
    for customer in CUSTOMERS:
        for number in customer["phones"]:
            assert phone.normalise(number["number"]) == number["number"]
            assert number["number"][3:6] in ("154", "160", "161", "163", "164", "168", "169")
        assert [number["primary"] for number in customer["phones"]].count(True) == 1


def a_vin_is_valid_and_begins_with_its_makers_code():
    for vehicle in VEHICLES:
        assert vin.normalise(vehicle["vin"]) == vehicle["vin"]
        assert vin.check(vehicle["vin"]) == "ok"
        assert vehicle["vin"].startswith(model_of(vehicle).wmi)


def the_plate_fits_the_energy():
    for vehicle in VEHICLES:
        if number := vehicle.get("plate"):
            assert plate.normalise(number) == number
            green = plate.kind(number) == "new_energy_small"
            assert green == (vehicle["energy"] in NEW_ENERGY)
            assert not green or (number[2] in plate.ELECTRIC) == (vehicle["energy"] == "bev")


def a_car_without_a_plate_is_brand_new():
    for vehicle in VEHICLES:
        assert "plate" in vehicle or (TODAY - date.fromisoformat(vehicle["purchased_on"])).days <= 20


def the_odometer_is_plausible_for_the_age_when_the_car_was_registered():
    for household in HOUSEHOLDS:
        registered = datetime.fromisoformat(household["registered_at"]).date()
        for vehicle in household["vehicles"]:
            years = (registered - date.fromisoformat(vehicle["purchased_on"])).days / 365.25
            assert -0.01 < years < 12
            assert 8 <= vehicle["odometer_km"] <= 60 + (years + 0.01) * 28_000 * 1.4


def a_car_is_bought_in_the_past_and_in_its_model_year_or_later():
    for vehicle in VEHICLES:
        assert vehicle["model_year"] <= date.fromisoformat(vehicle["purchased_on"]).year
        assert date.fromisoformat(vehicle["purchased_on"]) < TODAY


def a_household_enrols_with_commands_that_decode():
    now = datetime(2026, 11, 21, tzinfo=UTC)
    for household in HOUSEHOLDS[:200]:
        steps = list(enrolment(household))
        assert steps == list(enrolment(household))
        assert [step.name for step in steps[:1]] == ["customer.register"]
        assert [step.name for step in steps].count("vehicle.register") == len(household["vehicles"])
        for step in steps:
            decoded(step.name, step.fields)
            assert step.at < now


def a_small_town_works_too():
    assert [len(list(people(Random(1), count, TODAY))) for count in (0, 1, 3)] == [0, 1, 3]
    assert cars_of([]) == []
