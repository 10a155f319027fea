"""Two years of past visits, so that every screen has something to remember."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from server.demo import reception, till
from server.demo.course import unfold
from server.demo.fleet import Car
from server.demo.jobs import a_job
from server.demo.stay import Stay
from server.demo.step import Step, at_the_shop

_CANCELLED = ("客户临时有事,改天再来", "客户觉得报价偏高,暂不维修", "等待时间太长,客户离店")


def history(rng: Random, cars: list[Car], today: date, visits: int = 400) -> Iterator[list[Step]]:
    """Each past visit as its commands in order, the oldest visit first; `cars` remember what was done to them.

    Most visits end with handover.release, one in twenty-five is cancelled, and two in five customers answer a survey.
    """
    days = sorted(today - timedelta(days=rng.randint(6, 730)) for _ in range(visits))
    for day in days:
        car = _a_car(rng, cars, day)
        opened_at = at_the_shop(day, rng.triangular(8.6, 15.0, 9.6))
        stay = Stay(rng, car, a_job(rng, car.model, car.age(day)), opened_at, rng.choice(("advisor", "advisor2")))
        if rng.random() < 0.04:
            _cancel(stay)
        else:
            unfold(stay, "handed_over")
            if rng.random() < 0.4:
                till.ask(stay)
        yield stay.steps


def _a_car(rng: Random, cars: list[Car], day: date) -> Car:
    """A car that is free on that day; every other time one that has been here before."""
    wants_regular = rng.random() < 0.5
    free = [car for car in cars if car.free_on <= day and (car.visits > 0 or not wants_regular)]
    return rng.choice(free or [car for car in cars if car.free_on <= day])


def _cancel(stay: Stay) -> None:
    reception.check_in(stay)
    stay.do(stay.advisor, "visit.cancel", 25, reason=stay.rng.choice(_CANCELLED))
    stay.car.leaves(stay.now, stay.odometer_km)
