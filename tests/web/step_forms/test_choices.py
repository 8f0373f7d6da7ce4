"""Answers that are chosen."""

import pytest

from tests.web.step_forms.sample import errors, sent

WELL = {"td-fever": "no", "td-clot": "no", "td-sick": "none"}


def test_yes_no_and_not_sure_are_three_full_answers() -> None:
    assert sent("signs", WELL | {"td-fever": "unsure"}).answers()["td.fever"] == "unsure"


def test_nothing_chosen_says_what_to_choose() -> None:
    assert errors(sent("signs", {})) == {
        "td-fever": "Choose Yes, No or Not sure",
        "td-clot": "Choose Yes, No or Not sure",
        "td-sick": "Choose one or more, or “None of these”",
    }
    assert errors(sent("medicines", {"pain-now": "3"})) == {"med-any": "Choose Yes or No"}
    assert errors(sent("pressure", {})) == {"pr-overall": "Choose one answer"}


def test_the_summary_names_the_question_that_an_error_belongs_to() -> None:
    assert sent("signs", WELL | {"td-clot": ""}).problems() == [
        ("td-clot", "One leg or arm swollen or warm: choose Yes, No or Not sure")
    ]
    assert sent("signs", {k: v for k, v in WELL.items() if k != "td-fever"}).problems() == [
        ("td-fever", "Have you had a fever in the last 24 hours? Choose Yes, No or Not sure")
    ]


@pytest.mark.parametrize("name", ["td-fever", "td-sick"])
def test_a_code_that_is_not_on_the_page_is_refused(name: str) -> None:
    assert errors(sent("signs", WELL | {name: "forged"})) == {
        name: "Choose from the answers on the page"
    }


def test_none_of_these_stands_alone() -> None:
    form = sent("signs", WELL | {"td-sick": ["none", "flu"]})
    assert errors(form) == {"td-sick": "Choose “None of these” alone, or take its tick away"}
    assert "td.sick" not in form.answers()


def test_ticks_are_kept_once_each_in_the_order_of_the_question() -> None:
    assert sent("signs", WELL | {"td-sick": ["covid", "cold", "covid"]}).answers()["td.sick"] == [
        "cold",
        "covid",
    ]


@pytest.mark.parametrize(("typed", "kept"), [("0", 0), ("10", 10)])
def test_a_scale_goes_from_nought_to_ten(typed: str, kept: int) -> None:
    assert sent("medicines", {"med-any": "no", "pain-now": typed}).answers()["pain.now"] == kept


@pytest.mark.parametrize("typed", ["", "11", "-1", "5.5", "x"])
def test_what_is_not_on_the_scale_is_refused(typed: str) -> None:
    form = sent("medicines", {"med-any": "no", "pain-now": typed})
    assert errors(form) == {"pain-now": "Choose a number from 0 to 10"}


def test_the_top_goals_come_in_order_and_fewer_than_three_are_fine() -> None:
    form = sent("goals", {"go-goals": ["pain", "sleep"], "go-rank-1": "sleep", "go-rank-3": "pain"})
    assert form.answers()["go.rank"] == ["sleep", "pain"]


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        ("sleep", "Choose each one only once"),
        ("calm", "Choose among those you ticked in the question before"),
    ],
)
def test_a_goal_counts_once_and_only_if_it_was_ticked(second: str, sentence: str) -> None:
    form = sent("goals", {"go-goals": ["pain", "sleep"], "go-rank-1": "sleep", "go-rank-2": second})
    assert errors(form) == {"go-rank": sentence}
