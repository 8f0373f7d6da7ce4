"""How a press draws what is the same in every record: once, and then from memory.

WeasyPrint 70 reads the path of an SVG anew for every document, number by number in Python; the body figure's outlines
were a tenth of a record's time. Paths of class `kept` are remembered as PDF operators. They come from the figure's
templates; what the client drew or wrote is never kept.
"""

from typing import Any

from weasyprint.svg import TAGS
from weasyprint.text.line_break import Layout

KEPT = "kept"


def remember_paths() -> None:
    """From now on, draw kept paths from memory in this process."""
    read = TAGS["path"]
    drawn: dict[str, list[bytes]] = {}

    def path(svg: Any, node: Any, font_size: float) -> None:
        operators, outline = svg.stream.stream, node.get("d")
        if outline in drawn:
            operators.extend(drawn[outline])
            return
        begin = len(operators)
        read(svg, node, font_size)
        if node.get("class") == KEPT:
            drawn[outline] = operators[begin:]

    TAGS["path"] = path


def keep_lines() -> None:
    """From now on, draw the very line that was laid out; WeasyPrint drops it, to spare memory, and shapes it again.

    The two differ in justified text only (word spacing), and a record has none.
    """
    Layout.deactivate = lambda line: None
    Layout.reactivate = lambda line, style: None
