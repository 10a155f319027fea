"""Amendments (更正): after sealing, a correction is a new document that names the old one; nothing sealed changes."""

from typing import Annotated, Any

from msgspec import Meta

from server.commands.common import get, is_repeat, tell
from server.commands.registry import By, Command, handles
from server.documents import amendment as paper
from server.documents.document import Document
from server.domain.fields import Corrected, Id, Instant, Sha256, Text
from server.domain.reasons import Reason, Rejected, invalid
from server.domain.rows.catalogue import StaffMember
from server.domain.rows.evidence import Amendment, Signature
from server.domain.rows.visits import Visit
from server.store.work import Work


class AmendHandover(Command, frozen=True):
    """What the car left with is put right by a document of its own; `amends` is the hash of the newest one there is."""

    visit_id: Id
    amendment_id: Id
    amends: Sha256
    reason: Text
    corrections: Annotated[list[Corrected], Meta(min_length=1, max_length=100)]
    amended_at: Instant


@handles("handover.amend", makes=("amendment_id",), whole_visit=True)
def amend_handover(work: Work, by: By, c: AmendHandover) -> None:
    """Adds the amendment to the chain and promises its seal; what would raise a price needs the customer instead."""
    visit = get(work, Visit, c.visit_id)
    content: dict[str, Any] = {
        "amends": c.amends, "reason": c.reason, "corrections": c.corrections, "amended_at": c.amended_at,
    }  # fmt: skip
    if is_repeat(work.find(Amendment, c.amendment_id), "amendments", c.amendment_id, **content):
        return
    standing = _newest(work, visit, c)
    amended = _corrected(visit, standing, c)
    person = work.find(StaffMember, by.user_id) if by.user_id else None
    name = person.name if person else None
    document = paper.build(c.visit_id, c.amends, c.reason, c.corrections, c.amended_at, name, amended)
    work.add(
        Amendment(
            id=c.amendment_id, rev=1, visit_id=visit.id, **content, document=document,
            document_hash=paper.hash_of(document), by=by.user_id, received_at=work.now, sealed_at=None, pdf_sha256=None,
        )
    )  # fmt: skip
    work.promise("seal", visit.id, f"seal:{c.amendment_id}", amendment_id=c.amendment_id)


def _newest(work: Work, visit: Visit, c: AmendHandover) -> Document:
    """The document as amended so far, if `c` names it."""
    closing = paper.left_with(visit, work.children(Signature, visit.id))
    if closing is None:
        raise Rejected(Reason.WRONG_STAGE, "visits", visit.id, current=visit.stage, wanted="handed_over")
    first = paper.hash_of(closing)
    chain = paper.in_order(first, work.children(Amendment, visit.id))
    current = chain[-1].document_hash if chain else first
    if c.amends != current:
        raise Rejected(Reason.STALE_VERSION, "visits", visit.id, seen=c.amends, current=current)
    return chain[-1].document["amended"] if chain else closing


def _corrected(visit: Visit, standing: Document, c: AmendHandover) -> Document:
    try:
        amended = paper.corrected(standing, c.corrections)
    except paper.Unfit as error:
        raise invalid(f"corrections.{error.at}.{error.part}", error.problem, **error.facts) from None
    except paper.Conflict as error:
        facts = {"field": error.path, "current": error.current}
        raise Rejected(Reason.VALUE_CONFLICT, "visits", visit.id, **facts) from None
    if raised := paper.dearer(standing, amended):
        raise Rejected(Reason.NOT_APPROVED, "visits", visit.id, lines=raised)
    return amended


class SealAmendment(Command, frozen=True):
    """The sealed PDF of an amendment is on disk (the server's own command)."""

    visit_id: Id
    amendment_id: Id
    pdf_sha256: Sha256


@handles("handover.seal_amendment", internal=True)
def seal_amendment(work: Work, by: By, c: SealAmendment) -> None:
    """Notes the seal; the customer is told that something was put right."""
    visit, amendment = get(work, Visit, c.visit_id), get(work, Amendment, c.amendment_id)
    if amendment.pdf_sha256 != c.pdf_sha256:
        work.change(amendment, sealed_at=work.now, pdf_sha256=c.pdf_sha256)
        tell(work, by, visit, "amendment", stage=visit.stage)
