"""Two years of past visits, so that every screen has something to remember."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from server.demo import reception, till
from server.demo.course import unfold
from server.demo.fleet import Car
from server.demo.jobs import a_job
from server.demo.stay import Stay
from server.demo.step import SHOP_TIME, Step, at_the_shop

_CANCELLED = ("客户临时有事，改天再来", "客户觉得报价偏高，暂不维修", "等待时间太长，客户离店")


def history(rng: Random, cars: list[Car], today: date, visits: int = 400) -> Iterator[list[Step]]:
    """Each past visit as its commands in order, the oldest visit first; `cars` remember what was done to them.

    There are `visits` of them when there are cars enough. Most end with handover.release, one in twenty-five is
    cancelled, and two in five customers answer a survey.
    """
    for opened_at in sorted(_an_opening(rng, today) for _ in range(visits)):
        day = opened_at.astimezone(SHOP_TIME).date()
        car = _a_car(rng, cars, day)
        if car is None:
            continue
        stay = Stay(rng, car, a_job(rng, car.model, car.age(day)), opened_at, rng.choice(("advisor", "advisor2")))
        if rng.random() < 0.04:
            _cancel(stay)
        else:
            unfold(stay, "handed_over")
            if rng.random() < 0.4:
                till.ask(stay)
            if day > today - timedelta(days=30):
                till.call(stay)
            if stay.job.payer == "insurance" and day < today - timedelta(days=30):
                till.insurer_pays(stay)
        yield stay.steps


def _an_opening(rng: Random, today: date) -> datetime:
    """A time of the last two years when cars come in: mostly in the morning, none so recent that it is not over."""
    return at_the_shop(today - timedelta(days=rng.randint(6, 730)), rng.triangular(8.6, 15.0, 9.6))


def _a_car(rng: Random, cars: list[Car], day: date) -> Car | None:
    """A car that is free on that day, every other time one that has been here before; None on a day when none is."""
    free = [car for car in cars if car.free_on <= day]
    regulars = [car for car in free if car.visits]
    choice = regulars if regulars and rng.random() < 0.5 else free
    return rng.choice(choice) if choice else None


def _cancel(stay: Stay) -> None:
    reception.check_in(stay)
    stay.do(stay.advisor, "visit.cancel", 25, reason=stay.rng.choice(_CANCELLED))
    stay.car.leaves(stay.now, stay.odometer_km)
