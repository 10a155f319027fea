"""The past of a car (`Vehicle.last`): written when a visit ends, told anew when merged records come apart."""

from server.commands.common import get
from server.domain.past import left_behind
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.findings import Damage, Finding
from server.domain.rows.past import CarPast
from server.domain.rows.vehicles import Vehicle
from server.domain.rows.visits import Visit
from server.store.work import Work


def leave(work: Work, visit: Visit) -> None:
    """The car carries on what its visit, which has just ended, left behind."""
    vehicle = get(work, Vehicle, visit.vehicle_id)
    work.change(vehicle, last=_after(work, vehicle.last, visit))


def retell(work: Work, vehicle: Vehicle, own: CarPast | None) -> None:
    """The car's own past up to a merge, carried on by what its own visits left behind since."""
    visits = [v for v in work.by_key(Visit, f"vehicle:{vehicle.id}") if v.closed_at and v.stage == "handed_over"]
    last = own
    for visit in sorted(visits, key=lambda v: str(v.closed_at)):
        if last is None or (visit.closed_at and visit.closed_at > last.closed_at):
            last = _after(work, last, visit)
    if last != vehicle.last:
        work.change(vehicle, last=last)


def _after(work: Work, before: CarPast | None, visit: Visit) -> CarPast:
    return left_behind(
        before,
        visit,
        work.children(Damage, visit.id),
        work.children(Finding, visit.id),
        work.children(EstimateLine, visit.id),
    )
