"""The store's seal on a PDF: PAdES B-B, or B-T with an authority's time stamp (ETSI EN 319 142-1)."""

from datetime import datetime
from io import BytesIO
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from server.documents.document import sha256_hex
from server.documents.sealkey import Seal
from server.documents.timestamp import LARGEST, Authority, Stamper

_OWN_PART = 2048
"""Bytes that a seal takes without certificates and time stamp, at most; 424 measured."""


def seal(
    pdf: bytes, key: Seal, at: datetime, *, store_name: str, reason: str = "交车确认 Handover",
    authority: Authority | None = None,
) -> bytes:  # fmt: skip
    """The sealed PDF; blocks and starts an event loop of its own, so call it from a thread.

    `at` is written as the time of sealing; it is the server's word. Equal input gives equal bytes, unless an
    `authority` stamps the time: that is another answer each time. Raises NoStamp when it gives none that holds.
    """
    writer = _Writer(BytesIO(pdf))
    meta = signers.PdfSignatureMetadata(
        field_name="Seal", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=store_name, reason=reason
    )
    sealer = _Sealer(meta, _Signer(key), at, Stamper(authority) if authority else None)
    room = _OWN_PART + sum(len(one.public_bytes(Encoding.DER)) for one in (key.certificate, *key.chain))
    if authority:
        room += LARGEST
    # Without a number pyHanko seals twice, to see how much room it takes, and asks the authority twice as well.
    return sealer.sign_pdf(writer, bytes_reserved=2 * room).getvalue()


class _Signer(signers.Signer):
    """Signs with RFC 6979, so that sealing again after a crash gives the same file."""

    def __init__(self, key: Seal) -> None:
        registry = SimpleCertificateStore.from_certs(map(_translated, key.chain))
        super().__init__(signing_cert=_translated(key.certificate), cert_registry=registry)
        self._key = key.key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self._key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def _translated(certificate: x509.Certificate) -> Any:
    return translate_pyca_cryptography_cert_to_asn1(certificate)


class _Sealer(signers.PdfSigner):
    """Takes the time of sealing from its caller, and stays with PDF 1.7, on which PDF/A-3 rests (ISO 19005-3)."""

    def __init__(
        self, meta: signers.PdfSignatureMetadata, signer: _Signer, at: datetime, stamper: TimeStamper | None = None
    ) -> None:
        super().__init__(meta, signer, timestamper=stamper)
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
