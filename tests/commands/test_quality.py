"""The quality check: without a pass the car cannot become ready, and nobody passes the own work."""

import pytest

from server.domain.ids import uuid7
from tests.commands.examples import examples
from tests.visits import advance_to

CHECKS = [{"item_code": "QC-01", "ok": True}]


async def a_pass_goes_to_settling_with_what_was_checked(shop):
    visit = await advance_to(shop, "quality_check")
    outcome = await shop.done("inspector", "quality.pass", **examples()["quality.pass"] | {"visit_id": visit.id})
    row = await shop.row("visits", visit.id)
    assert (row["stage"], row["quality"]["passed"], row["quality"]["id"]) == ("settling", True, outcome.id)
    assert (row["quality"]["checks"], row["quality"]["by"]) == (CHECKS, shop.people["inspector"])
    assert row["quality_history"] == [row["quality"]]
    assert (await shop.row("vehicles", visit.vehicle_id))["odometer_km"] == 30_004


async def a_pass_with_a_lower_odometer_is_kept_and_counts(shop):
    visit = await advance_to(shop, "quality_check")
    fields = {"visit_id": visit.id, "checks": CHECKS, "odometer_out_km": 29_000}
    await shop.kept("inspector", "quality.pass", "odometer_lower", **fields)
    row = await shop.row("visits", visit.id)
    assert (row["stage"], row["quality"]["odometer_out_km"]) == ("settling", 29_000)
    assert (await shop.row("vehicles", visit.vehicle_id))["odometer_km"] == 30_000


async def a_fail_goes_back_to_repairing_with_its_reasons(shop):
    visit = await advance_to(shop, "quality_check")
    for _ in range(2):
        await shop.done("inspector", "quality.fail", visit_id=visit.id, reasons=["异响", "漏油"], note="返工")
    row = await shop.row("visits", visit.id)
    assert (row["stage"], row["quality"]["passed"], row["quality"]["reasons"]) == ("repairing", False, ["异响", "漏油"])
    assert row["trail"][-2:] == ["quality_check", "repairing"]


async def a_fail_says_why(shop):
    visit = await advance_to(shop, "quality_check")
    assert (await shop.refused("inspector", "quality.fail", "invalid", visit_id=visit.id, reasons=[])).subject.id


async def a_pass_that_another_inspector_gave_already_is_kept_beside_the_first(shop):
    visit = await advance_to(shop, "settling")
    before = await shop.row("visits", visit.id)
    await shop.done("manager", "quality.pass", visit_id=visit.id, checks=CHECKS, note="路试正常")
    row = await shop.row("visits", visit.id)
    assert (row["stage"], row["trail"], row["quality"]) == (before["stage"], before["trail"], before["quality"])
    assert [check["note"] for check in row["quality_history"]][-1] == "路试正常"


@pytest.mark.parametrize("stage", ["checked_in", "diagnosing", "repairing", "cancelled"])
@pytest.mark.parametrize("command", ["quality.pass", "quality.fail"])
async def a_car_is_checked_in_its_stage_only(shop, stage, command):
    visit = await advance_to(shop, stage)
    why = await shop.refused("inspector", command, "wrong_stage", **examples()[command] | {"visit_id": visit.id})
    assert (why.subject.id, why.facts["current"]) == (visit.id, stage)


async def the_own_work_is_passed_by_nobody(shop):
    visit = await advance_to(shop, "quality_check")
    change = {"from": shop.people["technician"], "to": shop.people["inspector"]}
    await shop.done("manager", "visit.assign", visit_id=visit.id, technician_id=change)
    why = await shop.refused("inspector", "quality.pass", "own_work", visit_id=visit.id, checks=CHECKS)
    assert why.subject.id == visit.id
    await shop.done("manager", "quality.pass", visit_id=visit.id, checks=CHECKS)


async def a_check_of_no_visit_is_refused(shop):
    await shop.refused("inspector", "quality.pass", "not_found", visit_id=uuid7(), checks=CHECKS)
