"""Answers about today grow old: what was true yesterday says little about a fever now."""

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
def short_form(questionnaire: Questionnaire) -> Questionnaire:
    """What of a questionnaire is asked on the day; its hash stays the whole one's.

    The pages of the day, where it has such; else what is asked again of each page. No words are
    kept apart: what comes of it is for the therapists only, and in no copy.
    """
    of_the_day = any(step.day for step in questionnaire.steps)
    short = _page_of_the_day if of_the_day else _what_is_about_today
    sections = (
        replace(one, steps=tuple(filter(None, map(short, one.steps))))
        for one in questionnaire.sections
    )
    return replace(questionnaire, sections=tuple(one for one in sections if one.steps))


def _page_of_the_day(step: Step) -> Step | None:
    return _with_items(step, step.day_items) if step.day else None


def _what_is_about_today(step: Step) -> Step | None:
    items = tuple(item for item in step.items if is_about_today(item))
    return _with_items(step, items) if items else None


def _with_items(step: Step, items: tuple[Item, ...]) -> Step:
    open_items = tuple(replace(item, confidential=False) for item in items)
    return replace(step, items=open_items, day=False, day_items=())


def rules_asking(rules: RuleSet, asked: frozenset[str]) -> frozenset[str]:
    """The codes of the rules that look at one of these questions."""
    return frozenset(rule.code for rule in rules.rules if _looks_at(rule.when, asked))


def _looks_at(condition: Condition, asked: frozenset[str]) -> bool:
    if isinstance(condition, AllAnyNone):
        return any(_looks_at(part, asked) for part in condition.parts)
    if isinstance(condition, FactIs):
        return not FACTS[condition.fact].reads or not asked.isdisjoint(FACTS[condition.fact].reads)
    return isinstance(condition, AnswerIs) and condition.question in asked
