"""Somebody walks through the form 2.0.0 and signs it: their own answers, else the calmest one."""

from collections.abc import Mapping
from typing import Any

from intake_app.core.runtime import Runtime
from intake_app.intake import consents, drafts, signing
from intake_app.intake.open_draft import OpenDraft
from intake_app.practice import profile
from intake_app.questionnaire import Item, Journey
from intake_app.records.sealed.evidence import Signature
from tests.support.clients import ANA_MINIMAL

ANA: dict[str, Any] = {**ANA_MINIMAL, "go.goals": ["relax_stress"]}
CALM = ("none", "no", "never", "no_problem", "self", "few")
OTHERS: dict[str, Any] = {"text": "Not known", "longtext": "Not known", "number": 1, "scale": 1}


def calm(item: Item) -> Any:
    """The calmest answer to a needed question; None leaves an optional one empty."""
    if not item.required:
        return None
    if item.type == "body_map":
        return {}
    if item.type in OTHERS:
        return OTHERS[item.type]
    code = next((code for code in CALM if code in item.labels), next(iter(item.labels), "none"))
    return [code] if item.type in {"choices", "regions"} else code


def walk(runtime: Runtime, token: str, browser: str, answers: Mapping[str, Any]) -> OpenDraft:
    """Answer every page that is asked."""
    draft = opened(runtime, token, browser)
    while (step := (journey := draft.journey(profile.today(runtime))).first_open()) is not None:
        if step.id in draft.state.done:
            raise AssertionError(f"an answer on the page {step.id} is not acceptable")
        given: dict[str, Any] = {}
        for link_id in (item.link_id for item in step.items):
            asked = {item.link_id: item for item in journey.items_with(step, given)}
            if link_id in asked:
                value = answers.get(link_id, calm(asked[link_id]))
                given |= {} if value is None else {link_id: value}
        own = frozenset(item.link_id for item in step.items)
        draft = drafts.save_step(runtime, draft, step.id, "page", {}, given, own)
    return draft


def agree_and_sign(runtime: Runtime, token: str, browser: str, name: str) -> OpenDraft:
    """The last pages of a walk that is finished. No PDF is printed."""
    draft = opened(runtime, token, browser)
    journey = draft.journey(profile.today(runtime))
    offered = consents.consents_for(
        journey, consents.template_values(profile.load_profile(runtime), journey)
    )
    drafts.save_consents(runtime, draft, consents.ticked(runtime, offered, {}))
    draft = opened(runtime, token, browser)
    agreed = consents.consent_records(offered, draft.state.consents)
    signer = signing.Signing([Signature("client", name)], agreed, "192.0.2.7", "Test")
    return signing.sign(runtime, draft, signer)


def opened(runtime: Runtime, token: str, browser: str) -> OpenDraft:
    """The form behind this token."""
    draft = drafts.open_draft(runtime, token, browser)
    assert draft is not None
    return draft


def asked_on_the_day(journey: Journey) -> list[str]:
    """The link_ids that the pages of the day ask in this walk."""
    days = (step for step in journey.questionnaire.steps if step.day)
    return [item.link_id for step in days for item in journey.items(step)]
