"""Complaints (投诉): opened, given to somebody, taken from confirming to the call back (确认→分析→商定→处理→回访)."""

from typing import Any

from server.commands.common import entry, get, is_repeat, meet, share
from server.commands.registry import By, Command, handles
from server.domain import complaints
from server.domain.fields import Change, ComplaintAbout, ComplaintSource, ComplaintStepKind, Id, Instant, Text
from server.domain.reasons import Reason, Rejected, cause, invalid
from server.domain.rows.catalogue import StaffMember
from server.domain.rows.contacts import Complaint, ComplaintStep
from server.domain.rows.customers import Customer
from server.domain.rows.visits import Survey, Visit
from server.store.work import Work


class OpenComplaint(Command, frozen=True):
    """A customer complains, or said something for which somebody should answer."""

    complaint_id: Id
    customer_id: Id
    text: Text
    about: ComplaintAbout
    source: ComplaintSource | None = None
    visit_id: Id | None = None
    owner_id: Id | None = None
    due_at: Instant | None = None


@handles("complaint.open", makes=("complaint_id",))
def open_complaint(work: Work, by: By, c: OpenComplaint) -> None:
    """Opens it; without an owner it is the opener's, without a time it is due after the hours of the setting."""
    customer = get(work, Customer, c.customer_id)
    visit = get(work, Visit, c.visit_id) if c.visit_id else None
    content: dict[str, Any] = {
        "customer_id": customer.id, "visit_id": visit.id if visit else None, "source": c.source or "counter",
        "about": c.about, "text": c.text,
    }  # fmt: skip
    if is_repeat(work.find(Complaint, c.complaint_id), "complaints", c.complaint_id, **content):
        return
    owner_id = _works_here(work, c.owner_id) if c.owner_id else by.user_id
    store_id = visit.store_id if visit else by.store_id
    share(work, customer, [store_id])
    _add(work, by, c.complaint_id, store_id=store_id, owner_id=owner_id, due_at=c.due_at, **content)


def _works_here(work: Work, staff_id: str) -> str:
    person = get(work, StaffMember, staff_id)
    if not person.active:
        raise Rejected(Reason.NOT_FOUND, "staff", person.id)
    return person.id


def _add(work: Work, by: By, complaint_id: str, /, **fields: Any) -> None:
    due_at = fields.pop("due_at", None) or work.now + work.terms.time
    complaint = Complaint(
        id=complaint_id, rev=1, due_at=due_at, state="open", steps=[], opened_at=by.issued_at, opened_by=by.user_id,
        closed_at=None, **fields,
    )  # fmt: skip
    work.add(complaint)


def hear(work: Work, by: By, visit: Visit, survey: Survey) -> None:
    """Opens a complaint for a low survey, once: it has the survey's id.

    The visit's advisor answers for it; where that person has left, a manager of the store.
    """
    if not complaints.is_low(survey, work.terms) or work.find(Complaint, survey.id) is not None:
        return
    _add(
        work, by, survey.id, store_id=visit.store_id, customer_id=visit.customer_id, visit_id=visit.id,
        source="survey", about=complaints.about(survey), text=survey.text or "", owner_id=_answers_for(work, visit),
    )  # fmt: skip


def _answers_for(work: Work, visit: Visit) -> str | None:
    advisor = work.find(StaffMember, visit.advisor_id) if visit.advisor_id else None
    if advisor is not None and advisor.active and advisor.store_id == visit.store_id:
        return advisor.id
    managers = work.by_key(StaffMember, f"manager:{visit.store_id}")
    return managers[0].id if managers else None


class StepComplaint(Command, frozen=True):
    """Something was done about a complaint; the call back closes it."""

    complaint_id: Id
    step_id: Id
    kind: ComplaintStepKind
    text: Text
    at: Instant


@handles("complaint.step", makes=("step_id",))
def step_complaint(work: Work, by: By, c: StepComplaint) -> None:
    """Appends the step, in whatever order steps arrive; one for a complaint that is closed is kept for review."""
    complaint = get(work, Complaint, c.complaint_id)
    content: dict[str, Any] = {"kind": c.kind, "text": c.text, "at": c.at}
    if is_repeat(entry(complaint.steps, c.step_id), "complaints", c.step_id, **content):
        return
    if complaint.state == "closed":
        work.keep(cause(Reason.COMPLAINT_CLOSED, "complaints", complaint.id))
    steps = [*complaint.steps, ComplaintStep(id=c.step_id, by=by.user_id, **content)]
    closes = c.kind == "call_back" and complaint.state == "open"
    work.change(complaint, steps=steps, **({"state": "closed", "closed_at": by.issued_at} if closes else {}))


class AssignComplaint(Command, frozen=True):
    """Somebody else answers for a complaint, or has until another time."""

    complaint_id: Id
    owner_id: Change[Id] | None = None
    due_at: Change[Instant] | None = None


@handles("complaint.assign")
def assign_complaint(work: Work, by: By, c: AssignComplaint) -> None:
    """Changes owner and due time by the scalar rule."""
    complaint = get(work, Complaint, c.complaint_id)
    changes = {name: change for name in ("owner_id", "due_at") if (change := getattr(c, name)) is not None}
    for name, change in changes.items():
        if change.to is None:
            raise invalid(f"{name}.to", "missing")
    if c.owner_id and c.owner_id.to:
        _works_here(work, c.owner_id.to)
    if written := meet(work, complaint, changes):
        work.change(complaint, **written)
