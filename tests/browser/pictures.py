"""Photos as a tablet's camera makes them: large, with the place and the camera in their EXIF."""

import io
from math import cos, sin
from random import Random

from PIL import ExifTags, Image, ImageDraw, ImageFilter

WIDE, HIGH = 2600, 1950
PLACE = {1: "N", 2: (30.0, 39.0, 24.0), 3: "E", 4: (104.0, 3.0, 48.0)}
"""GPS tags of a yard in Chengdu."""
_PAINT, _SCRATCH, _DARK = (44, 76, 120), (214, 218, 222), (20, 34, 56)


def brake_jpeg() -> bytes:
    """A worn brake behind a wheel that was taken off, as a tablet sends it: small, without EXIF."""
    rng, size = Random(5), (640, 480)
    picture = Image.new("RGB", size, (31, 29, 28))
    pen = ImageDraw.Draw(picture)
    for radius in range(300, 92, -1):
        light = 126 + rng.randint(-14, 14) + (26 if radius % 29 < 3 else 0)
        pen.ellipse([250 - radius, 250 - radius, 250 + radius, 250 + radius], fill=(light, light, light + 4))
    pen.ellipse([158, 158, 342, 342], fill=(92, 70, 54))
    for turn in range(5):
        x, y = 250 + 62 * cos(turn * 1.257), 250 + 62 * sin(turn * 1.257)
        pen.ellipse([x - 13, y - 13, x + 13, y + 13], fill=(168, 164, 158))
    pen.rounded_rectangle([418, 96, 628, 404], 46, fill=(58, 60, 64))
    pen.rounded_rectangle([446, 126, 600, 374], 30, fill=(76, 79, 84))
    pen.rectangle([396, 128, 412, 372], fill=(120, 76, 48))
    pen.rectangle([412, 116, 424, 384], fill=(38, 38, 40))
    written = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1.4)).resize((1280, 960)).save(written, "JPEG", quality=82)
    return written.getvalue()


def camera_jpeg(seed: int = 1) -> bytes:
    """Some 5 megapixels of scratched blue paint; another seed, another scratch."""
    rng = Random(seed)
    small = Image.new("RGB", (WIDE // 4, HIGH // 4), _PAINT)
    pen = ImageDraw.Draw(small)
    for y in range(small.height):
        light = int(46 * y / small.height)
        pen.line([(0, y), (small.width, y)], fill=tuple(part + light for part in _PAINT))
    pen.line([(0, small.height * 0.72), (small.width, small.height * 0.66)], fill=_DARK, width=5)
    small = small.filter(ImageFilter.GaussianBlur(3))
    pen = ImageDraw.Draw(small)
    for _ in range(9):
        x, y = rng.uniform(0.2, 0.4) * small.width, rng.uniform(0.35, 0.55) * small.height
        end = (x + rng.uniform(120, 260), y + rng.uniform(-36, 20))
        pen.line([(x, y), end], fill=_SCRATCH, width=rng.choice((1, 1, 2, 3)))
    picture = small.resize((WIDE, HIGH))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "接车相机"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(PLACE)
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=88, exif=exif)
    return written.getvalue()
