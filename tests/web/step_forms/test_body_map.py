"""Answers on the body figure."""

from intake_app.web.step_forms import body_pictures
from tests.web.step_forms.sample import errors, opened, sent, walk

WHERE = {"bm.where": ["jaw_l", "calf_r"]}
BOTH = {
    "bm-marks-jaw_l": ["pain", "tension"],
    "bm-marks-jaw_l-pain": "7",
    "bm-marks-calf_r": "avoid",
}


def test_places_are_chosen_from_the_list() -> None:
    assert sent("where", {"bm-where": ["calf_r", "jaw_l"]}).answers() == WHERE


def test_no_areas_is_an_answer_and_nothing_is_not() -> None:
    assert sent("where", {"bm-where": "none"}).answers() == {"bm.where": ["none"]}
    assert errors(sent("where", {}))["bm-where"].startswith(
        "Choose one or more places, or “No areas"
    )


def test_how_it_feels_is_asked_for_the_chosen_places_only() -> None:
    form = sent("feel", BOTH | {"bm-marks-face": "avoid"}, WHERE)
    assert form.answers() == {
        "bm.marks": {"jaw_l": {"pain": 7, "tension": True}, "calf_r": {"avoid": True}}
    }


def test_a_place_without_a_feeling_and_a_pain_without_strength_are_named() -> None:
    form = sent("feel", {"bm-marks-jaw_l": "pain"}, WHERE)
    assert form.problems() == [
        ("bm-marks-jaw_l", "Left jaw: choose how strong the pain is"),
        ("bm-marks-calf_r", "Right calf: choose how it feels"),
    ]


def test_forged_kinds_and_strengths_are_refused() -> None:
    assert errors(sent("feel", BOTH | {"bm-marks-calf_r": "tickle"}, WHERE))
    assert errors(sent("feel", BOTH | {"bm-marks-jaw_l-pain": "11"}, WHERE))


def test_only_places_with_another_pressure_are_kept_and_none_is_fine() -> None:
    assert sent("pressure", {"pr-overall": "firm"}).answers() == {
        "pr.overall": "firm",
        "pr.map": {},
    }
    form = sent("pressure", {"pr-overall": "firm", "pr-map-face": "light", "pr-map-jaw_l": ""})
    assert form.answers()["pr.map"] == {"face": "light"}
    assert errors(sent("pressure", {"pr-overall": "firm", "pr-map-face": "hard"}))


def test_the_figure_shows_what_was_marked_before_the_list_says_more() -> None:
    marks = opened(
        "feel", answers=WHERE | {"bm.marks": {"jaw_l": {"pain": 8}, "calf_r": {"numbness": True}}}
    )
    assert marks.fields[0].paint == {"jaw_l": "pain-high", "calf_r": "numb"}
    assert marks.drawn[0].pictured


def test_the_check_page_draws_marks_with_their_signs() -> None:
    (picture,) = body_pictures(
        walk(
            WHERE | {"bm.marks": {"jaw_l": {"pain": 7, "tension": True}, "calf_r": {"avoid": True}}}
        )
    )
    assert picture.badges == {"jaw_l": "7T", "calf_r": "×"}
    assert picture.paint == {"jaw_l": "pain-high", "calf_r": "avoid"}
