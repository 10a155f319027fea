"""The store's seal on a PDF: PAdES B-B (ETSI EN 319 142-1) with a P-256 key that never leaves the data folder."""

import os
import secrets
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec import Struct
from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1

from server.documents.document import sha256_hex

YEARS = 30
"""How long the certificate runs: repair records are kept 6 years and more (SAMR Order 43)."""


class Seal(Struct, frozen=True):
    """The key and its self-signed certificate; `certificate_pem` is what a verifier needs to trust."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def certificate_pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def seal_key(data_dir: Path, name: str = "Jieche document seal") -> Seal:
    """The seal in `data_dir/seal/seal.pem` (mode 0600), made at first use; all who start together get the same."""
    path = data_dir / "seal" / "seal.pem"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path, _new_seal(name))
    pem = path.read_bytes()
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path} holds no elliptic-curve key")
    return Seal(key, x509.load_pem_x509_certificate(pem))


def seal(pdf: bytes, key: Seal, at: datetime, *, store_name: str, reason: str = "交车确认 Handover") -> bytes:
    """The sealed PDF; blocks and starts an event loop of its own, so call it from a thread. Equal input, equal bytes.

    `at` is written as the time of sealing; it is the server's word, not a time-stamp authority's.
    """
    writer = _Writer(BytesIO(pdf))
    meta = signers.PdfSignatureMetadata(
        field_name="Seal", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=store_name, reason=reason
    )
    return _Sealer(meta, _Signer(key), at).sign_pdf(writer).getvalue()


def _new_seal(name: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC).replace(microsecond=0)
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
         "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret + certificate.public_bytes(serialization.Encoding.PEM)


def _write_once(path: Path, pem: bytes) -> None:
    """Another process may be doing the same: the first one wins, and nobody ever reads half a file."""
    draft = path.with_name(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


class _Signer(signers.Signer):
    """Signs with RFC 6979, so that sealing again after a crash gives the same file."""

    def __init__(self, key: Seal) -> None:
        super().__init__(signing_cert=translate_pyca_cryptography_cert_to_asn1(key.certificate))
        self._key = key.key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self._key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


class _Sealer(signers.PdfSigner):
    """Takes the time of sealing from its caller, and stays with PDF 1.7, on which PDF/A-3 rests (ISO 19005-3)."""

    def __init__(self, meta: signers.PdfSignatureMetadata, signer: _Signer, at: datetime) -> None:
        super().__init__(meta, signer)
        self._at = at

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._at
        return session

    def register_extensions(self, pdf_out: Any, *, md_algorithm: str) -> None:
        pdf_out.register_extension(ESIC_EXTENSION_1)


class _Writer(IncrementalPdfFileWriter):
    """Adds the seal and nothing that chance or the clock decides: dates stay, the new id comes from the content."""

    @classmethod
    def _handle_id(cls, prev: Any) -> generic.ArrayObject:
        prev.stream.seek(0)
        changed = bytes.fromhex(sha256_hex(prev.stream.read()))[:16]
        original = prev.trailer["/ID"][0].original_bytes
        return generic.ArrayObject([generic.ByteStringObject(original), generic.ByteStringObject(changed)])

    def _update_meta(self) -> None:
        """The document is the one that typst made; when it was sealed is in the seal."""
