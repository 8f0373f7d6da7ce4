"""Text that a PDF can hold (ISO 19005, 14289).

Every character has a glyph, and no run is too long to break.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from intake_app.questionnaire.context import JsonValue

FONTS = Path(__file__).parent / "fonts"
MISSING = "□"
JOINERS = frozenset("\u200c\u200d")
LONGEST_RUN = 40
LINES = 400
LETTERS = 6_000
STACK = re.compile(r"([\u0300-\u036f]{3})[\u0300-\u036f]+")
HASH = re.compile(r"[0-9a-f]{64}")
RUN = re.compile(rf"\S{{{LONGEST_RUN},}}")
UNEVEN = re.compile(rf"[\u0300-\u036f]|\S{{{LONGEST_RUN},}}")
NOT_PRINTED = {"Cc", "Cf", "Cs", "Co", "Cn"}


@cache
def coverage() -> frozenset[int]:
    """Every code point that one of the bundled fonts can draw."""
    covered: set[int] = set()
    for font in FONTS.glob("*.ttf"):
        covered |= set(TTFont(font, lazy=True).getBestCmap())
    return frozenset(covered)


class Printable:
    """Cleans texts for print and remembers which characters could not be printed."""

    def __init__(self) -> None:
        self.missing: set[str] = set()

    def text(self, text: str) -> str:
        """One text for print: composed (NFC), controls dropped, what no font has shown as □."""
        if HASH.fullmatch(text):
            return text
        text = text.encode("utf-8", "replace").decode()[:LETTERS]
        if self._needs_no_change(text):
            return text
        text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
        text = STACK.sub(r"\1", "".join(map(self._character, text)))
        text = "\n".join(text.split("\n")[:LINES])
        return RUN.sub(lambda run: "\u200b".join(_pieces(run[0])), text)

    def _needs_no_change(self, text: str) -> bool:
        """Whether it can be printed as it stands, which nearly every text can."""
        drawn = text.isprintable() and coverage().issuperset(map(ord, text))
        return drawn and unicodedata.is_normalized("NFC", text) and not UNEVEN.search(text)

    def _character(self, character: str) -> str:
        kind = unicodedata.category(character)
        if character in "\n " or character in JOINERS:
            return character
        if character == "\t" or kind in {"Zs", "Zl", "Zp"}:
            return " "
        if kind in NOT_PRINTED and kind != "Co":
            return ""
        if kind != "Co" and ord(character) in coverage():
            return character
        self.missing.add(character)
        return MISSING

    def table(self, values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """The same for every text inside these values, in lists and dicts too."""
        return {key: self._value(value) for key, value in values.items()}

    def _value(self, value: JsonValue) -> JsonValue:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return self.table(value)
        if isinstance(value, list | tuple):
            return [self._value(item) for item in value]
        return value


def _pieces(run: str) -> Iterable[str]:
    step = LONGEST_RUN - 1
    return (run[i : i + step] for i in range(0, len(run), step))
