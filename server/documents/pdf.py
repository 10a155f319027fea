"""The document on paper: PDF/A-3b with the signed document, the strokes and the JWS attached, made by typst.

Nothing in it depends on when or where it is made: equal input gives equal bytes.
"""

import base64
import io
import json
import threading
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst
from PIL import Image, ImageOps

from server.documents.document import Document, canonical, sha256_hex
from server.documents.glyphs import all_printable, characters
from server.documents.view import Extras, view

FONTS = Path(__file__).parents[2] / "web" / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
"""Noto Sans SC (SIL OFL) as static TrueType files."""
STANDARD = "a-3b"
"""PDF/A-2 allows only attachments that are PDF/A themselves; see docs/decisions/0002."""

_WEIGHTS = ("400Regular", "700Bold")
_FOLDER = Path(__file__).parent
_LONGEST = 720
_one_at_a_time = threading.Lock()


def render(document: Document, extras: Extras, fonts: Path = FONTS) -> bytes:
    """The PDF of a document; may run in a thread. A photo that cannot be read is shown as missing."""
    folders = tuple(fonts / weight for weight in _WEIGHTS)
    known = characters(folders)
    pictures = {sha256: small for sha256, data in extras.photos.items() if (small := thumbnail(data))}
    names = {sha256: f"photo-{n}.svg" for n, sha256 in enumerate(pictures)}
    attachments = _attachments(document, extras)
    shown: dict[str, Any] = all_printable(view(document, extras), known)
    shown |= {
        "hash": sha256_hex(attachments["document.json"]),
        "attachments": list(attachments),
        "pictures": [names.get(photo["sha256"]) for photo in document["photos"]],
        "check": extras.check_url,
    }
    sources = {name: (_FOLDER / name).read_bytes() for name in ("parts.typ", "car.svg")}
    sources["main"] = (_FOLDER / "document.typ").read_bytes()
    sources |= attachments | {names[sha256]: svg for sha256, svg in pictures.items()}
    if extras.check_url:
        sources["check.svg"] = code(extras.check_url)
    return compiled(folders, sources, shown, extras.made_at)


def compiled(folders: tuple[Path, ...], sources: dict[str, bytes], shown: Any, made_at: datetime) -> bytes:
    """The PDF of typst sources, that read `shown` as JSON; raises RuntimeError when typst cannot make it."""
    try:
        with _one_at_a_time:
            return _compiler(folders).compile(
                input=sources,
                format="pdf",
                pdf_standards=[STANDARD],
                sys_inputs={"view": json.dumps(shown, ensure_ascii=False)},
                timestamp=int(made_at.timestamp()),
            )
    except BaseException as error:
        # A panic in Rust is no Exception: it would end the worker, and may leave the compiler unusable.
        if type(error).__name__ != "PanicException":
            raise
        _compiler.cache_clear()
        raise RuntimeError(f"typst gave up: {error}") from error


def code(text: str) -> bytes:
    """The text as a QR code (ISO/IEC 18004), an SVG that still reads with a sixth of it gone."""
    written = io.BytesIO()
    segno.make_qr(text, error="m").save(written, kind="svg", border=2, xmldecl=False)
    return written.getvalue()


def thumbnail(photo: bytes) -> bytes | None:
    """An SVG around a JPEG of at most 720 × 720 pixels, upright and without metadata; None when the bytes are no image.

    SVG, because typst takes files from memory only as text.
    """
    try:
        with Image.open(io.BytesIO(photo)) as image:
            share = min(1.0, _LONGEST / max(image.size))
            image.draft("RGB", (int(image.width * share), int(image.height * share)))  # a JPEG is read smaller at once
            small = image.convert("RGB")
        small.thumbnail((_LONGEST, _LONGEST))
        upright = ImageOps.exif_transpose(small)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    jpeg = io.BytesIO()
    upright.save(jpeg, "JPEG", quality=80)
    width, height = upright.size
    data = base64.b64encode(jpeg.getvalue()).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/jpeg;base64,{data}"/></svg>'
    ).encode()


def _attachments(document: Document, extras: Extras) -> dict[str, bytes]:
    attached = {"document.json": canonical(document)}
    if extras.signature:
        attached["strokes.json"] = canonical(extras.signature.strokes)
        attached["signature.jws"] = extras.signature.jws.encode()
    if extras.device_key:
        attached["device.jwk"] = canonical(dict(extras.device_key))
    return attached


@cache
def _compiler(folders: tuple[Path, ...]) -> typst.Compiler:
    """Fonts are read once: that is most of the time a document would take."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))
    return typst.Compiler(font_paths=fonts)
