"""The repair (维修): stage moves by the table, time worked, parts used, notes."""

from typing import Any

import msgspec

from server.commands.common import enter, entry, get, is_repeat, keep_if_closed, record_progress, tell
from server.commands.registry import By, Command, handles
from server.domain.estimates import approved, waiting
from server.domain.fields import Change, Count, Id, Instant, Label, Quantity, Stage, Text, Word
from server.domain.reasons import Reason, Rejected, cause, invalid
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.findings import Progress
from server.domain.rows.visits import PartUsed, Stint, Visit
from server.domain.stages import NEEDS_NOTE, judge
from server.store.work import Work


class AdvanceRepair(Command, frozen=True):
    """Moves the visit to its next stage; of a move already made only the note is new."""

    visit_id: Id
    stage: Change[Stage]
    seen_moves: Count | None = None
    note: Text | None = None


@handles("repair.advance", plan=True, whole_visit=True)
def advance_repair(work: Work, by: By, c: AdvanceRepair) -> None:
    """Makes the move if the table of moves allows it and what it needs is there."""
    visit = get(work, Visit, c.visit_id)
    start, end = c.stage.from_, c.stage.to
    if start is None or end is None:
        raise invalid("stage.from" if start is None else "stage.to", "missing")
    verdict = judge(visit.trail, start, end, "repair.advance", c.seen_moves)
    if verdict == "already":
        if c.note:
            record_progress(work, by, visit, by.command_id, "note", text=c.note)
        return
    if verdict == "stale":
        raise Rejected(Reason.STALE_MOVE, "visits", visit.id, current=visit.stage, moves=visit.moves, seen=c.seen_moves)
    if verdict == "wrong":
        raise Rejected(Reason.WRONG_STAGE, "visits", visit.id, current=visit.stage, wanted=end)
    if (start, end) in NEEDS_NOTE and not c.note:
        raise Rejected(Reason.NOTE_NEEDED, "field", "note", current=start, wanted=end)
    _check(work, visit, start, end)
    enter(work, by, visit, end, note=c.note)


def _check(work: Work, visit: Visit, start: Stage, end: Stage) -> None:
    if start == "awaiting_approval":
        lines = work.children(EstimateLine, visit.id)
        if undecided := waiting(visit.presented, lines):
            raise Rejected(Reason.UNDECIDED_LINES, "visits", visit.id, lines=[line.id for line in undecided])
        yes = [line.id for line in approved(lines)]
        if end == "settling" and yes:
            raise Rejected(Reason.WRONG_STAGE, "visits", visit.id, current=start, wanted=end, approved=yes)
        if end != "settling" and not yes:
            raise Rejected(Reason.NOTHING_APPROVED, "visits", visit.id, current=start, wanted=end)
    if end == "ready" and visit.settlement is None:
        raise Rejected(Reason.NO_SETTLEMENT, "visits", visit.id)


class ClockOn(Command, frozen=True):
    """A technician begins to work on the car, on one line or on the whole."""

    visit_id: Id
    work_id: Id
    at: Instant
    line_id: Id | None = None


@handles("repair.clock_on", makes=("work_id",))
def clock_on(work: Work, by: By, c: ClockOn) -> None:
    """Appends the stint; it runs until it is clocked off."""
    visit = get(work, Visit, c.visit_id)
    content: dict[str, Any] = {"line_id": c.line_id, "began_at": c.at}
    if is_repeat(entry(visit.work, c.work_id), "visits", c.work_id, **content):
        return
    keep_if_closed(work, visit)
    stint = Stint(id=c.work_id, technician_id=by.user_id, ended_at=None, **content)
    work.change(visit, work=[*visit.work, stint])


class ClockOff(Command, frozen=True):
    """The technician stops; of two times the first one stands and the other goes to review."""

    visit_id: Id
    work_id: Id
    at: Instant


@handles("repair.clock_off")
def clock_off(work: Work, by: By, c: ClockOff) -> None:
    """Ends the stint."""
    visit = get(work, Visit, c.visit_id)
    stint = entry(visit.work, c.work_id)
    if stint is None:
        raise Rejected(Reason.NOT_FOUND, "work", c.work_id)
    if stint.ended_at is not None:
        if stint.ended_at != c.at:
            work.keep(cause(Reason.VALUE_CONFLICT, "visits", visit.id, field="ended_at"))
        return
    keep_if_closed(work, visit)
    ended = msgspec.structs.replace(stint, ended_at=c.at)
    work.change(visit, work=[ended if one is stint else one for one in visit.work])


class UsePart(Command, frozen=True):
    """A part went into the car; the customer sees it."""

    visit_id: Id
    usage_id: Id
    code: Word
    name: Label
    quantity: Quantity
    line_id: Id | None = None


@handles("repair.use_part", makes=("usage_id",))
def use_part(work: Work, by: By, c: UsePart) -> None:
    """Appends the part."""
    visit = get(work, Visit, c.visit_id)
    content: dict[str, Any] = {"line_id": c.line_id, "code": c.code, "name": c.name, "quantity": c.quantity}
    if is_repeat(entry(visit.parts_used, c.usage_id), "visits", c.usage_id, **content):
        return
    keep_if_closed(work, visit)
    part = PartUsed(id=c.usage_id, at=by.issued_at, **content)
    work.change(visit, parts_used=[*visit.parts_used, part])


class NoteRepair(Command, frozen=True):
    """A remark on the work, for the staff or for the customer too."""

    visit_id: Id
    note_id: Id
    text: Text
    visible_to_customer: bool


@handles("repair.note", makes=("note_id",))
def note_repair(work: Work, by: By, c: NoteRepair) -> None:
    """Appends the note to the visit's progress."""
    visit = get(work, Visit, c.visit_id)
    content: dict[str, Any] = {"visit_id": visit.id, "text": c.text, "visible_to_customer": c.visible_to_customer}
    if is_repeat(work.find(Progress, c.note_id), "progress", c.note_id, **content):
        return
    keep_if_closed(work, visit)
    work.add(
        Progress(id=c.note_id, rev=1, kind="note", stage=None, ready_at=None, at=by.issued_at, by=by.user_id, **content)
    )
    if c.visible_to_customer:
        tell(work, by, visit, "note", stage=visit.stage, progress_id=c.note_id)
