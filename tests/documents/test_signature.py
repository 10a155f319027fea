"""The signature: what the tablet's WebCrypto signs, the server accepts; anything changed afterwards is named."""

import base64
import copy
import json
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from server.documents.document import canonical, sha256_hex
from server.documents.signature import BadSignature, check, device_of
from tests.documents.rows import CASES
from tests.documents.twin import tablet

DEVICE = "01935a10-0001-7000-8000-00000000000d"
VISIT = "01935a10-0002-7000-8000-00000000000e"
LINE = [{"x": 10 * i, "y": 50 + i / 3, "t": 16 * i, "p": 0.5} for i in range(9)]
STROKES = {"width": 600, "height": 200.5, "lines": [LINE]}
KEY = ec.generate_private_key(ec.SECP256R1())


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": b64(numbers.x.to_bytes(32, "big")),
        "y": b64(numbers.y.to_bytes(32, "big")),
    }


def jws(header: bytes, payload: bytes, key: ec.EllipticCurvePrivateKey = KEY) -> str:
    signed = f"{b64(header)}.{b64(payload)}"
    r, s = utils.decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    return f"{signed}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


HEADER = {"alg": "ES256", "kid": DEVICE, "typ": "jieche-signature"}


def payload_of(command: dict[str, Any]) -> dict[str, Any]:
    return {name: command[name] for name in ("document_hash", "strokes_hash", "visit_id", "purpose", "signed_at")} | {
        "signer_name": command["signer"]["name"], "signer_role": command["signer"]["role"], "device_id": DEVICE,
    } | ({"evidence": command["evidence"]} if "evidence" in command else {})  # fmt: skip


def evidence(document_hash: str, **changes: Any) -> dict[str, Any]:
    return {
        "identity": {"method": "known_phone", "phone_tail": "8000"}, "app": "2026.11.0", "device_name": "前台 1",
        "shown": {"document_hash": document_hash, "at": "2026-11-21T08:30:00.000Z"},
        "server_state": {"unsent": 2, "cookie": "c", "known_at": "2026-11-21T08:29:00Z", "visit_rev": 7},
    } | changes  # fmt: skip


def signed(**changes: Any) -> dict[str, Any]:
    document = json.loads(CASES["a whole visit at handover"]["canonical"])
    command = {
        "visit_id": VISIT, "signature_id": "01935a10-0003-7000-8000-00000000000f", "purpose": "handover",
        "document": document, "strokes": STROKES, "signer": {"name": "王小明😀", "role": "bringer"},
        "signed_at": "2026-11-21T08:31:00.123Z",
    } | changes  # fmt: skip
    command |= {f"{name}_hash": sha256_hex(canonical(command[name])) for name in ("document", "strokes")}
    return command | {"jws": jws(canonical(HEADER), canonical(payload_of(command)))}


def refused(command: Any, key: Any = None) -> str:
    with pytest.raises(BadSignature) as caught:
        check(command, key or jwk(KEY))
    return caught.value.code


def a_good_signature_passes():
    command = signed()
    check(command, jwk(KEY))
    assert device_of(command["jws"]) == DEVICE


def a_signature_made_by_the_tablet_passes():
    case = CASES["hard text and limits at handover"]
    asked = {
        "document": json.loads(case["canonical"]), "evidence": evidence(case["sha256"]), "strokes": STROKES,
        "signer": {"name": "王小明😀", "role": "owner"}, "visitId": VISIT, "purpose": "handover", "deviceId": DEVICE,
        "signedAt": "2026-11-21T08:31:00.123Z", "signatureId": "01935a10-0003-7000-8000-00000000000f",
    }  # fmt: skip
    answer = tablet({"sign": asked})
    check(answer["fields"], answer["public_key"])
    assert answer["fields"]["signed_at"] == "2026-11-21T08:31:00.123Z"
    assert refused(answer["fields"]) == "signature"


def the_same_instant_may_be_written_in_another_zone():
    command = signed()
    command["signed_at"] = "2026-11-21T16:31:00.123999+08:00"
    check(command, jwk(KEY))


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("document", {"document_version": 1}, "document_hash"),
        ("document", {"huge": 2**60}, "document_hash"),
        ("document_hash", "0" * 64, "document_hash"),
        ("strokes", STROKES | {"width": 601}, "strokes_hash"),
        ("strokes", STROKES | {"lines": []}, "strokes"),
        ("strokes", STROKES | {"lines": [[{"x": 1, "y": 1, "t": 0, "p": 1}]]}, "strokes"),
        ("strokes", STROKES | {"lines": [LINE, [{"x": "1", "y": 1}]]}, "strokes"),
        ("strokes", STROKES | {"lines": [LINE, 5]}, "strokes"),
        ("strokes", [], "strokes"),
        ("strokes_hash", "0" * 64, "strokes_hash"),
        ("visit_id", DEVICE, "payload_visit_id"),
        ("purpose", "contract", "payload_purpose"),
        ("signer", {"name": "李四", "role": "bringer"}, "payload_signer_name"),
        ("signer", {"name": "王小明😀", "role": "owner"}, "payload_signer_role"),
        ("signed_at", "2026-11-21T08:31:00.124Z", "payload_signed_at"),
    ],
)
def a_changed_field_is_named(field: str, value: Any, code: str):
    assert refused(signed() | {field: value}) == code


def a_signature_over_other_hashes_is_refused():
    command, other = signed(), signed(document={"document_version": 1})
    assert refused(command | {"jws": other["jws"]}) == "payload_document_hash"
    other = signed(strokes=STROKES | {"width": 5})
    assert refused(command | {"jws": other["jws"]}) == "payload_strokes_hash"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "kid": DEVICE, "typ": "jieche-signature"},
        {"alg": "HS256", "kid": DEVICE, "typ": "jieche-signature"},
        {"alg": "ES256", "kid": DEVICE},
        {"alg": "ES256", "kid": 5, "typ": "jieche-signature"},
        HEADER | {"jwk": jwk(KEY)},
        HEADER | {"crit": ["b64"]},
        [],
        "ES256",
    ],
)
def a_header_with_anything_else_is_refused(header: Any):
    command = signed()
    assert refused(command | {"jws": jws(canonical(header), canonical(payload_of(command)))}) == "header"


def a_payload_must_be_exactly_the_named_fields_in_canonical_bytes():
    command = signed()
    payload = payload_of(command)
    short = {name: value for name, value in payload.items() if name != "device_id"}
    spaced = json.dumps(payload).encode()
    for raw in (canonical(payload | {"extra": 1}), canonical(short), spaced, b"[]", b"5", b"\xff", b"[" * 99_999):
        assert refused(command | {"jws": jws(canonical(HEADER), raw)}) == "payload"
    other = canonical(payload | {"device_id": VISIT})
    assert refused(command | {"jws": jws(canonical(HEADER), other)}) == "payload_device_id"
    for moment in ("2026-11-21T08:31:00.123", "yesterday", 5, None):
        raw = canonical(payload | {"signed_at": moment})
        assert refused(command | {"jws": jws(canonical(HEADER), raw)}) == "payload_signed_at"


def a_jws_that_is_not_compact_base64url_is_refused():
    command = signed()
    header, payload, signature = command["jws"].split(".")
    assert refused(command | {"jws": f"{header}.{payload}"}) == "jws"
    assert refused(command | {"jws": f"{header}.{payload}.{signature}.{signature}"}) == "jws"
    assert refused(command | {"jws": f"{header}=.{payload}.{signature}"}) == "jws"
    assert refused(command | {"jws": f"{header}.{payload}.{signature}!"}) == "jws"
    assert refused(command | {"jws": f"{header}é.{payload}.{signature}"}) == "jws"
    assert refused(command | {"jws": ""}) == "jws"


def a_forged_or_truncated_signature_is_refused():
    command = signed()
    stranger = ec.generate_private_key(ec.SECP256R1())
    payload = canonical(payload_of(command))
    assert refused(command | {"jws": jws(canonical(HEADER), payload, stranger)}) == "signature"
    head = command["jws"].rsplit(".", 1)[0]
    for raw in (b"", bytes(64), bytes(63), b"\xff" * 64):
        assert refused(command | {"jws": f"{head}.{b64(raw)}"}) == "signature"


def a_device_without_a_usable_key_is_refused_by_its_kid():
    point = jwk(KEY)
    off_curve = point | {"y": point["x"]}
    for key in (None, {}, point | {"crv": "P-384"}, point | {"x": "!"}, {"kty": "EC", "crv": "P-256"}, off_curve):
        with pytest.raises(BadSignature, match="kid"):
            check(signed(), key)


def the_command_may_be_a_struct():
    command = signed()
    struct = msgspec.defstruct("SignHandover", [(name, Any) for name in command])
    check(struct(**command), jwk(KEY))
    changed = copy.deepcopy(command)
    changed["document"]["plate"] = "京A12345"
    assert refused(struct(**changed)) == "document_hash"
