"""The quality check (质检): without a pass the car cannot become ready, and nobody passes the own work."""

from typing import Annotated

from msgspec import Meta

from server.commands.common import enter, get
from server.commands.registry import By, Command, handles
from server.commands.walkaround import read_odometer
from server.domain.fields import Decimal, Id, Km, Label, QualityCheckItem, Stage, Text
from server.domain.reasons import Reason, Rejected
from server.domain.rows.vehicles import Vehicle
from server.domain.rows.visits import Quality, Visit
from server.domain.stages import judge
from server.store.work import Work


class PassQuality(Command, frozen=True):
    """The car passed: to settling."""

    visit_id: Id
    checks: Annotated[list[QualityCheckItem], Meta(max_length=300)]
    road_test_km: Decimal | None = None
    odometer_out_km: Km | None = None
    note: Text | None = None


def _record(work: Work, by: By, visit: Visit, check: Quality, end: Stage) -> None:
    """Moves the visit; a second check that came to the same is kept beside the first, which counts."""
    verdict = judge(visit.trail, "quality_check", end, "quality.pass" if check.passed else "quality.fail", None)
    if verdict == "wrong":
        raise Rejected(Reason.WRONG_STAGE, "visits", visit.id, current=visit.stage, wanted=end)
    history = [*visit.quality_history, check]
    if verdict == "move":
        enter(work, by, visit, end, quality=check, quality_history=history)
    else:
        work.change(visit, quality_history=history)


@handles("quality.pass", plan=True)
def pass_quality(work: Work, by: By, c: PassQuality) -> None:
    """Passes the check; refused on a visit that is assigned to the person."""
    visit = get(work, Visit, c.visit_id)
    if visit.technician_id is not None and visit.technician_id == by.user_id:
        raise Rejected(Reason.OWN_WORK, "visits", visit.id)
    check = Quality(
        id=by.command_id, passed=True, checks=c.checks, reasons=[], road_test_km=c.road_test_km,
        odometer_out_km=c.odometer_out_km, note=c.note, by=by.user_id, at=by.issued_at,
    )  # fmt: skip
    _record(work, by, visit, check, "settling")
    if c.odometer_out_km is not None:
        read_odometer(work, get(work, Vehicle, visit.vehicle_id), c.odometer_out_km)


class FailQuality(Command, frozen=True):
    """The car goes back to be reworked, for these reasons."""

    visit_id: Id
    reasons: Annotated[list[Label], Meta(min_length=1, max_length=50)]
    note: Text | None = None


@handles("quality.fail", plan=True)
def fail_quality(work: Work, by: By, c: FailQuality) -> None:
    """Fails the check: back to repairing."""
    visit = get(work, Visit, c.visit_id)
    check = Quality(
        id=by.command_id, passed=False, checks=[], reasons=c.reasons, road_test_km=None, odometer_out_km=None,
        note=c.note, by=by.user_id, at=by.issued_at,
    )  # fmt: skip
    _record(work, by, visit, check, "repairing")
