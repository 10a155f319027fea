"""What others' tools say of our papers: poppler, qpdf, npm's jose and canonicalize, none of them used to make one."""

import json
import random
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from server.documents.document import canonical, sha256_hex
from server.documents.pdf import render
from server.documents.seal import seal
from server.documents.sealkey import Seal, seal_key
from server.documents.verify import NoPaper, verify
from server.documents.view import Extras
from server.domain.rows.visits import Release
from tests.documents.randoms import documents
from tests.documents.rows import CASES
from tests.documents.test_signature import signed
from tests.documents.test_verify import paper
from tests.running import ROOT

AT = datetime(2026, 11, 21, 8, 40, tzinfo=UTC)
WEB = ROOT / "web"
MANY = 10_000
"""Random documents: 3.4 s measured on a busy machine."""
OFFSETS = 60
"""Places at which a byte is changed: 4.6 s measured on a busy machine."""

needs_poppler = pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
needs_qpdf = pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Seal:
    return seal_key(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def papers(key: Seal) -> dict[str, bytes]:
    """A paper of each kind, sealed; the first two are signed as well."""
    at_reception = json.loads(CASES["a whole visit at reception"]["canonical"])
    release = Release(reason="key_drop", witness="李敏", note="22:10 从钥匙箱取车", at=AT, by=None)
    left = Extras(store_name="锦程汽车", made_at=AT, release=release, check_url="https://shop.example/verify")
    return {
        "handover": paper(signed(), key),
        "contract": paper(signed(document=at_reception, purpose="contract"), key),
        "release": seal(render(signed()["document"], left), key, AT, store_name="锦程汽车"),
    }


def said(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """What a tool says; LC_ALL=C, so that it speaks English."""
    return subprocess.run(
        command, env={"PATH": "/usr/bin:/bin:/usr/local/bin", "LC_ALL": "C.UTF-8"}, capture_output=True, text=True,
        check=False, errors="replace",
    )  # fmt: skip


def node(script: str, work: Any) -> Any:
    """What a Node script with the web packages at hand makes of JSON: `input` in, `output` out."""
    reads = "import { readFileSync } from 'node:fs'\nconst input = JSON.parse(readFileSync(0, 'utf8'))"
    program = f"{reads}\n{script}\nprocess.stdout.write(JSON.stringify(output))"
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program], cwd=WEB, input=json.dumps(work), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@needs_poppler
@pytest.mark.parametrize("kind", ["handover", "contract", "release"])
def the_seal_is_valid_over_the_whole_paper_by_poppler(papers: dict[str, bytes], tmp_path: Path, kind: str):
    (tmp_path / "paper.pdf").write_bytes(papers[kind])
    found = said("pdfsig", "-nocert", tmp_path / "paper.pdf")
    assert found.returncode == 0
    assert found.stdout.count("Signature is Valid") == found.stdout.count("Total document signed") == 1
    assert "ETSI.CAdES.detached" in found.stdout


@needs_qpdf
@pytest.mark.parametrize("kind", ["handover", "contract", "release"])
def a_paper_has_no_fault_that_qpdf_finds(papers: dict[str, bytes], tmp_path: Path, kind: str):
    (tmp_path / "paper.pdf").write_bytes(papers[kind])
    found = said("qpdf", "--check", tmp_path / "paper.pdf")
    assert (found.returncode, found.stderr) == (0, "")
    assert "No syntax or stream encoding errors found" in found.stdout


def sealed_places(pdf: bytes) -> list[int]:
    """Offsets within the sealed ranges: their edges, and as many more by chance, the same each time."""
    start = pdf.rindex(b"/ByteRange")
    first, length, second, rest = map(int, pdf[pdf.index(b"[", start) + 1 : pdf.index(b"]", start)].split())
    assert (first, second + rest) == (0, len(pdf))
    edges = [0, length - 1, second, len(pdf) - 1]
    chance = random.Random(3161)
    before, behind = range(length), range(second, len(pdf))
    return edges + [chance.choice(chance.choice((before, before, behind))) for _ in range(OFFSETS)]


@needs_poppler
def a_byte_changed_anywhere_in_what_is_sealed_is_seen_by_poppler_and_by_us(papers: dict[str, bytes], tmp_path: Path):
    pdf, chance = papers["handover"], random.Random(1)
    for place in sealed_places(pdf):
        damaged = bytearray(pdf)
        damaged[place] ^= chance.randrange(1, 256)
        (tmp_path / "paper.pdf").write_bytes(damaged)
        assert "Signature is Valid" not in said("pdfsig", "-nocert", tmp_path / "paper.pdf").stdout, place
        try:
            found = verify(bytes(damaged))
        except NoPaper:
            continue
        assert found.problem is not None, place


JOSE = """
const { compactVerify, importJWK } = await import('jose')
const output = []
for (const { jws, jwk } of input) {
  const held = await compactVerify(jws, await importJWK(jwk, 'ES256')).catch((error) => ({ error: error.code }))
  output.push(held.error ? held : { header: held.protectedHeader, payload: Buffer.from(held.payload).toString() })
}
"""


@pytest.mark.skipif(shutil.which("pdfdetach") is None, reason="poppler-utils is not installed")
@pytest.mark.parametrize("kind", ["handover", "contract"])
def a_jose_library_finds_the_signature_good_that_pdfdetach_takes_out(
    papers: dict[str, bytes], tmp_path: Path, kind: str
):
    (tmp_path / "paper.pdf").write_bytes(papers[kind])
    assert said("pdfdetach", "-saveall", "-o", tmp_path, tmp_path / "paper.pdf").returncode == 0
    jws, jwk = (tmp_path / "signature.jws").read_text(), json.loads((tmp_path / "device.jwk").read_bytes())
    head, body, signature = jws.split(".")
    forged = f"{head}.{body[:-2]}{'A' if body[-2] != 'A' else 'B'}{body[-1]}.{signature}"
    good, bad = node(JOSE, [{"jws": jws, "jwk": jwk}, {"jws": forged, "jwk": jwk}])
    assert good["header"]["alg"] == "ES256"
    says = json.loads(good["payload"])
    assert says["purpose"] == kind
    for name in ("document", "strokes"):
        assert says[f"{name}_hash"] == sha256_hex((tmp_path / f"{name}.json").read_bytes())
    assert bad == {"error": "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"}


CANONICALIZE = """
const { default: canonicalize } = await import('canonicalize')
const output = input.map((text) => canonicalize(JSON.parse(text)))
"""


def the_two_libraries_write_the_same_bytes_of_any_document():
    made = documents(8785, MANY)
    theirs = node(CANONICALIZE, [json.dumps(one, ensure_ascii=False) for one in made])
    assert len(theirs) == MANY
    for one, text in zip(made, theirs, strict=True):
        assert canonical(one) == text.encode(), one
