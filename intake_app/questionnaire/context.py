"""What the questionnaire is computed from: the answers, and what is known besides them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Answer = Any
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
    signed; representative_signed: who decides for the client by law. form_age_days: since the client's last full form. prenatal_trained, allergen_free:
    settings of the practice; not said counts as no. visit_today: the visit is today or within a
    day, so what is about the day is asked too. on_the_day: this is the form of the day.
    stop_raised: the rules that the fact `any_stop` asks; without them that fact is not known.
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


def years_between(born: date, today: date) -> int:
    """Whole years. Somebody born on 29 February turns a year older on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
