"""The limits of the 30-second card: as few lines as hold everything, the most careful first."""

from dataclasses import replace
from typing import Any

import pytest

from intake_app.record.card import Flagged
from tests.cards import card_of

THINNER: dict[str, Any] = {"med.class": ["thinner"], "pr.overall": "firm"}


def said(answers: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Places, wish and limit, line by line."""
    return [(one.places, one.asked, one.at_most) for one in card_of({"answers": answers}).limits]


def test_wishes_that_one_reason_lowers_to_one_limit_share_a_line() -> None:
    assert said(THINNER | {"pr.map": {"lowback_l": "deep", "calf_r": "firm"}}) == [
        ("Whole body", "firm or deep", "medium (level 3)")
    ]


def test_a_wish_below_the_limit_keeps_a_line_of_its_own() -> None:
    assert said(THINNER | {"pr.map": {"foot_l": "light", "foot_r": "light"}}) == [
        ("Most of the body", "firm", "medium (level 3)"),
        ("Feet", "light", "medium (level 3)"),
    ]


def test_who_leaves_the_pressure_to_the_therapist_and_names_one_place_is_told_both() -> None:
    assert said(THINNER | {"pr.overall": "unsure", "pr.map": {"lowback_l": "deep", "lowback_r": "deep"}}) == [
        ("Most of the body", "you choose", "medium (level 3)"),
        ("Left and right low back", "deep", "medium (level 3)"),
    ]


def test_the_lowest_limit_comes_right_after_most_of_the_body() -> None:
    numb = {"bm.areas": ["foot_l"], "bm.marks": {"foot_l": {"numbness": True}}}
    lines = said(THINNER | numb | {"pr.map": {"calf_l": "light", "calf_r": "light"}})
    assert [places for places, _, _ in lines] == ["Most of the body", "Left ankle and foot", "Left and right calf"]


@pytest.mark.parametrize(
    ("decisions", "words"),
    [
        ([""], "Settle this before"),
        (["", "", ""], "Settle these 3 before"),
        (["Not today", "", ""], "Settle 2 of these 3 before"),
        (["Not today", ""], "Settle 1 of these 2 before"),
        (["Not today", "With a doctor’s OK"], "Decided. Read how before"),
    ],
)
def test_the_band_says_how_many_stops_wait_for_a_decision(decisions: list[str], words: str) -> None:
    stop = Flagged("A05", "STOP", True, "Swollen leg", "", "Yes", "Do not massage", "")
    card = replace(card_of({"answers": THINNER}), stops=tuple(replace(stop, decision=one) for one in decisions))
    assert card.before_she_begins == f"{words} the client lies down."
