"""Complaints (投诉): opened, given to somebody, taken from confirming to the call back."""

from datetime import timedelta
from typing import Any

from server.commands.common import entry, get, is_repeat, meet
from server.commands.registry import By, Command, handles
from server.domain.fields import Change, ComplaintAbout, ComplaintSource, ComplaintStepKind, Id, Instant, Text
from server.domain.reasons import Reason, cause
from server.domain.rows.contacts import Complaint, ComplaintStep
from server.domain.rows.customers import Customer
from server.domain.rows.visits import Visit
from server.store.work import Work

DUE = timedelta(hours=24)
"""So soon a complaint is to be answered when nobody says otherwise."""


class OpenComplaint(Command, frozen=True):
    """A customer complains, or scored so low that somebody should ask."""

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
    """Opens it; without an owner it is the opener's, without a time it is due after a day."""
    customer = get(work, Customer, c.customer_id)
    visit = get(work, Visit, c.visit_id) if c.visit_id else None
    content: dict[str, Any] = {
        "customer_id": customer.id, "visit_id": visit.id if visit else None, "source": c.source or "counter",
        "about": c.about, "text": c.text,
    }  # fmt: skip
    if is_repeat(work.find(Complaint, c.complaint_id), "complaints", c.complaint_id, **content):
        return
    complaint = Complaint(
        id=c.complaint_id, rev=1, store_id=visit.store_id if visit else by.store_id,
        owner_id=c.owner_id or by.user_id, due_at=c.due_at or by.issued_at + DUE, state="open", steps=[],
        opened_at=by.issued_at, opened_by=by.user_id, closed_at=None, **content,
    )  # fmt: skip
    work.add(complaint)


class StepComplaint(Command, frozen=True):
    """Something was done about it; the call back closes it."""

    complaint_id: Id
    step_id: Id
    kind: ComplaintStepKind
    text: Text
    at: Instant


@handles("complaint.step", makes=("step_id",))
def step_complaint(work: Work, by: By, c: StepComplaint) -> None:
    """Appends the step; one for a complaint that is closed is kept for review."""
    complaint = get(work, Complaint, c.complaint_id)
    content: dict[str, Any] = {"kind": c.kind, "text": c.text, "at": c.at}
    if is_repeat(entry(complaint.steps, c.step_id), "complaints", c.step_id, **content):
        return
    if complaint.state == "closed":
        work.keep(cause(Reason.WRONG_STAGE, "complaints", complaint.id, current="closed"))
    steps = [*complaint.steps, ComplaintStep(id=c.step_id, by=by.user_id, **content)]
    closes = c.kind == "call_back" and complaint.state == "open"
    work.change(complaint, steps=steps, **({"state": "closed", "closed_at": by.issued_at} if closes else {}))


class AssignComplaint(Command, frozen=True):
    """Somebody else answers for it, or until another time."""

    complaint_id: Id
    owner_id: Change[Id] | None = None
    due_at: Change[Instant] | None = None


@handles("complaint.assign")
def assign_complaint(work: Work, by: By, c: AssignComplaint) -> None:
    """Changes owner and due time by the scalar rule."""
    complaint = get(work, Complaint, c.complaint_id)
    changes = {name: change for name in ("owner_id", "due_at") if (change := getattr(c, name)) is not None}
    if written := meet(work, complaint, changes):
        work.change(complaint, **written)
