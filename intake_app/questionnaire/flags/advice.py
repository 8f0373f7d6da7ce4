"""What rules say to a client, in the words of the rule set: never an illness, never a verdict."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from intake_app.questionnaire.context import codes_in
from intake_app.questionnaire.flags.rules import Level, Rule, RuleSet
from intake_app.questionnaire.item_types import text_of
from intake_app.questionnaire.journey import Journey

STOP = "stop"
"""The key of the words for a STOP that has none of its own."""
WHICH_LIMB = "td.clot_where"
ANY_LIMB = "arm or leg"
NO_LIMB = "unsure"
BLANK = re.compile(r"\{(\w+)\}")


def advice(rules: RuleSet, journey: Journey, practice: str) -> tuple[str, ...]:
    """Everything that the client is told about their answers, each sentence once, urgent first.

    practice: its name, for the texts that have a blank for it. A STOP without words of its own says
    that the therapist will talk about it.
    """
    answers = journey.live()
    raised = [
        rule
        for rule in rules.rules
        if (rule.client_text or rule.level is Level.STOP)
        and rule.when.holds(answers, journey.context)
        and not rule.is_lowered(answers)
    ]
    told = [replace(rule, client_text=rule.client_text or STOP) for rule in raised]
    return texts_of(sorted(told, key=lambda rule: not rule.urgent), rules, journey, practice)


def texts_of(
    raised: Iterable[Rule], rules: RuleSet, journey: Journey, practice: str
) -> tuple[str, ...]:
    """What these rules say to the client, each sentence once, in their order."""
    known = {"limb": limb(journey), "practice": practice}
    filled = (fill_blanks(rules.client_texts[rule.client_text], known) for rule in raised)
    return tuple(dict.fromkeys(filled))


def fill_blanks(text: str, known: Mapping[str, str]) -> str:
    """The text with its {blanks} filled; one that is not known stays as it is."""
    return BLANK.sub(lambda found: known.get(found[1], found[0]), text)


def limb(journey: Journey) -> str:
    """Which arm or leg the client named, such as “right leg and left arm”."""
    named = [code for code in codes_in(journey.live().get(WHICH_LIMB)) if code != NO_LIMB]
    if not named:
        return ANY_LIMB
    item = journey.questionnaire.item(WHICH_LIMB)
    *others, last = (text_of(item, [code]).lower() for code in item.labels if code in named)
    return " and ".join(filter(None, [", ".join(others), last]))
