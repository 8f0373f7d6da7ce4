"""30-second cards straight from the flags:
what a client of a worked case, or of the made-up practice, would have.
"""

import json
from dataclasses import replace
from typing import Any

from intake_app.pdf.safety_card import SafetyCard
from intake_app.questionnaire import Journey
from intake_app.records.cautions import sealed_flags
from intake_app.records.cautions.safety_card import build_card
from intake_app.records.sealed.evidence import Evidence
from tests.questionnaire.small import TODAY
from tests.questionnaire.test_worked_cases import CASES, walk
from tests.support import REPOSITORY, clients
from tests.support.definitions import RULES_1

SIGNED = Evidence.from_json(
    json.loads((REPOSITORY / "tests" / "golden" / "evidence-v2.json").read_bytes())
)


def evidence_of(journey: Journey) -> Evidence:
    """The evidence of this walk, signed today by somebody who agreed to everything."""
    return replace(
        SIGNED,
        flags=sealed_flags.evaluate_flags(RULES_1, journey),
        answers=journey.live(),
        signed_at=f"{TODAY}T18:00:00+00:00",
        practice=replace(SIGNED.practice, timezone="UTC"),
        consents=(),
    )


def card_of(case: dict[str, Any]) -> SafetyCard:
    """The card of this client, who signed today and agreed to everything."""
    journey = walk(case)
    return build_card(evidence_of(journey), journey, {})


def everybody() -> dict[str, SafetyCard]:
    """All worked cases by their numbers, and all made-up clients by their first names."""
    answers = {one["id"]: one for one in CASES["case"]}
    answers |= {one["id.first_name"]: {"answers": one} for one in clients.made_up_clients()}
    return {name: card_of(case) for name, case in answers.items()}
