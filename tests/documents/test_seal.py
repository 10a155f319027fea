"""The seal: outside tools find it valid over the whole file, and one changed byte is seen."""

import io
import shutil
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from server.documents.document import build
from server.documents.pdf import render
from server.documents.seal import seal
from server.documents.sealkey import Seal, SealRefused, seal_key
from server.documents.view import Extras
from tests.documents.rows import CASES, structs

AT = datetime(2026, 11, 21, 8, 40, tzinfo=UTC)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Seal:
    return seal_key(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def plain() -> bytes:
    case = CASES["a whole visit at handover"]
    return render(build(case["purpose"], *structs(case["rows"])), Extras(store_name="锦程汽车", made_at=AT))


@pytest.fixture(scope="module")
def sealed(plain: bytes, key: Seal) -> bytes:
    return seal(plain, key, AT, store_name="锦程汽车")


def is_valid(pdf: bytes, key: Seal) -> bool:
    root = Certificate.load(key.certificate.public_bytes(Encoding.DER))
    try:
        embedded = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
        status = validate_pdf_signature(embedded, ValidationContext(trust_roots=[root]))
    except (SignatureValidationError, PdfError, ValueError, KeyError, IndexError):
        return False
    return status.bottom_line


def the_seal_is_valid_over_the_whole_file_by_pyhanko(sealed: bytes, key: Seal):
    embedded = PdfFileReader(io.BytesIO(sealed)).embedded_signatures[0]
    root = Certificate.load(key.certificate.public_bytes(Encoding.DER))
    status = validate_pdf_signature(embedded, ValidationContext(trust_roots=[root]))
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    assert str(embedded.sig_object["/SubFilter"]) == "/ETSI.CAdES.detached"
    assert status.signer_reported_dt == AT


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
def the_seal_is_valid_over_the_whole_file_by_poppler(sealed: bytes, tmp_path: Path):
    file = tmp_path / "handover.pdf"
    file.write_bytes(sealed)
    done = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False)
    assert "Signature is Valid" in done.stdout
    assert "Total document signed" in done.stdout
    damaged = bytearray(sealed)
    damaged[len(sealed) // 2] ^= 1
    file.write_bytes(damaged)
    done = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False)
    assert "Signature is Valid" not in done.stdout


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.9, 0.999])
def a_changed_byte_is_seen(sealed: bytes, key: Seal, share: float):
    assert is_valid(sealed, key)
    damaged = bytearray(sealed)
    damaged[int(len(sealed) * share)] ^= 1
    assert not is_valid(bytes(damaged), key)


def a_seal_of_another_store_is_not_trusted(sealed: bytes, tmp_path: Path):
    assert not is_valid(sealed, seal_key(tmp_path))


def a_document_sealed_again_is_the_same_file(plain: bytes, sealed: bytes, key: Seal):
    assert seal(plain, key, AT, store_name="锦程汽车") == sealed
    assert seal(plain, key, AT + timedelta(seconds=1), store_name="锦程汽车") != sealed


def the_sealed_file_begins_with_the_document_and_stays_pdf_1_7(plain: bytes, sealed: bytes):
    assert sealed.startswith(plain)
    assert PdfFileReader(io.BytesIO(sealed)).input_version == (1, 7)


def the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(seal_key, [tmp_path] * 8))
    assert len({key.certificate_pem for key in keys}) == 1
    files = list((tmp_path / "seal").iterdir())
    assert [file.name for file in files] == ["seal.pem"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def a_damaged_key_file_is_an_error_and_is_not_replaced(tmp_path: Path):
    seal_key(tmp_path)
    path = tmp_path / "seal" / "seal.pem"
    path.write_bytes(b"nothing")
    with pytest.raises(SealRefused, match="holds no key and certificate"):
        seal_key(tmp_path)
    assert path.read_bytes() == b"nothing"
