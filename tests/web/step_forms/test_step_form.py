"""A page of questions: what is asked, what is kept, and what follows from
answers on the same page.
"""

from tests.web.step_forms.sample import NAME, errors, opened, sent, walk

WELL = {"td-fever": "no", "td-clot": "no", "td-sick": "none"}
CLOT = WELL | {"td-clot": "yes", "td-clot_where": "other", "td-clot_note": "elbow"}


def test_what_was_typed_comes_back_exactly_also_when_it_is_wrong() -> None:
    form = sent("name", {"id-first_name": " Ana ", "id-phone": "55"})
    again = opened("name", form.typed())
    assert again.typed()["id-first_name"] == [" Ana "]
    assert again.typed()["id-phone"] == ["55"]


def test_an_opened_page_shows_no_errors() -> None:
    assert errors(opened("name", {"id-phone": ["55"]})) == {}


def test_answers_given_before_stand_in_the_boxes() -> None:
    form = opened(
        "name", answers={"id.first_name": "Ana", "id.dob": "1955-03-14", "id.phone": "+19205550134"}
    )
    assert form.typed()["id-dob-year"] == ["1955"]
    assert form.typed()["id-phone"] == ["(920) 555-0134"]


def test_a_box_that_was_emptied_stays_empty_whatever_was_answered_before() -> None:
    typed = sent("signs", {"td-fever": "no"}).typed()
    assert opened("signs", typed, {"td.sick": ["flu"]}).typed()["td-sick"] == []


def test_questions_that_do_not_follow_are_not_asked_but_what_was_typed_is_kept() -> None:
    form = sent("signs", CLOT | {"td-clot": "no"})
    assert errors(form) == {}
    assert form.asked() == {"td.fever", "td.clot", "td.sick", "td.private"}
    assert form.answers() == {"td.fever": "no", "td.clot": "no", "td.sick": ["none"]}
    assert form.typed()["td-clot_note"] == ["elbow"]


def test_questions_that_follow_are_asked() -> None:
    assert errors(sent("signs", WELL | {"td-clot": "yes"})) == {
        "td-clot_where": "Choose one or more"
    }
    assert sent("signs", CLOT).answers()["td.clot_note"] == "elbow"


def test_a_child_needs_a_parent_on_the_very_page_that_asks_for_the_birthday() -> None:
    assert "id-parent" in errors(sent("name", NAME | {"id-dob-year": "2015"}))
    assert errors(sent("name", NAME)) == {}


def test_boxes_open_the_questions_that_follow_from_them() -> None:
    fields = {field.name: field for field in opened("signs").drawn}
    (group,) = fields["td-clot_where"].cond
    assert fields["td-clot"].shows == {"yes": [group], "unsure": [group]}
    assert group in fields["td-clot_note"].cond
    assert fields["td-clot_where"].only_if == "If you answered “Yes” or “Not sure” above:"


def test_a_number_on_a_scale_opens_a_question_too() -> None:
    fields = {field.name: field for field in opened("medicines").drawn}
    assert sorted(map(int, fields["pain-now"].shows)) == list(range(1, 11))


def test_a_question_that_no_box_opens_is_simply_there() -> None:
    fields = {field.name: field for field in opened("name").drawn}
    assert fields["id-parent"].cond == ()
    assert fields["id-parent"].only_if


def test_a_page_never_takes_fields_of_another_page() -> None:
    form = sent("goals", {"go-goals": "pain", "td-fever": "yes", "constructor": "x"})
    assert form.answers() == {"go.goals": ["pain"]}
    assert form.typed().keys() <= {"go-goals", "go-rank"}


def test_the_order_of_goals_is_asked_once_two_are_chosen() -> None:
    assert "go.rank" not in sent("goals", {"go-goals": "pain"}).asked()
    assert "go.rank" in sent("goals", {"go-goals": ["pain", "calm"]}).asked()


def test_marks_are_asked_only_where_places_were_chosen() -> None:
    assert [field.name for field in opened("feel").fields] == ["bm-note"]
    assert walk().may_visit("name")
