"""Who signs the form 2.0.0, and what its agreements name."""

from datetime import date
from typing import Any

import pytest

from intake_app.intake.consents import template_values
from intake_app.questionnaire import Context, Journey, released
from intake_app.records.consent_words import second_signer, sensitive_places
from tests.support.definitions import FORM

FORM_2 = released(FORM, "2.0.0", draft=True)
ANA = {"id.first_name": "Ana", "id.last_name": "Moreno", "id.dob": "1955-03-14"}


def walk(**answers: Any) -> Journey:
    given = {name.replace("__", "."): answer for name, answer in answers.items()}
    return Journey(FORM_2, {**ANA, **given}, frozenset(), Context(date(2026, 11, 20)))


@pytest.mark.parametrize(
    ("who", "born", "signer"),
    [
        ("self", "1955-03-14", ""),
        ("helper", "1955-03-14", ""),
        ("rep", "1955-03-14", "representative"),
        ("guardian", "2015-03-14", "guardian"),
        ("rep", "2015-03-14", "guardian"),
    ],
)
def test_who_decides_for_somebody_signs_with_them(who: str, born: str, signer: str) -> None:
    assert second_signer(walk(id__filler=who, id__dob=born)) == signer


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"na.ok": ["none"]}, ""),
        ({"na.ok": ["glutes"], "na.how": "ask"}, "Buttock muscles: ask me each time"),
        (
            {"na.ok": ["abdomen", "chest"], "na.how": "yes"},
            "Upper chest muscles: yes; Belly: yes",
        ),
        ({"na.ok": ["glutes"]}, ""),
        ({}, ""),
    ],
)
def test_the_places_that_are_allowed_are_named_with_how(answers: dict[str, Any], said: str) -> None:
    assert sensitive_places(answers) == said


def test_an_agreement_names_the_client_in_full() -> None:
    values = template_values(None, walk(id__filler="rep"))
    assert values["client"] == "Ana Moreno"
