"""30-second cards straight from the flags:
what a client of a worked case, or of the made-up practice, would have.
"""

from typing import Any

from intake_app.pdf.safety_card import SafetyCard
from intake_app.records.cautions import sealed_flags
from intake_app.records.cautions.safety_card import build_card
from tests.questionnaire.small import TODAY
from tests.questionnaire.test_worked_cases import CASES, walk
from tests.support import clients
from tests.support.definitions import RULES_1


def card_of(case: dict[str, Any]) -> SafetyCard:
    """The card of this client, who signed today and agreed to everything."""
    journey = walk(case)
    proof = {
        "flags": sealed_flags.evaluate_flags(RULES_1, journey),
        "answers": journey.live(),
        "signed_at": f"{TODAY}T18:00:00+00:00",
        "practice": {"timezone": "UTC"},
        "consents": [],
    }
    return build_card(proof, journey, {})


def everybody() -> dict[str, SafetyCard]:
    """All worked cases by their numbers, and all made-up clients by their first names."""
    answers = {one["id"]: one for one in CASES["case"]}
    answers |= {one["id.first_name"]: {"answers": one} for one in clients.made_up_clients()}
    return {name: card_of(case) for name, case in answers.items()}
