"""Photos, signatures and amendments as rows: evidence, append-only."""

from typing import Any, Literal

from msgspec import Struct

from server.domain.evidence import SigningEvidence
from server.domain.fields import Corrected, Id, Instant, PhotoPurpose, Sha256, SignaturePurpose, Signer


class Photo(Struct, frozen=True, kw_only=True):
    """A photo by its SHA-256; `uploaded` once the bytes are here and verified, `waived` when they will not come."""

    id: Id
    rev: int
    visit_id: Id
    sha256: Sha256
    media_type: str
    bytes: int
    purpose: PhotoPurpose
    subject_id: Id | None
    taken_at: Instant
    caption: str | None
    uploaded: bool
    waived: str | None


class Signature(Struct, frozen=True, kw_only=True):
    """A drawn signature over exactly one document. `accepted` moved the visit; `kept` waits in the review inbox.

    `evidence` is null when it was signed by a program that does not gather any.
    """

    id: Id
    rev: int
    visit_id: Id
    purpose: SignaturePurpose
    document: dict[str, Any]
    document_hash: Sha256
    strokes: dict[str, Any]
    strokes_hash: Sha256
    signer: Signer
    jws: str
    evidence: SigningEvidence | None
    device_id: Id | None
    state: Literal["accepted", "kept"]
    signed_at: Instant
    received_at: Instant
    sealed_at: Instant | None
    pdf_sha256: Sha256 | None


class Amendment(Struct, frozen=True, kw_only=True):
    """A correction made after the car left (更正单): a document that names the one before it by its hash."""

    id: Id
    rev: int
    visit_id: Id
    amends: Sha256
    reason: str
    corrections: list[Corrected]
    document: dict[str, Any]
    document_hash: Sha256
    by: Id | None
    amended_at: Instant
    received_at: Instant
    sealed_at: Instant | None
    pdf_sha256: Sha256 | None
