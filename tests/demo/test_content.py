"""The catalogue, the inspection template and the jobs: enough of each, and all of it fits together."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from server.demo import catalogue, dealership, inspection_template, staff
from server.demo.content import table
from server.demo.jobs import jobs, priced, remedies, suits
from server.demo.models import models
from server.demo.wear import grade, measured_items, remedy_of
from server.domain import money, phone
from server.domain.roles import PEOPLE
from tests.demo.shapes import decoded

AS_OF = date(2026, 11, 1)
ITEMS = catalogue(AS_OF)
TEMPLATE = inspection_template()
CODES = {item["code"] for item in TEMPLATE}


def the_catalogue_has_enough_labour_and_parts_to_work_with():
    kinds = Counter(item["kind"] for item in ITEMS)
    assert kinds["labour"] >= 150
    assert kinds["part"] >= 300
    assert len({item["code"] for item in ITEMS}) == len(ITEMS)
    assert len({item["name"] for item in ITEMS}) == len({item["name_en"] for item in ITEMS}) == len(ITEMS)


@pytest.mark.parametrize(("name", "rows"), [("catalog.put", ITEMS), ("inspection.put", TEMPLATE)])
def the_rows_are_the_fields_of_the_commands_that_store_them(name, rows):
    for row in rows:
        decoded(name, row)


def the_price_of_labour_is_by_the_hour_with_one_digit_of_hours():
    for item in ITEMS:
        if item["kind"] == "labour":
            assert item["unit"] == "h"
            assert re.fullmatch(r"\d+\.\d", item["standard_hours"])
            assert 20_000 <= item["unit_price_fen"] <= 50_000


def the_names_are_there_in_chinese_and_in_english():
    for row in [*ITEMS, *TEMPLATE]:
        assert row["name"]
        assert row["name_en"].isascii() or "−" in row["name_en"] or "°" in row["name_en"]


def the_template_has_eight_groups_of_several_items_in_order():
    groups = Counter(item["group"] for item in TEMPLATE)
    assert len(TEMPLATE) >= 60
    assert len(groups) == len({item["group_en"] for item in TEMPLATE}) == 8
    assert min(groups.values()) >= 7
    assert [item["position"] for item in TEMPLATE] == list(range(1, len(TEMPLATE) + 1))


def the_limits_get_worse_from_yellow_to_red():
    for item in TEMPLATE:
        assert (item["unit"] is None) == (item["limits"] is None)
        if item["limits"]:
            yellow, red = Decimal(item["limits"]["yellow"]), Decimal(item["limits"]["red"])
            assert yellow > red if item["limits"]["worse"] == "below" else yellow < red


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("TYR-TREAD-FL", "3.1", "green"), ("TYR-TREAD-FL", "3.0", "yellow"), ("TYR-TREAD-FL", "1.6", "red"),
        ("BRK-FLUID", "1.9", "green"), ("BRK-FLUID", "2.0", "yellow"), ("BRK-FLUID", "3.4", "red"),
        ("FLU-FREEZE", "-35", "green"), ("FLU-FREEZE", "-20", "yellow"), ("FLU-FREEZE", "-15", "red"),
    ],
)  # fmt: skip
def a_value_at_its_limit_already_has_the_worse_grade(code, value, expected):
    assert grade(code, Decimal(value)) == expected


@pytest.mark.parametrize("model", models(), ids=lambda model: model.model)
def a_car_finds_its_parts_for_every_job_that_it_can_come_for(model):
    rng = Random(1)
    for job in jobs().values():
        if suits(job, model, age_years=1):
            for line in [*job.reception, *job.diagnosis]:
                fields = priced(rng, line, model, job.payer)
                money.line_amount(fields["quantity"], fields["unit_price_fen"], fields.get("discount_fen", 0))
    for code in measured_items(model, thorough=True):
        if remedy := remedies().get(remedy_of(code)):
            assert all(priced(rng, line, model, "customer")["code"] for line in remedy.lines)


def the_jobs_and_remedies_speak_of_items_that_the_template_has():
    assert {job.finding.item for job in jobs().values() if job.finding} <= CODES
    assert {renewed for renewed in remedies() if not any(code.startswith(renewed) for code in CODES)} == set()
    assert sum(1 for job in jobs().values() if job.diagnosis and not job.finding) == 0


def the_house_has_two_stores_and_eight_people_with_the_documented_passwords():
    stores = dealership()["stores"]
    assert len(stores) == 2
    assert all(phone.normalise(store["phone"]) == store["phone"] for store in stores)
    usernames = ["advisor", "advisor2", "technician", "inspector", "manager", "crm", "claims", "admin"]
    assert [person["username"] for person in staff()] == usernames
    assert all(person["password"] == f"{person['username']}-demo" for person in staff())
    assert {person["role"] for person in staff()} == set(PEOPLE)
    assert {person["store_id"] for person in staff()} <= {store["id"] for store in stores}


def test_a_phrase_belongs_to_an_item_and_its_remedy_to_the_catalogue():
    sold = {item["code"] for item in ITEMS} | {item["code"].split("-")[0] for item in ITEMS if item["kind"] == "part"}
    assert {code for row in table("phrases") for code in row["items"].split()} <= CODES
    phrases = [phrase for item in TEMPLATE for phrase in item["phrases"]]
    assert {code for phrase in phrases for code in phrase["codes"]} <= sold
    assert all(all(phrase.values()) for phrase in phrases)
    assert sum(bool(item["phrases"]) for item in TEMPLATE) >= 40
