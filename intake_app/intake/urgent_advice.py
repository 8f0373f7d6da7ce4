"""What a client is told at once when her answers call for help: plain words, once for each flag, and noted.

Her own words are never repeated and no illness is named; the words are data, in the rules.
"""

from collections.abc import Iterable
from dataclasses import replace

from intake_app.core.runtime import Runtime
from intake_app.intake import drafts
from intake_app.intake.drafts import OpenDraft
from intake_app.questionnaire import Journey, Rule, flag_rules

READ, STOPPED, TYPED = "urgent-read", "urgent-stopped", "urgent-typed"


def unacknowledged(draft: OpenDraft, journey: Journey) -> tuple[Rule, ...]:
    """The urgent rules that her answers raise and that she has not been told about."""
    raised = flag_rules().urgent(journey.live(), journey.context)
    return tuple(rule for rule in raised if rule.code not in draft.state.told)


def acknowledge(
    runtime: Runtime, draft: OpenDraft, rules: Iterable[Rule], *, stopped: bool
) -> OpenDraft:
    """Note that she read the words for these rules, and whether she stopped there. Raises DraftChanged."""
    state = draft.state
    event = [
        runtime.clock().isoformat(timespec="seconds"),
        TYPED if state.paper else STOPPED if stopped else READ,
    ]
    codes = [*state.told, *(rule.code for rule in rules if rule.code not in state.told)]
    return drafts.save_state(
        runtime, draft, replace(state, told=codes, events=[*state.events, event])
    )


def advice_texts(rules: Iterable[Rule]) -> tuple[str, ...]:
    """What these rules say to a client, each sentence once, in the order of the rules."""
    texts = flag_rules().client_texts
    return tuple(dict.fromkeys(texts[rule.client_text] for rule in rules))


def urgent_words(journey: Journey) -> tuple[str, ...]:
    """What stands on the last page once more, () when nothing is urgent."""
    return advice_texts(flag_rules().urgent(journey.live(), journey.context))


def waiting_words(journey: Journey) -> str:
    """What a client with a STOP that is not urgent reads before she signs, "" without one."""
    rules = flag_rules()
    return rules.client_texts["stop"] if rules.any_stop(journey.live(), journey.context) else ""
