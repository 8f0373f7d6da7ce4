"""How a press sets lines of text: shaped once and written quickly.

Lines that every record has are remembered. WeasyPrint 70 has Pango shape a line up to four times
and reads its glyphs field by field; a record is little else than lines. Elements of class `kept`
(`--kept` in print.css) hold words of a template or a definition, never of a person: their lines are
remembered for the life of the press. It saves 30 % of a record's processor time
(tests/bench/shortcuts_pdf.py, 1 December 2026).
"""

import struct
from typing import Any, NamedTuple

from weasyprint.draw import text as drawn
from weasyprint.layout import inline, preferred
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, ffi, pango
from weasyprint.text.line_break import Layout

KEPT = "__kept"
GLYPH = struct.Struct("=Iiii4x")
"""PangoGlyphInfo: glyph, width, x and y offset in Pango's units, attributes."""
NO_GLYPH = 0x0FFF_FFFF
"""PANGO_GLYPH_EMPTY: from here on it is no glyph of a font."""

MOST = 5_000  # lines of one style; a definition in two languages has some hundreds


class Run(NamedTuple):
    """Glyphs of one font: its PDF string, what each glyph means, and how wide it is.

    Widths are in thousandths of the font size.
    """

    font: Any
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
    split = inline.split_first_line

    def kept(
        text: str, style: Any, context: Any, width: Any, spacing: Any, *start: bool, **how: bool
    ) -> Any:
        if not style[KEPT]:
            return split(text, style, context, width, spacing, *start, **how)
        lines = vars(style).setdefault("lines", {})
        key = (text, width, *start, *how.items())
        if key not in lines:
            if len(lines) == MOST:
                lines.clear()
            lines[key] = split(text, style, context, width, spacing, *start, **how)
        return lines[key]

    inline.split_first_line = preferred.split_first_line = kept
    describe = line_break.get_font_description

    def font(style: Any) -> Any:
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

    def line(stream: Any, box: Any, overflow: Any, ellipsis: Any, matrix: Any) -> Any:
        layout = box.pango_layout
        if "runs" not in vars(layout):
            layout.runs = _runs(stream, layout)
        if not layout.runs or overflow == "ellipsis" or ellipsis != "none":
            return write(stream, box, overflow, ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        for run in layout.runs:
            font, size = stream.add_font(run.font)
            font.to_unicode |= run.letters | font.to_unicode
            font.widths |= run.widths
            stream.set_font_size(font.hash, size)
            stream.show_text(run.string)
        return []

    drawn.draw_first_line = line


def _runs(stream: Any, layout: Any) -> list[Run] | None:
    """The runs of a line, None when something in it is no plain glyph on the baseline."""
    if "\n" in layout.text or not layout.text.strip():
        return None
    runs, text, link = [], layout.text.encode(), layout.get_first_line()[0].runs
    while link != ffi.NULL:
        item, link = link.data, link.next
        font, size = stream.add_font(item.item.analysis.font)
        glyphs = list(
            GLYPH.iter_unpack(ffi.buffer(item.glyphs.glyphs, item.glyphs.num_glyphs * GLYPH.size))
        )
        if (
            font.bitmap
            or font.png
            or font.svg
            or font.colr
            or any(x or y or code >= NO_GLYPH for code, _, x, y in glyphs)
        ):
            return None
        letters = _letters(item, [code for code, *_ in glyphs], text)
        widths = {
            code: font.widths.get(code) or _width(stream, item, code, size) for code in letters
        }
        string = _string(glyphs, widths, 1000 * FROM_UNITS / size)
        runs.append(Run(item.item.analysis.font, string, letters, widths))
    return runs


def _letters(item: Any, codes: list[int], text: bytes) -> dict[int, str]:
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


def _width(stream: Any, item: Any, code: int, size: float) -> int:
    pango.pango_font_get_glyph_extents(
        item.item.analysis.font, code, stream.ink_rect, stream.logical_rect
    )
    wide: int = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)
    return wide


def _string(glyphs: list[tuple[int, int, int, int]], widths: dict[int, int], scale: float) -> str:
    """Glyphs in hexadecimal.

    A correction follows each that is set wider or closer than its font says.
    """
    parts = []
    for code, width, _, _ in glyphs:
        closer = int(widths[code] - width * scale)
        parts.append(f"{code:04x}>{closer}<" if closer else f"{code:04x}")
    return f"<{''.join(parts)}>"
