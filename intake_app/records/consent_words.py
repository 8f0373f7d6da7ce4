"""Who signs, and the words of agreements that the record repeats."""

from collections.abc import Iterable
from dataclasses import replace

from intake_app.questionnaire import Answers, Journey
from intake_app.questionnaire.context import codes_in
from intake_app.records.sealed.evidence import Signature, SignedConsent

SENSITIVE = {
    "na.chest": "Upper chest muscles",
    "na.glutes": "Buttock muscles",
    "na.thigh_inner": "Inner thighs",
    "na.abdomen": "Belly",
}


CLIENT = "client"
GUARDIAN = "guardian"
REPRESENTATIVE = "representative"


CAPACITIES = {
    CLIENT: "Client",
    GUARDIAN: "Parent or guardian",
    REPRESENTATIVE: "Legal representative",
}


ALLOWED = {"over": "only over the sheet or clothes", "ask": "ask me each time", "yes": "yes"}
ONE_QUESTION = "na.ok"
"""Since 2.0.0 one question has all sensitive places, by the last part of the older ids."""
ONE_WAY = "na.how"


def sensitive_places(answers: Answers) -> str:
    """Which sensitive places may be touched, and how: “Belly: ask me each time”. "" for none."""
    how = {key: answers.get(key) for key in SENSITIVE}
    for code in codes_in(answers.get(ONE_QUESTION)):
        how[f"na.{code}"] = answers.get(ONE_WAY)
    return "; ".join(
        f"{label}: {ALLOWED[answer]}"
        for key, label in SENSITIVE.items()
        if isinstance(answer := how[key], str) and answer in ALLOWED
    )


def second_signer(journey: Journey) -> str:
    """Who signs besides the client, "" for nobody.

    The guardian of a child, the representative of an adult who has one.
    """
    if journey.fact("minor") is True:
        return GUARDIAN
    live = journey.live()
    represented = live.get("rep.has") == "yes" or live.get("id.filler") == "rep"
    return REPRESENTATIVE if represented else ""


def with_consents(
    journey: Journey, consents: Iterable[SignedConsent], signatures: Iterable[Signature]
) -> Journey:
    """The finished walk with what the last pages added.

    Some flags ask which agreements were given, and who signed.
    """
    signers = {mark.role for mark in signatures}
    context = replace(
        journey.context,
        agreed=frozenset(consent.id for consent in consents if consent.agreed),
        consents_missing=False,
        guardian_signed=GUARDIAN in signers,
        representative_signed=REPRESENTATIVE in signers,
    )
    return Journey(journey.questionnaire, journey.live(), journey.done, context)
