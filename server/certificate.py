"""`python -m server seal`: the key that seals papers, what its certificate is worth, and how it gets a better one."""

import stat
import sys
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256

from server.documents import report
from server.documents.labels import Words
from server.documents.sealkey import (
    Seal,
    SealRefused,
    chain_place,
    install,
    installed,
    is_self_signed,
    key_place,
    request,
    seal_key,
)
from server.documents.timestamp import authority
from server.settings import Settings

MADE = Words("已生成封章密钥和自签证书", "The key of the seal was made, and a certificate that it signed itself")
BETTER = Words(
    "要证明密钥是谁的：python -m server seal --csr，请 CA 签发，再用 --install 装上",
    "To prove whose key it is: python -m server seal --csr, have a CA issue a certificate, then --install it",
)
OUT_OF_FORCE = Words(
    "已装的证书不在有效期，暂用自签证书", "The installed certificate is not valid now; the key's own is used"
)
KEEP = Words(
    "请备份密钥：丢了它，再也封不出同一个章", "Keep a backup of the key: without it the same seal is never made again"
)


def at_start(config: Settings) -> None:
    """Makes the key at the first start and says what it is worth; says at every start why nothing would be sealed.

    Ends the process over settings of a time-stamp authority that cannot be used.
    """
    try:
        authority(config)
    except ValueError as error:
        raise SystemExit(str(error)) from None
    is_new = not key_place(config.data).exists()
    try:
        key = seal_key(config.data)
    except SealRefused as error:
        print(f"不能封章 Nothing is sealed: {error}", file=sys.stderr)
        return
    if is_new:
        lines = (report.both(MADE), *_worth(key), report.both(KEEP), f"SHA-256 {fingerprint(key)}")
        print(*(f"  {line}" for line in lines), sep="\n", file=sys.stderr)


def show(config: Settings) -> int:
    """Prints the certificate in use, its fingerprint and what it is worth."""
    try:
        key = seal_key(config.data)
    except SealRefused as error:
        return _refused(error)
    print("封章证书 Seal certificate")
    for about, what in _facts(config, key):
        print(f"  {about.zh} {about.en}: {what}")
    for line in _worth(key):
        print(f"  {line}")
    if key.issuer is None and installed(config.data):
        print(f"  ✗ {report.both(OUT_OF_FORCE)}")
    return 0


def export(config: Settings, target: str) -> int:
    """Writes the certificate, with its issuers', for those who check papers; never the key."""
    try:
        Path(target).write_bytes(seal_key(config.data).certificate_pem)
    except SealRefused as error:
        return _refused(error)
    print(f"{target}: 给核对文书的人，不含密钥 for those who check papers; the key is not in it")
    return 0


def ask(config: Settings, target: str, organization: str) -> int:
    """Writes a request for a certificate authority."""
    try:
        Path(target).write_bytes(request(config.data, organization))
    except SealRefused as error:
        return _refused(error)
    print(f"{target}: 交给 CA，不含密钥 for a certificate authority; the key is not in it")
    return 0


def put(config: Settings, source: str) -> int:
    """Installs what a certificate authority issued, its certificate first, and shows it."""
    try:
        seal_key(config.data)
        install(config.data, Path(source).read_bytes())
    except SealRefused as error:
        return _refused(error)
    return show(config)


def fingerprint(key: Seal) -> str:
    """The SHA-256 of the certificate, in hex."""
    return key.certificate.fingerprint(SHA256()).hex()


def _worth(key: Seal) -> list[str]:
    """What the seal proves, what it does not, and what would change that."""
    proves = f"✓ {report.both(report.IT_PROVES)}: {report.both(report.PROVES)}"
    if key.issuer is not None:
        return [proves, f"✓ {report.both(report.ISSUER)}"]
    proves_not = f"✗ {report.both(report.IT_PROVES_NOT)}: {report.both(report.PROVES_NOT)}"
    return [proves, proves_not, f"→ {report.both(BETTER)}"]


def _refused(error: SealRefused) -> int:
    print(f"✗ {error}", file=sys.stderr)
    return 1


def _facts(config: Settings, key: Seal) -> list[tuple[Words, str]]:
    own, place = key.certificate, key_place(config.data)
    issuer = "自签 self-signed" if is_self_signed(own) else own.issuer.rfc4514_string()
    facts = [
        (Words("名称", "Subject"), own.subject.rfc4514_string()),
        (Words("签发者", "Issued by"), issuer),
        (Words("有效期", "Valid"), f"{own.not_valid_before_utc:%Y-%m-%d} — {own.not_valid_after_utc:%Y-%m-%d}"),
        (Words("指纹", "SHA-256"), fingerprint(key)),
        (Words("密钥文件", "Key file"), f"{place} ({stat.S_IMODE(place.stat().st_mode):04o})"),
    ]
    if key.issuer is not None:
        facts.append((Words("证书文件", "Certificate file"), str(chain_place(config.data))))
    return facts
