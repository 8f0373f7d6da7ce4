"""When something is asked: conditions as data. Leaves ask about an answer or a fact."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from intake_app.questionnaire.context import Answer, Answers, Context
from intake_app.questionnaire.facts import FACTS
from intake_app.questionnaire.strict_toml import StrictTable

ANSWERED = "answered"
Compare = Callable[[Answer, Answer], bool]
OrderOfEquals = Callable[[Any, Any], bool]
"""A comparison of two values of one type, such as `operator.ge`."""


def _ordered(compare: OrderOfEquals) -> Compare:
    """Compare like with like only; anything else is simply not so."""
    return lambda got, want: type(got) is type(want) and compare(got, want)


def _among(got: Answer, want: Answer) -> bool:
    return isinstance(want, tuple) and got in want


def _includes(got: Answer, want: Answer) -> bool:
    wanted = want if isinstance(want, tuple) else (want,)
    return isinstance(got, list | dict) and any(one in got for one in wanted)


OPERATORS: Mapping[str, Compare] = {
    "=": _ordered(operator.eq),
    "!=": operator.ne,
    "in": _among,
    "includes": _includes,
    ">=": _ordered(operator.ge),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    "<": _ordered(operator.lt),
}


@dataclass(frozen=True, slots=True)
class AnswerIs:
    """A leaf about an answer. While there is none, all but `answered` is false, also !=."""

    question: str
    operator: str
    answer: Answer

    def holds(self, answers: Answers, context: Context) -> bool:
        """Whether this is so, given these answers."""
        got = answers.get(self.question)
        if self.operator == ANSWERED:
            return (got is not None) is self.answer
        return got is not None and OPERATORS[self.operator](got, self.answer)


@dataclass(frozen=True, slots=True)
class FactIs:
    """A leaf about a fact. False while the fact is not known."""

    fact: str
    operator: str
    value: Answer

    def holds(self, answers: Answers, context: Context) -> bool:
        """Whether this is so, given these answers and context."""
        got = FACTS[self.fact].compute(answers, context)
        return got is not None and OPERATORS[self.operator](got, self.value)


@dataclass(frozen=True, slots=True)
class AllAnyNone:
    """all, any or none of the parts."""

    how: str
    parts: tuple["Condition", ...]

    def holds(self, answers: Answers, context: Context) -> bool:
        """Whether this is so, given these answers and context."""
        decides = self.how != "all"  # the answer of one part that ends the search
        for part in self.parts:  # a plain loop: this is the innermost step of every page turn
            if part.holds(answers, context) is decides:
                return self.how == "any"
        return self.how != "any"


Condition = AnswerIs | FactIs | AllAnyNone
COMBINATIONS = ("all", "any", "none")


def holds(condition: Condition | None, answers: Answers, context: Context) -> bool:
    """Whether the condition is met. No condition is always met.

    Never raises, whatever the answers are.
    """
    return condition is None or condition.holds(answers, context)


def read_condition(table: StrictTable | None) -> Condition | None:
    """The condition in this table, its shape checked; `check_condition` checks the rest."""
    return None if table is None else _part(table)


def _condition(table: StrictTable) -> Condition:
    if "question" in table:
        return AnswerIs(
            table.string("question"), table.string("operator"), _operand(table, "answer")
        )
    if "fact" in table:
        return FactIs(table.string("fact"), table.string("operator"), _operand(table, "value"))
    for how in COMBINATIONS:
        if how in table:
            parts = tuple(_part(one) for one in table.tables(how))
            return AllAnyNone(how, parts) if parts else table.fail(f"“{how}” is empty.")
    return table.fail(
        "a condition asks a “question” or a “fact”, or combines with “all”, “any” or “none”."
    )


def _part(table: StrictTable) -> Condition:
    part = _condition(table)
    table.close()
    return part


def _operand(table: StrictTable, key: str) -> Answer:
    """What a leaf compares with: one value, or a tuple of them."""
    value = table.value(key)
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, list):
        plain = tuple(one for one in value if isinstance(one, str | int | float))
        if len(plain) == len(value):
            return plain
    return table.fail(f"“{key}” must be a text, a number, true, false, or a list of such.")
