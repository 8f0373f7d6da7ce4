"""How an acceptable answer reads on pages and in print, one function for each kind of value."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from intake_app.questionnaire.body.marks import LEVELS, MARK_KINDS, PAIN
from intake_app.questionnaire.model import Item

Text = Callable[[Item, Any], str]

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def plain(item: Item, value: Any) -> str:
    """As written."""
    return str(value).replace("\r\n", "\n")


def phone(item: Item, value: Any) -> str:
    """A number of the North American plan as people there write it: 920 555 0134.

    Any other in full.
    """
    national = value[2:]
    if value.startswith("+1") and len(national) == 10:
        return f"{national[:3]} {national[3:6]} {national[6:]}"
    return str(value)


def day(item: Item, value: Any) -> str:
    """14 March 1955: no two countries read it differently."""
    given = date.fromisoformat(value)
    return f"{given.day} {MONTHS[given.month - 1]} {given.year}"


def scale(item: Item, value: Any) -> str:
    """7 out of 10."""
    return f"{value} out of {item.max}"


def choice(item: Item, value: Any) -> str:
    """The label."""
    return item.labels[value]


def choices(item: Item, value: Any) -> str:
    """The labels, in the order they were asked."""
    given = set(value)
    return joined(label for code, label in item.labels.items() if code in given)


def rank(item: Item, value: Any) -> str:
    """1. Less pain; 2. Better sleep."""
    return "; ".join(f"{place}. {item.labels[code]}" for place, code in enumerate(value, start=1))


def body_map(item: Item, value: Any) -> str:
    """Left shoulder: pain 7, tight; Right foot: numb. In the order of the regions."""
    if not value:
        return item.none_label
    areas = ((label, value[code]) for code, label in item.labels.items() if code in value)
    return "; ".join(f"{label}: {_marks(marks)}" for label, marks in areas)


def _marks(marks: dict[str, Any]) -> str:
    return ", ".join(
        f"{one.word} {marks[kind]}" if kind == PAIN else one.word
        for kind, one in MARK_KINDS.items()
        if kind in marks
    )


def pressure_map(item: Item, value: Any) -> str:
    """Left foot: light; Right calf: do not touch. In the order of the regions."""
    areas = (
        f"{label}: {LEVELS[value[code]].word}"
        for code, label in item.labels.items()
        if code in value
    )
    return "; ".join(areas) or "The same everywhere"


def joined(parts: Iterable[str]) -> str:
    """One line: commas, or semicolons where a part has a comma itself."""
    kept = list(parts)
    return ("; " if any("," in part for part in kept) else ", ").join(kept)
