"""A drawn signature as it arrives from the browser: numbers only, never an image or markup.

Shape: {"v": 1, "w": width, "h": height, "s": [[[x, y, pressure, ms], …], …]}, in CSS pixels of the
canvas.
"""

import json
import math

from intake_app.records.sealed.evidence import Drawing

MAX_CHARACTERS = 50_000
MAX_POINTS = 5_000
MAX_SIDE = 4_000


class BadDrawing(ValueError):
    """What arrived is not a whole drawing."""


def read_drawing(text: str) -> Drawing | None:
    """The drawing with rounded numbers; None when nothing was drawn. Raises BadDrawing."""
    if not text.strip():
        return None
    if len(text) > MAX_CHARACTERS:
        raise BadDrawing
    try:
        drawing = json.loads(text, parse_constant=_refuse)
        width = _side(drawing["w"])
        height = _side(drawing["h"])
        strokes = tuple(
            tuple(_point(point, width, height) for point in stroke)
            for stroke in drawing["s"]
            if stroke
        )
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
        raise BadDrawing from error
    if sum(map(len, strokes)) > MAX_POINTS:
        raise BadDrawing
    return Drawing(strokes, width, height) if strokes else None


def _refuse(_: str) -> float:
    raise BadDrawing


def _side(value: object) -> float:
    number = _number(value)
    if not 1 <= number <= MAX_SIDE:
        raise BadDrawing
    return number


def _point(point: object, width: float, height: float) -> tuple[float, ...]:
    """x and y kept inside the canvas (a finger slides off its edge); pressure and time as sent."""
    if not isinstance(point, list) or not 2 <= len(point) <= 4:
        raise BadDrawing
    x, y, *rest = map(_number, point)
    return (min(max(x, 0.0), width), min(max(y, 0.0), height), *rest)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadDrawing
    return round(float(value), 1)
