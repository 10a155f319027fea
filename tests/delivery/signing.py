"""A tablet with a real key, and handovers signed with it."""

import base64
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from server.commands.bus import Outcome
from server.documents.document import canonical, instant, sha256_hex
from server.domain.ids import uuid7
from server.queries.visits import document_of, visit_rows
from tests.shop import Shop

STROKES = {"width": 600, "height": 200, "lines": [[{"x": 9 * i, "y": 50, "t": 16 * i, "p": 0.5} for i in range(40)]]}


async def sign(shop: Shop, visit_id: str, purpose: str = "handover") -> str:
    """The customer signs what the server would build now, on a fresh tablet; gives the signature's id."""
    key, device_id = ec.generate_private_key(ec.SECP256R1()), uuid7()
    numbers = key.public_key().public_numbers()
    x, y = (_b64(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
    enrol = {"device_id": device_id, "name": "前台 1", "public_key": jwk, "enrolled_by": shop.people["manager"]}
    await shop.bus.run(shop.server(), "device.enrol", enrol)
    rows = await visit_rows(shop.db, shop.group_id, visit_id)
    assert rows is not None
    command: dict[str, Any] = {
        "visit_id": rows.visit.id, "signature_id": uuid7(), "purpose": purpose, "document": document_of(rows, purpose),
        "strokes": STROKES, "signer": {"name": "王小明", "role": "bringer"}, "signed_at": instant(shop.now),
    }  # fmt: skip
    command |= {f"{name}_hash": sha256_hex(canonical(command[name])) for name in ("document", "strokes")}
    outcome: Outcome = await shop.done("manager", "handover.sign", **command, jws=_jws(key, device_id, command))
    assert outcome.outcome == "applied"
    return command["signature_id"]


def _jws(key: ec.EllipticCurvePrivateKey, device_id: str, command: dict[str, Any]) -> str:
    names = ("document_hash", "strokes_hash", "visit_id", "purpose", "signed_at")
    payload = {name: command[name] for name in names} | {
        "signer_name": command["signer"]["name"], "signer_role": command["signer"]["role"], "device_id": device_id,
    }  # fmt: skip
    header = {"alg": "ES256", "kid": device_id, "typ": "jieche-signature"}
    signed = f"{_b64(canonical(header))}.{_b64(canonical(payload))}"
    r, s = utils.decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{_b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
