"""`python -m server verify`: the check of sealed papers, on any machine, without a database or a setting."""

import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from server.documents.report import NO_PAPER, facts, outcome
from server.documents.sealkey import spki
from server.documents.verify import NoPaper, Verdict, verify

HOLDS, BROKEN, UNREADABLE = 0, 1, 2
"""Exit codes; of several files the largest."""


def verify_files(files: list[str], certificate: str | None) -> int:
    """Prints what each PDF says and whether it holds; `certificate` (PEM) is the one that the store gave you."""
    known = x509.load_pem_x509_certificate(Path(certificate).read_bytes()) if certificate else None
    return max(_one(Path(file), known) for file in files)


def _one(file: Path, known: x509.Certificate | None) -> int:
    print(file)
    try:
        found = verify(file.read_bytes())
    except NoPaper as error:
        print("  ✗ {0.zh}  {0.en}".format(NO_PAPER[error.code]), file=sys.stderr)
        return UNREADABLE
    except OSError as error:
        print(f"  ✗ {error.strerror}", file=sys.stderr)
        return UNREADABLE
    mark, sentence = "✗" if found.problem else "✓", outcome(found)
    print(f"  {mark} {sentence.zh}  {sentence.en}")
    for about, what in facts(found):
        print(f"    {about.zh} {about.en}: {what}")
    return max(BROKEN if found.problem else HOLDS, _issuer(found, known))


def _issuer(found: Verdict, known: x509.Certificate | None) -> int:
    """Whether the seal is that of the store: only its certificate says so, because anybody can make a seal."""
    if known is None:
        print("    谁封的章要靠证书：请与门店给您的证书指纹核对  Compare the certificate with the one from the store")
        return HOLDS
    if found.seal.certificate == known.fingerprint(hashes.SHA256()).hex():
        print("    ✓ 证书与给定的一致  The certificate is the given one")
        return HOLDS
    if found.seal.key == spki(known):
        print("    ✓ 证书换过，密钥与给定的一致  Another certificate for the key of the given one")
        return HOLDS
    print("    ✗ 证书不是给定的那一张  The certificate is another one than the given")
    return BROKEN
