"""The PDF: everything signed is on paper and attached, nothing in it depends on chance, and no visit breaks it."""

import io
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader

from server.documents import labels
from server.documents.document import build, canonical
from server.documents.glyphs import characters, printable
from server.documents.pdf import FONTS, compiled, render, thumbnail
from server.documents.strokes import ink
from server.documents.view import Extras, view
from server.domain import fields
from server.domain.rows.evidence import Signature
from server.domain.rows.visits import Release
from tests.documents.rows import CASES, structs
from tests.documents.strategies import visits

AT = datetime(2026, 11, 21, 8, 31, 0, 123_000, tzinfo=UTC)
KNOWN = characters((FONTS / "400Regular", FONTS / "700Bold"))
STROKES = {
    "width": 600,
    "height": 200,
    "lines": [[{"x": 10 * i, "y": 50 + i, "t": i, "p": 1} for i in range(9)], [{"x": 3, "y": 4, "t": 9, "p": 1}]],
}
SALOON = "web/src/parts/car/sedan.ts"
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


def document(name: str) -> dict[str, Any]:
    return build(CASES[name]["purpose"], *structs(CASES[name]["rows"]))


def signature(signed: dict[str, Any]) -> Signature:
    return Signature(
        id="01935a10-0003-7000-8000-00000000000f", rev=1, visit_id="01935a10-0002-7000-8000-00000000000e",
        purpose=signed["purpose"], document=signed, document_hash="0" * 64, strokes=STROKES, strokes_hash="0" * 64,
        signer=fields.Signer("李 #strong[四]", "bringer"), jws="head.payload.signature", device_id=None,
        evidence=None, state="accepted", signed_at=AT, received_at=AT, sealed_at=None, pdf_sha256=None,
    )  # fmt: skip


def extras(**changes: Any) -> Extras:
    return Extras(**{"store_name": "锦程汽车成都高新店", "made_at": AT} | changes)


def photo(size: tuple[int, int] = (1600, 1200), kind: str = "JPEG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (30, 90, 140)).save(file, kind)
    return file.getvalue()


def words(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def attached(pdf: bytes) -> dict[str, bytes]:
    files = [entry.get_object() for entry in PdfFileReader(io.BytesIO(pdf)).root["/AF"]]
    return {str(file["/UF"]): file["/EF"]["/F"].get_object().data for file in files}


def an_equal_input_gives_equal_bytes():
    signed = document("a whole visit at handover")
    pictures = {p["sha256"]: photo() for p in signed["photos"]}
    first, second = (render(signed, extras(photos=pictures, signature=signature(signed))) for _ in range(2))
    assert first == second
    assert first != render(signed | {"customer_name": "李四"}, extras(photos=pictures, signature=signature(signed)))


def the_document_strokes_and_jws_are_attached_as_they_were_signed():
    signed = document("hard text and limits at handover")
    pdf = render(signed, extras(signature=signature(signed), device_key={"kty": "EC", "crv": "P-256"}))
    assert attached(pdf) == {
        "document.json": canonical(signed),
        "strokes.json": canonical(STROKES),
        "signature.jws": b"head.payload.signature",
        "device.jwk": b'{"crv":"P-256","kty":"EC"}',
    }


def the_file_says_that_it_is_pdf_a_3b():
    metadata = PdfFileReader(io.BytesIO(render(document("a whole visit at handover"), extras()))).root["/Metadata"]
    assert b"<pdfaid:part>3<" in metadata.data
    assert b"<pdfaid:conformance>B<" in metadata.data


@needs_poppler
def the_handover_document_shows_what_was_signed():
    signed = document("a whole visit at handover")
    names = {"brake_pad_front": labels.Words("前刹车片厚度", "Front brake pad")}
    text = words(render(signed, extras(signature=signature(signed), item_names=names, visit_number="CD-007")))
    for shown in (
        "锦程汽车成都高新店", "CD-007", "LDC613P23A1305189", "王小明", "42,180 km", "42,184 km", "高速更明显",
        "前刹车片厚度", "2.0 mm", "U0073-04", "¥1,274.98", "¥1,234.48", "−¥40.50", "同意", "拒绝", "客户改约下次",
        "5QD 698 151", "合格", "微信支付", "4200002311202611210001", "2026-11-21 16:02", "52,180 km",
        "91310115MA1K3XXXXQ", "2026-11-21 16:31",
        CASES["a whole visit at handover"]["sha256"],
    ):  # fmt: skip
        assert shown in text, shown
    assert "未签名" not in text


@needs_poppler
def the_handover_document_shows_what_warranty_law_wants_on_it():
    came, left = datetime(2026, 11, 21, 1, 2, tzinfo=UTC), datetime(2026, 11, 21, 9, 5, tzinfo=UTC)
    signed = document("a whole visit at handover")
    text = words(render(signed, extras(signature=signature(signed), time_in=came, time_out=left)))
    for shown in ("2026-11-21 09:02", "2026-11-21 17:05", "¥1,094.98", "1.5 h", "¥180.00", "修理者盖章"):
        assert shown in text, shown


@needs_poppler
def the_contract_shows_what_was_agreed_at_reception():
    signed = document("a whole visit at reception")
    text = words(render(signed, extras(signature=signature(signed))))
    for shown in (
        "维修委托书",
        "2026-11-21 16:30",
        "55%",
        "儿童座椅、行驶证、雨伞",
        "左后门",
        "凹陷",
        "¥1,954.98",
        "未经同意的部分",
    ):
        assert shown in text, shown
    assert "内饰清洁" not in text


@needs_poppler
def a_release_prints_its_reason_instead_of_a_signature():
    release = Release(reason="key_drop", witness="李敏", note="22:10 从钥匙箱取车", at=AT, by=None)
    text = words(render(document("a whole visit at handover"), extras(release=release)))
    assert "非营业时间取车" in text
    assert "22:10 从钥匙箱取车" in text
    assert "李敏" in text
    assert "未签名" in words(render(document("a whole visit at handover"), extras()))


@needs_poppler
def a_photo_is_shown_or_said_to_be_missing():
    signed = document("a whole visit at handover")
    first, second, third = (p["sha256"] for p in signed["photos"][:3])
    shown = render(signed, extras(photos={first: photo(), third: b"not an image"}, waived={second: "平板损坏"}))
    assert "平板损坏" in words(shown)
    assert words(shown).count("无法显示") == len(signed["photos"]) - 2
    assert len(shown) > len(render(signed, extras()))


@needs_poppler
def test_words_that_look_like_markup_are_only_words():
    signed = document("a whole visit at handover")
    signed["concerns"][0]["words"] = '#panic("x") *b* $1$ <a> @b \\u{41} //c'
    text = words(render(signed, extras(signature=signature(signed))))
    assert signed["concerns"][0]["words"] in text
    assert "李 #strong[四]" in text


@needs_poppler
def a_character_that_no_font_has_is_told_by_its_code_point():
    signed = document("a whole visit at handover")
    signed["concerns"][0]["words"] = "𠮷田\u202e😀"
    assert "〔U+20BB7〕田〔U+1F600〕" in words(render(signed, extras()))


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(visits(), st.sampled_from(["contract", "handover"]))
def test_any_visit_can_be_printed(rows: dict[str, Any], purpose: Any):
    signed = build(purpose, *structs(rows))
    assert attached(render(signed, extras()))["document.json"] == canonical(signed)


@pytest.mark.parametrize(
    ("words_of", "values"),
    [
        (labels.KINDS, fields.VisitKind), (labels.PAYERS, fields.Payer), (labels.LINE_KINDS, fields.LineKind),
        (labels.PART_KINDS, fields.PartKind), (labels.DECISIONS, fields.Decision), (labels.GRADES, fields.Grade),
        (labels.OLD_PARTS, fields.OldParts), (labels.DAMAGES, fields.DamageKind), (labels.ROLES, fields.DeciderRole),
        (labels.SEVERITIES, fields.Severity), (labels.METHODS, fields.PaymentMethod),
        (labels.PHOTOS, fields.PhotoPurpose), (labels.RELEASES, fields.ReleaseReason),
    ],
)  # fmt: skip
def the_paper_has_words_for_every_wire_value(words_of: dict[str, labels.Words], values: Any):
    assert set(words_of) - {None} == set(get_args(values))


def the_money_still_open_leaves_out_what_is_on_account():
    signed = document("a whole visit at handover")
    signed["payments"][0]["method"] = "on_account"
    shown = view(signed, extras())["settlement"]
    assert (shown["total"], shown["paid"], shown["open"]) == ("¥1,234.48", "¥234.48", "¥1,000.00")
    signed["payments"][0] |= {"method": "wechat", "refund_of": signed["payments"][1]["id"]}
    assert view(signed, extras())["settlement"]["paid"] == "−¥765.52"


def a_photo_becomes_small_and_upright_and_anything_else_is_none():
    small = thumbnail(photo((3000, 1500)))
    assert small is not None
    assert b'viewBox="0 0 720 360"' in small
    turned, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (3000, 1500)).save(turned, "JPEG", exif=exif)
    assert b'viewBox="0 0 360 720"' in (thumbnail(turned.getvalue()) or b"")
    for data in (photo((10, 10), "PNG"), photo((10, 10), "WEBP")):
        assert b"data:image/jpeg;base64," in (thumbnail(data) or b"")
    for data in (b"", b"GIF", photo()[:200], b"<svg/>"):
        assert thumbnail(data) is None


def a_signature_fills_its_box_whatever_the_canvas_was():
    drawn = ink(STROKES)
    assert drawn is not None
    points = [point for line in drawn["lines"] for point in line]
    assert max(x for x, _ in points) == drawn["width"] == 1
    assert max(y for _, y in points) == pytest.approx(drawn["height"], abs=1e-4)
    assert ink({"lines": [[{"x": 5, "y": 5}]]}) == {"width": 0, "height": 0, "lines": [[(0, 0)]]}
    assert ink({"lines": [[]]}) is None
    assert ink({"lines": [[{"x": -1e308, "y": 0}, {"x": 1e308, "y": 0}]]}) == {
        "width": 1, "height": 0, "lines": [[(0, 0), (1, 0)]],
    }  # fmt: skip


def the_saloon_on_paper_is_the_saloon_on_the_tablet():
    root = Path(__file__).parents[2]
    shapes = re.compile(r"['\"](M[0-9][^'\"]+)['\"]")
    paper = (root / "server" / "documents" / "car.svg").read_text("utf-8")
    assert set(shapes.findall(paper)) == set(shapes.findall((root / SALOON).read_text("utf-8")))


def test_printable_text_keeps_what_can_be_seen():
    assert printable("王小明\t5\u3000mm\r\n2\u200d", KNOWN) == "王小明 5 mm \n2"
    assert printable("e\u0301", KNOWN) == "é"
    assert printable("LDC613P23A1305189", KNOWN) == "LDC613P23A1305189"
    assert "\u200b" in printable("x" * 64, KNOWN)


def a_panic_inside_typst_is_an_ordinary_error_and_the_next_document_works():
    folders = (FONTS / "400Regular", FONTS / "700Bold")
    with pytest.raises(RuntimeError, match="typst gave up"):
        compiled(folders, {"main": b"#place(dx: 1e300 * 1pt, scale(x: 1e300 * 1%, rect(fill: red)))"}, {}, AT)
    with pytest.raises(RuntimeError, match="unknown variable"):
        compiled(folders, {"main": b"#nothing"}, {}, AT)
    assert compiled(folders, {"main": b"A"}, {}, AT).startswith(b"%PDF-1.7")


def a_folder_without_fonts_is_an_error_and_not_an_empty_page(tmp_path: Path):
    with pytest.raises(ValueError, match="no fonts"):
        render(document("a whole visit at handover"), extras(), tmp_path)
