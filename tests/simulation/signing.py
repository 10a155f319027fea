"""The tablet's signature (compact JWS, ES256) over what `handover.sign` says."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from server.documents.document import canonical
from tests.simulation.ids import b64
from tests.simulation.tablet import Device, Wire


def jws(device: Device, command: Wire) -> str:
    """Signs the command's hashes with the device's key."""
    names = ("document_hash", "strokes_hash", "visit_id", "purpose", "signed_at")
    payload = {name: command[name] for name in names} | {
        "signer_name": command["signer"]["name"], "signer_role": command["signer"]["role"], "device_id": device.id,
    }  # fmt: skip
    header = {"alg": "ES256", "kid": device.id, "typ": "jieche-signature"}
    signed = f"{b64(canonical(header))}.{b64(canonical(payload))}"
    r, s = utils.decode_dss_signature(device.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
