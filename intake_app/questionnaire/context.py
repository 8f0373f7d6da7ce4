"""What the questionnaire is computed from: the answers, and what is known besides them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    JsonValue: TypeAlias = (
        str | int | float | bool | Sequence["JsonValue"] | Mapping[str, "JsonValue"] | None
    )
else:  # whoever reads types at run time cannot follow one that holds itself
    JsonValue = Any

Answer: TypeAlias = JsonValue
"""A JSON value. Nothing is promised about its shape until `problem` has found it acceptable."""

Answers = Mapping[str, Answer]
"""link_id -> answer. An absent key means unanswered; there is never None or an empty text."""

StopCheck = Callable[[Answers, "Context"], bool]
"""Whether answers raise a STOP by some rules: `RuleSet.any_stop`."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known without asking. today: at the practice.

    returning: this client has an earlier record. agreed: ids of the agreements the client ticked,
    None before they came to them; consents_missing likewise. guardian_signed: a parent or guardian
    signed; representative_signed: who decides for the client by law. form_age_days: since the
    client's last full form. prenatal_trained, allergen_free: settings of the practice; not said
    counts as no. visit_today: the visit is today or within a day, so what is about the day is asked
    too. on_the_day: this is the form of the day. stop_raised: the rules that the fact `any_stop`
    asks; without them that fact is not known.
    """

    today: date
    returning: bool = False
    agreed: frozenset[str] | None = None
    consents_missing: bool | None = None
    guardian_signed: bool = False
    representative_signed: bool = False
    form_age_days: int | None = None
    prenatal_trained: bool = False
    allergen_free: bool = False
    visit_today: bool = False
    on_the_day: bool = False
    stop_raised: StopCheck | None = None


def codes_in(answer: Answer) -> tuple[str, ...]:
    """The codes of an answer that takes several; () for an answer of another shape."""
    if not isinstance(answer, list):
        return ()
    return tuple(code for code in answer if isinstance(code, str))


def table_in(answer: Answer) -> Mapping[str, Answer]:
    """The entries of an answer that has one for each region; {} for an answer of another shape."""
    return answer if isinstance(answer, dict) else {}


def rows_in(answer: Answer) -> list[Mapping[str, Answer]]:
    """The rows of an answer to a repeated question; [] for an answer of another shape."""
    return [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []


def as_text(answer: Answer) -> str:
    """An acceptable answer to a question that is answered in words or with one code.

    This and its likes below: raises TypeError for an answer of another shape.
    """
    if isinstance(answer, str):
        return answer
    raise TypeError("This answer is no text.")


def as_codes(answer: Answer) -> list[str]:
    """An acceptable answer to a question that takes several codes."""
    if isinstance(answer, list):
        return [as_text(code) for code in answer]
    raise TypeError("This answer is no list of codes.")


def as_table(answer: Answer) -> Mapping[str, Answer]:
    """An acceptable answer with an entry for each region, or one row of a repeated question."""
    if isinstance(answer, dict):
        return answer
    raise TypeError("This answer is no table.")


def as_rows(answer: Answer) -> list[Mapping[str, Answer]]:
    """An acceptable answer to a repeated question."""
    if isinstance(answer, list):
        return [as_table(row) for row in answer]
    raise TypeError("This answer has no rows.")


def years_between(born: date, today: date) -> int:
    """Whole years. Somebody born on 29 February turns a year older on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
