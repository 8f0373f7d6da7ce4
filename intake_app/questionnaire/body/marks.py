"""The words, signs and drawing styles of what is marked on the body: they stand here only.

Questions, figures on the screen, the printed figure and the safety card take them from here; the
script of the figure (static/js/body_map.js) has a copy that a test compares with this one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PAIN = "pain"
TENSION = "tension"
NUMBNESS = "numbness"
LIGHTER = "lighter"
FIRMER = "firmer"
AVOID = "avoid"

Mark = Mapping[str, int | bool]
"""How one place feels: the kinds that were marked, pain with its strength, the others true."""

STRONGEST_PAIN = 10
PAIN_STYLES = ("pain-low", "pain-middle", "pain-high")
PAIN_STEPS = (3, 6)
"""The strongest pain, of 0 to 10, that is still drawn as low, and as middle."""
CROSS = "×"
"""The sign for “do not touch”; each bundled font has it."""


@dataclass(frozen=True, slots=True)
class MarkKind:
    """One way a place can feel. label: in the question; word: in answers; felt: in the record.

    style: the class it is drawn with, for pain that of the strongest; sign: its letter on a figure,
    "" for pain, whose sign is its strength.
    """

    label: str
    word: str
    felt: str
    style: str
    sign: str


@dataclass(frozen=True, slots=True)
class PressureLevel:
    """One pressure that can be asked for.

    label: in the question; word: in answers; sign: its letter. walton: the highest level of the
    pressure scale that it means, 0 to 5.
    """

    label: str
    word: str
    sign: str
    walton: int


MARK_KINDS: Mapping[str, MarkKind] = MappingProxyType(
    {
        PAIN: MarkKind("Pain", "pain", "pain", PAIN_STYLES[-1], ""),
        TENSION: MarkKind("Tight or stiff", "tight", "tight or stiff", "tight", "T"),
        NUMBNESS: MarkKind("Numb or tingling", "numb", "numb or tingling", "numb", "N"),
        LIGHTER: MarkKind("Lighter here", "lighter", "lighter here", "light", "L"),
        FIRMER: MarkKind("Firmer here", "firmer", "firmer here", "firm", "F"),
        AVOID: MarkKind("Do not touch", "do not touch", "do not touch", "avoid", CROSS),
    }
)
"""The kinds in the order in which they are asked about."""

LABELS_OF_ONE_MAP: Mapping[str, str] = MappingProxyType(
    {
        PAIN: "Pain",
        TENSION: "Tight",
        NUMBNESS: "I feel less",
        LIGHTER: "Lighter",
        FIRMER: "Firmer",
        AVOID: "Do not touch",
    }
)
"""The shorter labels of a map that has all the kinds in one picture."""

FELT = (PAIN, TENSION, NUMBNESS, AVOID)
"""The kinds of a map that names its areas first; pressure has a map of its own there."""
READ_IN_ORDER = (AVOID, PAIN, TENSION, NUMBNESS, LIGHTER, FIRMER)
"""The order in which a record and a badge tell them: what forbids touch comes first."""
PAINTED_FIRST = (AVOID, PAIN, NUMBNESS, TENSION, LIGHTER, FIRMER)
"""Which kind decides how a place is drawn, where there are several."""

UNTOUCHED = 0
DEEPEST = 5
LEVELS: Mapping[str, PressureLevel] = MappingProxyType(
    {
        "light": PressureLevel("Light", "light", "L", 2),
        "medium": PressureLevel("Medium", "medium", "M", 3),
        "firm": PressureLevel("Firm", "firm", "F", 4),
        "deep": PressureLevel("Deep", "deep", "D", DEEPEST),
        AVOID: PressureLevel("Do not touch", "do not touch", CROSS, UNTOUCHED),
    }
)
"""The client's words on the Walton scale (Walton 2011, table 2-1); light is its levels 1 and 2."""
THERAPIST_CHOOSES = "unsure"
"""The answer “Let my therapist choose”, which starts at medium."""
WALTON: Mapping[str, int] = MappingProxyType(
    {
        **{code: level.walton for code, level in LEVELS.items()},
        THERAPIST_CHOOSES: LEVELS["medium"].walton,
    }
)
"""An answer about pressure -> its Walton level, 0 to 5."""
WALTON_WORDS = ("nothing at all", "very light", "light", "medium", "firm", "deep")
"""Levels 0 to 5 of the scale in the words clients know, with 1 as “very light”."""
WALTON_STYLES = ("avoid", "light", "light", "medium", "firm", "deep")
"""How a place with a level of 0 to 5 is drawn."""

KEY_OF_MARKS = (
    ("pain-low", "Pain 0 to 3"),
    ("pain-middle", "Pain 4 to 6"),
    ("pain-high", "Pain 7 to 10"),
    ("tight", "Tight, T"),
    ("numb", "Numb, N"),
    ("avoid", f"Do not touch, {CROSS}"),
)
"""(style, words) of the list below a figure with marks."""
KEY_OF_ONE_MAP = (
    *KEY_OF_MARKS[:3],
    ("tight", "Tight, T"),
    ("numb", "Feels less, N"),
    ("light", "Lighter, L"),
    ("firm", "Firmer, F"),
    ("avoid", f"Do not touch, {CROSS}"),
)
"""The same below a figure with all the kinds."""
KEY_OF_LEVELS = tuple((code, f"{level.label}, {level.sign}") for code, level in LEVELS.items())
"""The same below a figure with pressures."""


def pain_style(strength: int) -> str:
    """The drawing style of a pain of 0 to 10."""
    return PAIN_STYLES[sum(strength > step for step in PAIN_STEPS)]


def mark_style(mark: Mark) -> str:
    """The drawing style of a mark: that of the kind that is painted first, "" for none."""
    for kind in PAINTED_FIRST:
        if kind in mark:
            return pain_style(mark[PAIN]) if kind == PAIN else MARK_KINDS[kind].style
    return ""


def mark_badge(mark: Mark) -> str:
    """The signs of a mark, joined, so that grey print loses nothing: “7T”."""
    return "".join(
        str(mark[PAIN]) if kind == PAIN else MARK_KINDS[kind].sign
        for kind in READ_IN_ORDER
        if kind in mark
    )


def mark_in_words(mark: Mark) -> str:
    """The same in words: “pain 7 of 10, tight or stiff”."""
    return ", ".join(
        f"pain {mark[PAIN]} of {STRONGEST_PAIN}" if kind == PAIN else MARK_KINDS[kind].felt
        for kind in READ_IN_ORDER
        if kind in mark
    )


def walton_badge(level: int) -> str:
    """The sign of a limit of 0 to 5: its number, or the cross for “do not touch”."""
    return str(level) if level != UNTOUCHED else CROSS
