"""The check of a paper without its server: what holds is told, what does not is named."""

import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from server.documents.document import canonical, sha256_hex
from server.documents.pdf import render
from server.documents.seal import seal
from server.documents.sealkey import Seal, seal_key
from server.documents.verify import NoPaper, verify
from server.documents.view import Extras
from server.domain.rows.evidence import Signature
from tests.documents.test_signature import DEVICE, KEY, evidence, jwk, signed
from tests.running import ROOT

AT = datetime(2026, 11, 21, 8, 40, tzinfo=UTC)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Seal:
    return seal_key(tmp_path_factory.mktemp("data"))


def paper(command: dict[str, Any], key: Seal, **shown: Any) -> bytes:
    """The sealed PDF of a signed command; `shown` takes the place of what is beside its document."""
    own = {name: command[name] for name in ("document_hash", "strokes_hash", "strokes", "signer", "jws", "signed_at")}
    signature = msgspec.convert(
        own | {
            "id": command["signature_id"], "rev": 1, "visit_id": command["visit_id"], "purpose": command["purpose"],
            "document": command["document"], "device_id": DEVICE, "state": "accepted", "received_at": AT,
            "sealed_at": None, "pdf_sha256": None, "evidence": command.get("evidence"),
        }, Signature,
    )  # fmt: skip
    extras = Extras(**{"store_name": "锦程汽车", "made_at": AT, "signature": signature, "device_key": jwk(KEY)} | shown)
    return seal(render(command["document"], extras), key, AT, store_name="锦程汽车")


@pytest.fixture(scope="module")
def sealed(key: Seal) -> bytes:
    return paper(signed(), key)


def a_paper_says_what_was_signed_by_whom_when_and_on_which_device(sealed: bytes, key: Seal):
    found, command = verify(sealed), signed()
    assert found.problem is None
    assert found.document == command["document"]
    assert found.document_hash == sha256_hex(canonical(command["document"]))
    assert found.signed is not None
    assert (found.signed.signer_name, found.signed.signer_role) == ("王小明😀", "bringer")
    assert (found.signed.signed_at, found.signed.device_id) == ("2026-11-21T08:31:00.123Z", DEVICE)
    assert (found.seal.name, found.seal.at, found.seal.intact, found.seal.whole) == ("锦程汽车", AT, True, True)
    assert found.seal.certificate == sha256_hex(key.certificate.public_bytes(Encoding.DER))


def a_paper_says_how_the_signer_was_known_and_what_the_tablet_knew(key: Seal, tmp_path: Path):
    command = signed(evidence=evidence(signed()["document_hash"]))
    sealed = paper(command, key)
    found = verify(sealed)
    assert (found.problem, found.signed.evidence.identity.phone_tail) == (None, "8000")
    (tmp_path / "handover.pdf").write_bytes(sealed)
    told = command_line(tmp_path, str(tmp_path / "handover.pdf")).stdout
    printed = subprocess.run(["pdftotext", "-", "-"], input=sealed, capture_output=True, check=True).stdout.decode()
    for said in ("本人持有登记的手机", "…8000", "2026.11.0 · 前台 1", "rev 7", "另有 2 项未发送"):
        assert said in told, said
        assert said in printed, said
    for said in ("On the screen since: 2026-11-21 08:30:00 UTC", "截至 2026-11-21 08:29:00 UTC"):
        assert said in told
    assert "2026-11-21 16:30" in printed


def a_paper_without_evidence_says_nothing_about_it(sealed: bytes):
    assert verify(sealed).signed.evidence is None
    printed = subprocess.run(["pdftotext", "-", "-"], input=sealed, capture_output=True, check=True).stdout.decode()
    assert "身份核实" not in printed


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"shown": {"document_hash": "ab" * 32, "at": "2026-11-21T08:30:00.000Z"}}, "payload_shown"),
        ({"app": 7}, "payload_evidence"),
    ],
)
def an_evidence_that_does_not_fit_the_document_is_named(key: Seal, change: dict[str, Any], problem: str):
    honest = signed()
    forged = signed(evidence=evidence(honest["document_hash"], **change))
    assert verify(paper(forged | {"evidence": None}, key)).problem == problem


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.5, 0.7, 0.9])
def a_changed_byte_is_never_called_whole(sealed: bytes, share: float):
    damaged = bytearray(sealed)
    damaged[int(len(sealed) * share)] ^= 1
    try:
        found = verify(bytes(damaged))
    except NoPaper:
        return
    assert found.problem is not None


def a_thing_added_behind_the_seal_is_named(sealed: bytes):
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.update_root()
    added = io.BytesIO()
    writer.write(added)
    found = verify(added.getvalue())
    assert (found.problem, found.seal.intact, found.seal.whole) == ("added_to", True, False)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"strokes": {"lines": [[{"x": 1, "y": 1}, {"x": 2, "y": 2}]]}}, "strokes_hash"),
        ({"document": json.loads(json.dumps(signed()["document"])) | {"customer_name": "李四"}}, "document_hash"),
        ({"purpose": "contract"}, "payload_purpose"),
    ],
)
def an_evidence_that_does_not_fit_is_named_though_the_seal_is_whole(key: Seal, change: dict[str, Any], problem: str):
    forged = signed() | change if "purpose" not in change else signed(**change)
    found = verify(paper(forged, key))
    assert (found.problem, found.signed, found.seal.intact) == (problem, None, True)


def the_key_of_another_device_is_named(key: Seal):
    found = verify(paper(signed(), key, device_key=jwk(ec.generate_private_key(ec.SECP256R1()))))
    assert found.problem == "signature"


def a_paper_that_nobody_signed_is_whole_without_a_signature(key: Seal):
    found = verify(paper(signed(), key, signature=None, device_key=None))
    assert (found.problem, found.signed) == (None, None)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"\x00" * 4000, b"<html>" * 500])
def a_file_that_is_no_paper_of_ours_is_refused(content: bytes):
    with pytest.raises(NoPaper, match="unreadable"):
        verify(content)


def a_pdf_without_a_seal_is_refused():
    command = signed()
    with pytest.raises(NoPaper, match="no_seal"):
        verify(render(command["document"], Extras(store_name="锦程汽车", made_at=AT)))


def command_line(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m server verify` where there is no database, no setting and nothing of ours but the code."""
    return subprocess.run(
        [sys.executable, "-m", "server", "verify", *arguments],
        cwd=ROOT, env={"PATH": "/usr/bin", "JIECHE_DATA_DIR": str(folder / "none")}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def a_machine_without_the_database_can_check_a_paper(sealed: bytes, key: Seal, tmp_path: Path):
    (tmp_path / "handover.pdf").write_bytes(sealed)
    (tmp_path / "store.pem").write_bytes(key.certificate_pem)
    (tmp_path / "other.pem").write_bytes(seal_key(tmp_path / "other").certificate_pem)
    paper = str(tmp_path / "handover.pdf")
    alone = command_line(tmp_path, paper)
    assert (alone.returncode, alone.stderr) == (0, "")
    for said in ("✓ 文件完整", "交车确认单", "王小明😀", DEVICE, "2026-11-21 08:31:00 UTC", "锦程汽车", "self-signed"):
        assert said in alone.stdout
    assert "✓ 证书" in command_line(tmp_path, paper, "--certificate", str(tmp_path / "store.pem")).stdout
    assert command_line(tmp_path, paper, "--certificate", str(tmp_path / "other.pem")).returncode == 1
    assert not (tmp_path / "none").exists()


def a_paper_that_does_not_hold_says_so_and_nothing_of_what_it_claims(sealed: bytes, tmp_path: Path):
    damaged = bytearray(sealed)
    damaged[len(sealed) // 2] ^= 1
    (tmp_path / "damaged.pdf").write_bytes(damaged)
    (tmp_path / "none.pdf").write_bytes(b"no pdf")
    found = command_line(tmp_path, str(tmp_path / "damaged.pdf"), str(tmp_path / "none.pdf"))
    assert found.returncode == 2
    assert "✗ 封章以后文件被改动过" in found.stdout
    assert "王小明" not in found.stdout
    assert "这不是能读的 PDF" in found.stderr
