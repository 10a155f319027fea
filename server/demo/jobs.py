"""Why cars come to the shop: what is said, what is found, what is done about it."""

from functools import cache
from random import Random
from typing import Any, Literal

from msgspec import Struct, field

from server.demo.catalogue import item
from server.demo.content import shaped
from server.demo.models import Model
from server.domain.fields import DamageKind, Grade, Measure, Payer, Severity, VisitKind
from server.domain.money import line_amount

Line = list[str]
"""A catalogue code or a part's prefix, and a quantity; labour without one takes its standard hours."""


Mark = tuple[str, DamageKind, Severity, float, float]
"""A damage: panel, kind, severity, and where on the drawing (shares of its width and height)."""


class Discovery(Struct, frozen=True, forbid_unknown_fields=True):
    """What the diagnosis of a job finds; `renews` names the wearing part that its repair replaces."""

    item: str
    grade: Grade
    cause: str
    plan: str
    dtcs: list[str] = field(default_factory=list[str])
    measure: Measure | None = None
    renews: str | None = None


class Job(Struct, frozen=True, forbid_unknown_fields=True):
    """A reason to come: the customer's words, lines agreed at reception, and lines that the diagnosis adds."""

    key: str
    kind: VisitKind
    fits: Literal["any", "engine", "plug", "bev"]
    weight: int
    concerns: list[tuple[str, str | None, str | None]]
    reception: list[Line]
    payer: Payer = "customer"
    newer_than_years: int | None = None
    lamps: list[str] = field(default_factory=list[str])
    damages: list[Mark] = field(default_factory=list[Mark])
    finding: Discovery | None = None
    diagnosis: list[Line] = field(default_factory=list[Line])
    waits_for: str | None = None


class Remedy(Struct, frozen=True, forbid_unknown_fields=True):
    """What a yellow or red inspection item leads to."""

    cause: str
    plan: str
    lines: list[Line]


@cache
def jobs() -> dict[str, Job]:
    """Every job by its key."""
    return {job.key: job for job in shaped("jobs", list[Job])}


@cache
def remedies() -> dict[str, Remedy]:
    """Every remedy by what it renews."""
    return shaped("remedies", dict[str, Remedy])


def suits(job: Job, model: Model, age_years: float) -> bool:
    """Whether such a car of this age can come for this job."""
    if job.newer_than_years is not None and age_years >= job.newer_than_years:
        return False
    kinds = {"any": True, "engine": model.has_engine, "plug": model.has_plug, "bev": model.energy == "bev"}
    return kinds[job.fits]


def a_job(rng: Random, model: Model, age_years: float) -> Job:
    """A job for such a car, as often as it happens."""
    fitting = [job for job in jobs().values() if suits(job, model, age_years)]
    return rng.choices(fitting, [job.weight for job in fitting])[0]


def priced(rng: Random, line: Line, model: Model, payer: str) -> dict[str, Any]:
    """The fields of estimate.add_line for this car, without ids; now and then labour is a tenth off."""
    found = item(line[0], *model.fits)
    hours = found["standard_hours"]
    fields: dict[str, Any] = {
        "kind": found["kind"], "code": found["code"], "name": found["name"], "unit": found["unit"], "payer": payer,
        "quantity": line[1] if len(line) > 1 else hours or "1", "unit_price_fen": found["unit_price_fen"],
    }  # fmt: skip
    if found["kind"] == "part":
        return fields | {"part_kind": rng.choices(("oem", "aftermarket"), (9, 1))[0]}
    if payer == "customer" and rng.random() < 0.12:
        return fields | {"discount_fen": line_amount(fields["quantity"], fields["unit_price_fen"], 0) // 1000 * 100}
    return fields
