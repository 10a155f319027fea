"""Findings (诊断项): graded red, yellow or green with measures; and the report that the customer reads."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from server.commands.common import get, is_repeat, keep_if_closed, read_as, record_progress
from server.commands.registry import By, Command, handles
from server.domain import dtc
from server.domain.fields import Dtc, Fen, FindingVersion, Grade, Id, Measure, Sha256, Text, Version, Word
from server.domain.reasons import Reason, Rejected, cause
from server.domain.rows.findings import Finding
from server.domain.rows.visits import Report, Visit
from server.store.work import Work

Dtcs = Annotated[list[Dtc], Meta(max_length=100)]


class RecordFinding(Command, frozen=True):
    """What was found at one inspection item."""

    visit_id: Id
    finding_id: Id
    item_code: Word
    grade: Grade
    dtcs: Dtcs
    photos: list[Sha256]
    measure: Measure | None = None
    cause: Text | None = None
    plan: Text | None = None
    budget_fen: Fen | None = None


def _dtcs(codes: list[str]) -> list[str]:
    return [read_as(f"dtcs[{i}]", dtc.normalise, code) for i, code in enumerate(codes)]


@handles("finding.record", makes=("finding_id",))
def record_finding(work: Work, by: By, c: RecordFinding) -> None:
    """Appends the finding."""
    visit = get(work, Visit, c.visit_id)
    content: dict[str, Any] = {
        "visit_id": visit.id, "item_code": c.item_code, "grade": c.grade, "measure": c.measure, "dtcs": _dtcs(c.dtcs),
        "cause": c.cause, "plan": c.plan, "budget_fen": c.budget_fen, "photos": c.photos,
    }  # fmt: skip
    existing = work.find(Finding, c.finding_id)
    unrevised = {name: value for name, value in content.items() if existing is None or name not in existing.touched}
    if is_repeat(existing, "findings", c.finding_id, **unrevised):
        return
    keep_if_closed(work, visit)
    work.add(
        Finding(
            id=c.finding_id, rev=1, version=1, touched={}, recorded_at=by.issued_at, recorded_by=by.user_id, **content
        )
    )


class SeenFinding(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person saw in the fields of a finding that they changed; what is absent was empty."""

    item_code: Word | None = None
    grade: Grade | None = None
    measure: Measure | None = None
    dtcs: Dtcs | None = None
    cause: Text | None = None
    plan: Text | None = None
    budget_fen: Fen | None = None
    photos: list[Sha256] | None = None


class ReviseFinding(Command, frozen=True):
    """A finding is seen differently. Fields that someone else revised since `seen_version` go to review.

    With `seen` the values decide instead: a tablet may have called its own offline revision "version 2" while somebody
    else's became that.
    """

    finding_id: Id
    seen_version: Version
    seen: SeenFinding | None = None
    item_code: Word | None = None
    grade: Grade | None = None
    measure: Measure | None = None
    dtcs: Dtcs | None = None
    cause: Text | None = None
    plan: Text | None = None
    budget_fen: Fen | None = None
    photos: list[Sha256] | None = None


def _moved(finding: Finding, name: str, c: ReviseFinding) -> bool:
    """Whether somebody changed the field after this person saw it."""
    if c.seen is None:
        return finding.touched.get(name, 1) > c.seen_version
    seen, current = getattr(c.seen, name), getattr(finding, name)
    return (seen or []) != current if isinstance(current, list) else seen != current


@handles("finding.revise")
def revise_finding(work: Work, by: By, c: ReviseFinding) -> None:
    """Writes the next version of the finding."""
    finding = get(work, Finding, c.finding_id)
    if c.seen is None and c.seen_version > finding.version:
        raise Rejected(Reason.STALE_VERSION, "findings", finding.id, seen=c.seen_version, current=finding.version)
    wanted = {
        name: getattr(c, name) for name in c.__struct_fields__
        if name not in ("finding_id", "seen_version", "seen") and getattr(c, name) is not None
    }  # fmt: skip
    if "dtcs" in wanted:
        wanted["dtcs"] = _dtcs(wanted["dtcs"])
    written: dict[str, Any] = {}
    for name, mine in wanted.items():
        theirs = getattr(finding, name)
        if mine == theirs:
            continue
        if _moved(finding, name, c):
            why = cause(Reason.STALE_VERSION, "findings", finding.id, field=name)
            work.merged(name, None, mine, theirs, theirs, why)
        else:
            written[name] = mine
    if not written:
        return
    keep_if_closed(work, get(work, Visit, finding.visit_id))
    version = finding.version + 1
    if c.seen_version < finding.version:
        for name, mine in written.items():
            work.merged(name, None, mine, getattr(finding, name), mine)
    work.change(finding, version=version, touched=finding.touched | dict.fromkeys(written, version), **written)


class PublishReport(Command, frozen=True):
    """Freezes what the customer reads: the findings as they are now."""

    visit_id: Id
    report_id: Id


@handles("report.publish", makes=("report_id",), plan=True, whole_visit=True)
def publish_report(work: Work, by: By, c: PublishReport) -> None:
    """Publishes the report; the customer is told."""
    visit = get(work, Visit, c.visit_id)
    if is_repeat(visit.report if visit.report and visit.report.id == c.report_id else None, "visits", c.report_id):
        return
    findings = [FindingVersion(finding_id=f.id, version=f.version) for f in work.children(Finding, visit.id)]
    report = Report(id=c.report_id, findings=findings, published_at=by.issued_at)
    visit = work.change(visit, report=report)
    record_progress(work, by, visit, by.command_id, "report", told=True)
