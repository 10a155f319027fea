"""The check of a signature: a JWS (RFC 7515) with ES256 (RFC 7518 §3.4) over the hashes of document and strokes."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from server.documents.document import canonical, instant, sha256_hex
from server.domain.evidence import SigningEvidence
from server.domain.fields import Instant

PAYLOAD_FIELDS = (
    "document_hash", "strokes_hash", "signer_name", "signer_role", "visit_id", "purpose", "device_id", "signed_at",
)  # fmt: skip


class BadSignature(Exception):
    """A signature that proves nothing.

    `code` names the first thing that did not fit: `document_hash`, `strokes`, `strokes_hash`, `jws`, `header`, `kid`,
    `signature`, `payload`, `payload_<field>` or `payload_shown` (another document stood on the screen, or later).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def device_of(jws: str) -> str:
    """The id of the device whose key the JWS names (`kid`); raises BadSignature("jws" or "header")."""
    return _header(_parts(jws)[0])


def payload_of(jws: str) -> dict[str, Any]:
    """What the JWS says, whoever signed it; raises BadSignature("jws" or "payload")."""
    try:
        payload = json.loads(_decoded(_parts(jws)[1]))
    except (ValueError, RecursionError) as error:
        raise BadSignature("payload") from error
    if not isinstance(payload, dict):
        raise BadSignature("payload")
    return payload


def check(command: Any, public_key_jwk: Mapping[str, Any] | None) -> None:
    """Raises BadSignature unless the fields of `handover.sign` (struct or dict) hold together.

    The key is the one of the device that `device_of` named, as a JWK; None (no such device) is BadSignature("kid").
    """
    fields: dict[str, Any] = msgspec.to_builtins(command)
    _check_hashes(fields)
    header, payload, signature = _parts(fields["jws"])
    device_id = _header(header)
    _check_curve(public_key_jwk, f"{header}.{payload}".encode(), _decoded(signature))
    _check_payload(_decoded(payload), fields, device_id)


def _check_hashes(fields: dict[str, Any]) -> None:
    if _hash(fields["document"], "document_hash") != fields["document_hash"]:
        raise BadSignature("document_hash")
    if not is_drawn(fields["strokes"]):
        raise BadSignature("strokes")
    if _hash(fields["strokes"], "strokes_hash") != fields["strokes_hash"]:
        raise BadSignature("strokes_hash")


def is_drawn(strokes: Any) -> bool:
    """Whether strokes are lines of points, at least one of them with two: a tap is no signature."""
    lines = strokes.get("lines") if isinstance(strokes, dict) else None
    if not isinstance(lines, list) or not all(isinstance(line, list) and all(map(_is_point, line)) for line in lines):
        return False
    return any(len(line) >= 2 for line in lines)


def _is_point(point: Any) -> bool:
    return isinstance(point, dict) and all(type(point.get(axis)) in (int, float) for axis in ("x", "y"))


def _hash(value: Any, code: str) -> str:
    try:
        return sha256_hex(canonical(value))
    except ValueError as error:
        raise BadSignature(code) from error


def _parts(jws: str) -> tuple[str, str, str]:
    parts = jws.split(".")
    if len(parts) != 3:
        raise BadSignature("jws")
    return parts[0], parts[1], parts[2]


def _decoded(part: str) -> bytes:
    """Base64url without padding (RFC 7515 §2), and only the one spelling that encodes these bytes."""
    try:
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadSignature("jws") from error
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise BadSignature("jws")
    return raw


def _header(part: str) -> str:
    try:
        header = json.loads(_decoded(part))
    except (ValueError, RecursionError) as error:
        raise BadSignature("header") from error
    kid = header.get("kid") if isinstance(header, dict) else None
    if not isinstance(kid, str) or header != {"alg": "ES256", "kid": kid, "typ": "jieche-signature"}:
        raise BadSignature("header")
    return kid


def _check_curve(jwk: Mapping[str, Any] | None, signed: bytes, signature: bytes) -> None:
    key = public_key(jwk)
    if len(signature) != 64:
        raise BadSignature("signature")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
    except InvalidSignature as error:
        raise BadSignature("signature") from error


def public_key(jwk: Mapping[str, Any] | None) -> ec.EllipticCurvePublicKey:
    """The P-256 key of a JWK (RFC 7518 §6.2.1); raises BadSignature("kid") when it is none."""
    if jwk is None or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise BadSignature("kid")
    try:
        x, y = (int.from_bytes(_decoded(jwk[name]), "big") for name in ("x", "y"))
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except (KeyError, TypeError, ValueError, BadSignature) as error:
        raise BadSignature("kid") from error


def _check_payload(raw: bytes, fields: dict[str, Any], device_id: str) -> None:
    try:
        payload = json.loads(raw)
        if canonical(payload) != raw or set(payload) - {"evidence"} != set(PAYLOAD_FIELDS):
            raise BadSignature("payload")
    except (ValueError, TypeError, RecursionError) as error:
        raise BadSignature("payload") from error
    expected = {name: fields[name] for name in ("document_hash", "strokes_hash", "visit_id", "purpose")} | {
        "signer_name": fields["signer"]["name"],
        "signer_role": fields["signer"]["role"],
        "device_id": device_id,
    }
    for name, value in expected.items():
        if payload[name] != value:
            raise BadSignature(f"payload_{name}")
    if _moment(payload["signed_at"]) != _moment(fields["signed_at"]):
        raise BadSignature("payload_signed_at")
    _check_evidence(payload, fields)


def _check_evidence(payload: dict[str, Any], fields: dict[str, Any]) -> None:
    """Evidence is signed or not there; the document that was signed must be the one that had been on the screen."""
    given, signed = _evidence(fields.get("evidence")), _evidence(payload.get("evidence"))
    if given != signed or ("evidence" in payload and signed is None):
        raise BadSignature("payload_evidence")
    if signed is None:
        return
    if signed.server_state.known_at is not None:
        _moment(signed.server_state.known_at, "evidence")
    shown_at, signed_at = _moment(signed.shown.at, "evidence"), _moment(payload["signed_at"])
    if signed.shown.document_hash != payload["document_hash"] or shown_at > signed_at:
        raise BadSignature("payload_shown")


def _evidence(value: Any) -> SigningEvidence | None:
    try:
        return msgspec.convert(value, SigningEvidence | None)
    except msgspec.ValidationError as error:
        raise BadSignature("payload_evidence") from error


def _moment(text: Any, field: str = "signed_at") -> str:
    """The instant to the millisecond, in UTC; raises BadSignature for what is no time with a zone."""
    try:
        return instant(msgspec.convert(text, type=Instant))
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise BadSignature(f"payload_{field}") from error
