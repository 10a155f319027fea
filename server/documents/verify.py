"""The check of a sealed PDF by nothing but itself: no database, no store, no network is needed.

What a reader wants to know: what was signed, by whom, when, on which device, and whether the file is whole.
"""

import asyncio
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko_certvalidator import ValidationContext

from server.documents.amendment import Conflict, Unfit, corrected
from server.documents.document import canonical
from server.documents.shapes import Amendment
from server.documents.signature import PAYLOAD_FIELDS, BadSignature, check, payload_of
from server.documents.timestamp import Stamp, stamp_of
from server.domain.evidence import SigningEvidence
from server.domain.fields import Corrected

ATTACHED = ("document.json", "strokes.json", "signature.jws", "device.jwk", "amendment.json")
LARGEST = 16 * 2**20
"""Bytes of a PDF at most; one with a hundred photos that are nothing but noise has 14.6 million."""


class NoPaper(Exception):
    """Not a PDF with a seal: `code` is `unreadable`, `no_seal` or `too_large`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SealFound(Struct, frozen=True):
    """The newest seal. `at` is the sealer's word; `certificate` is the certificate's SHA-256 in lower-case hex.

    `intact`: the sealed bytes are those that were sealed. `whole`: nothing was put behind the seal. `issuer` is who
    vouches for the owner of the key, as the certificate says (null: nobody); `key` is the public key's SHA-256.
    """

    name: str | None
    at: datetime | None
    subject: str
    certificate: str
    self_signed: bool
    intact: bool
    whole: bool
    issuer: str | None
    key: str
    stamp: Stamp | None


class SignedFound(Struct, frozen=True):
    """What the tablet's JWS says."""

    signer_name: str
    signer_role: str
    signed_at: str
    device_id: str
    visit_id: str
    purpose: str
    evidence: SigningEvidence | None


class Verdict(Struct, frozen=True):
    """What was found. `problem` names the first thing that does not hold (docs/document.md); None when all does.

    Nothing is told of a paper that does not hold. That of a car that left without a signature has no `signed`; of an
    amendment the `document` is the amendment itself.
    """

    seal: SealFound
    problem: str | None
    document: dict[str, Any] | None = None
    document_hash: str | None = None
    signed: SignedFound | None = None


def verify(pdf: bytes) -> Verdict:
    """Examines a sealed PDF; blocks (8 to 24 ms measured) and starts an event loop of its own. Raises NoPaper."""
    if len(pdf) > LARGEST:
        raise NoPaper("too_large")
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        embedded = list(reader.embedded_signatures)
        attached = dict(_attachments(reader)) if embedded else {}
        found = asyncio.run(_seal(embedded[-1])) if embedded else None
    except Exception as error:
        # What a stranger uploads is read by a large library: whatever fails in it, this is no paper of ours.
        raise NoPaper("unreadable") from error
    if found is None:
        raise NoPaper("no_seal")
    return _verdict(found, attached)


def is_stamped(pdf: bytes) -> bool:
    """Whether the seal of a paper of ours carries a time stamp; blocks for some ms."""
    [*_, embedded] = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return any(extract_tst_data_iter(embedded.signer_info, signed=False))


def _verdict(seal: SealFound, attached: dict[str, bytes]) -> Verdict:
    try:
        if not seal.intact:
            raise BadSignature("altered")
        if not seal.whole:
            raise BadSignature("added_to")
        if seal.stamp and not seal.stamp.fits:
            raise BadSignature("time_stamp")
        document = _json(attached.get("document.json"), "document")
        if "amendment.json" in attached:
            amendment = _amendment(document, attached)
            return Verdict(seal, None, amendment, hashlib.sha256(attached["amendment.json"]).hexdigest())
        signed = _signed(document, attached)
    except BadSignature as error:
        return Verdict(seal=seal, problem=error.code)
    return Verdict(seal, None, document, hashlib.sha256(attached["document.json"]).hexdigest(), signed)


def _signed(document: dict[str, Any], attached: dict[str, bytes]) -> SignedFound | None:
    """Holds the JWS against the document and the strokes beside it; None for a paper that nobody signed."""
    if "signature.jws" not in attached:
        return None
    jws = attached["signature.jws"].decode("ascii", "replace")
    strokes, key = _json(attached.get("strokes.json"), "strokes"), _json(attached.get("device.jwk"), "kid")
    said = payload_of(jws)
    if set(said) - {"evidence"} != set(PAYLOAD_FIELDS):
        raise BadSignature("payload")
    signer = {"name": said["signer_name"], "role": said["signer_role"]}
    check(said | {"document": document, "strokes": strokes, "signer": signer, "jws": jws}, key)
    if said["purpose"] != document.get("purpose"):
        raise BadSignature("payload_purpose")
    try:
        return msgspec.convert({"evidence": None} | said, SignedFound)
    except msgspec.ValidationError as error:
        raise BadSignature("payload") from error


def _amendment(before: dict[str, Any], attached: dict[str, bytes]) -> dict[str, Any]:
    """Holds an amendment against the document that it names, and what it says of it against its corrections."""
    found = _json(attached["amendment.json"], "document")
    try:
        read = msgspec.convert(found, Amendment)
    except msgspec.ValidationError as error:
        raise BadSignature("document") from error
    if hashlib.sha256(attached["document.json"]).hexdigest() != read.amends:
        raise BadSignature("amends")
    try:
        made = corrected(before.get("amended", before), msgspec.convert(found["corrections"], list[Corrected]))
        if canonical(made) != canonical(found["amended"]):
            raise BadSignature("corrections")
    except (Unfit, Conflict, msgspec.ValidationError, ValueError, KeyError, TypeError) as error:
        raise BadSignature("corrections") from error
    return found


def _json(raw: bytes | None, code: str) -> dict[str, Any]:
    try:
        read = json.loads(raw or b"")
    except (ValueError, RecursionError) as error:
        raise BadSignature(code) from error
    if not isinstance(read, dict):
        raise BadSignature(code)
    return read


async def _seal(embedded: Any) -> SealFound:
    certificate = embedded.signer_cert
    stamp = await stamp_of(embedded.signer_info)
    embedded.signer_info["unsigned_attrs"] = None  # over a stamp that cannot be read pyHanko would give up the seal too
    trusted = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    status = await async_validate_pdf_signature(embedded, trusted)
    name = embedded.sig_object.get("/Name")
    return SealFound(
        name=str(name) if name else None, at=status.signer_reported_dt, subject=certificate.subject.human_friendly,
        certificate=certificate.sha256.hex(), self_signed=certificate.self_signed != "no",
        issuer=None if certificate.self_signed != "no" else certificate.issuer.human_friendly,
        key=hashlib.sha256(certificate.public_key.dump()).hexdigest(), stamp=stamp,
        intact=status.intact and status.valid,
        whole=status.coverage is not None and status.coverage.name == "ENTIRE_FILE",
    )  # fmt: skip


def _attachments(reader: PdfFileReader) -> Iterator[tuple[str, bytes]]:
    """The files that we attach, by name: PDF/A-3 lists them all in the catalogue (ISO 19005-3 §6.8)."""
    for entry in reader.root.get("/AF") or []:
        file = entry.get_object()
        if str(file["/UF"]) in ATTACHED:
            yield str(file["/UF"]), file["/EF"]["/F"].data
