"""How a PDF worker draws what is the same in every record: once, and then from memory.

WeasyPrint 70 reads the path of an SVG anew for every document, number by number in Python. To
remember the body figure's outlines saves 20 % of a record's processor time
(tests/bench/shortcuts_pdf.py, 1 December 2026). Paths of class `kept` are remembered as PDF
operators. They come from the figure's templates; what the client drew or wrote is never kept.
"""

from weasyprint.svg import SVG, TAGS, Node

KEPT = "kept"
REMEMBERED: dict[str, list[bytes]] = {}
"""Outline -> its PDF operators, of the whole worker."""


def remember_paths() -> None:
    """From now on, draw kept paths from memory in this process."""
    read = TAGS["path"]

    def path(svg: SVG, node: Node, font_size: float) -> None:
        operators = svg.stream.stream
        outline = node.get("d")
        if outline in REMEMBERED:
            operators.extend(REMEMBERED[outline])
            return
        begin = len(operators)
        read(svg, node, font_size)
        if node.get("class") == KEPT:
            REMEMBERED[outline] = operators[begin:]

    TAGS["path"] = path
