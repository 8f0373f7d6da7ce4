"""The few letters and numbers inside the body figure, as outlines of the bundled font.

An SVG text costs WeasyPrint one layout for each letter and a drawing of its own: an eighth of a
record's time. The figure is a picture; what it says stands in words beside it.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from intake_app.pdf.printable import FONTS


class Glyph(NamedTuple):
    """An outline in units of the font, and the transform that sizes and places it."""

    outline: str
    transform: str


@cache
def _glyphs() -> tuple[dict[str, tuple[str, int]], int]:
    font = TTFont(FONTS / "SourceSans3-Semibold.ttf")
    glyphs = font.getGlyphSet()
    names = font.getBestCmap()
    letters = {}
    for letter in "0123456789TN×":
        pen = SVGPathPen(glyphs)
        glyphs[names[ord(letter)]].draw(pen)
        letters[letter] = (pen.getCommands(), glyphs[names[ord(letter)]].width)
    return letters, font["head"].unitsPerEm


def glyph_outlines(text: str, x: float, y: float, size: float) -> Iterator[Glyph]:
    """The letters of a badge (digits, T, N, ×), centred on x, standing on y. size: of one em."""
    letters, units = _glyphs()
    scale = size / units
    left = x - sum(letters[letter][1] for letter in text) * size / units / 2
    for outline, width in (letters[letter] for letter in text):
        yield Glyph(outline, f"matrix({scale:.4f} 0 0 {-scale:.4f} {left:.1f} {y:.1f})")
        left += width * scale
