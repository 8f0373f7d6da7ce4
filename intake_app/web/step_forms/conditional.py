"""Questions that follow from an answer on the same page.

They are always in the page. The style sheet hides what does not follow from what is chosen (classes
`shows-N` on boxes, `cond-N` on questions), without a script; the server decides again when the page
is sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import compress

from intake_app.questionnaire import TYPES, Answers, Context, Item
from intake_app.questionnaire.conditions import AllAnyNone, AnswerIs, Condition, FactIs
from intake_app.questionnaire.facts import FACTS
from intake_app.questionnaire.facts.fact import ticked
from intake_app.web.step_forms.field import ItemField
from intake_app.web.step_forms.messages import listed

MOST_GROUPS = 16
"""The style sheet has rules for this many groups a page; questions beyond are simply shown."""
MOST_NAMED = 3

Opener = tuple[str, str]  # the name of a box, and the value that opens


def outlook(
    condition: Condition | None, answers: Answers, context: Context, here: frozenset[str]
) -> bool | None:
    """Whether the condition holds.

    None while that depends on the questions `here`, which are still open.
    """
    match condition:
        case None:
            return True
        case AnswerIs(question=question) if question in here:
            return None
        case FactIs(fact=fact) if here & set(FACTS[fact].needs):
            return None
        case AllAnyNone(how=how, parts=parts):
            return _combined(how, [outlook(part, answers, context, here) for part in parts])
        case _:
            return condition.holds(answers, context)


def _combined(how: str, parts: Sequence[bool | None]) -> bool | None:
    decisive = how != "all"
    if decisive in parts:
        found: bool | None = decisive
    else:
        found = None if None in parts else not decisive
    return found if how != "none" or found is None else not found


def may_be_asked(item: Item, answers: Answers, context: Context, here: frozenset[str]) -> bool:
    """Whether the page must hold this question.

    It is asked now, or an answer on the page can make it so.
    """
    if item.of and item.of not in here:
        chosen = set(ticked(answers, item.of)) & item.labels.keys()
        if len(chosen) < TYPES[item.type].chosen:
            return False
    return outlook(item.enable_when, answers, context, here) is not False


def may_be_offered(item: Item, answers: Answers, context: Context, here: frozenset[str]) -> Item:
    """The question with the options that the page must hold: offered now, or perhaps after it.

    The same object each time for the same options, so that what is drawn of it can be kept.
    """
    fitting = tuple(
        option.enable_when is None
        or outlook(option.enable_when, answers, context, here) is not False
        for option in item.options
    )
    return item if all(fitting) else _with_options(item, fitting)


@lru_cache(maxsize=1024)
def _with_options(item: Item, fitting: tuple[bool, ...]) -> Item:
    return replace(item, options=tuple(compress(item.options, fitting)))


def arrange(fields: Sequence[ItemField], answers: Answers, context: Context) -> None:
    """Number the groups of the page: set `cond`, `only_if` and `shows` of the fields."""
    groups: dict[frozenset[Opener], int] = {}
    by_id = {field.item.link_id: field for field in fields}
    here = frozenset(by_id)
    for field in fields:
        condition = field.item.enable_when
        if condition is None:
            continue
        asked = [by_id[q] for q in dict.fromkeys(_questions(condition)) if q in by_id]
        needed = _needed(field, asked, answers, context, here)
        numbers = _numbered(needed, groups)
        inherited = [number for parent in asked if numbers for number in parent.cond]
        field.cond = tuple(dict.fromkeys([*numbers, *inherited]))
        if outlook(condition, answers, context, here) is None:
            field.only_if = _only_if(asked, groups, numbers)
    _set_shows(fields, groups)


def _numbered(
    needed: Sequence[frozenset[Opener]], groups: dict[frozenset[Opener], int]
) -> list[int]:
    """The numbers of these groups that the style sheet has rules for; new ones join `groups`."""
    numbers = [groups.setdefault(openers, len(groups) + 1) for openers in needed]
    return [number for number in numbers if number <= MOST_GROUPS]


def _set_shows(fields: Sequence[ItemField], groups: Mapping[frozenset[Opener], int]) -> None:
    """Tell each field which groups its boxes open."""
    by_name = {field.name: field for field in fields}
    for openers, number in groups.items():
        for name, value in openers:
            by_name[name].shows.setdefault(value, []).append(number)


def _questions(condition: Condition | None) -> Iterator[str]:
    match condition:
        case AnswerIs(question=question):
            yield question
        case AllAnyNone(parts=parts):
            for part in parts:
                yield from _questions(part)
        case _:
            return


def _needed(
    field: ItemField,
    asked: Sequence[ItemField],
    answers: Answers,
    context: Context,
    here: frozenset[str],
) -> list[frozenset[Opener]]:
    """Sets of boxes; one of each must be chosen, or the question cannot be asked.

    An empty list when no box tells.
    """
    one_by_one = [_openers(field, [opener], answers, context, here) for opener in asked]
    found = [openers for openers in one_by_one if openers]
    together = found or [_openers(field, asked, answers, context, here)]
    return [frozenset(openers) for openers in together if openers]


def _openers(
    field: ItemField,
    asked: Sequence[ItemField],
    answers: Answers,
    context: Context,
    here: frozenset[str],
) -> set[Opener]:
    """The boxes of these questions that let the condition hold.

    An empty set when it can hold without them.
    """
    still_open = here - {opener.item.link_id for opener in asked}

    def possible(given: Answers) -> bool:
        return (
            outlook(field.item.enable_when, {**answers, **given}, context, still_open) is not False
        )

    tapped = all(list(opener.single_choices()) for opener in asked)
    if not asked or not tapped or possible({}):
        return set()
    return {
        (opener.name, value)
        for opener in asked
        for value, answer in opener.single_choices()
        if possible({opener.item.link_id: answer})
    }


def _only_if(
    asked: Sequence[ItemField], groups: Mapping[frozenset[Opener], int], numbers: Sequence[int]
) -> str:
    """The condition in words, for browsers that cannot hide: “If you answered “Yes” above:”."""
    opening = {
        opener for openers, number in groups.items() if number in numbers for opener in openers
    }
    boxes = [(field, value) for field in asked for value, _ in field.single_choices()]
    labels = [
        field.item.labels.get(value, value)
        for field, value in boxes
        if (field.name, value) in opening
    ]
    if not labels or len(labels) > MOST_NAMED:
        return "Only if it follows from your answers above:"
    return f"If you answered {listed([f'“{label}”' for label in labels])} above:"
