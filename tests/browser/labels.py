"""The label of a VIN as a camera sees it: a Code 39 (ISO/IEC 16388) drawn bar by bar."""

import io
from itertools import cycle

from PIL import Image, ImageDraw

WIDE, NARROW, HIGH, QUIET = 6, 2, 120, 40
FILM = (1280, 720)
_WIDTHS = {
    "0": "nnnwwnwnn", "1": "wnnwnnnnw", "2": "nnwwnnnnw", "3": "wnwwnnnnn", "4": "nnnwwnnnw", "5": "wnnwwnnnn",
    "6": "nnwwwnnnn", "7": "nnnwnnwnw", "8": "wnnwnnwnn", "9": "nnwwnnwnn", "A": "wnnnnwnnw", "B": "nnwnnwnnw",
    "C": "wnwnnwnnn", "D": "nnnnwwnnw", "E": "wnnnwwnnn", "H": "wnnnnwwnn", "L": "nnwnnnnww", "O": "wnnnwnnwn",
    "P": "nnwnwnnwn", "*": "nwnnwnwnn",
}  # fmt: skip
"""Bars and spaces in turn, narrow and wide, of the characters that these tests write."""


def _label(text: str) -> Image.Image:
    bars = [WIDE if width == "w" else NARROW for one in f"*{text}*" for width in _WIDTHS[one] + "n"]
    picture = Image.new("L", (sum(bars) + 2 * QUIET, HIGH + 2 * QUIET), 255)
    pen, x = ImageDraw.Draw(picture), QUIET
    for width, black in zip(bars, cycle((True, False)), strict=False):
        if black:
            pen.rectangle((x, QUIET, x + width - 1, QUIET + HIGH), fill=0)
        x += width
    return picture


def label_png(text: str) -> bytes:
    """A picture of the label."""
    file = io.BytesIO()
    _label(text).save(file, "PNG")
    return file.getvalue()


def label_video(text: str) -> bytes:
    """Two frames of the label in the middle of the picture, as Chromium's pretended camera plays them (YUV4MPEG2)."""
    width, height = FILM
    picture, label = Image.new("L", FILM, 200), _label(text)
    picture.paste(label, ((width - label.width) // 2, (height - label.height) // 2))
    frame = b"FRAME\n" + picture.tobytes() + bytes([128]) * (width * height // 2)
    return f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 2
