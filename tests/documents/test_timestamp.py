"""Time stamps (PAdES B-T): openssl stamps over HTTP; an answer that does not fit in every point is none."""

import io
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace
from pyhanko.pdf_utils.reader import PdfFileReader

from server.documents import report, timestamp
from server.documents.pdf import render
from server.documents.seal import seal
from server.documents.sealkey import Seal, seal_key
from server.documents.timestamp import Authority, NoStamp, authority
from server.documents.verify import is_stamped, verify
from server.documents.view import Extras
from server.settings import Settings
from tests.documents.authority import NOW, TimeAuthority, issued, serving
from tests.documents.test_signature import signed

AT = datetime(2026, 11, 21, 8, 40, tzinfo=UTC)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Seal:
    return seal_key(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def plain() -> bytes:
    return render(signed()["document"], Extras(store_name="锦程汽车", made_at=AT))


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> TimeAuthority:
    return TimeAuthority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def address(one: TimeAuthority) -> Iterator[str]:
    with serving(one) as url:
        yield url


@pytest.fixture
def stamping(one: TimeAuthority, address: str) -> Authority:
    """An honest authority, whatever the test before made of it."""
    one.manner, one.asked, one.first = "honest", 0, None
    return Authority(address)


def stamped(plain: bytes, key: Seal, who: Authority) -> bytes:
    return seal(plain, key, AT, store_name="锦程汽车", authority=who)


@pytest.fixture(scope="module")
def paper(plain: bytes, key: Seal, one: TimeAuthority, address: str) -> bytes:
    one.manner = "honest"
    return stamped(plain, key, Authority(address))


def token(pdf: bytes) -> cms.ContentInfo:
    info = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0].signer_info
    [attribute] = [one for one in info["unsigned_attrs"] if one["type"].native == "signature_time_stamp_token"]
    return attribute["values"][0]


def a_stamped_paper_tells_when_and_by_whom(paper: bytes, one: TimeAuthority):
    found = verify(paper)
    assert (found.problem, found.seal.intact, found.seal.whole) == (None, True, True)
    assert found.seal.stamp is not None
    assert found.seal.stamp.fits
    assert abs(found.seal.stamp.at - datetime.now(UTC)) < timedelta(minutes=20)
    assert found.seal.stamp.authority == "Common Name: Time Stamps 可信时间"
    assert found.seal.stamp.certificate == one.certificate.fingerprint(hashes.SHA256()).hex()
    shown = {about.en: what for about, what in report.facts(found)}
    assert "Time Stamps 可信时间" in shown["Time stamp, by an authority"]
    assert found.seal.at == AT


def test_openssl_takes_the_stamp_as_one_of_this_seal(paper: bytes, one: TimeAuthority, tmp_path: Path):
    info = PdfFileReader(io.BytesIO(paper)).embedded_signatures[0].signer_info
    (tmp_path / "token.der").write_bytes(token(paper).dump())
    (tmp_path / "seal").write_bytes(info["signature"].native)
    asked = ["openssl", "ts", "-verify", "-token_in", "-in", "token.der", "-data", "seal", "-CAfile"]
    done = subprocess.run([*asked, one.folder / "ca.pem"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "Verification: OK" in done.stdout) == (0, True), done.stderr


def an_authority_is_asked_once_and_is_told_who_asks(plain: bytes, key: Seal, one: TimeAuthority, stamping: Authority):
    one.logins.clear()
    stamped(plain, key, replace(stamping, user="store", password="geheim"))
    assert one.logins == ["Basic c3RvcmU6Z2VoZWlt"]


@pytest.mark.parametrize(
    ("manner", "code"),
    [
        ("garbage", "unreadable"), ("503", "refused"), ("refuse", "refused"), ("long", "too_large"),
        ("other", "other_document"), ("forged", "forged"),
    ],
)  # fmt: skip
def an_answer_that_does_not_fit_is_no_stamp(
    plain: bytes, key: Seal, one: TimeAuthority, stamping: Authority, manner: str, code: str
):
    one.manner = manner
    with pytest.raises(NoStamp, match=f"^{code}$"):
        stamped(plain, key, stamping)


def an_answer_to_another_question_is_no_stamp(plain: bytes, key: Seal, one: TimeAuthority, stamping: Authority):
    one.manner = "replay"
    stamped(plain, key, stamping)
    with pytest.raises(NoStamp, match="other_nonce"):
        stamped(plain, key, stamping)


def an_authority_that_says_nothing_is_left_after_its_time(
    plain: bytes, key: Seal, one: TimeAuthority, stamping: Authority, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(timestamp, "SECONDS", 0.3)
    one.manner = "slow"
    with pytest.raises(NoStamp, match="unreachable"):
        stamped(plain, key, stamping)
    with pytest.raises(NoStamp, match="unreachable"):
        stamped(plain, key, Authority("http://127.0.0.1:1/"))


def a_certificate_that_ran_out_stamps_nothing(plain: bytes, key: Seal, tmp_path: Path):
    over = (NOW - timedelta(days=90), NOW - timedelta(days=1))
    with serving(TimeAuthority(tmp_path, valid=over)) as url, pytest.raises(NoStamp, match="expired"):
        stamped(plain, key, Authority(url))


def a_certificate_for_something_else_stamps_nothing(plain: bytes, key: Seal, one: TimeAuthority, stamping: Authority):
    one.manner = "code"
    with pytest.raises(NoStamp, match="not_an_authority"):
        stamped(plain, key, stamping)


def a_stamp_of_another_day_is_none(plain: bytes, key: Seal, stamping: Authority, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(timestamp, "APART", timedelta(seconds=-1))
    with pytest.raises(NoStamp, match="other_time"):
        stamped(plain, key, stamping)


def test_only_stamps_that_lead_to_a_named_certificate_count(
    plain: bytes, key: Seal, one: TimeAuthority, stamping: Authority, tmp_path: Path
):
    for name, certificate in (("theirs", one.ca), ("other", issued("another root")[0])):
        (tmp_path / name).write_bytes(certificate.public_bytes(Encoding.PEM))
    theirs = authority(Settings(tsa_url=stamping.url, tsa_certificates=str(tmp_path / "theirs")))
    other = authority(Settings(tsa_url=stamping.url, tsa_certificates=str(tmp_path / "other")))
    assert theirs is not None
    assert other is not None
    assert is_stamped(stamped(plain, key, theirs))
    with pytest.raises(NoStamp, match="unknown_authority"):
        stamped(plain, key, other)


def test_half_an_authority_in_the_settings_is_an_error_that_names_the_setting(tmp_path: Path):
    assert authority(Settings()) is None
    for content in (None, b"no certificate"):
        if content:
            (tmp_path / "x.pem").write_bytes(content)
        with pytest.raises(ValueError, match="JIECHE_TSA_CERTIFICATES"):
            authority(Settings(tsa_url="http://tsa/", tsa_certificates=str(tmp_path / "x.pem")))


def the_stamp_of_another_paper_and_a_damaged_one_are_named(plain: bytes, paper: bytes, key: Seal, stamping: Authority):
    mine = token(paper).dump()
    other = token(seal(plain, key, AT, store_name="别的店", authority=stamping)).dump()
    assert len(other) == len(mine)
    for wrong in (other, mine[:-1] + bytes([mine[-1] ^ 1])):
        forged = paper.replace(mine.hex().upper().encode(), wrong.hex().upper().encode())
        assert forged != paper
        found = verify(forged)
        assert (found.problem, found.seal.intact, found.seal.whole) == ("time_stamp", True, True)
        assert (found.document, found.seal.stamp and found.seal.stamp.authority) == (None, None)
        assert report.outcome(found) == report.PROBLEMS["time_stamp"]
