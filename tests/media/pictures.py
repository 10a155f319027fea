"""Small pictures, each with bytes of its own."""

import hashlib
import io
import itertools

from PIL import Image

_COUNT = itertools.count()


def picture(kind: str = "JPEG", size: tuple[int, int] = (3, 2)) -> bytes:
    """An image whose bytes no other picture has."""
    made = io.BytesIO()
    n = next(_COUNT)
    Image.new("RGB", size, (n % 256, n // 256 % 256, 99)).save(made, kind)
    return made.getvalue() + b"picture %08d" % n


def name(content: bytes) -> str:
    """The SHA-256 that names it."""
    return hashlib.sha256(content).hexdigest()
