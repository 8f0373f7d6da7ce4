"""What the client is asked to agree to: the exact words for this practice, and the ticks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from intake_app.core.runtime import Runtime
from intake_app.intake.draft_parts import GivenConsent
from intake_app.models.practice import Practice
from intake_app.questionnaire import (
    Consent,
    ConsentSet,
    Journey,
    consents_of,
    fill_wording,
    text_of,
)
from intake_app.records.consent_words import CLIENT, second_signer, sensitive_places
from intake_app.records.sealed.evidence import Signature, SignedConsent

ON_SCREEN = "cs.erecord"
"""Agreeing to sign on a screen: whoever signs on paper is not asked for it."""
CLIENT_NAME = ("id.first_name", "id.last_name")
ON_PAPER = {
    "phone": "the phone number in this form",
    "email": "the email address in this form",
    "child": "the child named in this form",
    "client": "the person named in this form",
    "sensitive_areas": "as written in this form",
}
"""Paper is printed before these are answered, so its agreements point to the answers."""


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """An agreement as the last page shows it and as it is signed, and whether it is needed."""

    signed: SignedConsent
    required: bool


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
    phone = ""
    if "id.phone" in answers:
        phone = text_of(journey.questionnaire.item("id.phone"), answers["id.phone"])
    return {
        **_of_practice(practice),
        "phone": phone,
        "email": str(answers.get("id.email", "")),
        "child": str(answers.get("id.first_name", "")),
        "client": " ".join(str(answers.get(key, "")) for key in CLIENT_NAME).strip(),
        "sensitive_areas": sensitive_places(answers),
    }


def _of_practice(practice: Practice | None) -> dict[str, str]:
    if practice is None:
        return dict.fromkeys(("practice", "cancellation_policy", "contact", "retention_years"), "")
    return {
        "practice": practice.name,
        "cancellation_policy": practice.cancellation_policy,
        "contact": f"{practice.name}, {practice.phone}",
        "retention_years": str(practice.retention_years),
    }


def consents_for(journey: Journey, filled: Mapping[str, str]) -> list[OfferedConsent]:
    """The agreements this client is asked for, needed ones first."""
    agreements = consents_of(journey.questionnaire.sha256)
    return [_offer(consent, agreements, filled) for consent in agreements.offered(journey)]


def consents_on_paper(
    practice: Practice | None, journey: Journey, *, everybody: bool = False
) -> list[OfferedConsent]:
    """The agreements as a paper form has them: those that this client is asked for, or all."""
    agreements = consents_of(journey.questionnaire.sha256)
    asked = agreements.consents if everybody else agreements.offered(journey)
    filled = _of_practice(practice) | ON_PAPER
    return [
        _offer(consent, agreements, filled)
        for consent in sorted(asked, key=lambda consent: consent.choice)
        if consent.id != ON_SCREEN
    ]


def _offer(consent: Consent, agreements: ConsentSet, filled: Mapping[str, str]) -> OfferedConsent:
    wording = fill_wording(consent, filled)
    return OfferedConsent(
        id=consent.id,
        title=consent.title,
        text=wording.text,
        version=agreements.version,
        sha256=wording.sha256,
        required=consent.required,
        choice=consent.choice,
        only_some=consent.enable_when is not None,
    )


def ticked(
    runtime: Runtime, ticked: Iterable[OfferedConsent], before: Mapping[str, GivenConsent]
) -> dict[str, GivenConsent]:
    """What to keep for the ticked ones. An unchanged tick keeps its first time."""
    now = runtime.clock().isoformat(timespec="seconds")
    return {
        consent.id: before[consent.id]
        if _is_ticked(consent, before)
        else GivenConsent(consent.sha256, now)
        for consent in ticked
    }


def _is_ticked(consent: OfferedConsent, given: Mapping[str, GivenConsent]) -> bool:
    """Whether it was ticked for exactly these words."""
    return consent.id in given and given[consent.id].sha256 == consent.sha256


def consent_records(
    asked: Sequence[OfferedConsent], given: Mapping[str, GivenConsent], day: str = ""
) -> list[ConsentRecord]:
    """Every agreement word for word with its tick.

    A tick counts only for the exact words it was given for. day: of the paper form that it was
    ticked on (ISO 8601), "" when it was ticked here.
    """
    return [_consent_record(consent, given, day) for consent in asked]


def _consent_record(
    consent: OfferedConsent, given: Mapping[str, GivenConsent], day: str
) -> ConsentRecord:
    at = ""
    if consent.id in given:
        at = day or given[consent.id].at
    signed = SignedConsent(
        id=consent.id,
        title=consent.title,
        text=consent.text,
        version=consent.version,
        sha256=consent.sha256,
        agreed=_is_ticked(consent, given),
        at=at,
    )
    return ConsentRecord(signed, consent.required)


def child_said_no(journey: Journey) -> bool:
    """A child who does not want this massage is not massaged, whatever the guardian signs."""
    return journey.live().get("min.child_agrees") == "no"


def signatures_complete(journey: Journey, signatures: Iterable[Signature]) -> bool:
    """Whether everybody who has to sign did, each with a name."""
    signed = {mark.role for mark in signatures if mark.name}
    return {CLIENT, second_signer(journey) or CLIENT} <= signed


def any_missing(consents: Iterable[ConsentRecord]) -> bool:
    """Whether a needed agreement has no tick."""
    return any(consent.required and not consent.signed.agreed for consent in consents)


def may_be_signed(
    journey: Journey, consents: Iterable[ConsentRecord], signatures: Iterable[Signature]
) -> bool:
    """Whether all is there: answers, needed agreements, signatures, and no child's no."""
    return (
        journey.complete()
        and not any_missing(consents)
        and signatures_complete(journey, signatures)
        and not child_said_no(journey)
    )


def helper(journey: Journey) -> str:
    """The name of the person who helps the client to answer, "" when nobody does."""
    live = journey.live()
    return str(live.get("id.helper_name", "")) if live.get("id.filler") == "helper" else ""
