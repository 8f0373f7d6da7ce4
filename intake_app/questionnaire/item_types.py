"""The item types: the one table of what each may hold, how it is checked, asked about and printed.

Nobody else switches on a type. A new type is a new row here, a field in forms and a macro in templates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from intake_app.questionnaire import formatters, validators
from intake_app.questionnaire.conditions import ANSWERED
from intake_app.questionnaire.context import Answers
from intake_app.questionnaire.model import Item

MOST_ROWS = 20
MOST_RANKED = 3

ORDER = frozenset({"=", "!=", "in", ">=", "<=", ">", "<", ANSWERED})
ONE = frozenset({"=", "!=", "in", ANSWERED})
MANY = frozenset({"includes", ANSWERED})
ONLY_ANSWERED = frozenset({ANSWERED})


@dataclass(frozen=True, slots=True)
class ItemType:
    """One type. needs, may: keys of its own in a definition. options: where its codes come from.

    refers: the types `of` may point at; chosen: how many options must be chosen there before this is asked.
    operators: what conditions may ask about its answer. column: it may stand in a repeat.
    minimum, maximum, max_length: bounds unless the definition gives others.
    """

    problem: validators.Problem
    text: formatters.Text
    operators: frozenset[str] = ONLY_ANSWERED
    options: Literal["", "listed", "yes_no", "regions", "of"] = ""
    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    refers: frozenset[str] = frozenset()
    chosen: int = 0
    column: bool = True
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None


def _rows_problem(item: Item, value: Any, answers: Answers, today: date) -> str | None:
    """One to `max` rows, each with at least one column, none of them unknown, all of them acceptable."""
    if not isinstance(value, list) or not all(isinstance(row, dict) and row for row in value):
        return validators.UNREADABLE
    if not value:
        return "Add one, or leave it empty."
    if item.max is not None and len(value) > item.max:
        return f"There is room for {item.max}. Please put the rest in one line together."
    for place, row in enumerate(value, start=1):
        if found := _row_problem(item, row, today):
            return f"Number {place}, {found}"
    return None


def _row_problem(item: Item, row: Mapping[Any, Any], today: date) -> str | None:
    if not {column.link_id for column in item.columns}.issuperset(row):
        return f"{item.label}: {validators.UNREADABLE}"
    for column in item.columns:
        if column.link_id not in row:
            if column.required:
                return f"{column.label}: please fill this in."
        elif found := TYPES[column.type].problem(column, row[column.link_id], {}, today):
            return f"{column.label}: {found}"
    return None


def _rows_text(item: Item, value: Any) -> str:
    """Apixaban (dose: 5 mg, for: a clot); Alendronate. The first column leads, the others are named."""
    return "; ".join(_row_text(item, row) for row in value)


def _row_text(item: Item, row: Mapping[str, Any]) -> str:
    said = [
        (column, TYPES[column.type].text(column, row[column.link_id]))
        for column in item.columns
        if column.link_id in row
    ]
    lead = said.pop(0)[1] if said and said[0][0] is item.columns[0] else ""
    rest = formatters.joined(f"{column.label.rstrip('?:')}: {text}" for column, text in said)
    return f"{lead} ({rest})" if lead and rest else lead or rest


TYPES: Mapping[str, ItemType] = MappingProxyType(
    {
        "text": ItemType(
            validators.text,
            formatters.plain,
            may=frozenset({"max_length", "confidential"}),
            max_length=200,
        ),
        "longtext": ItemType(
            validators.longtext,
            formatters.plain,
            may=frozenset({"max_length", "confidential"}),
            max_length=2000,
        ),
        "date": ItemType(validators.day, formatters.day, ORDER),
        "phone": ItemType(validators.phone, formatters.phone, max_length=16),
        "email": ItemType(validators.email, formatters.plain, max_length=254),
        "number": ItemType(
            validators.number, formatters.plain, ORDER, may=frozenset({"min", "max"})
        ),
        "scale": ItemType(validators.number, formatters.scale, ORDER, minimum=0, maximum=10),
        "yes_no": ItemType(
            validators.choice,
            formatters.choice,
            ONE,
            options="yes_no",
            may=frozenset({"unsure", "notice"}),
        ),
        "choice": ItemType(
            validators.choice,
            formatters.choice,
            ONE,
            options="listed",
            needs=frozenset({"options"}),
            may=frozenset({"notice"}),
        ),
        "choices": ItemType(
            validators.choices,
            formatters.choices,
            MANY,
            options="listed",
            needs=frozenset({"options"}),
            may=frozenset({"notice"}),
        ),
        "regions": ItemType(
            validators.choices,
            formatters.choices,
            MANY,
            options="regions",
            may=frozenset({"none_label", "notice"}),
        ),
        "body_map": ItemType(
            validators.body_map,
            formatters.body_map,
            options="of",
            needs=frozenset({"of"}),
            refers=frozenset({"regions"}),
            chosen=1,
            column=False,
        ),
        "pressure_map": ItemType(
            validators.pressure_map, formatters.pressure_map, options="regions", column=False
        ),
        "rank": ItemType(
            validators.rank,
            formatters.rank,
            MANY,
            options="of",
            needs=frozenset({"of"}),
            refers=frozenset({"choices"}),
            chosen=2,
            column=False,
            maximum=MOST_RANKED,
        ),
        "repeat": ItemType(
            _rows_problem,
            _rows_text,
            needs=frozenset({"columns"}),
            may=frozenset({"max"}),
            column=False,
            maximum=MOST_ROWS,
        ),
    }
)
