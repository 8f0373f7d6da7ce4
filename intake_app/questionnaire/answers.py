"""Answers as JSON values, and whether one is acceptable."""

from datetime import date
from typing import Any

from intake_app.questionnaire.context import Answer, Answers
from intake_app.questionnaire.item_types import TYPES
from intake_app.questionnaire.model import Item

__all__ = ["Answer", "Answers", "is_notable", "problem", "text_of"]


def problem(item: Item, value: Any, answers: Answers, today: date | None = None) -> str | None:
    """The reason, in plain words, why this value is not an acceptable answer to the item. None: it is.

    answers: the others; body_map and rank look at the item they refer to. today: for dates, the server's day
    unless given. Never raises, whatever the value is. Whether the item is asked is the Journey's to say.
    """
    return TYPES[item.type].problem(item, value, answers, today or date.today())


def text_of(item: Item, value: Answer) -> str:
    """An acceptable answer as people read it: labels, “14 March 1955”, “920 555 0134”."""
    return TYPES[item.type].text(item, value)


def is_notable(item: Item, value: Answer) -> bool:
    """Whether an acceptable answer is one that the therapist must read first."""
    given = value if isinstance(value, list) else [value]
    return any(code in item.notice for code in given)
