"""What the client is asked to agree to: the exact words, filled in for this practice, and what she ticked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intake_app.core.runtime import Runtime
from intake_app.models.practice import Practice
from intake_app.questionnaire import Consent, Journey, consent_set, fill_wording, text_of
from intake_app.records.consent_words import ALLOWED, CLIENT, SENSITIVE, second_signer

ON_SCREEN = "cs.erecord"
"""Agreeing to sign on a screen: whoever signs on paper is not asked for it."""
ON_PAPER = {
    "phone": "the phone number in this form",
    "email": "the email address in this form",
    "child": "the child named in this form",
    "sensitive_areas": "as written in this form",
}
"""Paper is printed before these are answered, so its agreements point to the answers."""


@dataclass(frozen=True, slots=True)
class OfferedConsent:
    """One agreement as shown: final text and its hash. choice: saying no changes nothing.

    only_some: not everybody is asked for it.
    """

    id: str
    title: str
    text: str
    version: str
    sha256: str
    required: bool
    choice: bool
    only_some: bool


def template_values(practice: Practice | None, journey: Journey) -> dict[str, str]:
    """What the closed list of blanks in the consent texts is filled with."""
    answers = journey.live()
    phone = (
        text_of(journey.questionnaire.item("id.phone"), answers["id.phone"])
        if "id.phone" in answers
        else ""
    )
    areas = [
        f"{label}: {ALLOWED[answers[key]]}"
        for key, label in SENSITIVE.items()
        if answers.get(key) in ALLOWED
    ]
    return {
        **_of_practice(practice),
        "phone": phone,
        "email": str(answers.get("id.email", "")),
        "child": str(answers.get("id.first_name", "")),
        "sensitive_areas": "; ".join(areas),
    }


def _of_practice(practice: Practice | None) -> dict[str, str]:
    return {
        "practice": practice.name if practice else "",
        "cancellation_policy": practice.cancellation_policy if practice else "",
        "contact": f"{practice.name}, {practice.phone}" if practice else "",
        "retention_years": str(practice.retention_years) if practice else "",
    }


def consents_for(journey: Journey, filled: Mapping[str, str]) -> list[OfferedConsent]:
    """The agreements this client is asked for, needed ones first."""
    return [_offer(one, filled) for one in consent_set().offered(journey)]


def consents_on_paper(
    practice: Practice | None, journey: Journey | None = None
) -> list[OfferedConsent]:
    """The agreements as a paper form has them, all of them or those that this client is asked for."""
    asked = (
        consent_set().offered(journey)
        if journey
        else sorted(consent_set().consents, key=lambda one: one.choice)
    )
    return [_offer(one, _of_practice(practice) | ON_PAPER) for one in asked if one.id != ON_SCREEN]


def _offer(one: Consent, filled: Mapping[str, str]) -> OfferedConsent:
    text, version = fill_wording(one, filled), consent_set().version
    conditional = one.enable_when is not None
    return OfferedConsent(
        one.id, one.title, text.text, version, text.sha256, one.required, one.choice, conditional
    )


def ticked(
    runtime: Runtime, ticked: Iterable[OfferedConsent], before: Mapping[str, Any]
) -> dict[str, dict[str, str]]:
    """What to keep for the ticked ones: hash, version and time; an unchanged tick keeps its first time."""
    now = runtime.clock().isoformat(timespec="seconds")
    return {
        c.id: before[c.id]
        if before.get(c.id, {}).get("sha256") == c.sha256
        else {"sha256": c.sha256, "at": now}
        for c in ticked
    }


def consent_records(
    asked: Sequence[OfferedConsent], agreed: Mapping[str, Mapping[str, str]], day: str = ""
) -> list[dict[str, Any]]:
    """Every agreement word for word with its tick. A tick counts only for the exact words it was given for.

    day: of the paper form that it was ticked on (ISO 8601), "" when it was ticked here.
    """
    return [
        {
            "id": c.id,
            "title": c.title,
            "text": c.text,
            "version": c.version,
            "sha256": c.sha256,
            "required": c.required,
            "agreed": agreed.get(c.id, {}).get("sha256") == c.sha256,
            "at": (day or agreed[c.id]["at"]) if c.id in agreed else "",
        }
        for c in asked
    ]


def child_said_no(journey: Journey) -> bool:
    """A child who does not want this massage is not massaged, whatever the guardian signs."""
    return journey.live().get("min.child_agrees") == "no"


def signatures_complete(journey: Journey, signatures: Iterable[Mapping[str, Any]]) -> bool:
    """Whether everybody who has to sign did, each with a name."""
    signed = {mark["role"] for mark in signatures if mark["name"]}
    return {CLIENT, second_signer(journey) or CLIENT} <= signed


def may_be_signed(
    journey: Journey, consents: Iterable[Mapping[str, Any]], signatures: Iterable[Mapping[str, Any]]
) -> bool:
    """Whether the walk is finished, all that is needed is agreed to, everybody signed, and no child said no."""
    missing = any(one["required"] and not one["agreed"] for one in consents)
    return (
        journey.complete()
        and not missing
        and signatures_complete(journey, signatures)
        and not child_said_no(journey)
    )


def helper(journey: Journey) -> str:
    """The name of the person who helps the client to answer, "" when nobody does."""
    live = journey.live()
    return str(live.get("id.helper_name", "")) if live.get("id.filler") == "helper" else ""
