"""The one picture of a form: places and their marks in the same question."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from intake_app.questionnaire import Answer, Context, Journey, released
from intake_app.web.step_forms import StepForm, body_pictures, form_for
from tests.web.step_forms.sample import errors

FORM_2 = released("massage_intake", "2.0.0", draft=True)
MAP = FORM_2.step("map")
BACK = {
    "bm-marks": ["lowback_l", "calf_r"],
    "bm-marks-lowback_l": ["pain", "tension"],
    "bm-marks-lowback_l-pain": "5",
    "bm-marks-calf_r": "avoid",
    "na-ok": "none",
}
MARKED = {"lowback_l": {"pain": 5, "tension": True}, "calf_r": {"avoid": True}}
Fields = Mapping[str, str | Sequence[str]]


def walk(answers: Mapping[str, Answer] | None = None) -> Journey:
    """The way of somebody with these answers."""
    return Journey(FORM_2, answers or {}, frozenset(), Context(today=date(2026, 11, 20)))


def sent(
    fields: Fields, step: str = "map", answers: Mapping[str, Answer] | None = None
) -> StepForm:
    """The form of a step after Continue with these fields."""
    pairs = [(n, v) for n, vs in fields.items() for v in ([vs] if isinstance(vs, str) else vs)]
    form = form_for(FORM_2.step(step), walk(answers), formdata=MultiDict(pairs))
    form.validate()
    return form


def test_places_and_their_marks_are_one_answer() -> None:
    assert sent(BACK).answers() == {"bm.marks": MARKED, "na.ok": ["none"]}


def test_nothing_to_mark_is_an_answer_and_nothing_at_all_is_not() -> None:
    assert sent({"bm-marks": "none", "na-ok": "none"}).answers()["bm.marks"] == {}
    assert errors(sent({"na-ok": "none"}))["bm-marks"] == (
        "Mark a place, or choose “Nothing to mark”"
    )


def test_nothing_to_mark_stands_alone() -> None:
    form = sent(BACK | {"bm-marks": ["none", "calf_r"]})
    assert errors(form)["bm-marks"].startswith("Choose “Nothing to mark” alone")


@pytest.mark.parametrize(
    ("marks", "sentence"),
    [
        ([], "Left low back: choose what it is, or remove this place"),
        (["pain"], "Left low back: choose how strong the pain is"),
        (
            ["avoid", "tension"],
            "Left low back: choose “Do not touch” alone, or take its tick away",
        ),
        (["lighter", "firmer"], "Left low back: choose “Lighter” or “Firmer”, not both"),
        (["tickle"], "Left low back: choose from the answers on the page"),
    ],
)
def test_what_does_not_go_together_is_said_beside_the_place(
    marks: list[str], sentence: str
) -> None:
    form = sent({"bm-marks": "lowback_l", "bm-marks-lowback_l": marks, "na-ok": "none"})
    assert form.problems() == [("bm-marks-lowback_l", sentence)]
    assert form.typed()["bm-marks"] == ["lowback_l"]
    assert form.typed().get("bm-marks-lowback_l", []) == marks


def test_a_forged_place_is_refused() -> None:
    assert errors(sent(BACK | {"bm-marks": ["tail"]}))["bm-marks"] == (
        "Choose from the answers on the page"
    )


def test_marks_of_a_place_without_a_tick_do_not_count_and_are_kept_for_a_second_tick() -> None:
    form = sent(BACK | {"bm-marks": ["calf_r"]})
    assert form.answers()["bm.marks"] == {"calf_r": {"avoid": True}}
    assert form.typed()["bm-marks-lowback_l"] == ["pain", "tension"]


def test_without_scripts_a_button_opens_the_places_and_another_takes_one_away() -> None:
    pressed = sent({"bm-marks": "calf_r", "add": "bm.marks"})
    assert pressed.has_rows and pressed.row_change
    again = form_for(MAP, walk(), typed=pressed.change_rows(pressed.row_change))
    assert [region.code for region in again.fields[0].regions] == ["calf_r"]
    assert not again.problems()
    away = sent(BACK | {"remove": "bm.marks-calf_r"})
    assert away.row_change
    assert away.change_rows(away.row_change)["bm-marks"] == ["lowback_l"]


@pytest.mark.parametrize("marks", [MARKED, {}])
def test_an_answer_given_before_is_shown_again(marks: Answer) -> None:
    form = form_for(MAP, walk({"bm.marks": marks}))
    form.validate()
    assert form.answers()["bm.marks"] == marks


def test_the_figure_and_the_words_show_what_was_marked() -> None:
    answer = MARKED | {"neck_front": {"lighter": True}, "face": {"firmer": True}}
    (field, *_) = form_for(MAP, walk({"bm.marks": answer})).drawn
    assert field.pictured
    assert field.paint == {
        "lowback_l": "pain-middle",
        "calf_r": "avoid",
        "neck_front": "light",
        "face": "firm",
    }
    assert field.badges["lowback_l"] == "5T"
    assert field.in_words["lowback_l"] == "pain 5, tight"
    (picture,) = body_pictures(walk({"bm.marks": answer}))
    assert ("firm", "Firmer, F") in picture.key
    assert not body_pictures(walk({"bm.marks": {}}))


CARED_FOR = {"sc.belly": "no", "sc.immune": "no", "hx.cancer": "never"}
BORN = {"id.dob": "1995-03-14", "go.goals": ["prenatal"], "rp.pregnant": "yes"}


def test_an_option_that_does_not_fit_is_neither_offered_nor_accepted() -> None:
    calm = {"rp-weeks": "28", "rp-risk": "none"}
    form = sent(calm | {"rp-signs": "bleeding"}, "pregnancy", CARED_FOR | BORN)
    (signs,) = (field for field in form.fields if field.item.link_id == "rp.signs")
    assert "bleeding" in signs.item.labels and "bleeding_heavy" not in signs.item.labels
    assert form.answers()["rp.signs"] == ["bleeding"]
    forged = sent(calm | {"rp-signs": "bleeding_heavy"}, "pregnancy", CARED_FOR | BORN)
    assert errors(forged) == {"rp-signs": "Choose from the answers on the page"}
    assert "rp.signs" not in forged.answers()


def test_the_same_options_are_the_same_question_so_that_its_drawing_can_be_kept() -> None:
    def signs() -> object:
        fields = form_for(FORM_2.step("pregnancy"), walk(CARED_FOR | BORN)).fields
        return next(field.item for field in fields if field.item.link_id == "rp.signs")

    assert signs() is signs()
