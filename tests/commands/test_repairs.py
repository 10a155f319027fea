"""The repair: stage moves by the table, time worked, parts used, notes."""

import pytest

from server.domain.ids import uuid7
from server.domain.stages import MOVES, NEEDS_NOTE, STAGES
from tests.commands.examples import examples
from tests.visits import advance_to, decide, estimated, move, settling

ADVANCES = sorted(pair for pair, command in MOVES.items() if command == "repair.advance")


async def advance(shop, visit, start, end, role="technician", **fields):
    """The wish to go from one stage to another."""
    return await shop.do(role, "repair.advance", visit_id=visit.id, stage={"from": start, "to": end}, **fields)


@pytest.mark.parametrize("start", STAGES)
async def the_table_of_moves_alone_decides(shop, start):
    visit = await advance_to(shop, start)
    for end in STAGES:
        if (start, end) not in ADVANCES:
            outcome = await advance(shop, visit, start, end)
            assert (outcome.outcome, outcome.reason.code) == ("rejected", "wrong_stage"), (start, end)
            assert outcome.reason.facts == {"current": start, "wanted": end}
    assert (await shop.row("visits", visit.id))["stage"] == start


async def a_move_that_another_tablet_made_is_applied_without_effect(shop):
    visit = await advance_to(shop, "assigned")
    for role in ("technician", "manager"):
        assert (await advance(shop, visit, "assigned", "diagnosing", role, seen_moves=1)).outcome == "applied"
    row = await shop.row("visits", visit.id)
    assert (row["stage"], row["moves"]) == ("diagnosing", 2)
    assert [m["event"] for m in await shop.promises()] == ["stage"] * 3


async def a_note_on_a_move_that_another_tablet_made_is_still_heard(shop):
    visit = await advance_to(shop, "diagnosing")
    await advance(shop, visit, "assigned", "diagnosing", "manager", note="客户要看旧件")
    texts = [row["text"] for row in await shop.rows("progress") if row["kind"] == "note"]
    assert texts == ["客户要看旧件"]


async def a_stage_that_was_entered_again_since_is_a_stale_move(shop):
    visit = await advance_to(shop, "quality_check")
    seen = (await shop.row("visits", visit.id))["moves"] - 1
    await shop.done("inspector", "quality.fail", visit_id=visit.id, reasons=["异响"])
    why = (await advance(shop, visit, "repairing", "quality_check", seen_moves=seen)).reason
    assert (why.code, why.facts) == ("stale_move", {"current": "repairing", "moves": seen + 2, "seen": seen})
    assert (await advance(shop, visit, "repairing", "quality_check", seen_moves=seen + 2)).outcome == "applied"


async def a_move_names_where_it_goes(shop):
    visit = await advance_to(shop, "assigned")
    for start, end, path in ((None, "diagnosing", "stage.from"), ("assigned", None, "stage.to")):
        outcome = await advance(shop, visit, start, end)
        assert (outcome.reason.code, outcome.reason.subject.id) == ("invalid", path)


@pytest.mark.parametrize("end", ["repairing", "awaiting_parts", "settling"])
async def the_presented_lines_are_decided_before_the_work_goes_on(shop, end):
    visit = await estimated(shop)
    await decide(shop, visit, "approved", "declined")
    why = (await advance(shop, visit, "awaiting_approval", end)).reason
    assert (why.code, why.facts) == ("undecided_lines", {"lines": [visit.lines[2]]})
    await shop.done("advisor", "estimate.drop_line", line_id=visit.lines[2], seen_version=1, reason="不做了")
    outcome = await advance(shop, visit, "awaiting_approval", end)
    if end == "settling":
        assert (outcome.reason.code, outcome.reason.facts["approved"]) == ("wrong_stage", [visit.lines[0]])
    else:
        assert outcome.outcome == "applied"


async def a_visit_without_an_approved_line_goes_to_settling(shop):
    visit = await estimated(shop)
    await decide(shop, visit, "declined", "declined", "deferred")
    assert (await advance(shop, visit, "awaiting_approval", "repairing")).reason.code == "nothing_approved"
    assert (await advance(shop, visit, "awaiting_approval", "settling")).outcome == "applied"


async def an_agreed_scope_is_repaired_without_an_estimate(shop):
    visit = await advance_to(shop, "diagnosing")
    await move(shop, visit, "diagnosing", "repairing")


async def a_repair_may_wait_for_parts(shop):
    visit = await advance_to(shop, "awaiting_parts")
    await move(shop, visit, "awaiting_parts", "repairing")
    await move(shop, visit, "repairing", "awaiting_parts")


async def a_car_is_not_ready_without_a_bill(shop):
    visit = await settling(shop)
    why = (await advance(shop, visit, "settling", "ready")).reason
    assert (why.code, why.subject.id) == ("no_settlement", visit.id)


@pytest.mark.parametrize(("start", "end"), sorted(NEEDS_NOTE))
async def a_way_back_needs_a_note(shop, start, end):
    visit = await advance_to(shop, start)
    why = (await advance(shop, visit, start, end)).reason
    assert (why.code, why.subject.id) == ("note_needed", "note")
    assert (await advance(shop, visit, start, end, note="客户发现异响")).outcome == "applied"
    last = max(await shop.rows("progress"), key=lambda row: row["id"])
    assert (last["stage"], last["text"]) == ("repairing", "客户发现异响")


async def a_part_is_used_once(shop):
    visit = await advance_to(shop, "repairing")
    fields = examples()["repair.use_part"] | {"visit_id": visit.id, "line_id": visit.lines[1]}
    for role in ("technician", "manager"):
        await shop.done(role, "repair.use_part", **fields)
    [part] = (await shop.row("visits", visit.id))["parts_used"]
    assert (part["id"], part["quantity"], part["line_id"]) == (fields["usage_id"], "2", visit.lines[1])
    for name, value in (("quantity", "1"), ("code", "BP-2"), ("line_id", None)):
        why = await shop.refused("technician", "repair.use_part", "id_taken", **fields | {name: value})
        assert why.facts == {"fields": [name]}


async def a_note_tells_the_customer_only_what_the_customer_may_see(shop):
    visit = await advance_to(shop, "repairing")
    told = len(await shop.promises())
    for seen in (True, False):
        fields = examples()["repair.note"] | {"visit_id": visit.id, "visible_to_customer": seen}
        for role in ("technician", "advisor"):
            await shop.done(role, "repair.note", **fields)
        await shop.refused("technician", "repair.note", "id_taken", **fields | {"text": "别的"})
    notes = [row for row in await shop.rows("progress") if row["kind"] == "note"]
    assert sorted(row["visible_to_customer"] for row in notes) == [False, True]
    assert [m["event"] for m in (await shop.promises())[told:]] == ["note"]


@pytest.mark.parametrize("command", ["repair.use_part", "repair.note", "repair.clock_on"])
async def a_late_fact_is_kept(shop, command):
    visit = await advance_to(shop, "handed_over")
    await shop.kept("technician", command, "visit_closed", **examples()[command] | {"visit_id": visit.id})


async def clocked_on(shop, visit, role="technician", **fields) -> dict:
    """A stint that runs, as the command began it."""
    begun = {"visit_id": visit.id, "work_id": uuid7(), "at": "2026-11-21T01:00:00Z"} | fields
    await shop.done(role, "repair.clock_on", **begun)
    return begun


async def a_stint_runs_until_its_technician_clocks_off(shop):
    visit = await advance_to(shop, "repairing")
    begun = await clocked_on(shop, visit, line_id=visit.lines[0])
    await shop.done("technician", "repair.clock_on", **begun)
    [stint] = (await shop.row("visits", visit.id))["work"]
    assert (stint["technician_id"], stint["line_id"]) == (shop.people["technician"], visit.lines[0])
    assert (stint["began_at"], stint["ended_at"]) == (begun["at"], None)
    ended = {"visit_id": visit.id, "work_id": begun["work_id"], "at": "2026-11-21T02:30:00Z"}
    for role in ("technician", "manager"):
        await shop.done(role, "repair.clock_off", **ended)
    [stint] = (await shop.row("visits", visit.id))["work"]
    assert (stint["began_at"], stint["ended_at"]) == (begun["at"], ended["at"])


async def test_two_technicians_work_on_one_car(shop):
    visit = await advance_to(shop, "repairing")
    first, second = await clocked_on(shop, visit), await clocked_on(shop, visit, "manager")
    await shop.done("technician", "repair.clock_off", visit_id=visit.id, work_id=first["work_id"], at=shop.now)
    work = (await shop.row("visits", visit.id))["work"]
    assert [(stint["id"], stint["ended_at"] is None) for stint in work] == [
        (first["work_id"], False), (second["work_id"], True),
    ]  # fmt: skip


async def test_another_beginning_under_the_same_id_is_refused(shop):
    visit = await advance_to(shop, "repairing")
    begun = await clocked_on(shop, visit)
    for name, value in (("at", "2026-11-21T01:30:00Z"), ("line_id", uuid7())):
        why = await shop.refused("technician", "repair.clock_on", "id_taken", **begun | {name: value})
        assert why.facts == {"fields": [{"at": "began_at"}.get(name, name)]}


async def test_of_two_endings_the_first_stands_and_the_other_is_reviewed(shop):
    visit = await advance_to(shop, "repairing")
    ended = {"visit_id": visit.id, "work_id": (await clocked_on(shop, visit))["work_id"]}
    await shop.done("technician", "repair.clock_off", **ended, at="2026-11-21T02:00:00Z")
    outcome = await shop.kept("manager", "repair.clock_off", "value_conflict", **ended, at="2026-11-21T03:00:00Z")
    [stint] = (await shop.row("visits", visit.id))["work"]
    assert stint["ended_at"] == "2026-11-21T02:00:00Z"
    assert outcome.reason.facts == {"field": "ended_at"}


async def a_stint_that_nobody_began_does_not_end(shop):
    visit = await advance_to(shop, "repairing")
    unknown = {"visit_id": visit.id, "work_id": uuid7(), "at": shop.now}
    why = await shop.refused("technician", "repair.clock_off", "not_found", **unknown)
    assert (why.subject.type, why.subject.id) == ("work", unknown["work_id"])


async def a_stint_that_ends_after_the_handover_is_stored_and_reviewed(shop):
    visit = await advance_to(shop, "repairing")
    begun = await clocked_on(shop, visit)
    await shop.given("manager", "visit.cancel", visit_id=visit.id, reason="客户取车")
    ended = {"visit_id": visit.id, "work_id": begun["work_id"], "at": "2026-11-21T02:30:00Z"}
    await shop.kept("technician", "repair.clock_off", "visit_closed", **ended)
    assert (await shop.row("visits", visit.id))["work"][0]["ended_at"] == ended["at"]
