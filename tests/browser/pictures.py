"""Photos as a tablet's camera makes them: large, with the place and the camera in their EXIF."""

import io
from random import Random

from PIL import ExifTags, Image, ImageDraw, ImageFilter

WIDE, HIGH = 2600, 1950
PLACE = {1: "N", 2: (30.0, 39.0, 24.0), 3: "E", 4: (104.0, 3.0, 48.0)}
"""GPS tags of a yard in Chengdu."""
_PAINT, _SCRATCH, _DARK = (44, 76, 120), (214, 218, 222), (20, 34, 56)


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
