"""The key of the seal: its owner's alone or not used, and vouched for by a CA once one did."""

import io
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader

from server.backup import back_up_files
from server.certificate import at_start, fingerprint
from server.documents import report
from server.documents.pdf import render
from server.documents.seal import seal
from server.documents.sealkey import SealRefused, chain_place, install, problem, seal_key, spki
from server.documents.verify import verify
from server.documents.view import Extras
from server.settings import Settings
from tests.documents.authority import NOW, issued
from tests.documents.test_pdf import words
from tests.documents.test_signature import signed
from tests.running import ROOT

AT = datetime(2026, 11, 21, 8, 40, tzinfo=UTC)


def run(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m server seal` with this data folder."""
    return subprocess.run(
        [sys.executable, "-m", "server", "seal", *arguments],
        cwd=ROOT, env={"PATH": os.environ["PATH"], "JIECHE_DATA_DIR": str(data)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


class Hierarchy:
    """A root, an authority under it, and what that issues for a store's key."""

    def __init__(self) -> None:
        self.root = issued("国信测试 Root CA")
        self.middle = issued("国信测试 Issuing CA", by=self.root)

    def chain(self, data: Path, **made: Any) -> bytes:
        """The store's certificate and its issuers', as PEM."""
        key = seal_key(data).key.public_key()
        own, _ = issued("锦程汽车销售服务有限公司", by=self.middle, key=key, **made)
        return pem(own, self.middle[0], self.root[0])


@pytest.fixture(scope="module")
def ca() -> Hierarchy:
    return Hierarchy()


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def paper(data: Path) -> bytes:
    key = seal_key(data)
    extras = Extras(store_name="锦程汽车", made_at=AT, issuer=key.issuer)
    return seal(render(signed()["document"], extras), key, AT, store_name="锦程汽车")


@pytest.mark.parametrize(("place", "mode"), [("seal.pem", 0o640), ("seal.pem", 0o604), (".", 0o750)])
def a_key_that_others_can_read_seals_nothing_and_says_what_to_do(tmp_path: Path, place: str, mode: int):
    seal_key(tmp_path)
    loose = tmp_path / "seal" / place
    loose.chmod(mode)
    with pytest.raises(SealRefused, match=f"mode {mode:04o}.*chmod (600|700) ") as refused:
        seal_key(tmp_path)
    assert refused.value.code == "loose_permissions"
    assert problem(tmp_path) is not None
    loose.chmod(0o700 if place == "." else 0o600)
    assert problem(tmp_path) is None


def a_key_that_is_not_made_yet_is_no_problem(tmp_path: Path):
    assert problem(tmp_path) is None
    assert not (tmp_path / "seal").exists()


def a_backup_keeps_the_key_as_closed_as_it_was(tmp_path: Path):
    made = seal_key(tmp_path / "data")
    back_up_files(tmp_path / "data", tmp_path / "copy")
    assert seal_key(tmp_path / "copy").certificate_pem == made.certificate_pem


def a_chain_is_embedded_and_its_issuer_is_named(tmp_path: Path, ca: Hierarchy):
    before = seal_key(tmp_path)
    install(tmp_path, ca.chain(tmp_path))
    pdf = paper(tmp_path)
    found = verify(pdf)
    assert (found.problem, found.seal.self_signed, found.seal.key) == (None, False, spki(before.certificate))
    assert found.seal.issuer == "Common Name: 国信测试 Issuing CA"
    held = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0].other_embedded_certs
    assert {one.subject.native["common_name"] for one in held} == {"国信测试 Issuing CA", "国信测试 Root CA"}
    assert paper(tmp_path) == pdf
    shown = [what for _, what in report.facts(found)]
    assert report.both(report.ISSUER) in shown
    assert report.both(report.PROVES_NOT) not in shown


def the_paper_says_plainly_what_its_seal_is_worth(tmp_path: Path, ca: Hierarchy):
    alone = paper(tmp_path)
    assert "does not prove whose key that is" in " ".join(words(alone).split())
    assert report.both(report.PROVES_NOT) in [what for _, what in report.facts(verify(alone))]
    install(tmp_path, ca.chain(tmp_path))
    vouched = " ".join(words(paper(tmp_path)).split())
    assert "does not prove" not in vouched
    assert "国信测试 Issuing CA vouches for whose key that is" in vouched


def a_chain_that_does_not_hold_is_refused_and_changes_nothing(tmp_path: Path, ca: Hierarchy):
    mine, other = tmp_path / "mine", tmp_path / "other"
    over = (NOW - timedelta(days=9), NOW - timedelta(days=1))
    stranger = issued("Another CA")[0]
    [own, *_] = x509.load_pem_x509_certificates(ca.chain(mine))
    for chain, why in (
        (ca.chain(other), "for another key"),
        (ca.chain(mine, valid=over), "valid from"),
        (pem(own, stranger), "was not issued by"),
        (b"nothing", "no certificates in PEM"),
    ):
        with pytest.raises(SealRefused, match=why):
            install(mine, chain)
    assert not chain_place(mine).exists()
    assert seal_key(mine).issuer is None


def a_chain_that_ran_out_gives_way_to_the_keys_own_certificate(tmp_path: Path, ca: Hierarchy):
    install(tmp_path, ca.chain(tmp_path))
    over = (NOW - timedelta(days=9), NOW - timedelta(days=1))
    chain_place(tmp_path).write_bytes(ca.chain(tmp_path, valid=over))
    assert seal_key(tmp_path).issuer is None
    assert "已装的证书不在有效期" in run(tmp_path).stdout


def the_command_shows_exports_asks_and_installs(tmp_path: Path, ca: Hierarchy):
    data = tmp_path / "data"
    key = seal_key(data)
    first = run(data)
    assert (first.returncode, first.stderr) == (0, "")
    for said in (key.certificate.fingerprint(hashes.SHA256()).hex(), "自签 self-signed", "(0600)", "✗ 封章不能证明"):
        assert said in first.stdout
    assert run(data, "--export", str(tmp_path / "store.pem")).returncode == 0
    assert (tmp_path / "store.pem").read_bytes() == key.certificate_pem
    assert run(data, "--csr", str(tmp_path / "ask.pem"), "--organization", "锦程汽车").returncode == 0
    asked = x509.load_pem_x509_csr((tmp_path / "ask.pem").read_bytes())
    assert asked.is_signature_valid
    assert asked.public_key() == key.key.public_key()
    assert asked.subject.rfc4514_string() == "O=锦程汽车,CN=锦程汽车"
    (tmp_path / "chain.pem").write_bytes(ca.chain(data))
    put = run(data, "--install", str(tmp_path / "chain.pem"))
    assert (put.returncode, "CN=国信测试 Issuing CA" in put.stdout, "✗" in put.stdout) == (0, True, False)
    for arguments in (("--install", str(tmp_path / "none.pem")), ("--install", str(tmp_path / "ask.pem"))):
        refused = run(data, *arguments)
        assert refused.returncode == 1
        assert "Traceback" not in refused.stderr
    (data / "seal" / "seal.pem").chmod(0o644)
    loose = run(data)
    assert (loose.returncode, "chmod 600" in loose.stderr) == (1, True)


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
def the_outside_tool_finds_the_seal_valid_with_a_chain(tmp_path: Path, ca: Hierarchy):
    install(tmp_path, ca.chain(tmp_path))
    (tmp_path / "paper.pdf").write_bytes(paper(tmp_path))
    done = subprocess.run(["pdfsig", "-nocert", tmp_path / "paper.pdf"], capture_output=True, text=True, check=False)
    assert "Signature is Valid" in done.stdout
    assert "锦程汽车销售服务有限公司" in done.stdout


def the_first_start_says_what_the_seal_is_worth_and_later_ones_only_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    config = Settings(data_dir=str(tmp_path))
    at_start(config)
    first = capsys.readouterr().err
    for said in ("封章证明", "封章不能证明", "does not prove", fingerprint(seal_key(tmp_path))):
        assert said in first
    at_start(config)
    assert capsys.readouterr().err == ""
    (tmp_path / "seal").chmod(0o755)
    at_start(config)
    assert "chmod 700" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="JIECHE_TSA_CERTIFICATES"):
        at_start(Settings(data_dir=str(tmp_path), tsa_url="http://tsa/", tsa_certificates=str(tmp_path / "none.pem")))
