"""What the check page, the therapist and the printed record say."""

from datetime import date

from intake_app.questionnaire import Context, Journey, SummaryRow, answered, released, summarise
from tests.questionnaire.small import ANA, journey


def rows(answers: dict[str, object]) -> dict[str, SummaryRow]:
    return {row.link_id: row for section in summarise(journey(answers)) for row in section.rows}


def test_what_was_asked_stands_in_its_part_in_order() -> None:
    about, visit, feelings = summarise(journey(ANA))
    assert (about.id, about.title, about.private) == ("about", "About you", False)
    assert [row.link_id for row in visit.rows][:3] == ["v.reason", "v.start", "v.pain"]
    assert (feelings.id, feelings.title, feelings.private) == ("feelings", "Feelings", True)


def test_a_private_step_stands_in_its_own_section_only() -> None:
    open_rows = [
        row.link_id
        for section in summarise(journey(ANA))
        if not section.private
        for row in section.rows
    ]
    assert "mh.words" not in open_rows


def test_an_optional_question_left_empty_says_so() -> None:
    row = rows(ANA)["id.email"]
    assert (row.text, row.unanswered, row.notice) == ("Not answered", True, False)


def test_a_hidden_answer_is_not_printed() -> None:
    assert "v.pain" not in rows({**ANA, "v.start": "no_problem"})
    assert "min.name" not in rows({**ANA, "min.name": "Lucia"})


def test_the_short_label_is_used_and_the_step_to_change_it_is_named() -> None:
    row = rows(ANA)["v.night"]
    assert (row.label, row.text, row.step_id) == ("Pain at night", "Not sure", "pain")


def test_what_the_therapist_must_read_first_is_marked() -> None:
    found = rows(ANA)
    assert found["v.night"].notice and found["med.kinds"].notice
    assert not rows({**ANA, "v.night": "no"})["v.night"].notice
    assert not rows({**ANA, "med.kinds": ["pain"]})["med.kinds"].notice


def test_what_was_answered_leaves_out_what_was_not_and_gathers_every_no() -> None:
    form = released("massage_intake", "2.0.0", draft=True)
    answers = {
        "id.first_name": "Ana",
        "sc.heart": "no",
        "sc.lungs": "unsure",
        "sc.skin": "no",
        "sc.recent": "no",
        "sc.belly": "no",
        "td.chest": "no",
    }
    shown = answered(Journey(form, answers, frozenset(), Context(today=date(2026, 11, 20))))
    rows = {row.link_id: row.text for section in shown for row in section.rows}
    assert rows == {"id.first_name": "Ana", "sc.lungs": "Not sure", "td.chest": "No"}
    said = [(no.step_id, no.labels) for section in shown for no in section.said_no]
    assert said == [
        ("health", ("Heart, blood vessels or blood", "Skin")),
        ("health2", ("Belly, liver, kidneys, bladder or womb",)),
        ("things", ("Surgery, hospital or injury in 12 months",)),
    ]
