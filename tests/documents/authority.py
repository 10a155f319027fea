"""A time-stamp authority (RFC 3161) over HTTP: openssl's own `ts -reply` behind it, and ways to misbehave."""

import asyncio
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import tsp
from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

CONFIG = """
[tsa]
default_tsa = it
[it]
dir = {folder}
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/ca.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""
NOW = datetime.now(UTC)


class TimeAuthority:
    """Stamps by openssl; `manner` says how: honest, slow, garbage, 503, replay, other, refuse, code, forged
    or long.

    `asked` counts requests, `logins` are the Authorization headers that came.
    """

    def __init__(self, folder: Path, *, valid: tuple[datetime, datetime] | None = None) -> None:
        self.folder, self.manner, self.asked, self.logins = folder, "honest", 0, []
        self.first: bytes | None = None
        self.release = threading.Event()
        ca, ca_key = issued("RFC 3161 test root")
        self.ca = ca
        self.issuer = (ca, ca_key)
        own, key = issued("Time Stamps 可信时间", by=self.issuer, valid=valid, usage=ExtendedKeyUsageOID.TIME_STAMPING)
        (folder / "tsa.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        (folder / "tsa.pem").write_bytes(own.public_bytes(serialization.Encoding.PEM))
        (folder / "ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        self.certificate = own

    def answer(self, asked: bytes) -> bytes:
        """What openssl says to a request."""
        (self.folder / "asked.tsq").write_bytes(asked)
        subprocess.run(
            ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "asked.tsq", "-out", "reply.tsr"],
            cwd=self.folder, capture_output=True, check=True,
        )  # fmt: skip
        return (self.folder / "reply.tsr").read_bytes()

    def _by_a_code_signer(self, asked: bytes) -> bytes:
        """What openssl refuses to make: a stamp by a certificate that is for something else."""
        own, key = issued("Code", by=self.issuer, usage=ExtendedKeyUsageOID.CODE_SIGNING)
        secret = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        signer = Certificate.load(own.public_bytes(serialization.Encoding.DER))
        stamper = DummyTimeStamper(signer, PrivateKeyInfo.load(secret), include_nonce=True)
        return asyncio.run(stamper.async_request_tsa_response(tsp.TimeStampReq.load(asked))).dump()

    def replied(self, asked: bytes) -> tuple[int, bytes]:
        """Status and body, after the manner."""
        match self.manner:
            case "slow":
                self.release.wait(30)
                return 200, b""
            case "garbage":
                return 200, b"<html>maintenance</html>" * 9
            case "503":
                return 503, b""
            case "long":
                return 200, bytes(2**20)
            case "refuse":
                return 200, bytes.fromhex("30053003020102")  # PKIStatusInfo: rejection, and no token
            case "other":
                told = tsp.TimeStampReq.load(asked)
                told["message_imprint"]["hashed_message"] = bytes(32)
                return 200, self.answer(told.dump(force=True))
            case "replay":
                self.first = self.first or self.answer(asked)
                return 200, self.first
            case "code":
                return 200, self._by_a_code_signer(asked)
            case "forged":
                return 200, _with_a_flipped_signature(self.answer(asked))
        return 200, self.answer(asked)


@contextmanager
def serving(authority: TimeAuthority) -> Iterator[str]:
    """Its address, while it answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            authority.asked += 1
            authority.logins.append(self.headers.get("Authorization"))
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            status, body = authority.replied(asked)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(BrokenPipeError):  # whoever asked may have gone
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/stamp"
    finally:
        authority.release.set()
        server.shutdown()
        server.server_close()


def issued(
    name: str, *, by: tuple[x509.Certificate, Any] | None = None, key: Any = None,
    usage: x509.ObjectIdentifier | None = None, valid: tuple[datetime, datetime] | None = None,
) -> tuple[x509.Certificate, Any]:  # fmt: skip
    """A certificate and its key; without `by` a root that signs itself. `key` may be a public key alone."""
    key = key or rsa.generate_private_key(65537, 2048)
    public = key.public_key() if hasattr(key, "public_key") else key
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, signer = (by[0].subject, by[1]) if by else (subject, key)
    first, last = valid or (NOW - timedelta(days=9), NOW + timedelta(days=900))
    is_ca = usage is None and hasattr(key, "public_key") and (by is None or name.endswith("CA"))
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
        .serial_number(x509.random_serial_number()).not_valid_before(first).not_valid_after(last)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )  # fmt: skip
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    return builder.sign(signer, hashes.SHA256()), key


def _with_a_flipped_signature(answer: bytes) -> bytes:
    response = tsp.TimeStampResp.load(answer)
    [info] = response["time_stamp_token"]["content"]["signer_infos"]
    signature = info["signature"].native
    return answer.replace(signature, signature[:-1] + bytes([signature[-1] ^ 1]))
