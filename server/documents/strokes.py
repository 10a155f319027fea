"""A drawn signature as lines in a unit box, ready to be drawn at any size."""

from typing import Any, TypedDict


class Ink(TypedDict):
    """Points with x from 0 to `width` and y from 0 to `height`, the longer side being 1; y grows downwards."""

    width: float
    height: float
    lines: list[list[tuple[float, float]]]


def ink(strokes: dict[str, Any]) -> Ink | None:
    """The strokes cut to what was drawn and scaled to fill their box, whatever the canvas was; null if empty."""
    lines = [[(_on_paper(p["x"]), _on_paper(p["y"])) for p in line] for line in strokes["lines"] if line]
    if not lines:
        return None
    xs, ys = zip(*(point for line in lines for point in line), strict=True)
    left, top, size = min(xs), min(ys), max(max(xs) - min(xs), max(ys) - min(ys)) or 1.0
    scaled = [[(round((x - left) / size, 4), round((y - top) / size, 4)) for x, y in line] for line in lines]
    return {"width": (max(xs) - left) / size, "height": (max(ys) - top) / size, "lines": scaled}


def _on_paper(pixels: float) -> float:
    return min(max(float(pixels), -1e6), 1e6)
