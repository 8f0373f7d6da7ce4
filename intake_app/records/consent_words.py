"""Who signs, and the words of agreements that the record repeats."""

from collections.abc import Iterable
from dataclasses import replace

from intake_app.questionnaire import Journey
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


def second_signer(journey: Journey) -> str:
    """Who signs besides the client, "" for nobody.

    The guardian of a child, the representative of an adult who has one.
    """
    if journey.fact("minor") is True:
        return GUARDIAN
    return REPRESENTATIVE if journey.live().get("rep.has") == "yes" else ""


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
