"""What leaves the tablets when its time has come; the server keeps everything. No door offers these commands."""

from datetime import timedelta
from typing import Any

from server.commands.common import get
from server.commands.merges import POINTERS
from server.commands.registry import By, Command, handles
from server.domain.fields import Id
from server.domain.rows import WIRE
from server.domain.rows.contacts import Complaint, Message
from server.domain.rows.customers import Customer
from server.domain.rows.inbox import MergeProposal, Review
from server.domain.rows.vehicles import Vehicle
from server.domain.rows.visits import Visit
from server.store.work import Work

SHOWN_FOR = timedelta(days=30)
"""What is closed stays on the tablets so long: a visit, a resolved review, a settled merge proposal (sync protocol)."""


class SweepVisit(Command, frozen=True):
    """A visit closed 30 days ago leaves the tablets with all that hangs on it."""

    visit_id: Id


@handles("visit.sweep", whole_visit=True, internal=True)
def sweep_visit(work: Work, by: By, c: SweepVisit) -> None:
    """Hides the visit and its rows; car and people leave its store when they belong elsewhere and nothing is left."""
    visit = get(work, Visit, c.visit_id)
    if visit.closed_at is None or work.now - visit.closed_at < SHOWN_FOR:
        return
    vehicle, customer = get(work, Vehicle, visit.vehicle_id), get(work, Customer, visit.customer_id)
    owner = get(work, Customer, vehicle.owner_id) if vehicle.owner_id else customer
    hide_visit(work, visit)
    for party in (vehicle, customer, owner):
        _leave(work, party, visit.store_id)


def hide_visit(work: Work, visit: Visit) -> None:
    """The visit leaves the tablets with all that hangs on it."""
    work.hide(visit)
    for struct in WIRE.values():
        for row in work.children(struct, visit.id):
            work.hide(row)


def _leave(work: Work, party: Customer | Vehicle, store_id: str) -> None:
    row = get(work, type(party), party.id)
    if store_id != row.store_id and store_id in row.stores and not _needed(work, row, store_id):
        work.change(row, stores=[store for store in row.stores if store != store_id])


def _needed(work: Work, row: Customer | Vehicle, store_id: str) -> bool:
    """Whether something that the store's tablets hold names the row."""
    naming: list[Any] = [r for kind, word, _ in POINTERS[type(row)] for r in work.by_key(kind, f"{word}:{row.id}")]
    naming += [p for p in work.by_key(MergeProposal, f"proposal:{row.id}") if p.state == "open"]
    return any(store_id in getattr(r, "stores", [getattr(r, "store_id", "")]) and not work.is_gone(r) for r in naming)


class SweepReview(Command, frozen=True):
    """A review resolved 30 days ago leaves the tablets."""

    review_id: Id


@handles("review.sweep", internal=True)
def sweep_review(work: Work, by: By, c: SweepReview) -> None:
    """Hides the review: until then its author can see what became of the command."""
    review = get(work, Review, c.review_id)
    if review.resolved_at is not None and work.now - review.resolved_at >= SHOWN_FOR:
        work.hide(review)


class SweepProposal(Command, frozen=True):
    """A merge proposal settled 30 days ago leaves the tablets."""

    proposal_id: Id


@handles("proposal.sweep", internal=True)
def sweep_proposal(work: Work, by: By, c: SweepProposal) -> None:
    """Hides the proposal unless it was opened again."""
    proposal = get(work, MergeProposal, c.proposal_id)
    if proposal.state != "open":
        work.hide(proposal)


class SweepMessage(Command, frozen=True):
    """A message about no visit leaves the tablets 30 days after it was promised; others leave with their visit."""

    message_id: Id


@handles("message.sweep", internal=True)
def sweep_message(work: Work, by: By, c: SweepMessage) -> None:
    """Hides the message."""
    message = get(work, Message, c.message_id)
    if message.visit_id is None and work.now - message.promised_at >= SHOWN_FOR:
        work.hide(message)


class SweepComplaint(Command, frozen=True):
    """A complaint closed 30 days ago leaves the tablets; an open one stays, however old, also without its visit."""

    complaint_id: Id


@handles("complaint.sweep", internal=True)
def sweep_complaint(work: Work, by: By, c: SweepComplaint) -> None:
    """Hides the complaint; the customer leaves its store when they belong elsewhere and nothing is left."""
    complaint = get(work, Complaint, c.complaint_id)
    if complaint.closed_at is None or work.now - complaint.closed_at < SHOWN_FOR:
        return
    work.hide(complaint)
    _leave(work, get(work, Customer, complaint.customer_id), complaint.store_id)
