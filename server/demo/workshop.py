"""The workshop: diagnosis, the customer's answer, repair, quality check."""

from datetime import timedelta

from server.demo.diagnosis import inspect
from server.demo.estimate import Quoted, approved, decide_by_finding, versions
from server.demo.reception import decide
from server.demo.stay import Stay
from server.demo.step import at_the_shop, wire
from server.domain.ids import derived

_CHECKED = ("ELE-DTC", "FLU-BRAKE", "TYR-PRES-FL", "UND-GUARD", "LGT-BRAKE")
_FAILED = ("路试仍有轻微异响", "保养提示未复位", "螺栓力矩记录缺一项", "玻璃水未补充")
_NOTES = ("旧件已装袋放入后备箱", "已按标准力矩复紧车轮螺栓", "路试正常，未再现故障", "已复位保养提示")


def diagnose(stay: Stay) -> None:
    """The technician inspects; what needs doing becomes lines that belong to their finding."""
    stay.advance("technician", "diagnosing", 15)
    proposals: list[tuple[str, list[list[str]], str | None]] = []
    for found in inspect(stay.rng, stay.car, stay.job, stay.odometer_km, stay.today):
        finding_id = stay.new_id()
        stay.do("technician", "finding.record", 1.2, finding_id=finding_id, **found.fields)
        stay.grades[finding_id] = found.fields["grade"]
        proposals += [(finding_id, found.lines, found.renews)] if found.lines else []
    stay.do(stay.advisor, "report.publish", 4, report_id=stay.new_id())
    for finding_id, lines, renews in proposals:
        for line in lines:
            stay.add_line(line, finding_id, renews)


def present(stay: Stay) -> None:
    """New lines go to the customer, and the car waits."""
    if new := stay.undecided():
        stay.do(stay.advisor, "estimate.present", 3, lines=versions(new))
        stay.stage = "awaiting_approval"


def begin(stay: Stay) -> None:
    """The customer answers what was presented, and work begins."""
    if new := stay.undecided():
        decide_by_finding(stay.rng, new, stay.grades)
        decide(stay, new, stay.rng.choice(("phone", "tablet")), minutes=18)
    stay.advance("technician", "repairing", 5)
    stay.also("technician", "repair.clock_on", work_id=_work_id(stay), at=wire(stay.now))


def pause(stay: Stay, minutes: float = 0) -> None:
    """The technician turns to something else."""
    at = stay.now + timedelta(minutes=minutes)
    stay.also("technician", "repair.clock_off", minutes, work_id=_work_id(stay), at=wire(at))


def _work_id(stay: Stay) -> str:
    return derived("stint", stay.id)


def wait_for_parts(stay: Stay) -> None:
    """What is not on the shelf comes in two days."""
    if stay.job.waits_for:
        pause(stay)
        stay.advance("technician", "awaiting_parts", 20, note="配件已订货，预计两天到店")


def go_on(stay: Stay) -> None:
    """The parts are here."""
    if stay.stage == "awaiting_parts":
        stay.now = at_the_shop(stay.today + timedelta(days=2), 9.6)
        stay.advance("technician", "repairing", 10, note="配件已到")


def fit_parts(stay: Stay) -> None:
    """Approved parts go into the car, and what they renew starts anew."""
    agreed = approved(stay.lines)
    for line in agreed:
        if line.fields["kind"] == "part":
            _fit(stay, line)
    for thing in {line.renews for line in agreed if line.renews}:
        stay.car.wear.renew(thing, stay.odometer_km, stay.today)


def repair(stay: Stay) -> None:
    """The work is done and goes to the quality check."""
    fit_parts(stay)
    if not stay.job.waits_for:
        pause(stay)
    if stay.rng.random() < 0.4:
        text = stay.rng.choice(_NOTES)
        stay.do("technician", "repair.note", 3, note_id=stay.new_id(), text=text, visible_to_customer=True)
    stay.advance("technician", "quality_check", 8)


def check(stay: Stay) -> None:
    """The inspector, who never is the technician, drives it and passes it; now and then at the second try."""
    if stay.rng.random() < 0.06:
        stay.do("inspector", "quality.fail", 12, reasons=[stay.rng.choice(_FAILED)])
        stay.stage = "repairing"
        stay.advance("technician", "quality_check", 25)
    driven = stay.rng.randint(2, 5)
    stay.odometer_km += driven
    stay.do(
        "inspector", "quality.pass", 15, checks=[{"item_code": code, "ok": True} for code in _CHECKED],
        road_test_km=f"{driven}.0", odometer_out_km=stay.odometer_km,
    )  # fmt: skip
    stay.stage = "settling"


def _fit(stay: Stay, line: Quoted) -> None:
    wanted = ("code", "name", "quantity")
    stay.do(
        "technician", "repair.use_part", 6, usage_id=stay.new_id(), line_id=line.id,
        **{name: line.fields[name] for name in wanted},
    )  # fmt: skip
