"""The item types: the one table of what each may hold, how it is checked, asked about and printed.

Nobody else switches on a type. A new type is a new row here, a field in web/step_forms and a
template in questions/.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from intake_app.questionnaire import formatters, validators
from intake_app.questionnaire.conditions import ANSWERED
from intake_app.questionnaire.context import Answer, Answers, as_rows
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

    refers: the types `of` may point at; chosen: how many options must be chosen there before this
    is asked. operators: what conditions may ask about its answer. column: it may stand in a repeat.
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


def problem(item: Item, value: Answer, answers: Answers, today: date | None = None) -> str | None:
    """The reason, in plain words, why this value is no acceptable answer to the item. None: it is.

    answers: the others; body_map and rank look at the item they refer to. today: for dates, the
    server's day unless given. Never raises, whatever the value is. Whether the item is asked is the
    Journey's to say.
    """
    return TYPES[item.type].problem(item, value, answers, today or date.today())


def text_of(item: Item, value: Answer) -> str:
    """An acceptable answer as people read it: labels, “14 March 1955”, “920 555 0134”."""
    return TYPES[item.type].text(item, value)


def is_notable(item: Item, value: Answer) -> bool:
    """Whether an acceptable answer is one that the therapist must read first."""
    codes = value if isinstance(value, list) else [value]
    return any(code in item.notice for code in codes)


def _rows_problem(item: Item, value: Answer, answers: Answers, today: date) -> str | None:
    """One to `max` rows, each with at least one column, all columns known and acceptable."""
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


def _row_problem(item: Item, row: Answers, today: date) -> str | None:
    if not {column.link_id for column in item.columns}.issuperset(row):
        return f"{item.label}: {validators.UNREADABLE}"
    for column in item.columns:
        if column.link_id not in row:
            if column.required:
                return f"{column.label}: please fill this in."
        elif found := TYPES[column.type].problem(column, row[column.link_id], {}, today):
            return f"{column.label}: {found}"
    return None


def _rows_text(item: Item, value: Answer) -> str:
    """Apixaban (dose: 5 mg, for: a clot); Alendronate.

    The first column leads, the others are named.
    """
    return "; ".join(_row_text(item, row) for row in as_rows(value))


def _row_text(item: Item, row: Answers) -> str:
    first, *others = item.columns
    lead = text_of(first, row[first.link_id]) if first.link_id in row else ""
    rest = formatters.joined(
        f"{column.label.rstrip('?:')}: {text_of(column, row[column.link_id])}"
        for column in others
        if column.link_id in row
    )
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
            may=frozenset({"of", "marks", "none_label"}),
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
