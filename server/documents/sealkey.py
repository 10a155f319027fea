"""The key of the seal and its certificate: made at first use, its owner's alone, and vouched for by a CA if one did.

`seal.pem` holds the key and a certificate that it signed itself; `chain.pem` beside it, when it is there, what a
certificate authority issued for the same key, each certificate issued by the next.
"""

import os
import secrets
import stat
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec import Struct

YEARS = 30
"""How long the certificate runs: repair records are kept 6 years and more (SAMR Order 43)."""
NAME = "Jieche document seal"


class SealRefused(Exception):
    """Nothing is sealed with this key: `code` is `loose_permissions`, `damaged` or `chain`; the text says more."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Seal(Struct, frozen=True):
    """The key, its certificate, and who vouches for that: `chain` are the issuers' certificates, the nearest first."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def certificate_pem(self) -> bytes:
        """The certificate as PEM, its issuers' behind it."""
        return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (self.certificate, *self.chain))

    @property
    def issuer(self) -> str | None:
        """Who vouches for the owner of the key; None when the key does so itself."""
        return None if is_self_signed(self.certificate) else self.certificate.issuer.rfc4514_string()


def is_self_signed(certificate: x509.Certificate) -> bool:
    """Whether nobody but the key itself vouches for its owner."""
    return certificate.issuer == certificate.subject


def key_place(data_dir: Path) -> Path:
    """Where the key lies."""
    return data_dir / "seal" / "seal.pem"


def seal_key(data_dir: Path) -> Seal:
    """The seal in the data folder, made at first use; all who start together get the same. Raises SealRefused.

    A chain whose first certificate has run out is left aside: the key's own certificate serves on.
    """
    path = key_place(data_dir)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path, _new_seal())
    own = _own(path)
    chain = installed(data_dir)
    if chain is None or not in_force(chain[0], datetime.now(UTC)):
        return own
    if spki(chain[0]) != spki(own.certificate):
        raise SealRefused("chain", f"{chain_place(data_dir)} is for another key than {path}")
    return Seal(own.key, chain[0], chain[1:])


def chain_place(data_dir: Path) -> Path:
    """Where a certificate authority's certificate lies, beside the key."""
    return data_dir / "seal" / "chain.pem"


def installed(data_dir: Path) -> tuple[x509.Certificate, ...] | None:
    """What a certificate authority issued, if anything was installed; raises SealRefused."""
    path = chain_place(data_dir)
    if not path.exists():
        return None
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except ValueError:
        raise SealRefused("chain", f"{path} holds no certificates in PEM") from None


def install(data_dir: Path, pem: bytes) -> Seal:
    """Puts a certificate authority's chain beside the key it was issued for; raises SealRefused("chain")."""
    own = _own(key_place(data_dir))
    try:
        first, *rest = x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise SealRefused("chain", "The file holds no certificates in PEM.") from None
    if spki(first) != spki(own.certificate):
        raise SealRefused("chain", "The first certificate is for another key than this seal's.")
    if not in_force(first, datetime.now(UTC)):
        raise SealRefused("chain", f"The first certificate is valid from {_span(first)} only.")
    if not may_sign(first):
        raise SealRefused("chain", "The first certificate may not be used for signatures (key usage).")
    for one, issuer in zip((first, *rest), rest, strict=False):
        try:
            one.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature):
            said = f"{one.subject.rfc4514_string()} was not issued by {issuer.subject.rfc4514_string()}"
            raise SealRefused("chain", f"The chain does not hold together: {said}.") from None
    seal = Seal(own.key, first, tuple(rest))
    draft = _draft(chain_place(data_dir), seal.certificate_pem)
    draft.replace(chain_place(data_dir))
    return seal


def request(data_dir: Path, organization: str) -> bytes:
    """A request (PKCS #10, PEM) to a certificate authority for this key."""
    own = seal_key(data_dir)
    names = [x509.NameAttribute(NameOID.COMMON_NAME, organization or NAME)]
    if organization:
        names.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(names))
    signed = builder.add_extension(_usage(), critical=True).sign(own.key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


def in_force(certificate: x509.Certificate, now: datetime) -> bool:
    """Whether the certificate is valid at that time."""
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def may_sign(certificate: x509.Certificate) -> bool:
    """Whether its key usage, if it states one, allows signatures."""
    with suppress(x509.ExtensionNotFound):
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        return usage.digital_signature or usage.content_commitment
    return True


def spki(certificate: x509.Certificate) -> str:
    """The SHA-256 of the certificate's public key (SubjectPublicKeyInfo), in hex: it outlives the certificate."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(
        certificate.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return digest.finalize().hex()


def problem(data_dir: Path) -> SealRefused | None:
    """Why nothing would be sealed, if so; a key that is not made yet is no problem."""
    try:
        if key_place(data_dir).exists():
            seal_key(data_dir)
    except SealRefused as error:
        return error
    return None


def _own(path: Path) -> Seal:
    _check_modes(path)
    pem = path.read_bytes()
    try:
        key, certificate = serialization.load_pem_private_key(pem, password=None), x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise SealRefused("damaged", f"{path} holds no key and certificate in PEM: put it back from a backup") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SealRefused("damaged", f"{path} holds no elliptic-curve key")
    return Seal(key, certificate)


def _check_modes(path: Path) -> None:
    """The key is its owner's alone: whoever reads it can seal in the store's name."""
    for place, wanted in ((path, 0o600), (path.parent, 0o700)):
        mode = stat.S_IMODE(place.stat().st_mode)
        if mode & 0o077:
            raise SealRefused(
                "loose_permissions",
                f"{place} is open to others (mode {mode:04o}), and whoever reads the key can seal in your name: "
                f"nothing is sealed until you run  chmod {wanted:o} {place}",
            )


def _span(certificate: x509.Certificate) -> str:
    return f"{certificate.not_valid_before_utc:%Y-%m-%d} to {certificate.not_valid_after_utc:%Y-%m-%d}"


def _usage() -> x509.KeyUsage:
    none = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
         "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    return x509.KeyUsage(digital_signature=True, content_commitment=True, **none)


def _new_seal() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC).replace(microsecond=0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret + certificate.public_bytes(serialization.Encoding.PEM)


def _write_once(path: Path, pem: bytes) -> None:
    """Another process may be doing the same: the first one wins, and nobody ever reads half a file."""
    draft = _draft(path, pem)
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _draft(path: Path, pem: bytes) -> Path:
    draft = path.with_name(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return draft
