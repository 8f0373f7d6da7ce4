"""Whether some client could meet a condition: a search over single answers and their gates.

It is honest about what it looks at: each question's own options and bounds, contradictions between
parts about the same question or the same fact, and the conditions under which the questions are
asked. It does not look into facts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product

from intake_app.questionnaire.conditions import (
    ANSWERED,
    OPERATORS,
    AllAnyNone,
    AnswerIs,
    Condition,
    FactIs,
)
from intake_app.questionnaire.context import Answer
from intake_app.questionnaire.facts import FACTS
from intake_app.questionnaire.item_types import TYPES
from intake_app.questionnaire.model import Item, Questionnaire

Leaf = AnswerIs | FactIs


@dataclass(frozen=True, slots=True)
class Requirement:
    """A leaf that must hold, or must not."""

    leaf: Leaf
    holds: bool


Case = tuple[Requirement, ...]


def witness(condition: Condition, questionnaire: Questionnaire) -> Case | None:
    """The first way to meet the condition without a contradiction, None when there is none."""
    return next(witnesses(condition, questionnaire), None)


def witnesses(condition: Condition, questionnaire: Questionnaire) -> Iterator[Case]:
    """Every way to meet the condition, with what must hold for its questions to be asked."""
    gates = _gates(questionnaire)
    items = {item.link_id: item for item in questionnaire.items}
    for case in _ways(condition, True):
        for asked in _with_gates(case, gates, frozenset()):
            if _consistent(asked, items):
                yield asked


def _gates(questionnaire: Questionnaire) -> dict[str, tuple[Condition, ...]]:
    return {
        item.link_id: tuple(one for one in (step.enable_when, item.enable_when) if one is not None)
        for step in questionnaire.steps
        for item in step.items
    }


def _ways(condition: Condition, holds: bool) -> Iterator[Case]:
    """The ways to make a condition hold, or not: lists of leaves (disjunctive normal form)."""
    if not isinstance(condition, AllAnyNone):
        yield (Requirement(condition, holds),)
        return
    wanted = holds is not (condition.how == "none")
    together = (condition.how == "all") is wanted
    if together:
        for parts in product(*(tuple(_ways(part, wanted)) for part in condition.parts)):
            yield tuple(one for part in parts for one in part)
    else:
        for part in condition.parts:
            yield from _ways(part, wanted)


def _with_gates(
    case: Case, gates: Mapping[str, tuple[Condition, ...]], seen: frozenset[str]
) -> Iterator[Case]:
    """The case, and with it whatever must hold for its answered questions to be asked."""
    questions = (
        one.leaf.question for one in case if isinstance(one.leaf, AnswerIs) and _needs_answer(one)
    )
    fresh = frozenset(questions) - seen
    conditions = [gate for question in sorted(fresh) for gate in gates[question]]
    if not conditions:
        yield case
        return
    for parts in product(*(tuple(_ways(gate, True)) for gate in conditions)):
        wider = (*case, *(one for part in parts for one in part))
        yield from _with_gates(wider, gates, seen | fresh)


def _needs_answer(one: Requirement) -> bool:
    """A leaf about an answer is only met by an answer, except “not answered”."""
    if not isinstance(one.leaf, AnswerIs):
        return False
    return one.holds is (one.leaf.operator != ANSWERED or one.leaf.answer is True)


def _consistent(case: Case, items: Mapping[str, Item]) -> bool:
    about: dict[str, list[Requirement]] = {}
    for one in case:
        about.setdefault(
            one.leaf.question if isinstance(one.leaf, AnswerIs) else f"fact {one.leaf.fact}", []
        ).append(one)
    return all(_answerable(wanted, items) for wanted in about.values())


def _answerable(wanted: list[Requirement], items: Mapping[str, Item]) -> bool:
    """Whether one answer, or one value of the fact, meets all of these."""
    leaf = wanted[0].leaf
    if isinstance(leaf, FactIs):
        return any(all(fits(one, value) for one in wanted) for value in _fact_values(leaf, wanted))
    unanswered = all(not _needs_answer(one) for one in wanted)
    return unanswered or any(
        all(fits(one, value) for one in wanted)
        for value in answers_to(items[leaf.question], wanted)
    )


def fits(one: Requirement, value: Answer) -> bool:
    """Whether this answer, or this value of the fact, makes the leaf so as wanted."""
    leaf = one.leaf
    if isinstance(leaf, AnswerIs) and leaf.operator == ANSWERED:
        return leaf.answer is one.holds
    return OPERATORS[leaf.operator](value, _compared_with(leaf)) is one.holds


def _compared_with(leaf: Leaf) -> Answer:
    return leaf.answer if isinstance(leaf, AnswerIs) else leaf.value


def answers_to(item: Item, wanted: list[Requirement]) -> Iterator[Answer]:
    """Answers worth trying: each code, the codes asked for together, the edges of a number."""
    if "includes" in TYPES[item.type].operators:
        yield from ([code] for code in item.labels)
        for chosen in product(
            *(_codes(one.leaf) for one in wanted if one.holds and one.leaf.operator == "includes")
        ):
            if item.exclusive.isdisjoint(chosen):
                yield sorted(set(chosen))
    elif item.labels:
        yield from item.labels
    else:
        edges = {
            edge
            for one in wanted
            if one.leaf.operator != ANSWERED
            for edge in _edges(_compared_with(one.leaf))
        }
        found = (
            edge
            for edge in sorted(edges, key=str)
            if TYPES[item.type].problem(item, edge, {}, date.today()) is None
        )
        yield from found
        if not edges:
            yield "something"


def _fact_values(leaf: FactIs, wanted: list[Requirement]) -> Iterator[Answer]:
    kind = FACTS[leaf.fact].kind
    if kind is bool:
        yield from (True, False)
    else:
        leaves = [one.leaf for one in wanted]
        values = (leaf.value for leaf in leaves if isinstance(leaf, FactIs))
        edges = (edge for value in values for edge in _edges(value))
        yield from sorted({edge for edge in edges if isinstance(edge, int)})


def _codes(leaf: Leaf) -> tuple[str, ...]:
    want = _compared_with(leaf)
    codes = want if isinstance(want, tuple) else (want,)
    return tuple(code for code in codes if isinstance(code, str))


def _edges(value: Answer) -> tuple[Answer, ...]:
    """A whole number and its neighbours from zero on; any other value as it is."""
    if isinstance(value, bool) or not isinstance(value, int):
        return value if isinstance(value, tuple) else (value,)
    return tuple(edge for edge in (value - 1, value, value + 1) if edge >= 0)
