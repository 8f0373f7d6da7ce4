"""Agreements: when each is asked for, and the exact words that were agreed to."""

import hashlib

import pytest

from intake_app.questionnaire import ConsentSet, DefinitionError, fill_wording, load_consents
from tests.questionnaire.small import ANA, SMALL, journey

SOURCE = """
name = "massage_consents"
version = "1.0.0"

[[consent]]
id = "photo"
title = "Photos"
text = "You may take a photo."
required = false
choice = true

[[consent]]
id = "informed"
title = "Massage"
text = "I agree to massage by {practice}. I can stop at any time. Questions: {contact}."
required = true

[[consent]]
id = "child"
title = "For a child"
text = "I agree that {child} gets a massage."
required = true
enable_when = { fact = "minor", operator = "=", value = true }
"""
TEXTS = load_consents(SOURCE.encode(), "consents.toml", SMALL)


def offered(texts: ConsentSet, answers: dict[str, object]) -> list[str]:
    return [consent.id for consent in texts.offered(journey(answers))]


def test_free_choices_come_last_and_only_what_applies_is_asked_for() -> None:
    assert offered(TEXTS, ANA) == ["informed", "photo"]
    assert offered(TEXTS, {**ANA, "id.dob": "2015-01-01"}) == ["informed", "child", "photo"]


def test_the_final_words_and_their_hash() -> None:
    final = fill_wording(
        TEXTS.consents[1], {"practice": "Stillwater Massage", "contact": "Donna, 920 555 0100"}
    )
    words = (
        "I agree to massage by Stillwater Massage. I can stop at any time. "
        "Questions: Donna, 920 555 0100."
    )
    assert final.text == words
    assert final.sha256 == hashlib.sha256(words.encode()).hexdigest()


def test_what_fills_a_blank_is_never_filled_itself() -> None:
    final = fill_wording(TEXTS.consents[2], {"child": "{practice}", "practice": "Stillwater"})
    assert final.text == "I agree that {practice} gets a massage."


def test_a_blank_without_a_value_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        fill_wording(TEXTS.consents[1], {"practice": "Stillwater Massage"})


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{contact}", "{owner}", "consent informed: “{owner}” is no blank"),
        ("{contact}", "{contact", "consent informed: a curly bracket stands alone"),
        ("{contact}", "{contact!r}", "is no blank"),
        ('id = "photo"', 'id = "informed"', "two agreements called “informed”"),
        ('title = "Photos"', 'titel = "Photos"', "consent photo: “title” is missing"),
        ("choice = true", "choice = true\nforced = true", "consent photo: unknown key “forced”"),
        ("required = false", "required = true", "both required and a free choice"),
        ("required = false\n", "", "consent photo: “required” is missing"),
        ('"minor"', '"sleepy"', "consent child: “sleepy” is no fact"),
        (
            'fact = "minor", operator = "=", value = true',
            'question = "x.y", operator = "=", answer = 1',
            "earlier",
        ),
        ('version = "1.0.0"', 'version = "one"', "three numbers"),
    ],
)
def test_a_fault_is_named(old: str, new: str, words: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        load_consents(SOURCE.replace(old, new, 1).encode(), "consents.toml", SMALL)
    assert str(refused.value).startswith("consents.toml: ")
    assert words in str(refused.value)
