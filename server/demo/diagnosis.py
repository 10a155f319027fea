"""What the technician finds on a car: measured values, sights, and the job's own discovery."""

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from msgspec import Struct, to_builtins

from server.demo.fleet import Car
from server.demo.jobs import Job, Line, remedies
from server.demo.wear import grade, measured_items, remedy_of

_SEEN = ("LGT-LOW", "LGT-TURN", "LGT-BRAKE", "FLU-BRAKE", "UND-BALL", "UND-SHAFT", "UND-GUARD", "TYR-WALL")
_SEEN_WITH_ENGINE = ("FLU-OIL", "ENG-BELT", "ENG-LEAK")
_SEEN_WITH_PLUG = ("NEV-PORT", "NEV-CABLE", "NEV-GUARD")
_MAY_BE_YELLOW = ("ENG-CABIN", "ELE-WIPER", "LGT-PLATE")
_MOST_PROPOSED = 2


class Found(Struct, frozen=True):
    """One finding: the fields of finding.record without ids, and the lines that would put it right."""

    fields: dict[str, Any]
    lines: list[Line]
    renews: str | None


def inspect(rng: Random, car: Car, job: Job, odometer_km: int, day: date) -> list[Found]:
    """The findings of one inspection, the job's own first; few remedies, so that nobody feels sold to."""
    thorough = job.kind in ("maintenance", "other")
    found = [_own(job)] if job.finding else []
    quoted = {line[0] for line in job.reception + job.diagnosis}
    proposed: set[str] = set()
    for code in measured_items(car.model, thorough):
        if job.finding and code == job.finding.item:
            continue
        measure = car.wear.measure(code, odometer_km, day)
        found.append(_judged(code, grade(code, Decimal(measure["value"])), measure, quoted, proposed))
    for code in _sights(rng, car, thorough):
        seen = "yellow" if code in _MAY_BE_YELLOW and rng.random() < 0.15 else "green"
        if not (job.finding and code == job.finding.item):
            found.append(_judged(code, seen, None, quoted, proposed))
    return found


def _sights(rng: Random, car: Car, thorough: bool) -> list[str]:
    usual = _SEEN + _SEEN_WITH_ENGINE * car.model.has_engine + _SEEN_WITH_PLUG * car.model.has_plug
    return [*rng.sample(usual, 4), *_MAY_BE_YELLOW] if thorough else []


def _own(job: Job) -> Found:
    assert job.finding
    fields = to_builtins(job.finding) | {"item_code": job.finding.item, "photos": []}
    del fields["item"], fields["renews"]
    return Found(fields, job.diagnosis, job.finding.renews)


def _judged(code: str, seen: str, measure: dict[str, str] | None, quoted: set[str], proposed: set[str]) -> Found:
    """A finding with its remedy when it needs one, unless the remedy is quoted already or enough is proposed."""
    fields: dict[str, Any] = {"item_code": code, "grade": seen, "measure": measure, "dtcs": [], "photos": []}
    thing = remedy_of(code)
    remedy = remedies().get(thing)
    if seen == "green" or remedy is None:
        return Found(fields, [], None)
    told = fields | {"cause": remedy.cause, "plan": remedy.plan}
    if thing in proposed or len(proposed) >= _MOST_PROPOSED or quoted & {line[0] for line in remedy.lines}:
        return Found(told, [], None)
    proposed.add(thing)
    return Found(told, remedy.lines, thing)
