"""How a PDF worker sets lines of text: shaped once and written quickly.

Lines that every record has are remembered. WeasyPrint 70 has Pango shape a line up to four times
and reads its glyphs field by field; a record is little else than lines. Elements of class `kept`
(`--kept` in print.css) hold words of a template or a definition, never of a person: their lines are
remembered for the life of the worker. It saves 30 % of a record's processor time
(tests/bench/shortcuts_pdf.py, 1 December 2026).
"""

import struct
from collections.abc import Hashable
from typing import NamedTuple

from weasyprint.css import Style
from weasyprint.draw import text as drawn
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.layout import LayoutContext, inline, preferred
from weasyprint.matrix import Matrix
from weasyprint.pdf.stream import Stream
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, ffi, pango
from weasyprint.text.line_break import Layout

FirstLine = tuple[Layout, int, int | None, float, float, float]
"""What WeasyPrint says of a line: the layout, how far it goes, and its size."""
Emoji = tuple[object, ...]
"""A glyph in colours, which WeasyPrint draws as a picture."""
KEPT = "__kept"
GLYPH = struct.Struct("=Iiii4x")
"""PangoGlyphInfo: glyph, width, x and y offset in Pango's units, attributes."""
NO_GLYPH = 0x0FFF_FFFF
"""PANGO_GLYPH_EMPTY: from here on it is no glyph of a font."""

MOST = 5_000  # lines of one style; a definition in two languages has some hundreds


class PlacedGlyph(NamedTuple):
    """A glyph of a font, and how wide the line sets it, in Pango's units."""

    code: int
    width: int


class Run(NamedTuple):
    """Glyphs of one font: its PDF string, what each glyph means, and how wide it is.

    Widths are in thousandths of the font size.
    """

    font: ffi.CData
    string: str
    letters: dict[int, str]
    widths: dict[int, int]


def keep_lines() -> None:
    """From now on, lay out lines of kept texts once, and draw the very lines that were laid out.

    WeasyPrint drops a line after its layout, to spare memory, and shapes it again; the two differ
    in justified text only (word spacing), and a record has none.
    """
    Layout.deactivate = lambda line: None
    Layout.reactivate = lambda line, style: None
    _split_kept_lines_once()
    _describe_fonts_once()


def _split_kept_lines_once() -> None:
    split = inline.split_first_line

    def kept(
        text: str,
        style: Style,
        context: LayoutContext,
        width: float | None,
        spacing: float,
        *start: bool,
        **how: bool,
    ) -> FirstLine:
        first: FirstLine
        if not style[KEPT]:
            first = split(text, style, context, width, spacing, *start, **how)
            return first
        lines: dict[Hashable, FirstLine] = vars(style).setdefault("lines", {})
        key = (text, width, *start, *how.items())
        if key not in lines:
            if len(lines) == MOST:
                lines.clear()
            lines[key] = split(text, style, context, width, spacing, *start, **how)
        return lines[key]

    inline.split_first_line = preferred.split_first_line = kept


def _describe_fonts_once() -> None:
    describe = line_break.get_font_description

    def font(style: Style) -> ffi.CData:
        known = vars(style)
        if "font" not in known:
            known["font"] = describe(style)
        return known["font"]

    line_break.get_font_description = font


def write_quickly() -> None:
    """From now on, write plain lines with one look at all their glyphs.

    What is not plain is left to WeasyPrint.
    """
    write = drawn.draw_first_line

    def line(
        stream: Stream, box: TextBox, overflow: str, ellipsis: str | tuple[str, str], matrix: Matrix
    ) -> list[Emoji]:
        layout = box.pango_layout
        if "runs" not in vars(layout):
            layout.runs = _runs(stream, layout)
        if not layout.runs or overflow == "ellipsis" or ellipsis != "none":
            emojis: list[Emoji] = write(stream, box, overflow, ellipsis, matrix)
            return emojis
        stream.set_text_matrix(*matrix.values)
        for run in layout.runs:
            font, size = stream.add_font(run.font)
            font.to_unicode |= run.letters | font.to_unicode
            font.widths |= run.widths
            stream.set_font_size(font.hash, size)
            stream.show_text(run.string)
        return []

    drawn.draw_first_line = line


def _runs(stream: Stream, layout: Layout) -> list[Run] | None:
    """The runs of a line, None when something in it is no plain glyph on the baseline."""
    if "\n" in layout.text or not layout.text.strip():
        return None
    text = layout.text.encode()
    runs = []
    link = layout.get_first_line()[0].runs
    while link != ffi.NULL:
        run = _run(stream, link.data, text)
        if run is None:
            return None
        runs.append(run)
        link = link.next
    return runs


def _run(stream: Stream, item: ffi.CData, text: bytes) -> Run | None:
    """One run of a line whose text is this; None when it is not plain."""
    pango_font = item.item.analysis.font
    font, size = stream.add_font(pango_font)
    if font.bitmap or font.png or font.svg or font.colr:
        return None
    glyphs = _plain_glyphs(item)
    if glyphs is None:
        return None
    letters = _letters(item, [glyph.code for glyph in glyphs], text)
    widths = {code: font.widths.get(code) or _width(stream, item, code, size) for code in letters}
    return Run(pango_font, _string(glyphs, widths, 1000 * FROM_UNITS / size), letters, widths)


def _plain_glyphs(item: ffi.CData) -> list[PlacedGlyph] | None:
    """The glyphs of a run; None when one is no glyph of a font, or is moved off its place."""
    size = item.glyphs.num_glyphs * GLYPH.size
    glyphs = []
    for code, width, x, y in GLYPH.iter_unpack(ffi.buffer(item.glyphs.glyphs, size)):
        if x or y or code >= NO_GLYPH:
            return None
        glyphs.append(PlacedGlyph(code, width))
    return glyphs


def _letters(item: ffi.CData, codes: list[int], text: bytes) -> dict[int, str]:
    """What each glyph stands for: the bytes of its cluster. Right-to-left runs count backwards."""
    offset = item.item.offset
    length = item.item.length
    begins = [*item.glyphs.log_clusters[0 : len(codes)]]
    ends = [length, *begins[:-1]] if item.item.analysis.level % 2 else [*begins[1:], length]
    letters: dict[int, str] = {}
    for code, begin, end in zip(codes, begins, ends, strict=True):
        if code not in letters:
            letters[code] = text[offset + begin : offset + end].decode()
    return letters


def _width(stream: Stream, item: ffi.CData, code: int, size: float) -> int:
    pango.pango_font_get_glyph_extents(
        item.item.analysis.font, code, stream.ink_rect, stream.logical_rect
    )
    wide: int = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)
    return wide


def _string(glyphs: list[PlacedGlyph], widths: dict[int, int], scale: float) -> str:
    """Glyphs in hexadecimal.

    A correction follows each that is set wider or closer than its font says.
    """
    parts = []
    for code, width in glyphs:
        closer = int(widths[code] - width * scale)
        parts.append(f"{code:04x}>{closer}<" if closer else f"{code:04x}")
    return f"<{''.join(parts)}>"
