"""Answers about today grow old: what was true yesterday says little about a fever now.

Where the record cannot be read, the form of the day does not know what was answered at home. What
depends on such an answer is asked and offered to everybody: unknown counts as met.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from intake_app.questionnaire.conditions import AllAnyNone, AnswerIs, Condition, FactIs
from intake_app.questionnaire.facts import FACTS
from intake_app.questionnaire.flags.rules import RuleSet
from intake_app.questionnaire.model import Item, Questionnaire, Step

FRESH = timedelta(hours=24)
"""The content asks about the last 24 hours (E01, S35), so its answers are good for as long."""
OUT_OF_DATE = (
    "The answers about today are more than 24 hours old. Ask them again before the massage."
)
TODAY = "td."
PREGNANCY = "rp."
MAY_BE_PREGNANT = AllAnyNone("all", (FactIs("age", ">=", 11), FactIs("age", "<=", 60)))
KNOWN_FACTS = (
    *("age", "minor", "adult"),
    *("asked_on_the_day", "on_day_of_visit", "prenatal_trained", "allergen_free"),
)
"""The facts that the form of the day knows by itself: birth date, practice, and what it is."""


def stale(signed_at: datetime, now: datetime) -> bool:
    """Whether answers about today, signed then, must be asked again. Times carry a zone."""
    return now - signed_at > FRESH


def is_about_today(item: Item) -> bool:
    """Whether an item is asked again on the day: `td.*`, and what is marked as asked on arrival."""
    return item.when == "arrival" or item.link_id.startswith(TODAY)


def about_today(questionnaire: Questionnaire) -> tuple[Item, ...]:
    """The items that are asked on the day."""
    return short_form(questionnaire).items


@cache
def short_form(questionnaire: Questionnaire, knows_record: bool = False) -> Questionnaire:
    """What of a questionnaire is asked on the day; its hash stays the whole one's.

    The pages of the day, where it has such; else what is asked again of each page. No words are
    kept apart: what comes of it is for the therapists only, and in no copy. knows_record: the
    answers of the record are at hand, so that conditions on the pages of the day apply as they are.
    """
    if questionnaire.day_steps:
        return _pages_of_the_day(questionnaire, knows_record)
    steps = (replace(step, items=_about_today(step)) for step in questionnaire.steps)
    return _of_steps(questionnaire, {step.id: step for step in steps if step.items})


def _about_today(step: Step) -> tuple[Item, ...]:
    return tuple(item for item in step.items if is_about_today(item))


def _pages_of_the_day(questionnaire: Questionnaire, knows_record: bool) -> Questionnaire:
    steps: dict[str, Step] = {}
    asked: list[str] = []
    for step in questionnaire.day_steps:
        items: list[Item] = []
        if not knows_record:
            step = replace(step, enable_when=without_unknown(step.enable_when, asked))
        for item in step.day_items:
            items.append(item if knows_record else _for_everybody(item, asked))
            asked.append(item.link_id)
        steps[step.id] = replace(step, items=tuple(items))
    return _of_steps(questionnaire, steps)


def _of_steps(questionnaire: Questionnaire, steps: dict[str, Step]) -> Questionnaire:
    """The questionnaire with these steps, and no other."""
    sections = (
        replace(
            section,
            steps=tuple(_of_today(steps[one.id]) for one in section.steps if one.id in steps),
        )
        for section in questionnaire.sections
    )
    return replace(questionnaire, sections=tuple(one for one in sections if one.steps))


def _of_today(step: Step) -> Step:
    open_items = tuple(replace(item, confidential=False) for item in step.items)
    return replace(step, items=open_items, day=False, day_items=())


def _for_everybody(item: Item, asked: Collection[str]) -> Item:
    """The item for somebody of whom only the answers to `asked` are known."""
    options = tuple(
        replace(option, enable_when=without_unknown(option.enable_when, asked))
        for option in item.options
    )
    return replace(item, options=options, enable_when=without_unknown(item.enable_when, asked))


def without_unknown(condition: Condition | None, asked: Collection[str]) -> Condition | None:
    """The condition where only the answers to `asked` are known, met whenever it could be.

    What it asks of others counts as met, under “none” as not met; what it asks about a pregnancy
    counts for whoever may be of an age for it. None is always met.
    """
    found = condition is None or _decided(condition, asked, unknown=True)
    return None if isinstance(found, bool) else found


def _decided(condition: Condition, asked: Collection[str], unknown: bool) -> Condition | bool:
    """The condition without unknown leaves, which count as `unknown`; a bool when none is left."""
    if not isinstance(condition, AllAnyNone):
        if _is_known(condition, asked):
            return condition
        about_pregnancy = isinstance(condition, AnswerIs) and condition.question.startswith(
            PREGNANCY
        )
        return MAY_BE_PREGNANT if unknown and about_pregnancy else unknown
    inner = unknown is (condition.how != "none")
    decides = condition.how != "all"  # the answer of one part that ends the search
    parts = [_decided(part, asked, inner) for part in condition.parts]
    if decides in parts:
        return condition.how == "any"
    left = tuple(part for part in parts if not isinstance(part, bool))
    return AllAnyNone(condition.how, left) if left else condition.how != "any"


def _is_known(leaf: AnswerIs | FactIs, asked: Collection[str]) -> bool:
    if isinstance(leaf, AnswerIs):
        return leaf.question in asked
    reads = FACTS[leaf.fact].reads
    return leaf.fact in KNOWN_FACTS or (bool(reads) and set(reads) <= set(asked))


@cache
def joined_form(questionnaire: Questionnaire, asked: frozenset[str]) -> Questionnaire:
    """The whole questionnaire for reading a record with what was asked again on the day.

    What was asked then counts, whatever the answers at home say to its condition. A definition
    without pages of the day asks the same thing both times: it is returned as it is.
    """
    if not questionnaire.day_steps:
        return questionnaire
    sections = (
        replace(section, steps=tuple(_as_asked(step, asked) for step in section.steps))
        for section in questionnaire.sections
    )
    return replace(questionnaire, sections=tuple(sections))


def _as_asked(step: Step, asked: frozenset[str]) -> Step:
    """The step with what was asked of it open to everybody, and the rest as it was."""
    if asked.isdisjoint(item.link_id for item in step.items):
        return step
    items = tuple(
        _open(item)
        if item.link_id in asked
        else replace(item, enable_when=_both(step.enable_when, item.enable_when))
        for item in step.items
    )
    return replace(step, items=items, enable_when=None)


def _open(item: Item) -> Item:
    options = tuple(replace(option, enable_when=None) for option in item.options)
    return replace(item, options=options, enable_when=None)


def _both(*conditions: Condition | None) -> Condition | None:
    given = tuple(one for one in conditions if one is not None)
    return AllAnyNone("all", given) if given else None


def rules_asking(rules: RuleSet, asked: frozenset[str]) -> frozenset[str]:
    """The codes of the rules that look at one of these questions."""
    return frozenset(rule.code for rule in rules.rules if _looks_at(rule.when, asked))


def _looks_at(condition: Condition, asked: frozenset[str]) -> bool:
    if isinstance(condition, AllAnyNone):
        return any(_looks_at(part, asked) for part in condition.parts)
    if isinstance(condition, FactIs):
        return not FACTS[condition.fact].reads or not asked.isdisjoint(FACTS[condition.fact].reads)
    return isinstance(condition, AnswerIs) and condition.question in asked
