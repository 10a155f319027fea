"""The reception lane: the car arrives, is looked at, gets an estimate and a promise."""

from datetime import timedelta

from server.demo.estimate import Quoted, versions
from server.demo.house import staff_id
from server.demo.stay import Stay
from server.demo.step import wire

_BELONGINGS = ("行车记录仪", "ETC", "儿童座椅", "雨伞", "充电线", "后备箱工具")
_OLD_SCRATCHES = (
    ("front_bumper", 0.06, 0.58), ("rear_bumper", 0.94, 0.41), ("left_mirror", 0.38, 0.69),
    ("right_mirror", 0.38, 0.31), ("right_rear_door", 0.6, 0.14), ("left_front_door", 0.42, 0.86),
)  # fmt: skip


def check_in(stay: Stay) -> None:
    """Who brings which car, and why, in the customer's own words."""
    stay.do(
        stay.advisor, "visit.open", 0, vehicle_id=stay.car.id, customer_id=stay.car.owner["customer_id"],
        kind=stay.job.kind, payer=stay.job.payer, appointment_id=stay.appointment_id,
    )  # fmt: skip
    words, condition, frequency = stay.rng.choice(stay.job.concerns)
    stay.do(
        stay.advisor, "visit.add_concern", 2,
        concern_id=stay.new_id(), words=words, condition=condition, frequency=frequency,
    )  # fmt: skip
    stay.stage = "checked_in"


def walk_around(stay: Stay) -> None:
    """What is read and agreed at the car; old scratches are marked as known."""
    rng = stay.rng
    stay.do(
        stay.advisor, "visit.record_walkaround", 4, odometer_km=stay.odometer_km, energy_pct=rng.randint(8, 96),
        warning_lamps=stay.job.lamps, belongings=rng.sample(_BELONGINGS, rng.randint(0, 2)),
        old_parts=rng.choice(("take", "leave", "leave")), wash=rng.random() < 0.6, valuables_reminded=True,
        key_tag=f"K{rng.randint(1, 60):02}", parking_place=f"{rng.choice('ABC')}{rng.randint(1, 24):02}",
    )  # fmt: skip
    fresh = {panel for panel, *_ in stay.job.damages}
    old = [(panel, "scratch", "light", x, y) for panel, x, y in rng.sample(_OLD_SCRATCHES, rng.choice((0, 0, 1, 2)))]
    for panel, kind, severity, x, y in [*stay.job.damages, *(mark for mark in old if mark[0] not in fresh)]:
        stay.do(
            stay.advisor, "visit.add_damage", 1, damage_id=stay.new_id(), panel=panel, kind=kind, severity=severity,
            x=x, y=y, photos=[], known=panel not in fresh,
        )  # fmt: skip


def quote(stay: Stay) -> None:
    """The estimate for what the customer came for: presented, approved, promised for a time."""
    for line in stay.job.reception:
        stay.add_line(line)
    present_and_decide(stay, stay.lines, "tablet", minutes=3)
    hours = sum(float(line.fields["quantity"]) for line in stay.lines if line.fields["kind"] == "labour")
    promised_for = stay.promised_for or stay.now + timedelta(hours=2 + hours)
    on_the_quarter = promised_for - timedelta(minutes=promised_for.minute % 15, seconds=promised_for.second)
    stay.do(stay.advisor, "visit.promise", 1, ready_at={"from": None, "to": wire(on_the_quarter)})


def assign(stay: Stay) -> None:
    """A technician gets the car."""
    stay.do(stay.advisor, "visit.assign", 6, technician_id={"from": None, "to": staff_id("technician")})
    stay.stage = "assigned"


def present_and_decide(stay: Stay, lines: list[Quoted], channel: str, minutes: float) -> None:
    """Shows lines to the customer and notes the answer; what nobody decided yet is approved."""
    stay.do(stay.advisor, "estimate.present", 2, lines=versions(lines))
    decide(stay, lines, channel, minutes)


def decide(stay: Stay, lines: list[Quoted], channel: str, minutes: float) -> None:
    """The owner's answer to these lines, some minutes later."""
    stay.passes(minutes)
    for line in lines:
        line.decision = line.decision or "approved"
    stay.do(
        stay.advisor, "estimate.decide", 0, channel=channel, decided_at=wire(stay.now),
        decisions=[version | {"decision": line.decision} for line, version in zip(lines, versions(lines), strict=True)],
        decided_by={"name": stay.car.owner["name"], "role": "owner"},
    )  # fmt: skip
