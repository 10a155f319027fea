"""What a visit leaves behind for the car's next one (docs/decisions/0008): the same rules run on tablets."""

from server.domain.estimates import decision_of, is_approved
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.findings import Damage, Finding
from server.domain.rows.past import CarPast, PastDamage, PastMeasure, PutOff
from server.domain.rows.visits import Visit

MOST_PUT_OFF = 20
"""Of work that was put off the newest lines travel with the car."""


def left_behind(
    before: CarPast | None, visit: Visit, damages: list[Damage], findings: list[Finding], lines: list[EstimateLine]
) -> CarPast:
    """What is known of the car once this visit has ended, after what was known `before`; rows in the order of ids."""
    assert visit.closed_at is not None
    live = [line for line in lines if line.dropped is None]
    walkaround = visit.walkaround
    return CarPast(
        visit_id=visit.id,
        number=visit.number,
        kind=visit.kind,
        closed_at=visit.closed_at,
        odometer_km=_odometer(visit),
        old_parts=walkaround.old_parts if walkaround else None,
        wash=walkaround.wash if walkaround else None,
        damages=_seen(damages) or (before.damages if before else []),
        measures=_measures(before.measures if before else {}, findings),
        put_off=_put_off(before.put_off if before else [], live),
        repaired=[line.name for line in live if is_approved(line) and line.kind != "other"],
    )


def newest(*pasts: CarPast | None) -> CarPast | None:
    """The past of the visit that ended last; of several records of one car it is the one that counts."""
    return max((past for past in pasts if past), key=lambda past: past.closed_at, default=None)


def _odometer(visit: Visit) -> int | None:
    out = visit.quality.odometer_out_km if visit.quality else None
    return out if out is not None or visit.walkaround is None else visit.walkaround.odometer_km


def _seen(damages: list[Damage]) -> list[PastDamage]:
    return [PastDamage(panel=d.panel, kind=d.kind, severity=d.severity, x=d.x, y=d.y) for d in damages]


def _measures(before: dict[str, PastMeasure], findings: list[Finding]) -> dict[str, PastMeasure]:
    """A green item that was only looked at says nothing for later, but it ends an earlier warning."""
    known = dict(before)
    for finding in findings:
        measure = finding.measure
        if finding.grade == "green" and measure is None:
            known.pop(finding.item_code, None)
        elif finding.grade != "not_checked":
            value, unit = (measure.value, measure.unit) if measure else (None, None)
            known[finding.item_code] = PastMeasure(finding.grade, value, unit, finding.recorded_at)
    return known


def _put_off(before: list[PutOff], live: list[EstimateLine]) -> list[PutOff]:
    """An earlier line is settled once a line that carries it, or one of the same code, was decided on."""
    decided = [line for line in live if decision_of(line)]
    carried, codes = {line.carried_from for line in decided}, {line.code for line in decided if line.code}
    still = [past for past in before if past.line_id not in carried and past.code not in codes]
    fresh = [_as_put_off(line) for line in decided if not is_approved(line)]
    return sorted([*fresh, *still], key=lambda past: past.decided_at, reverse=True)[:MOST_PUT_OFF]


def _as_put_off(line: EstimateLine) -> PutOff:
    said = [d for d in line.decided if (d.version, d.decision) == (line.version, line.decision)][-1]
    return PutOff(
        line_id=line.id, kind=line.kind, code=line.code, name=line.name, quantity=line.quantity, unit=line.unit,
        unit_price_fen=line.unit_price_fen, amount_fen=line.amount_fen, part_kind=line.part_kind, payer=line.payer,
        decision=said.decision, decided_at=said.decided_at,
    )  # fmt: skip
