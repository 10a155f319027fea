"""The key by which push services know this server (VAPID, RFC 8292)."""

import base64
import time
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from litestar import Request, get
from py_vapid import Vapid02

from server.settings import Settings, kept_secret

HOUR = 3600
LASTS = 12 * HOUR
"""Seconds for which a signed header is good; at most 24 hours are allowed."""


class Vapid:
    """Signs for push services: one header for each origin and hour."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, subject: str) -> None:
        self._signer = Vapid02(key)
        self._subject = subject
        self._headers: dict[str, dict[str, str]] = {}
        self._hour = 0
        point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        self.public = base64.urlsafe_b64encode(point).rstrip(b"=").decode()

    def headers(self, origin: str) -> dict[str, str]:
        """The Authorization header for a push service such as `https://push.example.com`; raises VapidException."""
        now = int(time.time())
        if now // HOUR != self._hour:
            self._hour = now // HOUR
            self._headers.clear()
        if origin not in self._headers:
            claims = {"aud": origin, "exp": now + LASTS, "sub": self._subject}
            self._headers[origin] = self._signer.sign(claims)
        return self._headers[origin]


@cache
def vapid(config: Settings) -> Vapid:
    """The key from the settings (PEM, or base64url as browsers' tools print it), else one made at first start."""
    given = config.vapid_private_key
    pem = given.encode() if given.startswith("-----") else b""
    if not given:
        pem = kept_secret(config.data / "vapid.pem", _fresh())
    key = serialization.load_pem_private_key(pem, password=None) if pem else Vapid02.from_string(given).private_key
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("the VAPID key is a P-256 key")
    return Vapid(key, config.vapid_subject)


def _fresh() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@get("/push/key")
async def push_key(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The public key that a browser needs to subscribe (`applicationServerKey`), base64url."""
    return {"key": vapid(request.app.state.settings).public}
