"""What a condition may point at: earlier items, known facts, and only what can be an answer."""

from collections.abc import Mapping
from datetime import date

from intake_app.questionnaire.conditions import ANSWERED, AllAnyNone, AnswerIs, Condition, FactIs
from intake_app.questionnaire.context import Answer
from intake_app.questionnaire.facts import FACTS
from intake_app.questionnaire.item_types import ORDER, TYPES
from intake_app.questionnaire.model import Item
from intake_app.questionnaire.strict_toml import StrictTable

Earlier = Mapping[str, Item]


def check_condition(condition: Condition | None, earlier: Earlier, table: StrictTable) -> None:
    """Raise DefinitionError, naming the place of `table`, unless earlier items can meet this."""
    if isinstance(condition, AllAnyNone):
        for part in condition.parts:
            check_condition(part, earlier, table)
    elif isinstance(condition, FactIs):
        _check_fact(condition, earlier, table)
    elif isinstance(condition, AnswerIs):
        _check_question(condition, earlier, table)


def _check_fact(leaf: FactIs, earlier: Earlier, table: StrictTable) -> None:
    fact = FACTS.get(leaf.fact)
    if fact is None:
        table.fail(f"“{leaf.fact}” is no fact; there are {', '.join(FACTS)}.")
    for needed in fact.needs:
        if needed not in earlier:
            table.fail(f"the fact “{leaf.fact}” needs {needed}, which is not an earlier item.")
    allowed = {"=", "!="} if fact.kind is bool else ORDER - {ANSWERED}
    if leaf.operator not in allowed:
        table.fail(f"the operator “{leaf.operator}” does not fit the fact “{leaf.fact}”.")
    for value in _wanted(leaf.operator, leaf.value, table):
        if type(value) is not fact.kind:
            table.fail(f"the fact “{leaf.fact}” is never {value!r}.")


def _check_question(leaf: AnswerIs, earlier: Earlier, table: StrictTable) -> None:
    item = earlier.get(leaf.question)
    if item is None:
        table.fail(f"the condition asks {leaf.question}, which is not an earlier item.")
    if leaf.operator not in TYPES[item.type].operators:
        table.fail(
            f"the operator “{leaf.operator}” does not fit {leaf.question}, which is a {item.type}."
        )
    if leaf.operator == ANSWERED:
        if not isinstance(leaf.answer, bool):
            table.fail("“answered” is asked with true or false.")
        return
    for value in _wanted(leaf.operator, leaf.answer, table):
        if not _possible(item, value):
            table.fail(f"{value!r} is never an answer to {leaf.question}.")


def _wanted(operator: str, value: Answer, table: StrictTable) -> tuple[Answer, ...]:
    """The single values of a leaf: `in` takes a list, `includes` one or a list, the others one."""
    takes_list = operator in ("in", "includes")
    if isinstance(value, tuple):
        if takes_list and value:
            return value
    elif operator != "in":
        return (value,)
    table.fail(f"the operator “{operator}” needs {'a list' if operator == 'in' else 'one value'}.")


def _possible(item: Item, value: Answer) -> bool:
    """Whether this single value can be (a part of) an answer."""
    if item.labels:
        return isinstance(value, str) and value in item.labels
    bounds = TYPES[item.type]
    return bounds.problem(item, value, {}, date.today()) is None
