"""The blanks in what a client is told at once."""

from datetime import date

import pytest

from intake_app.questionnaire import Context, Journey, released
from intake_app.questionnaire.flags.advice import fill_blanks, limb
from tests.support.definitions import FORM_1

FORM_2 = released("massage_intake", "2.0.0", draft=True)
CONTEXT = Context(today=date(2026, 11, 20))


def which(*places: str) -> str:
    """What somebody reads who named these."""
    answers = {"td.clot_sign": "yes", "td.clot_where": list(places)}
    return limb(Journey(FORM_2, answers, frozenset(), CONTEXT))


@pytest.mark.parametrize(
    ("places", "words"),
    [
        (["leg_r"], "right leg"),
        (["arm_l", "leg_r"], "right leg and left arm"),
        (["leg_l", "leg_r", "arm_l"], "left leg, right leg and left arm"),
        (["unsure"], "arm or leg"),
        ([], "arm or leg"),
    ],
)
def test_the_limb_is_named_as_the_client_did(places: list[str], words: str) -> None:
    assert which(*places) == words


def test_a_form_that_does_not_ask_says_either() -> None:
    assert limb(Journey(FORM_1, {}, frozenset(), CONTEXT)) == "arm or leg"


def test_a_blank_that_nobody_knows_stays_as_it_is() -> None:
    text = "Do not rub your {limb}. Call {practice} {soon} {0} {"
    filled = fill_blanks(text, {"limb": "left arm", "practice": "Still {limb}"})
    assert filled == "Do not rub your left arm. Call Still {limb} {soon} {0} {"
