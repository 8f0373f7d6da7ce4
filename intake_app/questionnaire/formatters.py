"""How an acceptable answer reads on pages and in print, one function for each kind of value."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from intake_app.questionnaire.body.marks import LEVELS, MARK_KINDS, PAIN
from intake_app.questionnaire.context import Answer, as_codes, as_table, as_text
from intake_app.questionnaire.model import Item

Text = Callable[[Item, Answer], str]

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def plain(item: Item, value: Answer) -> str:
    """As written."""
    return str(value).replace("\r\n", "\n")


def phone(item: Item, value: Answer) -> str:
    """A number of the North American plan as people there write it: 920 555 0134.

    Any other in full.
    """
    number = as_text(value)
    national = number[2:]
    if number.startswith("+1") and len(national) == 10:
        return f"{national[:3]} {national[3:6]} {national[6:]}"
    return number


def day(item: Item, value: Answer) -> str:
    """14 March 1955: no two countries read it differently."""
    given = date.fromisoformat(as_text(value))
    return f"{given.day} {MONTHS[given.month - 1]} {given.year}"


def scale(item: Item, value: Answer) -> str:
    """7 out of 10."""
    return f"{value} out of {item.max}"


def choice(item: Item, value: Answer) -> str:
    """The label."""
    return item.labels[as_text(value)]


def choices(item: Item, value: Answer) -> str:
    """The labels, in the order they were asked."""
    given = set(as_codes(value))
    return joined(label for code, label in item.labels.items() if code in given)


def rank(item: Item, value: Answer) -> str:
    """1. Less pain; 2. Better sleep."""
    codes = enumerate(as_codes(value), start=1)
    return "; ".join(f"{place}. {item.labels[code]}" for place, code in codes)


def body_map(item: Item, value: Answer) -> str:
    """Left shoulder: pain 7, tight; Right foot: numb. In the order of the regions."""
    if not value:
        return item.none_label
    marked = as_table(value)
    return "; ".join(
        f"{label}: {_marks(as_table(marked[code]))}"
        for code, label in item.labels.items()
        if code in marked
    )


def _marks(marks: Mapping[str, Answer]) -> str:
    return ", ".join(
        f"{one.word} {marks[kind]}" if kind == PAIN else one.word
        for kind, one in MARK_KINDS.items()
        if kind in marks
    )


def pressure_map(item: Item, value: Answer) -> str:
    """Left foot: light; Right calf: do not touch. In the order of the regions."""
    levels = as_table(value)
    areas = (
        f"{label}: {LEVELS[as_text(levels[code])].word}"
        for code, label in item.labels.items()
        if code in levels
    )
    return "; ".join(areas) or "The same everywhere"


def joined(parts: Iterable[str]) -> str:
    """One line: commas, or semicolons where a part has a comma itself."""
    kept = list(parts)
    return ("; " if any("," in part for part in kept) else ", ").join(kept)
