"""Whether a signature that holds together may count: it was not heard before, its signer is known, its clock is right.

A clock that is wrong refuses nothing: what was signed stays as evidence, and a person judges.
"""

from datetime import datetime, timedelta

from server.commands.registry import By, Command, handles
from server.documents.document import instant
from server.documents.signature import payload_of
from server.domain.evidence import PhoneTail, SigningEvidence
from server.domain.fields import Id
from server.domain.reasons import Reason, Rejected, cause
from server.domain.rows.evidence import Signature
from server.domain.rows.inbox import Cause
from server.domain.rows.internal import Device, VerifiedCode
from server.domain.rows.visits import Visit
from server.store.work import Work

TOLERATED = timedelta(days=1)
"""How far a tablet's clock may be off, besides what its evidence and its enrolment say."""
CODE_LASTS = timedelta(minutes=30)
"""A code vouches for who signs so long after it was entered, by the time of signing or else of arrival."""
SKEW = timedelta(minutes=5)
SAID = ("visit_id", "purpose", "document_hash", "strokes_hash", "signed_at")
"""What no two signatures share: nobody draws the same strokes at the same moment twice."""


def refuse_replay(work: Work, visit: Visit, signature_id: str, jws: str) -> None:
    """Raises `replayed` for what was heard before.

    What was signed is compared, not its bytes: with r, s anybody can make r, n − s, as good an ECDSA signature.
    """
    payload = payload_of(jws)
    for known in work.children(Signature, visit.id):
        before = payload_of(known.jws)
        if all(before[name] == payload[name] for name in SAID):
            raise _bad(signature_id, "replayed", signature=known.id)


def refuse_unknown_code(
    work: Work, visit: Visit, signature_id: str, evidence: SigningEvidence | None, signed_at: datetime
) -> None:
    """Raises `identity` unless the code that vouches for the signer was entered for this visit, shortly before."""
    if evidence is None or evidence.identity.method != "sms_code":
        return
    who = evidence.identity
    code = work.find(VerifiedCode, who.code_id) if who.code_id else None
    if code is None or code.visit_id != visit.id or who.phone_tail not in (None, code.phone_tail):
        raise _bad(signature_id, "identity")
    if not any(-SKEW <= moment - code.verified_at <= CODE_LASTS for moment in (signed_at, work.now)):
        raise _bad(signature_id, "identity", verified_at=instant(code.verified_at))


def _bad(signature_id: str, problem: str, **facts: str) -> Rejected:
    return Rejected(Reason.BAD_SIGNATURE, "signatures", signature_id, problem=problem, **facts)


def distrust(work: Work, device: Device, evidence: SigningEvidence | None, signed_at: datetime) -> Cause | None:
    """Why nobody should rely on the device or on its clock, if so."""
    if device.revoked_at is not None:
        # Whenever it says that it signed: who holds a stolen key sets the clock as well.
        times = {"signed_at": instant(signed_at), "revoked_at": instant(device.revoked_at)}
        return cause(Reason.DEVICE_REVOKED, "devices", device.id, **times)
    known_at = evidence.server_state.known_at if evidence else None
    latest, earliest = work.now + TOLERATED, max(device.enrolled_at, known_at or device.enrolled_at)
    if earliest - TOLERATED <= signed_at <= latest and earliest <= latest:
        return None
    times = {"signed_at": instant(signed_at), "received_at": instant(work.now), "earliest": instant(earliest)}
    return cause(Reason.CLOCK_OFF, "devices", device.id, **times)


class VerifyCode(Command, frozen=True):
    """Somebody at the visit knew the digits that were sent to a phone on file (the server's own command)."""

    visit_id: Id
    code_id: Id
    phone_tail: PhoneTail


@handles("visit.verify_code", internal=True)
def verify_code(work: Work, by: By, c: VerifyCode) -> None:
    """Notes it, once."""
    if work.find(VerifiedCode, c.code_id) is None:
        work.add(VerifiedCode(id=c.code_id, rev=1, visit_id=c.visit_id, phone_tail=c.phone_tail, verified_at=work.now))
