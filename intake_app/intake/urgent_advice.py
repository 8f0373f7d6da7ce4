"""What a client is told at once when an answer calls for help: once for each flag, and noted.

The client's own words are never repeated and no illness is named; the texts are data, in the rules.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from intake_app.core.runtime import Runtime
from intake_app.intake import drafts
from intake_app.intake.open_draft import OpenDraft
from intake_app.questionnaire import Journey, Rule, RuleSet, rules_of, text_of
from intake_app.questionnaire.context import codes_in

READ = "urgent-read"
STOPPED = "urgent-stopped"
TYPED = "urgent-typed"
WHICH_LIMB = "td.clot_where"
ANY_LIMB = "arm or leg"
NO_LIMB = "unsure"
BLANK = re.compile(r"\{(\w+)\}")


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
    texts = _rules(journey).client_texts
    known = {"limb": limb(journey), "practice": practice}
    filled = (fill_blanks(texts[rule.client_text], known) for rule in rules)
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


def urgent_words(journey: Journey, practice: str) -> tuple[str, ...]:
    """What stands on the last page once more, () when nothing is urgent."""
    urgent = _rules(journey).urgent(journey.live(), journey.context)
    return advice_texts(urgent, journey, practice)


def waiting_words(journey: Journey, practice: str) -> str:
    """What a client with a STOP that is not urgent reads before signing, "" without one."""
    rules = _rules(journey)
    if not rules.any_stop(journey.live(), journey.context):
        return ""
    return fill_blanks(rules.client_texts["stop"], {"limb": limb(journey), "practice": practice})


def _rules(journey: Journey) -> RuleSet:
    return rules_of(journey.questionnaire.sha256)
