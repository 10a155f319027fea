"""Today in the shop: cars at every stage, one of them late, two just gone, and the appointments of the day."""

from copy import deepcopy
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from server.demo import reception, till, workshop
from server.demo.course import unfold
from server.demo.fleet import Car
from server.demo.jobs import jobs, suits
from server.demo.stay import Stay
from server.demo.step import SHOP_TIME, Step, at_the_shop, demo_id, step, wire


class _Scene(NamedTuple):
    """A car on the board: its job, its stage (`quoted`: checked in, with an approved estimate), minutes since anything
    happened, and minutes until it is promised."""

    job: str
    stage: str
    quiet: float
    promised: float
    advisor: str = "advisor"
    booked: bool = False
    complains: bool = False


_SCENES = (
    _Scene("minor_service", "checked_in", 4, 150),
    _Scene("nev_service", "quoted", 9, 130, booked=True),
    _Scene("brake_noise", "assigned", 12, 160, "advisor2"),
    _Scene("engine_lamp", "diagnosing", 18, 190),
    _Scene("chassis_knock", "awaiting_approval", 26, 120, booked=True),
    _Scene("ac_weak", "awaiting_approval", 75, 60, "advisor2"),
    _Scene("front_collision", "awaiting_parts", 60 * 26, 60 * 30),
    _Scene("major_service", "repairing", 35, 25, booked=True),
    _Scene("fender_dent", "repairing", 110, -40, "advisor2"),
    _Scene("charging_fault", "repairing", 22, 95),
    _Scene("shock_leak", "quality_check", 10, 45),
    _Scene("minor_service_filters", "settling", 7, 30, booked=True),
    _Scene("hard_start", "ready", 15, 20),
    _Scene("bumper_scratch", "ready", 160, -120, "advisor2"),
    _Scene("ac_weak", "handed_over", 60 * 21, -60 * 21),
    _Scene("brake_noise", "handed_over", 60 * 45, -60 * 45, "advisor2"),
    _Scene("tyre_puncture", "handed_over", 60 * 9, -60 * 9, complains=True),
)
_WORK = ("常规保养", "更换轮胎", "空调不凉检查", "年度保养", "事故维修复检", "电池健康检测", "更换制动片", "首次保养")
_SLOTS = [hour / 2 for hour in range(17, 36)]
_MORE_TODAY, _NEXT_DAYS = 10, 8


def today_board(rng: Random, cars: list[Car], now: datetime) -> list[Step]:
    """The commands that fill the shop as it stands at `now` (UTC), in order of time; none is later than `now`.

    With cars enough: 14 at stages from checked_in to ready, four of them by appointment, two that left lately and whose
    customers wait for the follow-up call, one that left and whose customer complains, 10 more appointments on the
    shop's day of `now` and 8 on the days after.
    """
    waiting = [car for car in cars if car.free_on <= now.astimezone(SHOP_TIME).date()]
    rng.shuffle(waiting)
    waiting.sort(key=lambda car: car.visits == 0)
    steps: list[Step] = []
    for scene in _SCENES:
        job = jobs()[scene.job]
        car = next((car for car in waiting if suits(job, car.model, car.age(now.date()))), None)
        if car is not None:
            waiting.remove(car)
            steps += _played(rng, scene, car, now)
    steps += _appointments(rng, waiting[::-1], now)
    return sorted(steps, key=lambda step: step.at)


def _played(rng: Random, scene: _Scene, car: Car, now: datetime) -> list[Step]:
    """The scene, begun early enough to stand where it should: a rehearsal says how long that takes."""
    state, rehearsed = rng.getstate(), deepcopy(car)
    took = _play(rng, scene, rehearsed, now, now).now - now
    rng.setstate(state)
    opened_at = now - timedelta(minutes=scene.quiet) - took
    return _play(rng, scene, car, opened_at, now).steps


def _play(rng: Random, scene: _Scene, car: Car, opened_at: datetime, now: datetime) -> Stay:
    stay = Stay(rng, car, jobs()[scene.job], opened_at, scene.advisor)
    stay.promised_for = _promised(now, scene.promised)
    if scene.booked:
        booking = _booking(rng, car, opened_at, stay.job.concerns[0][0], opened_at - timedelta(days=rng.randint(1, 4)))
        stay.appointment_id = booking.fields["appointment_id"]
        stay.steps.append(booking)
    if scene.stage == "quoted":
        reception.check_in(stay)
        reception.walk_around(stay)
        reception.quote(stay)
        return stay
    unfold(stay, scene.stage)
    if scene.complains:
        till.complain(stay)
    if scene.stage == "repairing" and scene.quiet > 30:
        workshop.pause(stay, minutes=10)
    return stay


def _promised(now: datetime, minutes: float) -> datetime:
    """Cars that stay for days are promised for the end of a working day."""
    at = now + timedelta(minutes=minutes)
    return at_the_shop(at.astimezone(SHOP_TIME).date(), 17) if minutes > 24 * 60 else at


def _appointments(rng: Random, cars: list[Car], now: datetime) -> list[Step]:
    """Bookings for the rest of the day first; late in the evening for slots that have passed."""
    today = now.astimezone(SHOP_TIME).date()
    slots = [at_the_shop(today, hour) for hour in _SLOTS]
    ahead = [slot for slot in slots if slot > now]
    chosen = rng.sample(ahead, min(_MORE_TODAY, len(ahead)))
    chosen += [slot for slot in reversed(slots) if slot not in ahead][: _MORE_TODAY - len(chosen)]
    chosen += [at_the_shop(today + timedelta(days=rng.randint(1, 6)), rng.choice(_SLOTS)) for _ in range(_NEXT_DAYS)]
    return [
        _booking(rng, car, at, rng.choice(_WORK), now - timedelta(days=rng.randint(1, 4)))
        for car, at in zip(cars, sorted(chosen), strict=False)
    ]


def _booking(rng: Random, car: Car, at: datetime, work: str, booked_by: datetime) -> Step:
    """An appointment at the half hour before `at`, made some time before `booked_by`."""
    half_hour = at - timedelta(minutes=at.minute % 30, seconds=at.second, microseconds=at.microsecond)
    booked_at = booked_by - timedelta(minutes=rng.randint(1, 90))
    return step(
        rng, booked_at, "crm", "appointment.book", appointment_id=demo_id(rng, booked_at),
        customer_id=car.owner["customer_id"], vehicle_id=car.id, at=wire(half_hour), work=work,
    )  # fmt: skip
