"""Two years of visits and today's board: every script keeps the rules of the shop."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from server.demo import Step, cars_of, history, people, staff, today_board
from server.domain.money import line_amount
from server.domain.roles import may
from server.domain.stages import MOVES
from tests.demo.shapes import decoded

NOW = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
ROLES = {person["username"]: person["role"] for person in staff()}
CARS = cars_of(list(people(Random(1), 2000, NOW.date())))
VISITS = list(history(Random(2), CARS, NOW.date()))
STARS = ("speed", "quality", "price", "courtesy")
BOARD = today_board(Random(3), CARS, NOW)


def of(steps: list[Step], name: str) -> list[dict[str, Any]]:
    return [step.fields for step in steps if step.name == name]


def trail(steps: list[Step]) -> list[tuple[str, str, str]]:
    """The moves of a visit: from, to and the command that made it."""
    stage, moves = "checked_in", []
    entered = {"visit.assign": "assigned", "quality.pass": "settling", "quality.fail": "repairing",
               "handover.release": "handed_over", "visit.cancel": "cancelled"}  # fmt: skip
    for step in steps:
        by = "handover" if step.name == "handover.release" else step.name
        to = entered.get(step.name)
        if step.name == "repair.advance":
            assert step.fields["stage"]["from"] == stage
            to = step.fields["stage"]["to"]
        if step.name == "estimate.present" and stage in ("diagnosing", "repairing"):
            to = "awaiting_approval"
        if to:
            moves.append((stage, to, by))
            stage = to
    return moves


def the_same_seed_tells_the_same_story():
    def tell():
        cars = cars_of(list(people(Random(1), 100, NOW.date())))
        return list(history(Random(2), cars, NOW.date(), visits=30)), today_board(Random(3), cars, NOW)

    assert tell() == tell()


def the_past_has_about_400_visits_over_two_years():
    opened = [visit[0].at for visit in VISITS]
    assert 380 <= len(VISITS) <= 400
    assert NOW - timedelta(days=735) < min(opened)
    assert opened == sorted(opened)
    assert max(visit[-1].at for visit in VISITS) < NOW
    assert len({visit[0].fields["vehicle_id"] for visit in VISITS}) > 150


@pytest.mark.parametrize("steps", [[step for visit in VISITS for step in visit], BOARD], ids=["history", "board"])
def a_step_decodes_and_is_allowed_to_its_person(steps):
    for step in steps:
        decoded(step.name, step.fields)
        assert may(ROLES[step.user], step.name), (step.user, step.name)
    assert len({step.id for step in steps}) == len(steps)


def a_visit_moves_only_as_the_table_of_moves_allows_and_is_closed():
    ends = Counter(trail(visit)[-1][1] for visit in VISITS)
    assert all(MOVES.get((start, end)) == by for visit in VISITS for start, end, by in trail(visit))
    assert set(ends) == {"handed_over", "cancelled"}
    assert ends["cancelled"] < 0.1 * len(VISITS)


def the_time_only_goes_forward_within_a_visit():
    for visit in VISITS:
        assert [step.at for step in visit] == sorted(step.at for step in visit)


def the_shop_opens_no_door_at_night():
    local = [(visit[0].at + timedelta(hours=8)).hour for visit in VISITS]
    assert min(local) >= 8
    assert max(local) < 16


def a_line_is_never_decided_before_it_was_presented():
    for visit in VISITS:
        presented: set[str] = set()
        for step in visit:
            if step.name == "estimate.present":
                presented |= {line["line_id"] for line in step.fields["lines"]}
            if step.name == "estimate.decide":
                assert {decision["line_id"] for decision in step.fields["decisions"]} <= presented


def the_bill_is_the_sum_of_what_was_approved_less_the_discount():
    for visit in VISITS:
        amounts = {
            line["line_id"]: line_amount(line["quantity"], line["unit_price_fen"], line.get("discount_fen", 0))
            for line in of(visit, "estimate.add_line")
        }
        said = [decision for decided in of(visit, "estimate.decide") for decision in decided["decisions"]]
        yes = {decision["line_id"] for decision in said if decision["decision"] == "approved"}
        for bill in of(visit, "settlement.issue"):
            assert {line["line_id"] for line in bill["lines"]} == yes
            assert bill["total_fen"] == sum(amounts[line_id] for line_id in yes) - bill["discount_fen"] > 0
            assert all(payment["amount_fen"] == bill["total_fen"] for payment in of(visit, "settlement.record_payment"))


def the_inspector_is_never_the_technician():
    for visit in VISITS:
        assert {step.user for step in visit if step.name.startswith("quality.")} <= {"inspector"}
        assert {step.user for step in visit if step.name.startswith("finding.")} <= {"technician"}


def the_odometer_of_a_car_never_goes_down():
    read: defaultdict[str, list[int]] = defaultdict(list)
    for visit in VISITS:
        car = visit[0].fields["vehicle_id"]
        read[car] += [seen["odometer_km"] for seen in of(visit, "visit.record_walkaround")]
        read[car] += [seen["odometer_out_km"] for seen in of(visit, "quality.pass")]
    assert all(km == sorted(km) for km in read.values())
    for car in CARS:
        assert not read[car.id] or car.vehicle["odometer_km"] <= read[car.id][0]


def a_car_is_in_the_shop_once_at_a_time():
    stays: defaultdict[str, list[datetime]] = defaultdict(list)
    for visit in VISITS:
        closed = next(step.at for step in visit if step.name in ("handover.release", "visit.cancel"))
        stays[visit[0].fields["vehicle_id"]] += [visit[0].at, closed]
    assert all(times == sorted(times) for times in stays.values())


def a_measured_value_has_the_grade_of_its_limits_and_a_trend():
    treads: defaultdict[str, list[float]] = defaultdict(list)
    for visit in VISITS:
        for found in of(visit, "finding.record"):
            if found["item_code"] == "TYR-TREAD-FL":
                value = float(found["measure"]["value"])
                assert found["grade"] == ("red" if value <= 1.6 else "yellow" if value <= 3.0 else "green")
                treads[visit[0].fields["vehicle_id"]].append(value)
    trends = [values for values in treads.values() if len(values) > 1]
    assert sum(values[1] < values[0] for values in trends) > len(trends) / 2


def a_complaint_of_the_past_was_taken_to_its_end():
    every = [step for visit in VISITS for step in visit]
    closed = {step["complaint_id"] for step in of(every, "complaint.step") if step["kind"] == "call_back"}
    answers = {
        one["survey_id"]: [one[name] for name in STARS] + [one["recommend"]] for one in of(every, "survey.answer")
    }
    low = {survey for survey, (*stars, recommend) in answers.items() if recommend <= 6 or min(stars) <= 2}
    assert low
    assert closed == low


@pytest.mark.parametrize("hour", [0, 3, 9, 15, 16, 20, 23])
def the_board_looks_alive_at_any_hour_and_never_reaches_into_the_future(hour):
    now = datetime(2026, 11, 21, hour, 7, tzinfo=UTC)
    cars = cars_of(list(people(Random(hour), 300, date(2026, 11, 21))))
    list(history(Random(2), cars, now.date(), visits=40))
    board = today_board(Random(hour), cars, now)
    booked, opened = of(board, "appointment.book"), of(board, "visit.open")
    assert len(opened) == len({visit["vehicle_id"] for visit in opened}) == 17
    assert len(of(board, "handover.release")) == 3
    assert [answer["recommend"] for answer in of(board, "survey.answer")] == [4]
    assert board == sorted(board, key=lambda step: step.at)
    assert board[-1].at <= now
    assert sum("appointment_id" in visit for visit in opened) == 4
    assert len(booked) == 22
    assert {appointment["appointment_id"] for appointment in booked} >= {
        visit["appointment_id"] for visit in opened if "appointment_id" in visit
    }


def a_few_cars_on_the_board_are_late_and_most_are_not():
    gone = {left["visit_id"] for left in of(BOARD, "handover.release")}
    here = [promise for promise in of(BOARD, "visit.promise") if promise["visit_id"] not in gone]
    promised = [datetime.fromisoformat(promise["ready_at"]["to"]) for promise in here]
    assert 1 <= sum(at < NOW for at in promised) <= 3
