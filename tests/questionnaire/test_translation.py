"""The intake in Spanish, where we have words; and a condition in words."""

import pytest

from intake_app.questionnaire import (
    DefinitionError,
    condition_in_words,
    load_translation,
    translation_for,
)
from tests.questionnaire.massage_walk import INTAKE

SPANISH = translation_for(INTAKE.sha256, "es")


def test_a_question_and_an_option_have_their_spanish_words_and_others_have_none() -> None:
    assert SPANISH is not None
    assert SPANISH.of("First name") == "Nombre"
    assert SPANISH.of("None of these") == "Ninguna de estas"
    assert SPANISH.of("What should we call you?") == ""


def test_a_language_that_we_do_not_have_is_no_fault() -> None:
    assert translation_for(INTAKE.sha256, "fr") is None


def test_words_that_no_question_says_are_refused() -> None:
    source = b'language = "es"\n[texts]\n"Shoe size" = "Talla"\n'
    with pytest.raises(
        DefinitionError, match=r"small\.es\.toml: no question and no option says “Shoe size”"
    ):
        load_translation(source, "small.es.toml", INTAKE)


def test_a_condition_is_told_in_words() -> None:
    assert condition_in_words(None, INTAKE) == ""
    assert condition_in_words(INTAKE.item("td.sick_better").enable_when, INTAKE) == (
        "“Ill now or in the last 2 days” has “Cold, sore throat or new cough (not allergy)”"
    )
    assert condition_in_words(INTAKE.item("cl.ok.surgery").enable_when, INTAKE).startswith(
        "major surgery days is at most 84 or surgery days is at most 14 or ("
    )
    assert condition_in_words(INTAKE.step("marks").enable_when, INTAKE) == (
        "“Places to know about” is answered and not: "
        "“Places to know about” has “No areas. Nothing hurts and nothing is off limits.”"
    )
