"""A condition in words, for people who read the questionnaire or the rules without a client."""

from collections.abc import Mapping
from types import MappingProxyType

from intake_app.questionnaire.conditions import ANSWERED, AllAnyNone, AnswerIs, Condition, FactIs
from intake_app.questionnaire.context import Answer
from intake_app.questionnaire.model import Questionnaire

OPERATORS: Mapping[str, str] = MappingProxyType(
    {
        "=": "is",
        "!=": "is not",
        "in": "is one of",
        "includes": "has",
        ">=": "is at least",
        "<=": "is at most",
        ">": "is more than",
        "<": "is less than",
    }
)
JOINED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"all": ("", " and "), "any": ("", " or "), "none": ("not: ", " or ")}
)


def condition_in_words(condition: Condition | None, questionnaire: Questionnaire) -> str:
    """“Surgery: list” is answered and not: “Age” is less than 18. "" for no condition."""
    if condition is None:
        return ""
    if isinstance(condition, AllAnyNone):
        before, between = JOINED[condition.how]
        return before + between.join(_part(one, questionnaire) for one in condition.parts)
    if isinstance(condition, FactIs):
        return _fact(condition)
    return _question(condition, questionnaire)


def _part(condition: Condition, questionnaire: Questionnaire) -> str:
    words = condition_in_words(condition, questionnaire)
    return f"({words})" if isinstance(condition, AllAnyNone) and len(condition.parts) > 1 else words


def _fact(leaf: FactIs) -> str:
    name = leaf.fact.replace("_", " ")
    if isinstance(leaf.value, bool):
        return name if leaf.value is (leaf.operator == "=") else f"not: {name}"
    return f"{name} {OPERATORS[leaf.operator]} {_value(leaf.value, {})}"


def _question(leaf: AnswerIs, questionnaire: Questionnaire) -> str:
    item = questionnaire.item(leaf.question)
    if leaf.operator == ANSWERED:
        return f"“{item.label}” is {'answered' if leaf.answer else 'not answered'}"
    return f"“{item.label}” {OPERATORS[leaf.operator]} {_value(leaf.answer, item.labels)}"


def _value(value: Answer, labels: Mapping[str, str]) -> str:
    given = value if isinstance(value, tuple) else (value,)
    return " or ".join(f"“{labels[one]}”" if one in labels else str(one) for one in given)
