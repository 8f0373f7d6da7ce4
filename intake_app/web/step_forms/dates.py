"""Dates, typed in three boxes: month, day, year.

Month names in English and Spanish are understood.
"""

import unicodedata
from datetime import date

from intake_app.questionnaire import Answer, Answers
from intake_app.web.step_forms.field import ItemField, Typed
from intake_app.web.step_forms.messages import Wrong, listed, named_message

EXAMPLE = "3 31 1955"
MONTHS = (
    ("january", "enero"), ("february", "febrero"), ("march", "marzo"), ("april", "abril"),
    ("may", "mayo"), ("june", "junio"), ("july", "julio"), ("august", "agosto"),
    ("september", "septiembre", "setiembre"), ("october", "octubre"), ("november", "noviembre"),
    ("december", "diciembre"),
)  # fmt: skip
BIRTHDAY = "bday"


class BadDate(Wrong):
    """What was typed is no date; the message says what to do."""


def read_date(month: str, day: str, year: str, what: str = "the date") -> date:
    """The date in the three boxes. what: its name in a sentence, such as “your date of birth”.

    Raises BadDate, with a sentence, when a box is empty or there is no such day.
    """
    typed = {"month": month.strip(), "day": day.strip(), "year": year.strip()}
    empty = [f"a {box}" for box, text in typed.items() if not text]
    if len(empty) == 3:
        raise BadDate(f"Enter {what}, like {EXAMPLE}")
    begin = what[:1].upper() + what[1:]
    if empty:
        raise BadDate(f"{begin} must include {listed(empty, 'and')}")
    if len(typed["year"]) == 2 and typed["year"].isdecimal():
        raise BadDate(f"{begin} must have all 4 numbers of the year, like {EXAMPLE}")
    try:
        found = date(_number(typed["year"], 4), _month(typed["month"]), _number(typed["day"], 2))
    except ValueError as error:
        raise BadDate(f"{begin} must be a real date, month first, like {EXAMPLE}") from error
    return found


def _month(text: str) -> int:
    if text.isdecimal():
        return _number(text, 2)
    letters = unicodedata.normalize("NFD", text.casefold().rstrip("."))
    letters = "".join(sign for sign in letters if not unicodedata.combining(sign))
    for number, names in enumerate(MONTHS, 1):
        if len(letters) >= 3 and any(name.startswith(letters) for name in names):
            return number
    raise ValueError("no month")


def _number(text: str, longest: int) -> int:
    if not text.isdecimal() or len(text) > longest:
        raise ValueError("no number")
    return int(text)


class DateField(ItemField):
    """A day, kept as YYYY-MM-DD."""

    suffixes = ("-month", "-day", "-year")

    @property
    def boxes(self) -> list[tuple[str, str, str, str]]:
        """(suffix, label, CSS class, autocomplete token) of each box."""
        sizes = {"-month": "input--short", "-day": "input--short", "-year": "input--medium"}
        token = BIRTHDAY + "{}" if self.item.autocomplete == BIRTHDAY else "off"
        return [(box, box[1:].capitalize(), size, token.format(box)) for box, size in sizes.items()]

    @property
    def what(self) -> str:
        """The date's name in a sentence."""
        return named_message(self.item) or "the date"

    def read(self, answers: Answers) -> Answer | None:
        """The day. Raises BadDate."""
        month, day, year = (self.value(suffix) for suffix in self.suffixes)
        if not (month + day + year).strip():
            return None
        return read_date(month, day, year, self.what).isoformat()

    def write(self, answer: Answer) -> Typed:
        day = date.fromisoformat(str(answer))
        return {self.name + suffix: [str(getattr(day, suffix[1:]))] for suffix in self.suffixes}

    def missing(self) -> str:
        return f"Enter {self.what}, like {EXAMPLE}"
