"""The handover (交车): a signature over exactly this document, or a release that says why there is none."""

from typing import Annotated, Any

from msgspec import Meta

from server.commands.common import customer_and_vehicle, enter, get, is_repeat, stands, tell
from server.commands.differing import ask_again, differing, supersede
from server.commands.pasts import leave
from server.commands.registry import By, Command, handles
from server.commands.trust import distrust, refuse_replay, refuse_unknown_code
from server.documents import document as paper
from server.documents.signature import BadSignature, check, device_of
from server.domain.estimates import approved
from server.domain.evidence import SigningEvidence
from server.domain.fields import Id, Instant, ReleaseReason, Sha256, SignaturePurpose, Signer, Text, Word
from server.domain.reasons import Reason, Rejected, cause
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.evidence import Photo, Signature
from server.domain.rows.findings import Damage, Finding
from server.domain.rows.inbox import Cause
from server.domain.rows.internal import Device
from server.domain.rows.visits import Release, Visit
from server.store.work import Work


class SignHandover(Command, frozen=True):
    """A person signed this document on this device (compact JWS, ES256). `contract` needs no stage and moves none."""

    visit_id: Id
    signature_id: Id
    purpose: SignaturePurpose
    document: dict[str, Any]
    document_hash: Sha256
    strokes: dict[str, Any]
    strokes_hash: Sha256
    signer: Signer
    jws: Annotated[str, Meta(max_length=4000)]
    signed_at: Instant
    evidence: SigningEvidence | None = None


@handles("handover.sign", makes=("signature_id",), whole_visit=True)
def sign_handover(work: Work, by: By, c: SignHandover) -> None:
    """Checks the evidence and compares with the rebuilt document: equal counts, different is kept for a person."""
    visit = get(work, Visit, c.visit_id)
    known = work.find(Signature, c.signature_id)
    if is_repeat(known, "signatures", c.signature_id, document_hash=c.document_hash, jws=c.jws):
        return
    device = _signing_device(work, c)
    refuse_replay(work, visit, c.signature_id, c.jws)
    refuse_unknown_code(work, visit, c.signature_id, c.evidence, c.signed_at)
    problem = _problem(work, visit, device, c)
    signature = work.add(_signature(work, c, visit, device, kept=problem is not None))
    if problem is not None:
        work.keep(problem)
        if problem.code == Reason.DOCUMENT_DIFFERS:
            ask_again(work, signature)
        return
    supersede(work, by, signature)
    if c.purpose == "handover":
        _hand_over(work, by, visit)
    else:
        tell(work, by, visit, "contract", stage=visit.stage)


def _signing_device(work: Work, c: SignHandover) -> Device:
    try:
        device = work.find(Device, device_of(c.jws))
        check(c, device.public_key if device and not device.pending else None)
    except BadSignature as error:
        raise Rejected(Reason.BAD_SIGNATURE, "signatures", c.signature_id, problem=error.code) from None
    assert device is not None
    return device


def _problem(work: Work, visit: Visit, device: Device, c: SignHandover) -> Cause | None:
    """Why the signature is kept instead of counting, if so."""
    if (doubt := distrust(work, device, c.evidence, c.signed_at)) is not None:
        return doubt
    if c.purpose == "handover" and (missing := not_ready(work, visit)):
        return missing
    now = _current(work, visit, c)
    if paper.canonical(now) != paper.canonical(c.document):
        return differing(work, visit, c.document, now)
    return None


def _current(work: Work, visit: Visit, c: SignHandover) -> dict[str, Any]:
    """The document as the server would build it now, in the wording that was signed."""
    customer, vehicle = customer_and_vehicle(work, visit)
    return paper.build(
        c.purpose,
        visit=visit,
        vehicle=vehicle,
        customer=customer,
        damages=work.children(Damage, visit.id),
        findings=work.children(Finding, visit.id),
        lines=work.children(EstimateLine, visit.id),
        photos=work.children(Photo, visit.id),
        like=c.document,
    )


def not_ready(work: Work, visit: Visit) -> Cause | None:
    """What a handover still lacks: stage, quality pass, a bill over every approved line in its newest version."""
    if visit.stage != "ready":
        return cause(Reason.WRONG_STAGE, "visits", visit.id, current=visit.stage, wanted="handed_over")
    yes = {line.id: line.version for line in approved(work.children(EstimateLine, visit.id))}
    if yes and not (visit.quality and visit.quality.passed):
        return cause(Reason.NO_QUALITY_PASS, "visits", visit.id)
    if visit.settlement is None:
        return cause(Reason.NO_SETTLEMENT, "visits", visit.id)
    billed = {named.line_id: named.version for named in visit.settlement.lines}
    if missing := sorted(set(yes) - set(billed)):
        return cause(Reason.APPROVED_LINE_MISSING, "visits", visit.id, lines=missing)
    if wrong := sorted(line_id for line_id, version in billed.items() if yes.get(line_id) != version):
        return cause(Reason.NOT_APPROVED, "visits", visit.id, lines=wrong)
    return None


def _signature(work: Work, c: SignHandover, visit: Visit, device: Device, kept: bool) -> Signature:
    return Signature(
        id=c.signature_id, rev=1, visit_id=visit.id, purpose=c.purpose, document=c.document,
        document_hash=c.document_hash, strokes=c.strokes, strokes_hash=c.strokes_hash, signer=c.signer, jws=c.jws,
        evidence=c.evidence, device_id=device.id, state="kept" if kept else "accepted", signed_at=c.signed_at,
        received_at=work.now, sealed_at=None, pdf_sha256=None,
    )  # fmt: skip


class ReleaseHandover(Command, frozen=True):
    """The car leaves without a signature, and the PDF says so."""

    visit_id: Id
    reason: ReleaseReason
    note: Text
    witness: Word | None = None


@handles("handover.release", plan=True, whole_visit=True)
def release_handover(work: Work, by: By, c: ReleaseHandover) -> None:
    """From ready to handed over, without a signature."""
    visit = get(work, Visit, c.visit_id)
    release = Release(reason=c.reason, witness=c.witness, note=c.note, at=by.issued_at, by=by.user_id)
    if visit.release is not None and visit.stage == "handed_over":
        first = visit.release
        if (first.reason, first.witness, first.note) != (c.reason, c.witness, c.note):
            stands(work, visit, "release", release)
        return
    if (missing := not_ready(work, visit)) is not None:
        raise Rejected(Reason(missing.code), missing.subject.type, missing.subject.id, **missing.facts)
    _hand_over(work, by, visit, release=release)


def _hand_over(work: Work, by: By, visit: Visit, **fields: Any) -> None:
    visit = enter(work, by, visit, "handed_over", **fields)
    leave(work, visit)
    work.promise("seal", visit.id, f"seal:{visit.id}")
    for event in ("survey", "survey_reminder"):
        work.promise("message", visit.id, f"{event}:{visit.id}", event=event, stage=visit.stage)


class RequestSeal(Command, frozen=True):
    """Somebody asks for a sealed PDF that is not there (the server's own command)."""

    visit_id: Id


@handles("handover.request_seal", internal=True)
def request_seal(work: Work, by: By, c: RequestSeal) -> None:
    """Promises the seal once more."""
    visit = get(work, Visit, c.visit_id)
    work.promise("seal", visit.id, f"seal:{visit.id}")


class SealHandover(Command, frozen=True):
    """The sealed PDF is on disk (the server's own command); `document` is what it says when nobody signed it."""

    visit_id: Id
    pdf_sha256: Sha256
    signature_id: Id | None = None
    document: dict[str, Any] | None = None


@handles("handover.seal", internal=True)
def seal_handover(work: Work, by: By, c: SealHandover) -> None:
    """Notes the seal; the customer is told that the document is there."""
    visit = get(work, Visit, c.visit_id)
    if c.signature_id is not None:
        signature = get(work, Signature, c.signature_id)
        if signature.pdf_sha256 == c.pdf_sha256:
            return
        work.change(signature, sealed_at=work.now, pdf_sha256=c.pdf_sha256)
    elif visit.released_document is None:
        work.change(visit, released_document=c.document)
    tell(work, by, visit, "document", stage=visit.stage)
