"""Why a value is not an acceptable answer, in plain words, one function for each kind of value.

Each takes (item, value, answers, today), trusts nothing about the value, never raises and never
repeats it.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import TypeGuard

from intake_app.questionnaire.body.marks import (
    AVOID,
    FIRMER,
    LEVELS,
    LIGHTER,
    PAIN,
    STRONGEST_PAIN,
)
from intake_app.questionnaire.context import Answer, Answers, years_between
from intake_app.questionnaire.model import Item

Problem = Callable[[Item, Answer, Answers, date], str | None]

OLDEST = 120
NUMBER_LIMIT = 10**9

UNREADABLE = "This answer is not readable. Please answer again."
UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Controls except newline, lone surrogates, noncharacters: they cannot be printed, nor stand in
XML.
"""
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
"""E.164: a plus sign and at most 15 digits (ITU-T E.164, clause 6)."""
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def longtext(item: Item, value: Answer, answers: Answers, today: date) -> str | None:
    """Any printable text of the item's length, with line breaks."""
    if not isinstance(value, str):
        return UNREADABLE
    if item.max_length is not None and len(value) > item.max_length:
        return f"Please use {item.max_length} characters or fewer."
    if not value.strip():
        return "Write something, or leave it empty."
    if UNPRINTABLE.search(value.replace("\r\n", "\n")):
        return "There is a character here that cannot be printed. Please take it out."
    return None


def text(item: Item, value: Answer, answers: Answers, today: date) -> str | None:
    """Printable text on one line."""
    if not isinstance(value, str):
        return UNREADABLE
    found = longtext(item, value, answers, today)
    return found or ("Please write this on one line." if "\n" in value else None)


def phone(item: Item, value: Answer, answers: Answers, today: date) -> str | None:
    """An international number in E.164. Whether the number can exist is the form's to ask."""
    if isinstance(value, str) and PHONE.fullmatch(value):
        return None
    return "Enter a phone number with its area code."


def email(item: Item, value: Answer, answers: Answers, today: date) -> str | None:
    """Something@something.something, up to 254 characters (RFC 5321, 4.5.3.1.3)."""
    if not isinstance(value, str):
        return UNREADABLE
    found = text(item, value, answers, today)
    if found is None and not EMAIL.fullmatch(value):
        return "Enter an email address like name@example.com."
    return found


def day(item: Item, value: Answer, answers: Answers, today: date) -> str | None:
    """A real day.

    A birth date is in the past, less than 120 years ago; others within 120 years of today.
    """
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return "Enter a day, a month and a year."
    try:
        given = date.fromisoformat(value)
    except ValueError:
        return "This day is not in the calendar."
    if item.autocomplete == "bday":
        past = given < today and years_between(given, today) < OLDEST
        return None if past else "A date of birth must be in the past. Please check the year."
    near = abs(given.year - today.year) <= OLDEST
    return None if near else "Please check the year."


def number(item: Item, value: Answer, answers: Answers, today: date) -> str | None:
    """A whole number within the item's bounds."""
    low = -NUMBER_LIMIT if item.min is None else item.min
    high = NUMBER_LIMIT if item.max is None else item.max
    if not isinstance(value, int) or isinstance(value, bool):
        return "Enter a whole number."
    if low <= value <= high:
        return None
    if item.min is not None and item.max is not None:
        return f"Enter a number from {low} to {high}."
    return f"Enter {low} or more." if value < low else f"Enter {high} or less."


def choice(item: Item, value: Answer, answers: Answers, today: date) -> str | None:
    """One of the item's codes."""
    return None if isinstance(value, str) and value in item.labels else "Choose one of the answers."


def choices(item: Item, value: Answer, answers: Answers, today: date) -> str | None:
    """One or more of the item's codes, none twice, an exclusive one only alone."""
    if not _codes(value, item.labels):
        return "Choose one or more of the answers."
    if len(value) > 1 and not item.exclusive.isdisjoint(value):
        alone = next(item.labels[code] for code in value if code in item.exclusive)
        return f"“{alone}” cannot be ticked together with other answers."
    return None


def rank(item: Item, value: Answer, answers: Answers, today: date) -> str | None:
    """Up to `max` of the codes that were chosen in the item `of`, the most important first."""
    if not _codes(value, chosen(item, answers)):
        return "Choose from the answers you gave before, each one once."
    most = item.max or len(item.labels)
    return f"Choose {most} or fewer." if len(value) > most else None


def body_map(item: Item, value: Answer, answers: Answers, today: date) -> str | None:
    """One or more marks for exactly the regions that were chosen in the item `of`.

    A map that names no such item has marks for any regions; none at all, where the item says so.
    """
    if not isinstance(value, dict):
        return UNREADABLE
    if not item.of:
        return _own_map(item, value)
    areas = chosen(item, answers)
    for code in areas:
        if code not in value:
            return f"Say how it is here: {item.labels[code]}."
    if len(value) != len(areas):
        return "There are marks here for an area that you did not choose."
    bad = next((code for code, marks in value.items() if not _marks(item, marks)), None)
    return f"Please check your answer for this area: {item.labels[bad]}." if bad else None


def _own_map(item: Item, value: Mapping[str, Answer]) -> str | None:
    if not value and not item.none_label:
        return "Mark one place or more."
    for code, marks in value.items():
        if code not in item.labels:
            return UNREADABLE
        if not _marks(item, marks):
            return f"Please check your answer for this area: {item.labels[code]}."
    return None


def pressure_map(item: Item, value: Answer, answers: Answers, today: date) -> str | None:
    """A level for each region that differs from the rest of the body.

    An empty map: nothing differs.
    """
    if not isinstance(value, dict) or not all(code in item.labels for code in value):
        return UNREADABLE
    known = all(isinstance(level, str) and level in LEVELS for level in value.values())
    return None if known else "Choose one of the pressures for each area."


def chosen(item: Item, answers: Answers) -> tuple[str, ...]:
    """Which options were chosen in the item that this one refers to, in their order."""
    given = answers.get(item.of)
    return tuple(code for code in item.labels if code in given) if isinstance(given, list) else ()


def _codes(value: Answer, allowed: Collection[str]) -> TypeGuard[list[str]]:
    """A list of one or more of the allowed codes, none twice."""
    if not isinstance(value, list) or not 1 <= len(value) <= len(allowed):
        return False
    if not all(isinstance(code, str) and code in allowed for code in value):
        return False
    return len(set(value)) == len(value)


def _marks(item: Item, marks: Answer) -> bool:
    """At least one mark; pain is 0 to 10, the others are true.

    On a map of its own “do not touch” stands alone, and lighter and firmer exclude each other.
    """
    if not isinstance(marks, dict) or not marks or not all(kind in item.marks for kind in marks):
        return False
    if not item.of and ((AVOID in marks and len(marks) > 1) or {LIGHTER, FIRMER} <= marks.keys()):
        return False
    pain = marks.get(PAIN, 0)
    others = all(mark is True for kind, mark in marks.items() if kind != PAIN)
    return others and type(pain) is int and 0 <= pain <= STRONGEST_PAIN
