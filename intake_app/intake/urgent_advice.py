"""What a client is told at once when an answer calls for help: once for each flag, and noted.

The client's own words are never repeated and no illness is named; the texts are data, in the rules.
"""

from collections.abc import Iterable
from dataclasses import replace

from intake_app.core.runtime import Runtime
from intake_app.intake import drafts
from intake_app.intake.open_draft import OpenDraft
from intake_app.questionnaire import Journey, Rule, RuleSet, rules_of
from intake_app.questionnaire.flags.advice import advice, texts_of

READ = "urgent-read"
STOPPED = "urgent-stopped"
TYPED = "urgent-typed"


def unacknowledged(draft: OpenDraft, journey: Journey) -> tuple[Rule, ...]:
    """The urgent rules that the answers raise and that the client was not advised on yet."""
    raised = _rules(journey).urgent(journey.live(), journey.context)
    return tuple(rule for rule in raised if rule.code not in draft.state.advised_rules)


def acknowledge(
    runtime: Runtime, draft: OpenDraft, rules: Iterable[Rule], *, stopped: bool
) -> OpenDraft:
    """Note that the client read the advice for these rules, and whether they stopped there.

    Raises DraftChanged.
    """
    event = STOPPED if stopped else READ
    if draft.state.transcription:
        event = TYPED
    before = draft.state.advised_rules
    added = (rule.code for rule in rules if rule.code not in before)
    state = replace(draft.state, advised_rules=(*before, *added))
    at = runtime.clock().isoformat(timespec="seconds")
    return drafts.save_state(runtime, draft, state.with_event(at, event))


def advice_texts(rules: Iterable[Rule], journey: Journey, practice: str) -> tuple[str, ...]:
    """What these rules say to a client, each sentence once, in the order of the rules.

    practice: its name, for the texts that have a blank for it.
    """
    return texts_of(rules, _rules(journey), journey, practice)


def urgent_words(journey: Journey, practice: str) -> tuple[str, ...]:
    """What stands on the last page once more, () when nothing is urgent."""
    urgent = _rules(journey).urgent(journey.live(), journey.context)
    return advice_texts(urgent, journey, practice)


def waiting_words(journey: Journey, practice: str) -> tuple[str, ...]:
    """What a client reads before signing about what is not urgent, () when there is nothing."""
    urgent = urgent_words(journey, practice)
    every = advice(_rules(journey), journey, practice)
    return tuple(words for words in every if words not in urgent)


def _rules(journey: Journey) -> RuleSet:
    return rules_of(journey.questionnaire.sha256)
