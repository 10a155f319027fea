"""A tablet that signs: the fields of `handover.sign` over the document as it stands."""

import base64
import hashlib
import secrets
from datetime import datetime
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from server.domain.ids import uuid7
from server.queries.visits import document_of, visit_rows
from tests.shop import Shop, Tablet, plain

STROKES = {"width": 600, "height": 200, "lines": [[{"x": 10 * i, "y": 50, "t": 16 * i, "p": 0.5} for i in range(9)]]}
"""What somebody drew once."""


def drawn() -> dict[str, Any]:
    """A signature as a hand draws it: never twice the same."""
    line = [{"x": 10 * i, "y": secrets.randbelow(200), "t": 16 * i, "p": 0.5} for i in range(9)]
    return STROKES | {"lines": [line]}


async def document(shop: Shop, visit_id: str, purpose: Any = "handover") -> dict[str, Any]:
    """The document as the server would build it now."""
    rows = await visit_rows(shop.db, shop.group_id, visit_id)
    assert rows is not None
    return document_of(rows, purpose)


def evidence(shop: Shop, at: datetime | None = None, **identity: Any) -> dict[str, Any]:
    """What a tablet bears witness to; `signed` adds which document was on its screen."""
    return {
        "identity": {"method": "id_seen", "phone_tail": None, "code_id": None} | identity, "app": "2026.11.0",
        "shown": {"at": plain(at or shop.now)}, "device_name": "平板",
        "server_state": {"unsent": 0, "cookie": "c", "known_at": None, "visit_rev": 1},
    }  # fmt: skip


async def signed(
    shop: Shop, tablet: Tablet, visit_id: str, purpose: str = "handover", **changes: Any
) -> dict[str, Any]:
    """The fields of a signature drawn on this tablet; `changes` are made before it signs."""
    fields = {
        "visit_id": visit_id, "signature_id": uuid7(), "purpose": purpose, "strokes": drawn(),
        "signer": {"name": "王小明", "role": "bringer"}, "signed_at": plain(shop.now),
    }  # fmt: skip
    if "document" not in changes:
        changes["document"] = await document(shop, visit_id, purpose)
    fields |= changes
    fields |= {
        f"{name}_hash": hashlib.sha256(rfc8785.dumps(fields[name])).hexdigest() for name in ("document", "strokes")
    }
    if "evidence" in fields:
        shown = {"document_hash": fields["document_hash"]} | fields["evidence"]["shown"]
        fields["evidence"] = fields["evidence"] | {"shown": shown}
    return fields | {"jws": jws(tablet, fields)}


def jws(tablet: Tablet, fields: dict[str, Any]) -> str:
    """The compact JWS (ES256) of these fields with the tablet's key."""
    names = ("document_hash", "strokes_hash", "visit_id", "purpose", "signed_at")
    payload = {name: fields[name] for name in names} | {
        "signer_name": fields["signer"]["name"], "signer_role": fields["signer"]["role"], "device_id": tablet.id,
    }  # fmt: skip
    payload |= {"evidence": fields["evidence"]} if "evidence" in fields else {}
    header = {"alg": "ES256", "kid": tablet.id, "typ": "jieche-signature"}
    text = b".".join(_b64(rfc8785.dumps(part)) for part in (header, payload))
    r, s = utils.decode_dss_signature(tablet.key.sign(text, ec.ECDSA(SHA256())))
    return (text + b"." + _b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))).decode()


def _b64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
