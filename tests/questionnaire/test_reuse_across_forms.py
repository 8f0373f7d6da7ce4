"""What a client's last answers are worth in the next form: of 2.0.0, and of 1.1.0 in 2.0.0."""

from typing import Any

import pytest

from intake_app.questionnaire import Context, Journey, changes, released, reusable
from tests.questionnaire.small import TODAY
from tests.support.definitions import FORM, FORM_1

FORM_2 = released(FORM, "2.0.0", draft=True)
OLD: dict[str, Any] = {
    "id.first_name": "Ana",
    "id.dob": "1955-03-14",
    "em.name": "Lucia",
    "pr.overall": "firm",
    "cm.scent": "none",
    "ex.had": "few",
    "hx.cancer": "past",
    "hx.cardio": ["none"],
    "med.class": ["none"],
    "al.list": ["none"],
    "sx.implants": ["none"],
    "ls.smoke": "no",
    "mh.topics": ["none"],
    "bm.marks": {"neck_back_l": {"tension": True}},
    "dr.under_care": "no",
    "go.goals": ["relax_stress"],
}
NOT_OF_HEALTH = {"id.", "em.", "min", "rep", "pr.", "cm.", "mh.", "go.", "ex."}


def test_no_answer_about_health_goes_from_the_old_form_into_the_new() -> None:
    kept = reusable(FORM_2, OLD, "1.1.0")
    assert set(kept) == {"id.first_name", "em.name", "pr.overall", "cm.scent", "ex.had"}


def test_what_goes_over_is_asked_by_both_forms_and_means_the_same() -> None:
    whole = {item.link_id: "x" for item in FORM_1.items}
    for link_id in reusable(FORM_2, whole, "1.1.0"):
        old = FORM_1.item(link_id)
        new = FORM_2.item(link_id)
        assert old.type == new.type
        assert link_id[:3] in NOT_OF_HEALTH
        assert link_id == "mh.help" or set(old.labels) <= set(new.labels)


@pytest.mark.parametrize("version", ["", "2.0.0", "2.1.0"])
def test_within_a_first_number_the_definition_says_what_is_carried(version: str) -> None:
    kept = reusable(FORM_2, {**OLD, "sc.heart": "no", "sc.lungs": "yes"}, version)
    assert {"hx.cancer", "hx.cardio", "sc.lungs"} <= set(kept)
    assert not {"sc.heart", "id.dob", "dr.under_care"} & set(kept)


def test_the_old_form_carries_its_own_answers_as_before() -> None:
    marks = {"neck_back_l": {"pain": 4}}
    kept = reusable(FORM_1, {**OLD, "bm.marks": marks}, "1.0.0")
    assert kept["hx.cancer"] == "past"
    assert kept["bm.marks"] == marks


@pytest.mark.parametrize(
    ("marks", "carried"),
    [
        ({"calf_l": {"pain": 4, "tension": True}}, {"calf_l": {"tension": True}}),
        ({"calf_l": {"pain": 4}, "jaw_l": {"avoid": True}}, {"jaw_l": {"avoid": True}}),
        ({"calf_l": {"pain": 4}}, None),
        ({}, {}),
    ],
)
def test_marks_go_over_without_pain(marks: dict[str, Any], carried: dict[str, Any] | None) -> None:
    assert reusable(FORM_2, {"bm.marks": marks}).get("bm.marks") == carried


def between_forms(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What the new record says of the old one: question, old and new words."""
    context = Context(today=TODAY)
    before = Journey(FORM_1, {**OLD, **old}, frozenset(), context)
    after = Journey(FORM_2, {**CALM, **new}, frozenset(), context)
    return [(one.link_id, one.before, one.after) for one in changes(before, after)]


CALM: dict[str, Any] = {key: OLD[key] for key in ("id.first_name", "id.dob", "em.name", "ex.had")}
CALM |= {"pr.overall": "firm", "go.goals": ["relax_stress"], "sc.heart": "no"}


def test_between_the_forms_a_no_that_is_not_asked_any_more_is_no_change() -> None:
    assert [one for one, _, _ in between_forms({}, {})] == ["hx.cancer"]


def test_an_illness_that_is_not_said_any_more_is_told() -> None:
    old = {"hx.cardio": ["hbp"], "hx.hbp_control": "yes"}
    found = {one: (before, after) for one, before, after in between_forms(old, {})}
    assert found["hx.cardio"] == ("High blood pressure", "Not answered")


def test_what_is_said_in_other_words_with_the_same_sense_is_no_change() -> None:
    assert "pr.overall" not in [one for one, _, _ in between_forms({}, {})]
    assert ("pr.overall", "Firm", "Light") in [
        (one, before.split(" (")[0], after.split(" (")[0])
        for one, before, after in between_forms({}, {"pr.overall": "light"})
    ]
